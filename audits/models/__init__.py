"""Django looks for models here; other code imports from here too, since the names are few."""

from audits.models.cycle import AuditCycle, AuditCycleHistory, Inclusion, PlanItem
from audits.models.engagement import (
    Engagement,
    EngagementHistory,
    InternalAuditHistory,
    InternalAuditSubmission,
)
from audits.models.evidence_request import (
    EvidenceRequest,
    EvidenceRequestHistory,
    ProvidedEvidence,
    RequestedControl,
)
from audits.models.fieldwork import ControlTest, FieldworkHistory, ReviewedEvidence
from audits.models.finding import (
    Finding,
    FindingAnswer,
    FindingEvidence,
    FindingHistory,
    Retest,
)
from audits.models.internal import (
    InternalAudit,
    InternalAuditActHistory,
    InternalAuditor,
    InternalAuditProgramme,
)
from audits.models.internal_items import CorrectiveAction, InternalAuditItem, Nonconformity
from audits.models.report import (
    AuditReport,
    AuditReportHistory,
    ConfirmationHistory,
    ManagementConfirmation,
)
from audits.models.team import EngagementMember, IndependenceStatement
from audits.models.test_import import TestImport

__all__ = [
    "AuditCycle",
    "AuditCycleHistory",
    "AuditReport",
    "AuditReportHistory",
    "ConfirmationHistory",
    "ControlTest",
    "CorrectiveAction",
    "Engagement",
    "EngagementHistory",
    "EngagementMember",
    "EvidenceRequest",
    "EvidenceRequestHistory",
    "FieldworkHistory",
    "Finding",
    "FindingAnswer",
    "FindingEvidence",
    "FindingHistory",
    "Inclusion",
    "IndependenceStatement",
    "InternalAudit",
    "InternalAuditActHistory",
    "InternalAuditHistory",
    "InternalAuditItem",
    "InternalAuditProgramme",
    "InternalAuditSubmission",
    "InternalAuditor",
    "ManagementConfirmation",
    "Nonconformity",
    "PlanItem",
    "ProvidedEvidence",
    "RequestedControl",
    "Retest",
    "ReviewedEvidence",
    "TestImport",
]
