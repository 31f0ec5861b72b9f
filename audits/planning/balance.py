"""How evenly a plan loads its years."""

from collections.abc import Sequence
from dataclasses import dataclass

# A fresh plan is this even or as even as it can be. A promise of ours, no number of the scheme.
TOLERANCE_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Balance:
    """The loads of some years. `spread_percent` is the widest difference in percent of their mean, rounded up."""

    loads: tuple[int, ...]

    @property
    def spread(self) -> int:
        """The widest difference."""
        return max(self.loads, default=0) - min(self.loads, default=0)

    @property
    def spread_percent(self) -> int:
        """The widest difference in percent of the mean."""
        total = sum(self.loads)
        return -(-self.spread * 100 * len(self.loads) // total) if total else 0

    @property
    def is_even(self) -> bool:
        """Within the tolerance."""
        return is_within(self.loads, TOLERANCE_PERCENT)


def is_within(loads: Sequence[int], percent: int) -> bool:
    """Whether the widest difference is at most so many percent of the mean."""
    spread = max(loads, default=0) - min(loads, default=0)
    return spread * 100 * len(loads) <= percent * sum(loads)


def filled(loads: Sequence[int], count: int) -> list[int]:
    """`count` more, one by one to the lightest year (the earliest of several): as even as it can be."""
    levels = list(loads)
    for _unit in range(count if levels else 0):
        levels[levels.index(min(levels))] += 1
    return levels


def spread(loads: Sequence[int]) -> int:
    """The widest difference."""
    return max(loads, default=0) - min(loads, default=0)
