"""What the pages of the declaration editor show: a chapter with its sections, a section with its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from controls.enums import Level, Standard
from controls.models import Control
from declarations.models import Declaration, ObjectiveExclusion
from declarations.selectors.progress import Progress, chapters_with_sections
from declarations.selectors.rows import EditorRow, editor_rows

# A longer section is split at an objective; measured pages of this size load at once.
MAX_ROWS = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A page that one can go to: a section, or one part of it (0 when the section is whole)."""

    number: str
    title: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """Chapters of the declaration and the sections of the current one, with their progress."""

    chapters: list[Progress]
    chapter: Progress
    sections: list[Progress]


@dataclass(frozen=True, slots=True)
class ObjectiveGroup:
    """An objective with its rows on the page."""

    number: str
    title: str
    can_be_excluded: bool
    exclusion: ObjectiveExclusion | None
    rows: list[EditorRow]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One page of the editor."""

    index: Index
    section: Progress
    part: int
    parts: list[Place]
    groups: list[ObjectiveGroup]
    previous: Place | None
    next: Place | None

    @property
    def rows(self) -> list[EditorRow]:
        """All rows of the page in order."""
        return [row for group in self.groups for row in group.rows]


def chapter_index(declaration: Declaration, chapter: str) -> Index | None:
    """The index around one chapter; None when the declaration has no such chapter. One query."""
    chapters = chapters_with_sections(declaration.pk)
    current = chapters.get(chapter)
    if current is None:
        return None
    return Index([each.whole for each in chapters.values()], current.whole, current.sections)


def section_page(
    declaration: Declaration, number: str, *, part: int = 1, at: str = ""
) -> SectionPage | None:
    """One page of a section: part `part`, or the one that holds the detail `at`; None for an unknown section."""
    index = chapter_index(declaration, number.split(".")[0])
    section = next((s for s in index.sections if s.number == number), None) if index else None
    if index is None or section is None:
        return None
    pages = split_groups(_groups(declaration, number))
    found = next((n for n, page in enumerate(pages) if at and at in _numbers(page)), None)
    chosen = found if found is not None else min(max(part, 1), len(pages)) - 1
    places = [
        Place(number, section.title, n if len(pages) > 1 else 0) for n in range(1, len(pages) + 1)
    ]
    previous, following = _neighbours(index, section, places, chosen)
    return SectionPage(index, section, chosen + 1, places, pages[chosen], previous, following)


def split_groups(groups: Sequence[ObjectiveGroup]) -> list[list[ObjectiveGroup]]:
    """Pages of at most MAX_ROWS rows where objectives allow it: split at the objective nearest to the middle."""
    sizes = [len(group.rows) for group in groups]
    if sum(sizes) <= MAX_ROWS or len(groups) < 2:
        return [list(groups)]
    cut = min(range(1, len(groups)), key=lambda n: abs(sum(sizes[:n]) - sum(sizes) / 2))
    return split_groups(groups[:cut]) + split_groups(groups[cut:])


def _groups(declaration: Declaration, section: str) -> list[ObjectiveGroup]:
    objectives = {
        control.pk: control
        for control in Control.objects.filter(
            edition=declaration.edition_id, level=Level.OBJECTIVE, parent__number=section
        )
    }
    exclusions = {row.objective_id: row for row in declaration.exclusions.all()}
    rows = editor_rows(declaration, control__parent__parent__number=section)
    return [
        ObjectiveGroup(
            number=objectives[key].number,
            title=objectives[key].title,
            can_be_excluded=objectives[key].standard == Standard.CONTROL_MEASURE,
            exclusion=exclusions.get(key),
            rows=list(members),
        )
        for key, members in groupby(rows, key=lambda row: row.objective_id)
    ]


def _numbers(groups: Iterable[ObjectiveGroup]) -> set[str]:
    return {row.number for group in groups for row in group.rows}


def _neighbours(
    index: Index, section: Progress, places: list[Place], chosen: int
) -> tuple[Place | None, Place | None]:
    """The pages before and after, within the chapter."""
    others = [Place(row.number, row.title) for row in index.sections]
    here = index.sections.index(section)
    around = others[:here] + places + others[here + 1 :]
    position = here + chosen
    previous = around[position - 1] if position else None
    following = around[position + 1] if position + 1 < len(around) else None
    return previous, following
