"""Reads for the pages of engagements and internal audits."""

from dataclasses import dataclass

from accounts.models import User
from audits import policies
from audits.enums import EngagementMove
from audits.models import AuditCycle, Engagement, EngagementHistory, InternalAuditSubmission
from audits.selectors.fieldwork_pages import card as fieldwork_card
from audits.selectors.fieldwork_progress import Progress
from audits.selectors.findings import EngagementFindings, engagement_findings
from audits.selectors.report import ReportCard, report_card
from audits.selectors.team import TeamCard, team_card
from audits.workflow import ENGAGEMENT
from declarations.models import Declaration


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """One engagement as a reader may see it."""

    engagement: Engagement
    history: list[EngagementHistory]
    moves: frozenset[str]
    team: TeamCard
    may_read_snapshot: bool
    may_read_report: bool
    cycle: AuditCycle | None
    fieldwork: Progress | None
    findings: EngagementFindings | None
    report: ReportCard | None


def engagement_page(engagement: Engagement, user: User) -> EngagementPage:
    """The engagement with its team, its history and the moves that this person may make now.

    What is said about the team is not for the audited provider.
    """
    team, lines = team_card(engagement, user), engagement.history.order_by("-occurred_at", "-pk")
    return EngagementPage(
        engagement=engagement,
        history=[one for one in lines if team.may_read or not one.is_about_team],
        moves=allowed_moves(user, engagement),
        team=team,
        may_read_snapshot=policies.can_read_snapshot(user, engagement),
        may_read_report=policies.can_read_report(user, engagement),
        cycle=_cycle_of(engagement, user),
        fieldwork=fieldwork_card(engagement, user),
        findings=_findings_of(engagement, user),
        report=report_card(engagement, user),
    )


def _findings_of(engagement: Engagement, user: User) -> EngagementFindings | None:
    """What was found, for whoever may read it; None before the firm is at work."""
    if not engagement.is_accepted or not policies.can_read_findings(user, engagement):
        return None
    return engagement_findings(engagement, user)


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
    offers = (
        ({EngagementMove.ACCEPT, EngagementMove.DECLINE}, policies.can_respond(user, engagement)),
        ({EngagementMove.REPORT}, policies.can_report(user, engagement)),
        ({EngagementMove.TERMINATE}, policies.can_commission(user, engagement.declaration)),
    )
    offered = {name for names, is_offered in offers if is_offered for name in names}
    names = {move.name for move in ENGAGEMENT.moves_from(engagement.state)}
    return frozenset(names & offered)


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
