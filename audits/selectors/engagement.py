"""Reads for the pages of engagements and internal audits."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from audits import policies
from audits.enums import LIVE_STATES, EngagementMove, EngagementState
from audits.models import AuditCycle, Engagement, EngagementHistory, InternalAuditSubmission
from audits.selectors.fieldwork_pages import card as fieldwork_card
from audits.selectors.fieldwork_progress import Progress
from audits.selectors.findings import EngagementFindings, engagement_findings
from audits.selectors.report import ReportCard, report_card
from audits.selectors.team import TeamCard, team_card
from audits.workflow import ENGAGEMENT
from declarations.enums import DeclarationState
from declarations.models import Declaration
from registrations.models import Application
from registrations.policies.application import can_prepare_application


@dataclass(frozen=True, slots=True)
class Following:
    """Where the provider goes on once the audit is reported."""

    label: str
    url: str


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
    following: Following | None


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
        following=_following(engagement, user),
    )


def _following(engagement: Engagement, user: User) -> Following | None:
    """The application with the declaration that was cleared, or its beginning; None for others. One query."""
    audited = engagement.declaration
    if engagement.state != EngagementState.REPORTED:
        return None
    if not can_prepare_application(user, audited.service):
        return None
    of_service = Application.objects.visible_to(user).filter(service=audited.service_id)
    known = list(of_service.select_related("declaration").order_by("-created_at"))
    own = next((one for one in known if one.declaration_id == audited.pk), None)
    if own:
        return Following(_("登録申請を開く"), own.get_absolute_url())
    if audited.state != DeclarationState.FIXED or any(one.is_open for one in known):
        return None
    return Following(_("登録申請を始める"), reverse("registrations:begin", args=[audited.pk]))


def _findings_of(engagement: Engagement, user: User) -> EngagementFindings | None:
    """What was found, for whoever may read it; None before the firm is at work."""
    if not engagement.is_accepted or not policies.can_read_findings(user, engagement):
        return None
    return engagement_findings(engagement, user)


def _cycle_of(engagement: Engagement, user: User) -> AuditCycle | None:
    """The audit cycle that this person may know and that the period belongs to; None without one."""
    return AuditCycle.objects.visible_to(user).of_period(engagement.declaration).first()


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


def declarations_to_commission(user: User) -> QuerySet[Declaration]:
    """The fixed declarations that this approver may have audited and nobody is asked to audit yet.

    Not while a firm is at work on an earlier version of the same period.
    """
    if Role.CSP_APPROVER not in user.roles:
        return Declaration.objects.none()
    asked = Engagement.objects.filter(declaration=OuterRef("pk"), state__in=LIVE_STATES)
    at_work = Engagement.objects.filter(
        declaration__service=OuterRef("service"),
        declaration__period_start=OuterRef("period_start"),
        state__in=[EngagementState.COMMISSIONED, EngagementState.FIELDWORK],
    )
    return (
        Declaration.objects.visible_to(user)
        .fixed()
        .filter(~Exists(asked), ~Exists(at_work))
        .select_related("service")
        .order_by("service__name_kana", "period_start", "pk")
    )


def internal_audit_of(declaration: Declaration, user: User) -> InternalAuditSubmission | None:
    """The internal-audit record of a declaration, None while there is none."""
    return (
        InternalAuditSubmission.objects.visible_to(user)
        .filter(declaration=declaration)
        .select_related("file", "filed_by")
        .first()
    )
