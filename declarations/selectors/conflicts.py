"""Two people edited the same form: what each of them changed, and the form that loses neither."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import format_wareki
from core.labels import field_label
from core.models import HistoryEntry
from declarations.enums import DeclarationAction, EvidenceAction, ServiceAction
from declarations.models import CloudService, Declaration, Evidence

# Acts that leave the row version of a declaration as it is: they change other rows.
_OF_OTHER_ROWS = (
    DeclarationAction.OPENED,
    DeclarationAction.OBJECTIVE_EXCLUDED,
    DeclarationAction.OBJECTIVE_INCLUDED,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What happened since the form was shown. `values` are what the form shows next.

    A field that only the others changed takes their text (`taken`); one that both changed keeps mine and stands in
    `clashes` beside theirs.
    """

    their_name: str
    their_time: datetime | None
    clashes: list[Clash]
    taken: list[str]
    values: dict[str, Any]


def service_conflict(current: CloudService, mine: dict[str, Any], *, seen: int) -> Conflict:
    """What others did to the description since its version `seen` was shown. One query."""
    lines = current.history.filter(action=ServiceAction.UPDATED)
    return merge(current, mine, _latest(lines, current.row_version - seen))


def body_conflict(current: Declaration, mine: dict[str, Any], *, seen: int) -> Conflict:
    """What others did to the body since the declaration's version `seen` was shown. One query."""
    lines = current.history.exclude(action__in=_OF_OTHER_ROWS)
    return merge(current, mine, _latest(lines, current.row_version - seen))


def evidence_conflict(current: Evidence, *, title: str, owner: User | None) -> Conflict:
    """Title and owner as somebody typed them beside what another has saved since. One query."""
    last = (
        current.history.filter(action=EvidenceAction.EDITED).order_by("-occurred_at", "-pk").first()
    )
    nobody = _("担当者なし")
    pairs = [
        ("title", title, current.title),
        ("owner", owner.name if owner else nobody, current.owner.name if current.owner else nobody),
    ]
    return Conflict(
        their_name=last.actor_label if last else "",
        their_time=last.occurred_at if last else None,
        clashes=[
            Clash(name, field_label(current, name), mine, theirs)
            for name, mine, theirs in pairs
            if mine != theirs
        ],
        taken=[],
        values={},
    )


def merge(current: Model, mine: dict[str, Any], lines: Iterable[HistoryEntry]) -> Conflict:
    """Compare `mine` with what is stored. `lines` are the acts since the form was shown, oldest first."""
    lines = list(lines)
    base: dict[str, Any] = {}
    for line in lines:
        for name, (old, _new) in line.changes.items():
            base.setdefault(name, old)
    clashes, taken, values = [], [], dict(mine)
    for name in base.keys() & mine.keys():
        theirs = getattr(current, name)
        if mine[name] == theirs:
            continue
        if mine[name] == base[name]:
            values[name] = theirs
            taken.append(field_label(current, name))
        else:
            clashes.append(
                Clash(name, field_label(current, name), _shown(mine[name]), _shown(theirs))
            )
    last = lines[-1] if lines else None
    return Conflict(
        their_name=last.actor_label if last else "",
        their_time=last.occurred_at if last else None,
        clashes=_in_order(clashes, mine),
        taken=taken,
        values=values,
    )


def _latest(lines: QuerySet, count: int) -> list[HistoryEntry]:
    """Every counted act raised the row version by one. Oldest first."""
    return list(lines.order_by("-occurred_at", "-pk")[: max(count, 0)])[::-1]


def _in_order(clashes: list[Clash], mine: dict[str, Any]) -> list[Clash]:
    order = list(mine)
    return sorted(clashes, key=lambda clash: order.index(clash.name))


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return format_wareki(value, weekday=False)
    return "\n".join(value) if isinstance(value, list) else str("" if value is None else value)
