"""What the days of a piece of evidence say: how long it holds, and whether it speaks of an audited period. Pure.

A day that is not stated says nothing: without an end evidence never lapses, without any day it is not judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from controls.rules import Rules

# Days before the end on which people are reminded, the earliest first: the largest number begins the notice.
REMINDER_DAYS = "evidence_reminder_days"


@dataclass(frozen=True, slots=True)
class Cover:
    """First and last day that a file speaks of; None where it states none."""

    first: date | None
    last: date | None

    @property
    def is_stated(self) -> bool:
        """Any of the two days is known."""
        return self.first is not None or self.last is not None

    def touches(self, start: date, end: date) -> bool:
        """Whether it speaks of any day from `start` to `end`."""
        return (self.first is None or self.first <= end) and (
            self.last is None or self.last >= start
        )


def reminder_days(rules: Rules) -> tuple[int, ...]:
    """The stages of `evidence_reminder_days`, largest first; none when the parameter has no value."""
    return tuple(sorted(rules.value(REMINDER_DAYS) or (), reverse=True))


def stage_of(last: date, *, today: date, stages: Iterable[int]) -> int | None:
    """The stage that has been reached: the smallest number of days that covers what is left; None before the first."""
    left = (last - today).days
    return min((stage for stage in stages if left <= stage), default=None)


def has_lapsed(last: date | None, *, today: date) -> bool:
    """The last day that it speaks of is over (期限切れ)."""
    return last is not None and last < today


def ends_before(covers: Iterable[Cover], day: date) -> date | None:
    """The last day that all of these speak of together, when it lies before `day`; None when one of them goes on."""
    stated = [cover for cover in covers if cover.is_stated]
    lasts = [cover.last for cover in stated if cover.last is not None]
    if not lasts or len(lasts) < len(stated):
        return None
    return max(lasts) if max(lasts) < day else None
