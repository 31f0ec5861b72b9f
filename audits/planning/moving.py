"""People move controls between years: what the plan lets them do, and why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from audits.planning.facts import Basis, Duty, Placement, Plan

# The year that means: out of the plan.
OUT = 0


class Why(StrEnum):
    """Why a control stays where it is."""

    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    EVERY_YEAR = "every_year"
    HELD = "held"
    REPORTED = "reported"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One control that may not be moved. `placement` is what holds it, None where it is not in the plan."""

    number: str
    why: Why
    placement: Placement | None = None


class MoveRefusedError(Exception):
    """Nothing was moved: each control that stands in the way, with its reason."""

    def __init__(self, refusals: tuple[Refusal, ...]):
        super().__init__(", ".join(f"{one.number}: {one.why}" for one in refusals))
        self.refusals = refusals


def moved_plan(plan: Plan, numbers: Iterable[str], *, to: int) -> Plan:
    """The plan with these controls in the year `to`, or out of it (`OUT`). All of them or none.

    MoveRefusedError for what would break coverage, for what facts keep in a year, and for years that are over.
    """
    wanted = sorted(set(numbers))
    refused = tuple(_refusals(plan, wanted, to))
    if refused:
        raise MoveRefusedError(refused)
    moving = {_movable(plan, number) for number in wanted}
    kept = [one for one in plan.placements if one not in moving]
    there = {(one.control.number, one.year) for one in kept}
    landed = [
        replace(one, year=to)
        for one in plan.placements
        if one in moving and to != OUT and (one.control.number, to) not in there
    ]
    ordered = sorted([*kept, *landed], key=lambda one: (one.control.place, one.year))
    return Plan(plan.years, plan.first_open, tuple(ordered))


def _refusals(plan: Plan, numbers: Iterable[str], to: int) -> Iterator[Refusal]:
    for number in numbers:
        placed = plan.by_number.get(number)
        if placed is None:
            yield Refusal(number, Why.UNKNOWN)
        elif to != OUT and not 1 <= to <= plan.years:
            yield Refusal(number, Why.OUTSIDE, placed[0])
        elif refusal := _refusal(plan, placed, to):
            yield refusal


def _refusal(plan: Plan, placed: tuple[Placement, ...], to: int) -> Refusal | None:
    number, last = placed[-1].control.number, placed[-1]
    if last.basis == Basis.ALWAYS:
        return Refusal(number, Why.EVERY_YEAR, last)
    if to != OUT and to < plan.first_open:
        return Refusal(number, Why.REPORTED, last)
    movable = _movable(plan, number)
    if movable is None:
        why = Why.HELD if last.is_held and last.year >= plan.first_open else Why.REPORTED
        return Refusal(number, why, last)
    if to == OUT and movable.control.duty == Duty.ONCE and len(placed) == 1:
        return Refusal(number, Why.COVERAGE, movable)
    return None


def _movable(plan: Plan, number: str) -> Placement | None:
    """The placement that a move is about: the first in an open year that nothing holds there."""
    return next(
        (
            one
            for one in plan.by_number.get(number, ())
            if one.basis != Basis.ALWAYS and not one.is_held and one.year >= plan.first_open
        ),
        None,
    )
