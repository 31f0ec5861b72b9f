"""What the planner is given and what it answers: plain frozen values, nothing of the database.

Years are counted from 1, the first year of the cycle. The effort of a year is the number of controls tested in it
(docs/decisions/0018-audit-cycle.md says why every detail counts as one).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Duty(StrEnum):
    """How often a cycle has to cover a control."""

    EVERY_YEAR = "every_year"
    ONCE = "once"
    # Outside the scope: in the plan only where it was included, or already audited.
    NONE = "none"


class Basis(StrEnum):
    """Why a control stands in a year."""

    ALWAYS = "always"
    FORCED = "forced"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class PlanControl:
    """A detail of the declaration. `place` and `objective_place` are integer parts of numbers, for sorting.

    `area` is the critical area it is counted in, "" for none; `last_audited` the end of the audited period of the last
    audit before this cycle.
    """

    number: str
    place: tuple[int, ...]
    objective_place: tuple[int, ...]
    area: str = ""
    duty: Duty = Duty.ONCE
    last_audited: date | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a control has to be in a certain year. A held one follows from facts: people cannot move it away."""

    kind: str
    reason: str
    is_held: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A control in a year."""

    control: PlanControl
    year: int
    basis: Basis
    causes: tuple[Cause, ...] = ()

    @property
    def is_held(self) -> bool:
        """Facts keep it in this year."""
        return any(cause.is_held for cause in self.causes)


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a plan is made from.

    `forced` are causes by number and year; `settled` the placements of years whose audit is reported, which stay as
    they are; `first_open` the first year that is still to be planned (`years` + 1 when there is none).
    """

    years: int
    controls: tuple[PlanControl, ...]
    forced: Mapping[tuple[str, int], tuple[Cause, ...]] = field(default_factory=dict)
    settled: tuple[Placement, ...] = ()
    first_open: int = 1

    @property
    def open_years(self) -> range:
        """The years that are still to be planned."""
        return range(self.first_open, self.years + 1)


@dataclass(frozen=True)
class Plan:
    """Which control is audited in which years. Two equal plans compare equal."""

    years: int
    first_open: int
    placements: tuple[Placement, ...]

    @classmethod
    def of(cls, request: PlanRequest, placements: Iterable[Placement]) -> "Plan":
        """The placements in the order of the criteria."""
        ordered = sorted(placements, key=lambda one: (one.control.place, one.year))
        return cls(request.years, request.first_open, tuple(ordered))

    @cached_property
    def by_number(self) -> dict[str, tuple[Placement, ...]]:
        """The placements of each control, in order of years."""
        found: dict[str, tuple[Placement, ...]] = {}
        for one in self.placements:
            found[one.control.number] = (*found.get(one.control.number, ()), one)
        return found

    @cached_property
    def loads(self) -> Counter[tuple[str, int]]:
        """How many controls each year tests, by area and year; under the area "*" those of every year's standards."""
        return Counter((area_of(one), one.year) for one in self.placements)

    def years_of(self, number: str) -> tuple[int, ...]:
        """The years in which a control is audited; empty for one that is not in the plan."""
        return tuple(one.year for one in self.by_number.get(number, ()))

    def load(self, year: int) -> int:
        """The effort of a year: how many controls it tests."""
        return sum(count for (_area, of), count in self.loads.items() if of == year)

    def uncovered(self, controls: Iterable[PlanControl]) -> list[PlanControl]:
        """Those of the controls that the cycle leaves without the audit that they need."""
        return [one for one in controls if not self._covers(one)]

    def _covers(self, control: PlanControl) -> bool:
        years = self.years_of(control.number)
        if control.duty == Duty.EVERY_YEAR:
            return set(years) >= set(range(self.first_open, self.years + 1))
        return bool(years) or control.duty == Duty.NONE


# The area under which controls of every year are counted.
EVERY_YEAR = "*"


def area_of(placement: Placement) -> str:
    """What a placement is counted under."""
    return EVERY_YEAR if placement.basis == Basis.ALWAYS else placement.control.area
