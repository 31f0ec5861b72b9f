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
from audits.models.report import (
    AuditReport,
    AuditReportHistory,
    ConfirmationHistory,
    ManagementConfirmation,
)
from audits.models.team import EngagementMember, IndependenceStatement

__all__ = [
    "AuditCycle",
    "AuditCycleHistory",
    "AuditReport",
    "AuditReportHistory",
    "ConfirmationHistory",
    "ControlTest",
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
    "InternalAuditHistory",
    "InternalAuditSubmission",
    "ManagementConfirmation",
    "PlanItem",
    "ProvidedEvidence",
    "RequestedControl",
    "Retest",
    "ReviewedEvidence",
]
