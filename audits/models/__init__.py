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
)
from audits.models.fieldwork import ControlTest, FieldworkHistory, ReviewedEvidence
from audits.models.finding import Finding, FindingAnswer, FindingHistory, Retest

__all__ = [
    "AuditCycle",
    "AuditCycleHistory",
    "ControlTest",
    "Engagement",
    "EngagementHistory",
    "EvidenceRequest",
    "EvidenceRequestHistory",
    "FieldworkHistory",
    "Finding",
    "FindingAnswer",
    "FindingHistory",
    "Inclusion",
    "InternalAuditHistory",
    "InternalAuditSubmission",
    "PlanItem",
    "ProvidedEvidence",
    "Retest",
    "ReviewedEvidence",
]
