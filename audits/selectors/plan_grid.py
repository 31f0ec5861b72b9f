"""The plan as a grid of controls and years: the whole of it for reading and printing, one chapter for working on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audits.enums import InclusionKind
from audits.models import AuditCycle
from audits.planning.facts import Basis, Placement, Plan
from controls.enums import Level
from controls.models import Control

ROTATION, FORCED, OVER = "●", "◆", "済"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A control with the mark of each year. `note` says why it cannot wait.

    `due` is the year by which it has to be audited, None for one that only years before audit.
    """

    number: str
    marks: list[str]
    due: int | None
    note: str
    is_movable: bool


@dataclass(frozen=True, slots=True)
class GridObjective:
    """An objective of the grid: its rows, or what each year audits of it in one cell."""

    number: str
    title: str
    rows: list[GridRow]
    cells: list[str]
    every_year: int

    @property
    def is_movable(self) -> bool:
        """People may move something of it."""
        return any(row.is_movable for row in self.rows)


@dataclass(frozen=True, slots=True)
class GridChapter:
    """A chapter of the grid."""

    number: str
    title: str
    objectives: list[GridObjective]

    @property
    def is_movable(self) -> bool:
        """People may move something of it."""
        return any(objective.is_movable for objective in self.objectives)


def plan_grid(cycle: AuditCycle, plan: Plan, *, chapter: int | None = None) -> list[GridChapter]:
    """The chapters that the plan audits anything of, or one of them. One query."""
    titles = titles_of(cycle)
    by_objective: defaultdict[tuple[int, ...], list[tuple[Placement, ...]]] = defaultdict(list)
    for placed in plan.by_number.values():
        if chapter is None or placed[0].control.place[0] == chapter:
            by_objective[placed[0].control.objective_place].append(placed)
    chapters: dict[int, GridChapter] = {}
    for place, controls in sorted(by_objective.items()):
        number, title = titles.get(place, ("", ""))
        within = chapters.setdefault(place[0], GridChapter(*titles[place[:1]], []))
        within.objectives.append(_objective(number, title, controls, plan))
    return list(chapters.values())


def planned_chapters(plan: Plan) -> list[int]:
    """The chapters that the plan audits anything of, in order."""
    return sorted({one.control.place[0] for one in plan.placements})


def titles_of(cycle: AuditCycle) -> dict[tuple[int, ...], tuple[str, str]]:
    """Number and title of each chapter and objective of the edition, by place."""
    nodes = Control.objects.filter(
        edition=cycle.edition_id, level__in=[Level.CHAPTER, Level.OBJECTIVE]
    )
    rows = nodes.order_by("sort_key").values_list("sort_key", "number", "title")
    return {tuple(place): (number, title) for place, number, title in rows}


def _objective(
    number: str, title: str, controls: list[tuple[Placement, ...]], plan: Plan
) -> GridObjective:
    every_year = sum(placed[0].basis == Basis.ALWAYS for placed in controls)
    cells = []
    for year in range(1, plan.years + 1):
        marked = [one for placed in controls for one in placed if one.year == year]
        cells.append("、".join(_short(one) for one in marked if one.basis != Basis.ALWAYS))
    return GridObjective(
        number, title, [_row(placed, plan) for placed in controls], cells, every_year
    )


def _short(placement: Placement) -> str:
    """The last part of the number with its suffix, marked when there is a reason: 11.PB◆."""
    parts = placement.control.number.split(".")
    numbers = [part for part in parts if part.isdigit()]
    suffix = "".join(f".{part}" for part in parts if not part.isdigit())
    return f"{numbers[-1]}{suffix}{FORCED if placement.causes else ''}"


def _row(placed: tuple[Placement, ...], plan: Plan) -> GridRow:
    marks = [""] * plan.years
    for one in placed:
        mark = FORCED if one.causes else ROTATION
        marks[one.year - 1] = f"{mark}{OVER}" if one.year < plan.first_open else mark
    ahead = [one for one in placed if one.year >= plan.first_open]
    named = [one.year for one in ahead if one.causes]
    return GridRow(
        number=placed[0].control.number,
        marks=marks,
        due=min(named, default=plan.years) if ahead else None,
        note="　".join(_notes(placed)),
        is_movable=any(one.basis != Basis.ALWAYS and not one.is_held for one in ahead),
    )


def _notes(placed: tuple[Placement, ...]) -> Iterator[str]:
    for one in placed:
        kinds = dict.fromkeys(str(InclusionKind(cause.kind).label) for cause in one.causes)
        if kinds:
            yield _("%(year)s年目：%(kinds)s") % {"year": one.year, "kinds": "、".join(kinds)}


@dataclass(frozen=True, slots=True)
class Shift:
    """Controls that would change their year together."""

    objective: str
    title: str
    before: str
    after: str
    numbers: list[str]


def shifts(cycle: AuditCycle, before: Plan, after: Plan) -> list[Shift]:
    """What a plan changes against the one that stands, by objective. One query."""
    titles = titles_of(cycle)
    found: defaultdict[tuple[tuple[int, ...], str, str], list[str]] = defaultdict(list)
    for number, placed in before.by_number.items():
        old, new = before.years_of(number), after.years_of(number)
        if old != new:
            place = placed[0].control.objective_place
            found[place, year_words(old), year_words(new)].append(number)
    return [
        Shift(*titles.get(place, ("", "")), old, new, numbers)
        for (place, old, new), numbers in sorted(found.items())
    ]


def year_words(years: tuple[int, ...]) -> str:
    """1年目、3年目; 対象外 for none."""
    if not years:
        return _("対象外")
    return "、".join(_("%(year)s年目") % {"year": year} for year in years)
