"""Pages of cloud services: the list, and one service with its declarations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from core.labels import field_label
from declarations.enums import DeliveryModel, ServiceAction
from declarations.models import CloudService, CloudServiceHistory, Declaration
from declarations.selectors.states import Tag, state_tag
from declarations.snapshot import SERVICE_FIELDS

HISTORY_LINES = 10


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A declaration in a list."""

    declaration: Declaration
    tag: Tag


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service in the list, with its newest declaration if there is any."""

    service: CloudService
    newest: DeclarationRow | None
    count: int


@dataclass(frozen=True, slots=True)
class Act:
    """One line of `components/activity_list.html`."""

    at: datetime
    actor: str
    text: str


def services_for(user: User) -> QuerySet[CloudService]:
    """What the list shows to this person, each with its visible declarations, newest first."""
    declarations = (
        Declaration.objects.visible_to(user).order_by("-period_start", "-version").defer(*_TEXTS)
    )
    return (
        CloudService.objects.visible_to(user)
        .select_related("organisation")
        .prefetch_related(Prefetch("declarations", declarations))
        .order_by("organisation__name", "name_kana", "name", "pk")
    )


def service_row(service: CloudService) -> ServiceRow:
    """The row of a service loaded by `services_for`."""
    declarations = list(service.declarations.all())
    newest = declarations[0] if declarations else None
    row = DeclarationRow(newest, state_tag(newest)) if newest else None
    return ServiceRow(service, row, len(declarations))


def declaration_rows(service: CloudService, user: User) -> list[DeclarationRow]:
    """The visible declarations of a service, newest first. One query."""
    rows = (
        Declaration.objects.visible_to(user)
        .filter(service=service)
        .select_related("edition")
        .defer(*_TEXTS)
        .order_by("-period_start", "-version")
    )
    return [DeclarationRow(row, state_tag(row)) for row in rows]


def last_period_end(rows: list[DeclarationRow]) -> date | None:
    """Where the newest of these periods ends; None before the first declaration."""
    return max((row.declaration.period_end for row in rows), default=None)


def description(service: CloudService) -> list[dict[str, Any]]:
    """The facts as `components/description_list.html` shows them; what is not filled in is left out."""
    items = []
    for name in SERVICE_FIELDS:
        value = getattr(service, name)
        if name == "delivery_model":
            value = DeliveryModel(value).label
        elif isinstance(value, list):
            value = "\n".join(value)
        if value and name != "name":
            items.append(
                {"term": field_label(CloudService, name), "value": value, "is_multiline": True}
            )
    return items


def service_history(service: CloudService) -> list[Act]:
    """The latest acts on the description, newest first. One query."""
    lines = service.history.order_by("-occurred_at", "-pk")[:HISTORY_LINES]
    return [Act(line.occurred_at, line.actor_label, _sentence(line)) for line in lines]


def _sentence(line: CloudServiceHistory) -> str:
    text = line.get_action_display()
    if line.action != ServiceAction.UPDATED:
        return text
    labels = (field_label(CloudService, name) for name in SERVICE_FIELDS if name in line.changes)
    return f"{text}：{'、'.join(labels)}"


# Long texts that no list shows.
_TEXTS = ("scope", "out_of_scope", "subsequent_events", "special_notes")
