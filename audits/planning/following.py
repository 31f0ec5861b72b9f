"""A plan from the one before it: what stands stays, and only what is new is placed."""

from collections import Counter

from audits.planning.facts import Basis, Duty, Placement, Plan, PlanControl, PlanRequest, area_of
from audits.planning.fresh import fixed_placements


def following_plan(request: PlanRequest, before: Plan) -> Plan:
    """Bring a plan up to date.

    A control keeps its year; one that is forced into a year moves there, and one that left the scope leaves the open
    years. A new control goes to the lightest year, then to the lightest of its area, then to the earliest.
    """
    placed = list(fixed_placements(request))
    covered = {one.control.number for one in placed}
    forced = {one.control.number for one in placed if _is_forced_ahead(one, request)}
    new = []
    for control in sorted(request.controls, key=lambda one: one.place):
        if control.duty != Duty.ONCE or control.number in forced:
            continue
        kept = [year for year in before.years_of(control.number) if year in request.open_years]
        placed += [Placement(control, year, Basis.ROTATION) for year in kept]
        if not kept and control.number not in covered:
            new.append(control)
    return Plan.of(request, _with_new(request, placed, new))


def _is_forced_ahead(placement: Placement, request: PlanRequest) -> bool:
    return placement.basis == Basis.FORCED and placement.year in request.open_years


def _with_new(
    request: PlanRequest, placed: list[Placement], new: list[PlanControl]
) -> list[Placement]:
    totals = Counter(one.year for one in placed)
    areas = Counter((area_of(one), one.year) for one in placed)
    for control in new if request.open_years else ():
        year = min(
            request.open_years,
            key=lambda year: (totals[year], areas[control.area, year], year),
        )
        placed.append(Placement(control, year, Basis.ROTATION))
        totals[year] += 1
        areas[control.area, year] += 1
    return placed
