"""Reads for the pages of evidence requests, the same for both sides."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audits import policies
from audits.enums import CLOSED_REQUESTS, EngagementState, RequestMove, RequestState
from audits.models import (
    Engagement,
    EvidenceRequest,
    EvidenceRequestHistory,
    ProvidedEvidence,
    RequestedControl,
)
from audits.querysets import OPEN, WAITING
from audits.selectors.request_clock import clock_tag, is_overdue
from audits.workflow import REQUEST
from declarations.selectors.states import Tag

ALL = "all"
FILTERS = {
    "": gettext_lazy("対応中"),
    "overdue": gettext_lazy("期限超過"),
    "waiting": gettext_lazy("提出待ち"),
    "provided": gettext_lazy("確認待ち"),
    "accepted": gettext_lazy("受領"),
    "withdrawn": gettext_lazy("取消し"),
    ALL: gettext_lazy("すべて"),
}
# Control numbers of one request in a list; the rest is counted.
SHOWN_CONTROLS = 3
AUDITING = {RequestMove.ACCEPT, RequestMove.RETURN, RequestMove.WITHDRAW}


@dataclass(frozen=True, slots=True)
class AskedControls:
    """Keys of the details that typed numbers stand for, and what stands for none."""

    controls: list[uuid.UUID]
    unknown: list[str]


def asked_controls(engagement: Engagement, codes: Iterable[str]) -> AskedControls:
    """A detail by its own number, all details below any other; of the pinned declaration. One query, none for none."""
    wanted = [code.upper() for code in codes]
    if not wanted:
        return AskedControls([], [])
    rows = engagement.declaration.statements.order_by("control__sort_key").values_list(
        "control", "control__number"
    )
    controls, used = [], set()
    for control, number in rows:
        matching = {code for code in wanted if number == code or number.startswith(f"{code}.")}
        if matching:
            used |= matching
            controls.append(control)
    return AskedControls(controls, [code for code in wanted if code not in used])


def open_requests(engagement: Engagement) -> QuerySet[EvidenceRequest]:
    """Requests of this engagement that are neither accepted nor withdrawn: with one of them nothing is reported."""
    return EvidenceRequest.objects.open().filter(engagement=engagement)


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests there are, by whose turn it is."""

    open: int
    waiting: int
    overdue: int
    provided: int
    accepted: int
    withdrawn: int
    all: int

    def of(self, state: str) -> int:
        """The number behind a filter."""
        return getattr(self, state or "open")


def counts(requests: QuerySet[EvidenceRequest], *, today: date) -> RequestCounts:
    """One query."""
    numbers = {
        name or "open": Count("pk", filter=condition) for name, condition in _behind(today).items()
    }
    return RequestCounts(**requests.order_by().aggregate(**numbers))


def _behind(today: date) -> dict[str, Q]:
    """What is behind each filter."""
    return {
        "": OPEN,
        "overdue": WAITING & Q(due_on__lt=today),
        "waiting": WAITING,
        "provided": OPEN & Q(state=RequestState.PROVIDED),
        "accepted": Q(state=RequestState.ACCEPTED),
        "withdrawn": Q(state=RequestState.WITHDRAWN),
        ALL: Q(pk__isnull=False),
    }


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list; `numbers` are the first controls that it is about."""

    request: EvidenceRequest
    numbers: list[str]
    more: int
    clock: Tag | None
    is_overdue: bool


def request_list(
    requests: QuerySet[EvidenceRequest], *, state: str, today: date
) -> QuerySet[EvidenceRequest]:
    """The requests behind a filter: overdue first, then by their last day."""
    controls = RequestedControl.objects.select_related("control").order_by("control__sort_key")
    return (
        requests.filter(_behind(today)[state])
        .select_related("engagement__firm", "engagement__declaration__service")
        .prefetch_related(Prefetch("asked_controls", queryset=controls, to_attr="asked_about"))
        .annotate(files=Count("provided"))
        .order_by(
            Case(
                When(WAITING & Q(due_on__lt=today), then=0),
                When(state__in=CLOSED_REQUESTS, then=2),
                default=1,
            ),
            F("due_on").asc(nulls_last=True),
            "asked_at",
            "pk",
        )
    )


def request_rows(requests: Iterable[Any], *, today: date) -> list[RequestRow]:
    """Rows for requests of `request_list`."""
    rows = []
    for request in requests:
        numbers = [one.control.number for one in request.asked_about]
        rows.append(
            RequestRow(
                request=request,
                numbers=numbers[:SHOWN_CONTROLS],
                more=max(0, len(numbers) - SHOWN_CONTROLS),
                clock=clock_tag(request, today=today),
                is_overdue=is_overdue(request, today=today),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One act on a request with the files that came with it."""

    line: EvidenceRequestHistory
    files: list[ProvidedEvidence]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with its whole thread, as either side reads it."""

    request: EvidenceRequest
    controls: list[str]
    clock: Tag | None
    thread: list[ThreadEntry]
    moves: frozenset[str]
    files: int


def request_page(request: EvidenceRequest, user: User, *, today: date) -> RequestPage:
    """The request, oldest act first, and the moves that this person may make now. Three queries."""
    given = list(
        request.provided.select_related("version__file", "version__evidence", "provided_by")
    )
    by_instant: dict[Any, list[ProvidedEvidence]] = {}
    for one in given:
        by_instant.setdefault(one.provided_at, []).append(one)
    return RequestPage(
        request=request,
        controls=list(request.controls.order_by("sort_key").values_list("number", flat=True)),
        clock=clock_tag(request, today=today),
        thread=[
            ThreadEntry(line, by_instant.get(line.occurred_at, []))
            for line in request.history.order_by("occurred_at", "pk")
        ],
        moves=allowed_moves(request, user),
        files=len(given),
    )


def allowed_moves(request: EvidenceRequest, user: User) -> frozenset[str]:
    """Policy and workflow crossed once: the moves that the page offers."""
    if request.engagement.state != EngagementState.FIELDWORK:
        return frozenset()
    audits = policies.can_audit(user, request.engagement)
    answers = policies.can_answer(user, request.engagement)
    return frozenset(
        move.name
        for move in REQUEST.moves_from(request.state)
        if (audits if move.name in AUDITING else answers)
    )


def provided_version(request: EvidenceRequest, version: uuid.UUID) -> ProvidedEvidence | None:
    """A file that was given in answer; None for any other version of the library."""
    return request.provided.filter(version=version).select_related("version__file").first()


@dataclass(frozen=True, slots=True)
class RequestCard:
    """What the page of an engagement says of its requests."""

    counts: RequestCounts
    url: str
    ask_url: str


def request_card(engagement: Engagement, user: User, *, today: date) -> RequestCard | None:
    """None for whoever has no part in them, and before the firm has taken the work. One query."""
    if not policies.can_read_requests(user, engagement):
        return None
    found = EvidenceRequest.objects.visible_to(user).filter(engagement=engagement)
    card = RequestCard(
        counts=counts(found, today=today),
        url=reverse("audits:engagement_requests", args=[engagement.pk]),
        ask_url=reverse("audits:ask_evidence", args=[engagement.pk])
        if may_ask(user, engagement)
        else "",
    )
    return card if card.counts.all or engagement.is_accepted else None


def may_ask(user: User, engagement: Engagement) -> bool:
    """Policy and state crossed: the page offers to ask."""
    return engagement.state == EngagementState.FIELDWORK and policies.can_audit(user, engagement)


def waiting_requests(user: User, *, today: date) -> RequestCounts:
    """What waits for a provider's people over all their audits. One query."""
    return counts(EvidenceRequest.objects.visible_to(user), today=today)


def waiting_text(found: RequestCounts) -> str:
    """The same in a sentence, "" when nothing waits."""
    if not found.waiting:
        return ""
    text = _("提出を待っている依頼が%(count)s件あります。") % {"count": found.waiting}
    if found.overdue:
        text += _("うち%(count)s件は期限を過ぎています。") % {"count": found.overdue}
    return text
