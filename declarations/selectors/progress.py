"""How far a declaration is: the same numbers for the whole, per chapter and per section."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from declarations.models import Statement

SECTION = "control__parent__parent"
CHAPTER = f"{SECTION}__parent"


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of detailed controls in one part of a declaration.

    `total` is the sum of adopted, not_selected, undecided and released; `answered` are those with nothing left to
    write; `carried` came over from an earlier declaration, and `unconfirmed` of them wait for a person. `number` and
    `title` name the chapter or section and are empty for a whole declaration.
    """

    number: str
    title: str
    total: int
    answered: int
    adopted: int
    not_selected: int
    undecided: int
    released: int
    carried: int
    unconfirmed: int

    @property
    def is_done(self) -> bool:
        """Nothing is left to write or to confirm."""
        return self.answered == self.total and not self.unconfirmed

    @property
    def percent(self) -> int:
        """Whole percent answered, rounded down: 100 means that nothing is missing."""
        return self.answered * 100 // self.total if self.total else 100

    @property
    def incomplete(self) -> int:
        """Decided, but the text or reason is missing (記入不足)."""
        return self.total - self.answered - self.undecided


COLUMNS = tuple(field.name for field in fields(Progress))
COUNTED = COLUMNS[2:]


@dataclass(frozen=True, slots=True)
class ChapterProgress:
    """A chapter and its sections."""

    whole: Progress
    sections: list[Progress]


def chapter_progress(declaration_id: uuid.UUID) -> list[Progress]:
    """One row per chapter that has details, in order. One query."""
    rows = Statement.objects.filter(declaration=declaration_id).counted_by(CHAPTER)
    return [_progress(row) for row in rows]


def chapters_with_sections(declaration_id: uuid.UUID) -> dict[str, ChapterProgress]:
    """Chapters that have details, in order and by number, each with its sections. One query."""
    rows = Statement.objects.filter(declaration=declaration_id).counted_by(
        SECTION, chapter=f"{CHAPTER}__number", chapter_title=f"{CHAPTER}__title"
    )
    sections: dict[tuple[str, str], list[Progress]] = {}
    for row in rows:
        sections.setdefault((row["chapter"], row["chapter_title"]), []).append(_progress(row))
    return {
        number: ChapterProgress(total_progress(parts, number=number, title=title), parts)
        for (number, title), parts in sections.items()
    }


def total_progress(parts: Iterable[Progress], *, number: str = "", title: str = "") -> Progress:
    """The sum of parts, such as all chapters: the whole declaration."""
    parts = list(parts)
    sums = {name: sum(getattr(part, name) for part in parts) for name in COUNTED}
    return Progress(number=number, title=title, **sums)


def _progress(row: dict[str, Any]) -> Progress:
    return Progress(**{name: row[name] for name in COLUMNS})
