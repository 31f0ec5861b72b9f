"""Reads of the scheme parameters for the pages of staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from controls.enums import ParameterState
from controls.models import ParameterHistory, SchemeParameter
from controls.parameter_file import Definition, definitions
from controls.parameter_values import shown_lines
from core.normalise import search_key


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One dated row as a page shows it. `lines` is empty when there is no value."""

    row: SchemeParameter
    lines: list[str]
    period_label: str

    @property
    def is_short(self) -> bool:
        """Whether the value fits in a table cell."""
        return len(self.lines) <= 3


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """Parameters that belong together, with what is told apart by days."""

    title: str
    lines: tuple[ParameterLine, ...]


def parameter_line(row: SchemeParameter, *, on: date) -> ParameterLine:
    """The row with its value in words and how its days stand to `on`."""
    lines = shown_lines(definitions().get(row.name), row.value)
    return ParameterLine(row, lines, _period_label(row, on))


def parameter_groups(*, on: date, status: str = "", text: str = "") -> list[ParameterGroup]:
    """Every published row, grouped and ordered as shipped, filtered by status and by words. One query.

    Words are looked for in name, label, value and source; width and case do not matter.
    """
    rows = SchemeParameter.objects.published().order_by("name", "in_force_from", "pk")
    if status:
        rows = rows.filter(status=status)
    wanted = search_key(text)
    by_name: dict[str, list[ParameterLine]] = {}
    for row in rows:
        line = parameter_line(row, on=on)
        if wanted in search_key(row.name, row.label, row.source, *line.lines):
            by_name.setdefault(row.name, []).append(line)
    return _grouped(by_name)


def _grouped(by_name: dict[str, list[ParameterLine]]) -> list[ParameterGroup]:
    groups: dict[str, list[ParameterLine]] = {}
    known = definitions()
    for name in [*known, *(name for name in by_name if name not in known)]:
        if name in by_name:
            groups.setdefault(_group(known.get(name)), []).extend(
                sorted(by_name[name], key=lambda line: line.row.in_force_from or date.min)
            )
    return [ParameterGroup(title, tuple(lines)) for title, lines in groups.items()]


def _group(definition: Definition | None) -> str:
    return definition.group if definition else _("その他")


def _period_label(row: SchemeParameter, on: date) -> str:
    """適用前 or 適用終了; empty while it holds."""
    if row.in_force_from is not None and row.in_force_from > on:
        return _("適用前")
    if row.in_force_until is not None and row.in_force_until < on:
        return _("適用終了")
    return ""


def waiting_proposals(*, on: date) -> list[ParameterLine]:
    """Proposals that wait for a second person, oldest first."""
    rows = SchemeParameter.objects.waiting().select_related("proposed_by")
    return [parameter_line(row, on=on) for row in rows.order_by("proposed_at", "pk")]


@dataclass(frozen=True, slots=True)
class ParameterPage:
    """Everything about one parameter: the row in force, all dated rows, the open proposal, what was done."""

    name: str
    label: str
    current: ParameterLine | None
    published: list[ParameterLine]
    proposal: ParameterLine | None
    withdrawn: list[ParameterLine]
    history: list[ParameterHistory]


def parameter_page(name: str, *, on: date) -> ParameterPage:
    """One parameter by name. Two queries."""
    rows = SchemeParameter.objects.filter(name=name).select_related("proposed_by", "published_by")
    lines = [parameter_line(row, on=on) for row in rows]
    lines.sort(key=lambda line: line.row.in_force_from or date.min)
    published = _in_state(lines, ParameterState.PUBLISHED)
    return ParameterPage(
        name=name,
        label=lines[-1].row.label,
        current=next((line for line in published if not line.period_label), None),
        published=published,
        proposal=next(iter(_in_state(lines, ParameterState.DRAFT)), None),
        withdrawn=_in_state(lines, ParameterState.WITHDRAWN),
        history=list(
            ParameterHistory.objects.filter(parameter__name=name)
            .select_related("parameter")
            .order_by("-occurred_at", "-pk")
        ),
    )


def _in_state(lines: Iterable[ParameterLine], state: str) -> list[ParameterLine]:
    return [line for line in lines if line.row.state == state]
