"""Reads for the pages of listed services (基盤クラウドサービス)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import format_wareki
from core.labels import field_label
from core.normalise import search_key
from declarations.enums import ListedServiceAction
from declarations.models import ListedService, ListedServiceHistory
from declarations.querysets import ListedServiceQuerySet
from declarations.selectors.activity import Act
from declarations.selectors.conflicts import Conflict, merge
from declarations.selectors.states import Tag

# Tabs of the list by the value of `?state=`.
STATES = {
    "": gettext_lazy("掲載中"),
    "ended": gettext_lazy("掲載終了"),
    "all": gettext_lazy("すべて"),
}


def listed_services(user: User, *, state: str, text: str, today: date) -> ListedServiceQuerySet:
    """What this person may see, narrowed by state and free text."""
    rows = ListedService.objects.visible_to(user)
    if state == "":
        rows = rows.exclude(listed_until__lt=today)
    elif state == "ended":
        rows = rows.ended_before(today)
    return rows.filter(search_key__contains=search_key(text)) if text else rows


def standing(listed: ListedService, *, today: date) -> Tag:
    """On the list, not yet, or no more."""
    if listed.listed_from > today:
        return Tag("wait", _("掲載前"))
    if listed.listed_until is not None and listed.listed_until < today:
        return Tag("todo", _("掲載終了"))
    return Tag("ok", _("掲載中"))


def history_of(listed: ListedService) -> list[Act]:
    """Every act, newest first. One query."""
    lines = listed.history.order_by("-occurred_at", "-pk")
    return [Act(line.occurred_at, line.actor_label, _sentence(line)) for line in lines]


def listed_conflict(current: ListedService, mine: dict[str, Any], *, seen: int) -> Conflict:
    """What others did since the version `seen` was shown. One query."""
    lines = current.history.exclude(action=ListedServiceAction.ENTERED)
    latest = lines.order_by("-occurred_at", "-pk")[: max(current.row_version - seen, 0)]
    return merge(current, mine, _typed(latest))


def _typed(lines: Any) -> list[ListedServiceHistory]:
    """Oldest first, with days as days, as forms and models have them."""
    found = list(lines)[::-1]
    for line in found:
        line.changes = {
            name: [_day(value) if name in DAYS else value for value in pair]
            for name, pair in line.changes.items()
        }
    return found


DAYS = ("listed_from", "listed_until")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sentence(line: ListedServiceHistory) -> str:
    """The act, what it changed from what to what, and why."""
    parts = [
        _("%(label)s：%(before)s → %(after)s")
        % {
            "label": field_label(ListedService, name),
            "before": _shown(name, before),
            "after": _shown(name, after),
        }
        for name, (before, after) in line.changes.items()
        if not name.endswith("_id")
    ]
    reason = [_("理由・出典：%(reason)s") % {"reason": line.reason}] if line.reason else []
    return "／".join([line.get_action_display(), *parts, *reason])


def _shown(name: str, value: str) -> str:
    if name in DAYS and value:
        return format_wareki(date.fromisoformat(value), weekday=False)
    choices = dict(ListedService._meta.get_field(name).choices or ())
    return str(choices.get(value, value) or _("なし"))
