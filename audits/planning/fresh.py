"""A plan from nothing: the first proposal, rebalancing and "what if it were another number of years".

Every year takes the controls of every year and those that are forced into it; the others go round. How many of each
area a year gets is settled first (`_quotas`), as evenly as numbers allow; then each area is laid out in order, longest
not audited first, and cut into years (`_cuts`). A cut moves to the nearest border between objectives where the years
stay within the tolerance, so that objectives stay together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from audits.planning.balance import TOLERANCE_PERCENT, filled, is_within, spread
from audits.planning.facts import Basis, Duty, Placement, Plan, PlanControl, PlanRequest
from audits.planning.facts import area_of as area_of_placement

# Rows of loads or quotas: the numbers of the open years, by area.
Rows = dict[str, list[int]]


def fresh_plan(request: PlanRequest) -> Plan:
    """Propose a whole allocation. The same request gives the same plan, in whatever order its controls come."""
    placed = list(fixed_placements(request))
    covered = {one.control.number for one in placed}
    waiting: dict[str, list[PlanControl]] = defaultdict(list)
    for control in request.controls:
        if control.duty == Duty.ONCE and control.number not in covered:
            waiting[control.area].append(control)
    for controls in waiting.values():
        controls.sort(key=_turn)
    return Plan.of(request, [*placed, *_rotation(request, placed, waiting)])


def fixed_placements(request: PlanRequest) -> Iterator[Placement]:
    """What no choice is left about: years that are over, the controls of every year, and forced ones."""
    yield from request.settled
    controls = {control.number: control for control in request.controls}
    for control in request.controls:
        if control.duty == Duty.EVERY_YEAR:
            for year in request.open_years:
                causes = request.forced.get((control.number, year), ())
                yield Placement(control, year, Basis.ALWAYS, causes)
    for (number, year), causes in request.forced.items():
        control = controls[number]
        if year in request.open_years and control.duty != Duty.EVERY_YEAR:
            yield Placement(control, year, Basis.FORCED, causes)


def _turn(control: PlanControl) -> tuple[date, tuple[int, ...], tuple[int, ...]]:
    """Whose turn it is: never audited first, then longest ago; objectives together, in the order of the criteria."""
    return control.last_audited or date.min, control.objective_place, control.place


def _rotation(
    request: PlanRequest, placed: Iterable[Placement], waiting: dict[str, list[PlanControl]]
) -> Iterator[Placement]:
    years = request.open_years
    areas = sorted(waiting)
    loads: Rows = {area: [0] * len(years) for area in areas}
    others = [0] * len(years)
    for one in placed:
        if one.year in years:
            loads.get(area_of_placement(one), others)[one.year - request.first_open] += 1
    quotas = _quotas(loads, others, {area: len(waiting[area]) for area in areas})
    for area in areas:
        quotas[area] = _cuts(waiting[area], area, loads, others, quotas)
        controls = iter(waiting[area])
        for year, quota in zip(years, quotas[area], strict=True):
            for _unit in range(quota):
                yield Placement(next(controls), year, Basis.ROTATION)


def _quotas(loads: Rows, others: list[int], counts: dict[str, int]) -> Rows:
    """How many controls of each area each year takes: the years as even as can be, and within them the areas."""
    quotas = {
        area: [
            after - before
            for before, after in zip(loads[area], filled(loads[area], count), strict=True)
        ]
        for area, count in counts.items()
    }
    before = _totals(loads, others)
    wanted = [
        after - now for now, after in zip(before, filled(before, sum(counts.values())), strict=True)
    ]
    while True:
        surplus = [
            sum(row[year] for row in quotas.values()) - target for year, target in enumerate(wanted)
        ]
        if not any(surplus):
            return quotas
        heavy, light = surplus.index(max(surplus)), surplus.index(min(surplus))
        # Of the areas that can give, the one whose own years come nearer to each other.
        area = max(
            (area for area, row in quotas.items() if row[heavy]),
            key=lambda area: _load(loads, quotas, area, heavy) - _load(loads, quotas, area, light),
        )
        quotas[area][heavy] -= 1
        quotas[area][light] += 1


def _load(loads: Rows, quotas: Rows, area: str, year: int) -> int:
    return loads[area][year] + quotas[area][year]


def _totals(rows: Rows, others: list[int]) -> list[int]:
    return [sum(years) for years in zip(others, *rows.values(), strict=True)]


def _cuts(
    controls: list[PlanControl], area: str, loads: Rows, others: list[int], quotas: Rows
) -> list[int]:
    """The quotas of one area with its cuts moved to borders between objectives, where the years stay even."""
    row = quotas[area]
    base = _totals({name: _sum(loads[name], quotas[name]) for name in loads}, others)
    allowed, allowed_here = spread(base), spread(_sum(loads[area], row))
    borders = [
        index
        for index in range(1, len(controls))
        if _together(controls[index - 1]) != _together(controls[index])
    ]
    for year in range(len(row) - 1):
        cut = sum(row[: year + 1])
        for border in sorted(borders, key=lambda index: (abs(index - cut), index)):
            shift = border - cut
            moved = [*row[:year], row[year] + shift, row[year + 1] - shift, *row[year + 2 :]]
            if min(moved) < 0:
                break
            totals = _sum(base, [new - old for new, old in zip(moved, quotas[area], strict=True)])
            if _even(totals, allowed) and _even(_sum(loads[area], moved), allowed_here):
                row = moved
            break
    return row


def _even(loads: list[int], allowed: int) -> bool:
    """Within the tolerance, or no wider than it has to be."""
    return is_within(loads, TOLERANCE_PERCENT) or spread(loads) <= allowed


def _together(control: PlanControl) -> tuple[date, tuple[int, ...]]:
    """Controls that are one piece of work: of one objective, and due at the same time."""
    return control.last_audited or date.min, control.objective_place


def _sum(left: list[int], right: list[int]) -> list[int]:
    return [one + other for one, other in zip(left, right, strict=True)]
