"""Where a reader of a declaration may want to look first. Aids, never verdicts: nothing here blocks. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.normalise import search_key
from core.wording import difference
from declarations.facts import StatementFacts

# What stands on the page per signal.
SHOWN = 30
# A text of fewer characters says hardly who does what, when and how. Our own reading aid, no rule of the scheme.
SHORT_CHARACTERS = 30
# What a text must add to its title to say more than the title, in characters without blanks and punctuation.
TITLE_EXTRA = 8
# From this share of changed characters on, a text counts as rewritten.
MUCH_CHANGED_PERCENT = 50
_PUNCTUATION = str.maketrans("", "", "、。,.・「」（）()：:;；!?！？-")


class Signal(StrEnum):
    """Why a row is on the map."""

    CHANGED = "changed"
    SHORT = "short"
    TWIN = "twin"
    TITLE_ONLY = "title_only"


@dataclass(frozen=True, slots=True)
class Hint:
    """One row with its signal. `measure` is percent changed, characters, or the number of twins."""

    row: StatementFacts
    signal: Signal
    measure: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewMap:
    """Every hint, the strongest of each signal first."""

    hints: Mapping[Signal, tuple[Hint, ...]]

    def by_section(self) -> dict[str, dict[Signal, int]]:
        """How many rows of each section carry each signal."""
        counts: dict[str, dict[Signal, int]] = defaultdict(lambda: dict.fromkeys(Signal, 0))
        for signal, hints in self.hints.items():
            for hint in hints:
                counts[hint.row.objective.section][signal] += 1
        return dict(counts)


def review_map(rows: Iterable[StatementFacts], earlier: Mapping[str, str]) -> ReviewMap:
    """`earlier` gives the text of a control in the declaration before, by its number now.

    Only rows with a text of their own are read: what is released, not selected or inherited has none to judge.
    """
    written = [row for row in rows if row.is_adopted and row.individual_control]
    found = {
        Signal.CHANGED: _changed(written, earlier),
        Signal.SHORT: _short(written),
        Signal.TWIN: _twins(written),
        Signal.TITLE_ONLY: _title_only(written),
    }
    return ReviewMap({signal: tuple(hints) for signal, hints in found.items()})


def _changed(rows: list[StatementFacts], earlier: Mapping[str, str]) -> list[Hint]:
    hints = []
    for row in rows:
        before = earlier.get(row.number, "")
        percent = _changed_percent(before, row.individual_control) if before else 0
        if percent >= MUCH_CHANGED_PERCENT:
            hints.append(Hint(row, Signal.CHANGED, percent))
    return sorted(hints, key=lambda hint: -hint.measure)


def _changed_percent(before: str, after: str) -> int:
    found = difference(before, after)
    return max(len(found.removed), len(found.added)) * 100 // max(len(before), len(after))


def _short(rows: list[StatementFacts]) -> list[Hint]:
    hints = [
        Hint(row, Signal.SHORT, len(row.individual_control))
        for row in rows
        if len(row.individual_control) < SHORT_CHARACTERS
    ]
    return sorted(hints, key=lambda hint: hint.measure)


def _twins(rows: list[StatementFacts]) -> list[Hint]:
    """The first row of every group that says the same, blanks and width aside."""
    groups: dict[str, list[StatementFacts]] = defaultdict(list)
    for row in rows:
        groups[search_key(row.individual_control)].append(row)
    hints = [
        Hint(same[0], Signal.TWIN, len(same), tuple(row.number for row in same[1:]))
        for same in groups.values()
        if len(same) > 1
    ]
    return sorted(hints, key=lambda hint: -hint.measure)


def _title_only(rows: list[StatementFacts]) -> list[Hint]:
    hints = []
    for row in rows:
        title, text = (
            search_key(value).translate(_PUNCTUATION)
            for value in (row.title, row.individual_control)
        )
        if title in text and len(text) - len(title) < TITLE_EXTRA:
            hints.append(Hint(row, Signal.TITLE_ONLY, len(row.individual_control)))
    return hints
