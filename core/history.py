"""How an act writes its history line: one moment, the person's name frozen as text."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _


def line(*, actor: Any, at: datetime, action: str, **facts: Any) -> dict[str, Any]:
    """The columns that every history line shares; `facts` are the rest (reason, article, states, changes)."""
    label = _("システム") if actor is None else actor_label(actor)
    return {"occurred_at": at, "actor": actor, "actor_label": label, "action": action, **facts}


def actor_label(actor: Any) -> str:
    """Name and organisation as they were at the time of the act."""
    organisation = actor.organisation
    return f"{actor.name}（{organisation.name}）" if organisation else actor.name


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """{field: [old, new]} for the fields that differ."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}
