"""Django looks for models here; other code imports from here too, since the names are few."""

from audits.models.cycle import AuditCycle, AuditCycleHistory, Inclusion, PlanItem
from audits.models.engagement import (
    Engagement,
    EngagementHistory,
    InternalAuditHistory,
    InternalAuditSubmission,
)

__all__ = [
    "AuditCycle",
    "AuditCycleHistory",
    "Engagement",
    "EngagementHistory",
    "Inclusion",
    "InternalAuditHistory",
    "InternalAuditSubmission",
    "PlanItem",
]
