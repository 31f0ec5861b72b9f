"""The list of cases of the secretariat and the committee: what has been filed, oldest first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from controls.rules import Rules
from core.calendar import working_days_between
from core.normalise import search_key
from registrations.enums import DECIDED_STATES
from registrations.models import Application
from registrations.selectors.application import Target, state_tag, target_of

OPEN = "open"
ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case: since when it is here (working days since acceptance, before that since filing) and its target."""

    application: Application
    tag: dict[str, str]
    working_days: int | None
    target: Target | None


def queue(user: User, *, state: str, kind: str, text: str) -> QuerySet[Application]:
    """The cases that this person sees, filtered. `state` is a state, `open` or `all`."""
    cases = Application.objects.visible_to(user).select_related(
        "organisation", "service", "declaration"
    )
    if state == OPEN:
        cases = cases.open()
    elif state != ALL:
        cases = cases.filter(state=state)
    if kind:
        cases = cases.filter(kind=kind)
    if text:
        key = search_key(text)
        cases = cases.filter(
            Q(service__search_key__contains=key) | Q(organisation__search_key__contains=key)
        )
    return cases.order_by(Coalesce(F("accepted_at"), F("filed_at")), "pk")


def queue_rows(applications: Any, *, today: date) -> list[QueueRow]:
    """One page of cases with their age and target. One query for the rules."""
    rules = Rules.at(today)
    return [
        QueueRow(
            application=application,
            tag=state_tag(application),
            working_days=_working_days(application, today),
            target=target_of(application, rules),
        )
        for application in applications
    ]


def _working_days(application: Application, today: date) -> int | None:
    since = application.accepted_at or application.filed_at
    if application.state in DECIDED_STATES or since is None:
        return None
    return working_days_between(timezone.localdate(since), today)
