"""Reads about one application: what may be done with it, where it stands, what it lacks, what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from controls.rules import Rules
from core.months import add_months
from declarations.models import Declaration
from registrations import disclosure
from registrations.completeness import Requirement, requirements
from registrations.enums import ApplicationMove as A
from registrations.enums import ApplicationState, ClearanceKind
from registrations.models import Application, ApplicationHistory, ApplicationRequest, Clearance
from registrations.policies import application as policies
from registrations.policies import decision as decision_policies
from registrations.selectors.register import current_registration
from registrations.workflow import APPLICATION

_TAGS = {
    ApplicationState.IN_CORRECTION: "ng",
    ApplicationState.IN_INQUIRY: "warn",
    ApplicationState.GRANTED: "solid",
    ApplicationState.REFUSED: "solid-ng",
    ApplicationState.WITHDRAWN: "black",
}


@dataclass(frozen=True, slots=True)
class Act:
    """How a move is offered: by which policy, on which page, as which kind of button."""

    policy: Callable[[User, Any], bool]
    route: str
    label: Any
    kind: str = "secondary"


_REVIEW, _PROPOSE = policies.can_review, decision_policies.can_propose

# Moves that a person makes on a page of their own. The others follow from votes.
ACTS = {
    A.FILE: Act(policies.can_file_application, "file", _lazy("申請の内容を確認する"), "primary"),
    A.RESUBMIT: Act(policies.can_resubmit_application, "resubmit", _lazy("補正して再提出する"), "primary"),
    A.ANSWER: Act(policies.can_answer, "answer", _lazy("照会に回答する"), "primary"),
    A.ACCEPT: Act(_REVIEW, "accept", _lazy("受理する"), "primary"),
    A.REQUEST_CORRECTION: Act(_REVIEW, "correction", _lazy("補正を求める")),
    A.START_REVIEW: Act(_REVIEW, "start_review", _lazy("技術的審査を始める"), "primary"),
    A.REFER: Act(_PROPOSE, "propose", _lazy("決定案を作り付議する"), "primary"),
    A.INQUIRE: Act(_REVIEW, "inquire", _lazy("照会する")),
    A.AMEND: Act(_PROPOSE, "propose", _lazy("決定案を変更する")),
    A.WITHDRAW: Act(policies.can_withdraw_application, "withdraw", _lazy("申請を取り下げる"), "quiet"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MoveButton:
    """One thing that this person may do now."""

    move: str
    label: str
    url: str
    kind: str


def allowed_moves(user: User, application: Application) -> list[MoveButton]:
    """Workflow and policies crossed once: what this person may do with this application now, most important first."""
    possible = {move.name for move in APPLICATION.moves_from(application.state)}
    return [
        MoveButton(
            move,
            str(act.label),
            reverse(f"registrations:{act.route}", args=[application.pk]),
            act.kind,
        )
        for move, act in ACTS.items()
        if move in possible and act.policy(user, application)
    ]


def state_tag(application: Application) -> dict[str, str]:
    """The state as components/tag.html shows it."""
    kind = _TAGS.get(ApplicationState(application.state), "run")
    return {"kind": kind, "label": application.get_state_display()}


def clearances_of(declaration: Declaration) -> dict[str, Clearance]:
    """The finished audits of a declaration by kind."""
    found = Clearance.objects.filter(declaration=declaration).select_related("file")
    return {clearance.kind: clearance for clearance in found}


def journey(application: Application, clearances: dict[str, Clearance]) -> list[dict[str, str]]:
    """The whole way in eight steps, derived from the records; the first that is not done is the present one."""
    state = application.state
    decided = state in (ApplicationState.GRANTED, ApplicationState.REFUSED)
    referred = decided or state == ApplicationState.REFERRED
    steps = [
        (_("言明"), application.declaration.is_frozen),
        (_("外部監査"), ClearanceKind.EXTERNAL_AUDIT in clearances),
        (_("内部監査"), ClearanceKind.INTERNAL_AUDIT in clearances),
        (_("申請"), application.filed_at is not None and state != ApplicationState.IN_CORRECTION),
        (_("受理"), application.accepted_at is not None),
        (_("審査"), referred),
        (_("付議"), decided),
        (_("決定"), decided),
    ]
    present = next((index for index, step in enumerate(steps) if not step[1]), None)
    if state == ApplicationState.WITHDRAWN:
        present = None
    return [_step(label, done, index == present) for index, (label, done) in enumerate(steps)]


def _step(label: str, done: bool, present: bool) -> dict[str, str]:
    if present:
        return {"label": label, "state": "now", "state_label": _("いまここ")}
    if done:
        return {"label": label, "state": "done", "state_label": _("完了")}
    return {"label": label, "state": "todo", "state_label": _("これから")}


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One requirement with the page on which it is mended."""

    requirement: Requirement
    url: str
    link_label: str


def checklist(user: User, application: Application, *, now: datetime) -> list[CheckItem]:
    """Everything that filing needs, met or not, with the page on which this person mends it."""
    registration = current_registration(application.service, now)
    today = timezone.localdate(now)
    found = requirements(
        application,
        today=today,
        valid_until=registration.valid_until if registration else None,
        rules=Rules.at(today),
    )
    pages = _mending_pages(user, application)
    return [CheckItem(item, *pages.get(item.key, ("", ""))) for item in found]


def _mending_pages(user: User, application: Application) -> dict[str, tuple[str, str]]:
    declaration, service = application.declaration, application.service
    of_declaration = (declaration.get_absolute_url(), _("言明を開く"))
    internal = reverse("audits:internal_audits")
    organisation = reverse("accounts:organisation", args=[application.organisation_id])
    return {
        "declaration": of_declaration,
        "external_audit": of_declaration,
        "internal_audit": (internal, _("内部監査を進める"))
        if policies.can_withdraw_application(user, application)
        else of_declaration,
        "provider": (organisation, _("組織の情報を開く")),
        "service": (service.get_absolute_url(), _("サービスの情報を開く")),
    }


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act as this reader may see it."""

    at: datetime
    actor: str
    action: str
    label: str
    reason: str
    article: str
    state: str
    kind: str
    icon: str


# How an act looks in the timeline: kind and icon.
_LOOKS = {
    A.FILE: ("run", "send"),
    A.REQUEST_CORRECTION: ("ng", "return"),
    A.RESUBMIT: ("run", "send"),
    A.ACCEPT: ("ok", "check"),
    A.START_REVIEW: ("run", "search"),
    A.INQUIRE: ("warn", "mail"),
    A.ANSWER: ("run", "send"),
    A.REFER: ("run", "people"),
    A.AMEND: ("run", "edit"),
    A.RETURN: ("ng", "return"),
    A.GRANT: ("ok", "check"),
    A.REFUSE: ("ng", "close"),
}


def history_for(user: User, application: Application) -> list[HistoryLine]:
    """What happened, newest first. Applicants see no step inside the committee, no proposal and no member's name."""
    entries = application.history.order_by("-occurred_at", "-pk")
    if decision_policies.can_see_proposals(user):
        return [_line(entry, entry.actor_label, entry.reason) for entry in entries]
    return [
        _line(entry, disclosure.actor_for_applicant(entry), disclosure.reason_for_applicant(entry))
        for entry in entries.exclude(action__in=disclosure.INTERNAL)
    ]


def _line(entry: ApplicationHistory, actor: str, reason: str) -> HistoryLine:
    kind, icon = _LOOKS.get(A(entry.action), ("none", "doc"))
    return HistoryLine(
        at=entry.occurred_at,
        actor=actor,
        action=entry.action,
        label=entry.get_action_display(),
        reason=reason,
        article=entry.article,
        state=str(ApplicationState(entry.to_state).label),
        kind=kind,
        icon=icon,
    )


def requests_of(application: Application) -> list[ApplicationRequest]:
    """Corrections and inquiries with their answers, newest first."""
    return list(
        application.requests.select_related("asked_by", "answered_by").order_by("-asked_at", "pk")
    )


def open_request(application: Application) -> ApplicationRequest | None:
    """What the applicant is asked right now."""
    return application.requests.filter(answered_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Target:
    """By when the decision is aimed at, with the status of the rule: a target, never stated as law."""

    on: date
    status_label: str


def target_of(application: Application, rules: Rules) -> Target | None:
    """Months after acceptance (parameter `review_target_months`); None before acceptance or without a value."""
    fact = rules.fact("review_target_months")
    if application.accepted_at is None or fact.value is None:
        return None
    accepted_on = timezone.localdate(application.accepted_at)
    return Target(add_months(accepted_on, fact.value), fact.status_label)


def versions_to_file(application: Application) -> list[Declaration]:
    """The versions that a correction may be answered with: the one filed while it holds, and newer fixed ones."""
    return list(
        application.service.declarations.fixed()
        .filter(period_start__gte=application.declaration.period_start)
        .select_related("service")
        .order_by("period_start", "version")
    )


_NEXT_STEPS = {
    ApplicationState.PREPARING: _lazy("申請者が必要なものをそろえ、申請します。"),
    ApplicationState.FILED: _lazy("事務局が、書類と形式がそろっているかを確認します。"),
    ApplicationState.IN_CORRECTION: _lazy("申請者が補正し、再提出します。"),
    ApplicationState.ACCEPTED: _lazy("事務局が技術的審査を始めます。"),
    ApplicationState.UNDER_REVIEW: _lazy("事務局が言明の内容と監査の結果を審査します。"),
    ApplicationState.IN_INQUIRY: _lazy("申請者が照会に回答します。"),
    ApplicationState.REFERRED: _lazy("運営委員会が決定します。"),
}


def next_step(application: Application) -> str:
    """What happens next and by whom; empty when nothing does."""
    return str(_NEXT_STEPS.get(ApplicationState(application.state), ""))
