"""Reads for the start pages: what needs doing, by party. A constant number of queries whatever the size."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from audits.enums import LIVE_STATES, EngagementState
from audits.models import Engagement
from audits.selectors.engagement import engagements_for
from controls.rules import Rules
from declarations.coverage import reminder_days
from declarations.enums import DeclarationState
from declarations.models import CloudService, Declaration, Evidence, Statement
from declarations.selectors.evidence_library import lapse_tag, lapsing_evidence
from declarations.selectors.states import Tag
from registrations.enums import ApplicationState, ClearanceKind
from registrations.models import Application, Clearance, Registration
from registrations.selectors.decision import member_cases
from registrations.selectors.queue import OPEN, QueueRow, queue, queue_rows
from registrations.selectors.register import grace_applies

SHOWN_CASES = 20
SHOWN_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a service's journey, as components/step_nav.html shows it."""

    label: str
    state: str
    url: str = ""

    @property
    def state_label(self) -> str:
        """The state in words."""
        return {"done": _("完了"), "now": _("いまここ"), "todo": _("これから")}[self.state]


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service of the provider with its place in the journey and the next thing to do."""

    service: CloudService
    declaration: Declaration | None
    percent: int | None
    application: Application | None
    registration: Registration | None
    steps: list[Step]
    next_label: str
    next_url: str


def service_cards(user: User, *, now: datetime) -> list[ServiceCard]:
    """The provider's services. Nine queries."""
    services = list(CloudService.objects.visible_to(user))
    current = _current_declarations(services)
    percents = _percents(d.pk for d in current.values() if d.is_open)
    applications = {
        a.service_id: a
        for a in Application.objects.visible_to(user)
        .open()
        .select_related("service", "declaration")
    }
    registrations = {
        r.service_id: r
        for r in Registration.objects.visible_to(user).in_force_at(now, grace=grace_applies(now))
    }
    cleared = set(
        Clearance.objects.filter(declaration__in=current.values()).values_list(
            "declaration_id", "kind"
        )
    )
    engaged = {
        e.declaration_id: e
        for e in Engagement.objects.visible_to(user).filter(
            declaration__in=current.values(), state__in=LIVE_STATES
        )
    }
    granted = set(
        Application.objects.filter(
            declaration__in=current.values(), state=ApplicationState.GRANTED
        ).values_list("declaration_id", flat=True)
    )
    cards = []
    for service in services:
        declaration = current.get(service.pk)
        place = _Place(
            service=service,
            declaration=declaration,
            engagement=engaged.get(declaration.pk) if declaration else None,
            cleared={kind for pk, kind in cleared if declaration and pk == declaration.pk},
            application=applications.get(service.pk),
            registration=registrations.get(service.pk),
            is_granted=declaration is not None and declaration.pk in granted,
        )
        cards.append(place.card(percents.get(declaration.pk) if declaration else None))
    return cards


@dataclass(frozen=True, slots=True)
class LapsingEvidence:
    """Evidence in use that has lapsed or lapses soon: the first lines, and how many there are."""

    rows: list[tuple[Evidence, Tag | None]]
    count: int


def lapsing(user: User, *, today: date) -> LapsingEvidence:
    """What a provider's evidence asks for. Two or three queries."""
    notice = max(reminder_days(Rules.at(today)), default=None)
    found = lapsing_evidence(user, today=today, notice=notice)
    first = list(found[: SHOWN_EVIDENCE + 1])
    count = len(first) if len(first) <= SHOWN_EVIDENCE else found.count()
    return LapsingEvidence(
        rows=[
            (item, lapse_tag(item.current_until, today=today, notice=notice))
            for item in first[:SHOWN_EVIDENCE]
        ],
        count=count,
    )


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """What waits for an audit body: to answer, to report."""

    to_answer: list[Engagement]
    in_fieldwork: list[Engagement]
    reported: int


def audit_desk(user: User) -> AuditDesk:
    """The engagements that this person may know, by what they wait for. Two queries."""
    open_ones = list(
        engagements_for(user)
        .with_audited_by(user)
        .filter(state__in=[EngagementState.COMMISSIONED, EngagementState.FIELDWORK])
    )
    return AuditDesk(
        to_answer=[e for e in open_ones if e.state == EngagementState.COMMISSIONED],
        in_fieldwork=[e for e in open_ones if e.state == EngagementState.FIELDWORK],
        reported=engagements_for(user).filter(state=EngagementState.REPORTED).count(),
    )


@dataclass(frozen=True, slots=True)
class CommitteeDesk:
    """What waits for secretariat and committee."""

    counts: list[tuple[str, str, int]]
    cases: list[QueueRow]
    more: int
    to_decide: list
    is_member: bool


def committee_desk(user: User, *, now: datetime) -> CommitteeDesk:
    """Open cases by state, the oldest of them, and the proposals that a member may vote on."""
    open_cases = queue(user, state=OPEN, kind="", text="")
    numbers = Counter(dict(open_cases.order_by().values_list("state").annotate(number=Count("pk"))))
    is_member = Role.COMMITTEE_MEMBER in user.roles
    return CommitteeDesk(
        counts=[
            (state.value, str(state.label), numbers[state.value])
            for state in ApplicationState
            if numbers[state.value]
        ],
        cases=queue_rows(open_cases[:SHOWN_CASES], today=timezone.localdate(now)),
        more=max(0, sum(numbers.values()) - SHOWN_CASES),
        to_decide=member_cases(user) if is_member else [],
        is_member=is_member,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a service stands; derives its steps and the next thing to do."""

    service: CloudService
    declaration: Declaration | None
    engagement: Engagement | None
    cleared: set[str]
    application: Application | None
    registration: Registration | None
    is_granted: bool

    def card(self, percent: int | None) -> ServiceCard:
        """The card with steps and next act."""
        label, url = self._next()
        return ServiceCard(
            service=self.service,
            declaration=self.declaration,
            percent=percent,
            application=self.application,
            registration=self.registration,
            steps=self._steps(),
            next_label=label,
            next_url=url,
        )

    def _steps(self) -> list[Step]:
        done = [
            (_("サービス情報"), True),
            (_("言明"), self._is_fixed),
            (_("外部監査"), ClearanceKind.EXTERNAL_AUDIT in self.cleared),
            (_("内部監査"), ClearanceKind.INTERNAL_AUDIT in self.cleared),
            (_("申請"), self._is_filed or self.is_granted),
            (_("審査・決定"), self.is_granted),
            (_("登録"), self.is_granted and self.registration is not None),
        ]
        present = next((index for index, step in enumerate(done) if not step[1]), None)
        return [
            Step(label, "now" if index == present else "done" if is_done else "todo")
            for index, (label, is_done) in enumerate(done)
        ]

    @property
    def _is_fixed(self) -> bool:
        return self.declaration is not None and self.declaration.is_frozen

    @property
    def _is_filed(self) -> bool:
        return self._applies and self.application.filed_at is not None

    @property
    def _applies(self) -> bool:
        """The open application is about the period of the declaration, not about one before it."""
        return (
            self.application is not None
            and self.declaration is not None
            and self.application.declaration.period_start == self.declaration.period_start
        )

    def _next(self) -> tuple[str, str]:
        service_url = self.service.get_absolute_url()
        if self.declaration is None:
            return _("言明を始める"), service_url
        url = self.declaration.get_absolute_url()
        if self.declaration.state == DeclarationState.IN_APPROVAL:
            return _("承認する言明を確かめる"), url
        if not self._is_fixed:
            return _("続きから入力する"), url
        if self._applies:
            return _("申請の状況を見る"), self.application.get_absolute_url()
        if ClearanceKind.EXTERNAL_AUDIT not in self.cleared:
            if self.engagement is not None:
                return _("外部監査の状況を見る"), self.engagement.get_absolute_url()
            return _("監査を委嘱する"), reverse("audits:commission", args=[self.declaration.pk])
        if ClearanceKind.INTERNAL_AUDIT not in self.cleared:
            return _("内部監査を進める"), reverse("audits:internal_audits")
        if self.is_granted:
            return _("次の期間の言明を始める"), service_url
        return _("申請を始める"), reverse("registrations:begin", args=[self.declaration.pk])


def _current_declarations(services: list[CloudService]) -> dict[uuid.UUID, Declaration]:
    """The newest declaration of each service that is not replaced by a newer version."""
    rows = (
        Declaration.objects.filter(service__in=services)
        .exclude(state=DeclarationState.SUPERSEDED)
        .order_by("service_id", "-period_start", "-version")
        .distinct("service_id")
    )
    return {row.service_id: row for row in rows}


def _percents(declarations: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    return Statement.objects.filter(declaration__in=list(declarations)).answered_percents()
