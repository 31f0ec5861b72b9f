"""Reads for the report on an engagement: what still stands in its way, its versions, and who is next."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Membership, User
from audits import policies
from audits.enums import (
    OPEN_REQUESTS,
    EngagementState,
    FindingState,
    ReportMove,
    ReportState,
    TestResult,
)
from audits.models import (
    AuditReport,
    AuditReportHistory,
    ControlTest,
    Engagement,
    EvidenceRequest,
    Finding,
    ManagementConfirmation,
)
from audits.selectors.report_content import report_content
from audits.workflow import REPORT
from core.calendar import jst_date
from core.canonical import canonical_json, sha256_hex

# So many are named one by one; of the others only how many there are.
NAMED = 5

UNTESTED = Q(skip_reason="") & (Q(design_result="") | Q(operating_result=""))
DEFICIENT = Q(design_result=TestResult.DEFICIENT) | Q(operating_result=TestResult.DEFICIENT)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the report cannot be prepared or signed yet. `mend` says what to do on the engagement's page `route`."""

    text: str
    mend: str
    route: str

    def __str__(self) -> str:
        return f"{self.text}{self.mend}"

    @property
    def link_label(self) -> str:
        """What the link to that page says."""
        return {
            "audits:fieldwork": _("監査手続を開く"),
            "audits:engagement_requests": _("資料の依頼を開く"),
            "audits:engagement_findings": _("発見事項を開く"),
            "audits:confirmation": _("経営者確認書を開く"),
            "audits:team": _("監査チームの独立性の確認を開く"),
        }[self.route]


def current_confirmation(engagement: Engagement) -> ManagementConfirmation | None:
    """The newest 経営者確認書 of the audited declaration; None while there is none."""
    return (
        ManagementConfirmation.objects.filter(
            engagement=engagement, snapshot_sha256=engagement.snapshot_sha256
        )
        .order_by("-version")
        .first()
    )


def obstacles(
    engagement: Engagement, confirmation: ManagementConfirmation | None
) -> list[Obstacle]:
    """What the records still lack. Three queries."""
    tests = (
        ControlTest.objects.filter(engagement=engagement)
        .annotate(is_untested=UNTESTED, is_unstated=DEFICIENT & ~_has_finding(engagement))
        .order_by("control__sort_key")
        .values_list("control__number", "is_untested", "is_unstated")
    )
    numbers = list(tests)
    untested = [number for number, is_untested, _unstated in numbers if is_untested]
    unstated = [number for number, _untested, is_unstated in numbers if is_unstated]
    requests = EvidenceRequest.objects.filter(engagement=engagement, state__in=OPEN_REQUESTS)
    asked = [
        f"{number} {title}"
        for number, title in requests.order_by("number").values_list("number", "title")
    ]
    drafts = Finding.objects.filter(engagement=engagement, state=FindingState.DRAFT)
    raised = [
        f"{number}（{control}）"
        for number, control in drafts.order_by("number").values_list(
            "number", "test__control__number"
        )
    ]
    return list(_obstacles(bool(numbers), untested, unstated, asked, raised, confirmation))


def _has_finding(engagement: Engagement) -> Q:
    """A test that some finding speaks of: one of this audit, or one of an earlier audit that was retested here in vain.

    The provider answers findings and later audits carry them along; of a bare 不備あり nobody would ever hear again.
    What was taken back speaks of nothing: then the result is to be looked at once more.
    """
    own = Finding.objects.filter(test=OuterRef("pk")).exclude(state=FindingState.DROPPED)
    earlier = Finding.objects.open().filter(
        test__control=OuterRef("control"),
        retests__engagement=engagement,
        retests__is_remedied=False,
    )
    return Q(Exists(own)) | Q(Exists(earlier))


def _obstacles(
    has_scope: bool,
    untested: list[str],
    unstated: list[str],
    asked: list[str],
    raised: list[str],
    confirmation: ManagementConfirmation | None,
) -> Iterator[Obstacle]:
    if not has_scope:
        yield Obstacle(
            _("監査の対象となる項目がありません。"),
            _("監査計画から対象を設定してください。"),
            "audits:fieldwork",
        )
    if untested:
        yield Obstacle(
            _("結果を記録していない項目があります：%(names)s。") % {"names": _named(untested)},
            _("整備状況と運用状況の結果を記録するか、省略の理由を記録してください。"),
            "audits:fieldwork",
        )
    if unstated:
        yield Obstacle(
            _("「不備あり」と記録したのに発見事項がない項目があります：%(names)s。")
            % {"names": _named(unstated)},
            _("発見事項を起票して事業者に通知するか、結果を見直してください。"),
            "audits:engagement_findings",
        )
    if asked:
        yield Obstacle(
            _("終わっていない資料の依頼があります：%(names)s。") % {"names": _named(asked)},
            _("受領するか、依頼を取り消してください。"),
            "audits:engagement_requests",
        )
    if raised:
        yield Obstacle(
            _("起票中の発見事項があります：%(names)s。") % {"names": _named(raised)},
            _("事業者に通知するか、取り下げてください。"),
            "audits:engagement_findings",
        )
    if confirmation is None:
        yield Obstacle(
            _("監査した言明についての経営者確認書がありません。"),
            _("事業者に署名を依頼してください。"),
            "audits:confirmation",
        )


def _named(names: list[str]) -> str:
    shown = "、".join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return _("%(names)s ほか%(count)s件") % {"names": shown, "count": f"{len(names) - NAMED:,}"}


def leads_beside(engagement: Engagement, people: Collection[int | uuid.UUID]) -> bool:
    """Whether a lead of the confirmed team is there beside these people: somebody has to be left who may sign."""
    leads = Membership.objects.in_force(timezone.localdate()).filter(
        organisation=engagement.firm_id, role=Role.AUDIT_LEAD, user__is_active=True
    )
    confirmed = engagement.members.confirmed().filter(person__in=leads.values("user"))
    return confirmed.exclude(person__in=people).exists()


def _signer_lacking(
    engagement: Engagement, live: AuditReport | None, user: User
) -> Iterator[Obstacle]:
    """Nobody could sign what this person would prepare, or the version that waits for its signature."""
    acted = (live.prepared_by_id, live.reviewed_by_id) if live else (user.pk,)
    people = [person for person in acted if person]
    if not leads_beside(engagement, people):
        yield Obstacle(
            _("報告書に署名できる監査責任者がいません。"),
            _("作成者、査閲者とは別の監査責任者が、この監査の独立性を確認してから進めてください。"),
            "audits:team",
        )


CONTENT_LABELS = {
    "form_number": gettext_lazy("様式番号"),
    "service": gettext_lazy("サービス"),
    "provider": gettext_lazy("事業者"),
    "firm": gettext_lazy("監査機関"),
    "declaration": gettext_lazy("言明"),
    "commissioned_on": gettext_lazy("委嘱日"),
    "team": gettext_lazy("監査を行った者"),
    "scope": gettext_lazy("対象の集計"),
    "sections": gettext_lazy("項目ごとの結果"),
    "findings": gettext_lazy("発見事項"),
    "confirmation": gettext_lazy("経営者確認書"),
    "parameters": gettext_lazy("制度パラメータ"),
}


def changed_parts(report: AuditReport) -> list[str]:
    """Which parts of the report the records no longer bear out; none while they say the same."""
    confirmation = current_confirmation(report.engagement) or report.confirmation
    now = report_content(
        report.engagement,
        confirmation,
        version=report.version,
        prepared_on=jst_date(report.prepared_at),
    )
    if sha256_hex(canonical_json(now)) == report.content_sha256:
        return []
    frozen = report.facts
    return [str(CONTENT_LABELS.get(name, name)) for name in now if now[name] != frozen.get(name)]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report of an engagement as the firm sees it."""

    engagement: Engagement
    confirmation: ManagementConfirmation | None
    obstacles: list[Obstacle]
    live: AuditReport | None
    versions: list[AuditReport]
    steps: list[dict[str, str]]
    may_prepare: bool
    moves: frozenset[str]
    waiting: str


def report_page(engagement: Engagement, user: User) -> ReportPage:
    """Where the report is, what it lacks and what this person may do. A constant number of queries."""
    versions = reports_of(engagement)
    live = next((report for report in versions if report.is_live), None)
    confirmation = current_confirmation(engagement)
    is_open = engagement.state == EngagementState.FIELDWORK
    lacks = obstacles(engagement, confirmation) if is_open else []
    if is_open and (live is None or live.signed_at is None):
        lacks += _signer_lacking(engagement, live, user)
    return ReportPage(
        engagement=engagement,
        confirmation=confirmation,
        obstacles=lacks,
        live=live,
        versions=versions,
        steps=report_steps(live),
        may_prepare=is_open and live is None and policies.can_prepare_report(user, engagement),
        moves=report_moves(user, live),
        waiting=waiting_for(live, user) if is_open else "",
    )


def reports_of(engagement: Engagement) -> list[AuditReport]:
    """Its versions, newest first, with their people and without what they say. One query."""
    people = ("prepared_by", "reviewed_by", "signed_by", "voided_by")
    found = AuditReport.objects.filter(engagement=engagement).select_related(*people)
    versions = list(found.defer("content").order_by("-version"))
    for report in versions:
        report.engagement = engagement
    return versions


_POLICIES = {
    ReportMove.REVIEW: policies.can_review_report,
    ReportMove.RETURN: policies.can_review_report,
    ReportMove.SIGN: policies.can_sign_report,
    ReportMove.ISSUE: policies.can_issue_report,
    ReportMove.REOPEN: policies.can_reopen_report,
}


def report_moves(user: User, report: AuditReport | None) -> frozenset[str]:
    """Policy and workflow crossed once: what this person may do with the version now."""
    if report is None or report.engagement.state != EngagementState.FIELDWORK:
        return frozenset()
    return frozenset(
        move.name
        for move in REPORT.moves_from(report.state)
        if _POLICIES[ReportMove(move.name)](user, report)
    )


def waiting_for(report: AuditReport | None, user: User) -> str:
    """Who has to act next, in a sentence for those who cannot; "" where this person can."""
    if report is None:
        return ""
    move, sentence = {
        ReportState.PREPARED: (ReportMove.REVIEW, _("作成者とは別の監査人の査閲を待っています。")),
        ReportState.REVIEWED: (
            ReportMove.SIGN,
            _("作成者、査閲者とは別の監査責任者の署名を待っています。"),
        ),
        ReportState.SIGNED: (ReportMove.ISSUE, _("監査責任者による発行を待っています。")),
    }.get(ReportState(report.state), ("", ""))
    return "" if move in report_moves(user, report) else sentence


def report_steps(live: AuditReport | None) -> list[dict[str, str]]:
    """Prepare, review, sign, issue, as components/step_nav.html shows them."""
    order = [ReportState.PREPARED, ReportState.REVIEWED, ReportState.SIGNED, ReportState.ISSUED]
    done = order.index(ReportState(live.state)) + 1 if live else 0
    labels = [_("作成"), _("査閲"), _("署名"), _("発行")]
    words = {"done": _("済み"), "now": _("次の手続"), "todo": _("これから")}
    states = ["done" if n < done else "now" if n == done else "todo" for n in range(len(order))]
    return [
        {"label": label, "state": state, "state_label": words[state]}
        for label, state in zip(labels, states, strict=True)
    ]


def report_history(report: AuditReport) -> list[AuditReportHistory]:
    """What was done with one version, newest first."""
    return list(report.history.order_by("-occurred_at", "-pk"))


@dataclass(frozen=True, slots=True)
class ReportCard:
    """Report and confirmation in a few words on the page of the engagement. `live` is for the firm alone."""

    is_firm: bool
    is_reported: bool
    may_sign: bool
    confirmation_version: int | None
    live: AuditReport | None
    next: str


def report_card(engagement: Engagement, user: User) -> ReportCard | None:
    """For the provider and the firm from the fieldwork on; None for others. Two queries."""
    if not engagement.is_accepted or not policies.can_read_confirmation(user, engagement):
        return None
    is_firm = policies.can_read_report_work(user, engagement)
    found = ManagementConfirmation.objects.filter(engagement=engagement).order_by("-version")
    confirmed = found.values_list("version", flat=True).first()
    live = next((one for one in reports_of(engagement) if one.is_live), None) if is_firm else None
    is_open = engagement.state == EngagementState.FIELDWORK
    may_sign = is_open and policies.can_sign_confirmation(user, engagement)
    return ReportCard(
        is_firm=is_firm,
        is_reported=not is_open,
        may_sign=may_sign,
        confirmation_version=confirmed,
        live=live,
        next=_next_step(user, live, confirmed, is_firm=is_firm, may_sign=may_sign)
        if is_open
        else "",
    )


def _next_step(
    user: User,
    live: AuditReport | None,
    confirmed: int | None,
    *,
    is_firm: bool,
    may_sign: bool,
) -> str:
    if live:
        return waiting_for(live, user) or _("あなたの手続を待っています。報告書を開いてください。")
    if confirmed:
        return _("監査の記録がそろったら、報告書を作成してください。") if is_firm else ""
    if may_sign:
        return _("監査の終わりに、経営者確認書に署名してください。")
    return _("事業者の承認者が、経営者確認書に署名します。")
