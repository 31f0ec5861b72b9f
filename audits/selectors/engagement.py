"""Reads for the pages of engagements and internal audits."""

from dataclasses import dataclass

from accounts.models import User
from audits import policies
from audits.enums import EngagementMove
from audits.models import AuditCycle, Engagement, EngagementHistory, InternalAuditSubmission
from audits.selectors.fieldwork_pages import card as fieldwork_card
from audits.selectors.fieldwork_progress import Progress
from audits.workflow import ENGAGEMENT
from declarations.models import Declaration

RESPONDING = {EngagementMove.ACCEPT, EngagementMove.DECLINE, EngagementMove.REPORT}


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """One engagement as a reader may see it."""

    engagement: Engagement
    history: list[EngagementHistory]
    moves: frozenset[str]
    may_read_snapshot: bool
    cycle: AuditCycle | None
    fieldwork: Progress | None


def engagement_page(engagement: Engagement, user: User) -> EngagementPage:
    """The engagement with its history and the moves that this person may make now."""
    return EngagementPage(
        engagement=engagement,
        history=list(engagement.history.order_by("-occurred_at", "-pk")),
        moves=allowed_moves(user, engagement),
        may_read_snapshot=policies.can_read_snapshot(user, engagement),
        cycle=_cycle_of(engagement, user),
        fieldwork=fieldwork_card(engagement, user),
    )


def _cycle_of(engagement: Engagement, user: User) -> AuditCycle | None:
    """The audit cycle that this person may know and that covers the period; None without one."""
    audited = engagement.declaration
    return (
        AuditCycle.objects.visible_to(user)
        .covering(audited.service_id, audited.period_start, audited.period_end)
        .first()
    )


def allowed_moves(user: User, engagement: Engagement) -> frozenset[str]:
    """Policy and workflow crossed once: the moves that the page offers."""
    responds = policies.can_respond(user, engagement)
    commissions = policies.can_commission(user, engagement.declaration)
    return frozenset(
        move.name
        for move in ENGAGEMENT.moves_from(engagement.state)
        if (responds if move.name in RESPONDING else commissions)
    )


def engagements_for(user: User):
    """The engagements that this person may know, newest first, with what their list shows."""
    return (
        Engagement.objects.visible_to(user)
        .select_related("firm", "report_file", "declaration__service__organisation")
        .order_by("-commissioned_at", "pk")
    )


def internal_audit_of(declaration: Declaration, user: User) -> InternalAuditSubmission | None:
    """The internal-audit record of a declaration, None while there is none."""
    return (
        InternalAuditSubmission.objects.visible_to(user)
        .filter(declaration=declaration)
        .select_related("file", "filed_by")
        .first()
    )
