"""Reads of the catalogue, for its pages and for other apps. Nothing here changes anything."""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from controls.catalogue_file import MAX_PART
from controls.difference import Difference, Entry, difference
from controls.enums import Area, Level
from controls.models import CatalogueEdition, Control, ControlText
from controls.rules import Rules
from controls.selectors.lineage import Relative, relatives
from controls.selectors.texts import text_in_force
from core.normalise import search_key

# Absent inside a run of numbers although no source says that they were deleted. An edition that has them is spared.
DOUBTFUL_GAPS = ("9.2.3.1", "8.3.1.6", "8.3.1.8", "18.2.1.1", "18.2.1.2")
_NUMBER_QUERY = re.compile(r"(?:a\.)?([0-9]{1,9}(?:\.[0-9]{1,9}){0,3})\.?", re.ASCII)


@dataclass(slots=True)
class ControlNode:
    """One control in its place. `title` is what a page shows: its own, or that of its objective when it has none."""

    id: uuid.UUID
    number: str
    level: str
    standard: str
    suffix: str
    title: str
    is_own_title: bool
    is_mandatory: bool
    is_explanatory: bool
    areas: tuple[str, ...]
    area_sources: tuple[str, ...]
    is_area_inherited: bool
    children: list["ControlNode"] = field(default_factory=list)

    @property
    def area_labels(self) -> list[str]:
        """The critical areas in Japanese."""
        return [str(Area(area).label) for area in self.areas]

    def below(self) -> Iterator["ControlNode"]:
        """Everything below, in order."""
        for child in self.children:
            yield child
            yield from child.below()

    @property
    def details(self) -> list["ControlNode"]:
        """All details below."""
        return [node for node in self.below() if node.level == Level.DETAIL]


def control_tree(edition_id: uuid.UUID, *, chapter: int | None = None) -> list[ControlNode]:
    """The chapters of an edition with all that stands below them, or one chapter only. Two queries.

    Areas are inherited: a detail without any of its own has those of its objective.
    """
    controls = Control.objects.filter(edition=edition_id).order_by("sort_key")
    if chapter is not None:
        controls = controls.filter(sort_key__0=chapter)
    nodes: dict[uuid.UUID, ControlNode] = {}
    roots: list[ControlNode] = []
    for control in controls.prefetch_related("areas"):
        parent = nodes.get(control.parent_id) if control.parent_id else None
        nodes[control.pk] = node = _node(control, parent)
        (parent.children if parent else roots).append(node)
    return roots


def _node(control: Control, parent: ControlNode | None) -> ControlNode:
    areas = tuple(row.area for row in control.areas.all())
    sources = tuple(row.source for row in control.areas.all())
    title, is_own_title, is_area_inherited = control.title, True, False
    if parent is not None and parent.level == Level.OBJECTIVE:
        if not title:
            title, is_own_title = parent.title, False
        if not areas:
            areas, sources, is_area_inherited = parent.areas, parent.area_sources, True
    return ControlNode(
        id=control.pk,
        number=control.number,
        level=control.level,
        standard=control.standard,
        suffix=control.suffix,
        title=title,
        is_own_title=is_own_title,
        is_mandatory=control.is_mandatory,
        is_explanatory=control.is_explanatory,
        areas=areas,
        area_sources=sources,
        is_area_inherited=is_area_inherited,
    )


@dataclass(frozen=True, slots=True)
class ChapterLine:
    """A chapter in the index of an edition."""

    chapter: int
    title: str
    standard_label: str
    sections: int
    objectives: int
    details: int
    mandatory: int


def chapter_index(edition: CatalogueEdition) -> list[ChapterLine]:
    """The chapters with what is in them; explanatory parts are not counted. Two queries."""
    titles = edition.controls.filter(level=Level.CHAPTER)
    counted = (
        edition.controls.filter(is_explanatory=False)
        .values(chapter=F("sort_key__0"))
        .annotate(
            sections=Count("pk", filter=Q(level=Level.SECTION)),
            objectives=Count("pk", filter=Q(level=Level.OBJECTIVE)),
            details=Count("pk", filter=Q(level=Level.DETAIL)),
            mandatory=Count("pk", filter=Q(level=Level.DETAIL, is_mandatory=True)),
        )
        .order_by("chapter")
    )
    by_chapter = {row["chapter"]: row for row in counted}
    return [
        ChapterLine(
            title=control.title,
            standard_label=control.get_standard_display(),
            **by_chapter[control.chapter],
        )
        for control in titles.order_by("sort_key")
    ]


@dataclass(frozen=True, slots=True)
class ChapterNeighbours:
    """The chapters before and after one."""

    before: ChapterLine | None
    after: ChapterLine | None


def chapter_neighbours(chapters: Sequence[ChapterLine], chapter: int) -> ChapterNeighbours:
    """The neighbours in the order of the index."""
    place = next(index for index, line in enumerate(chapters) if line.chapter == chapter)
    around = [None, *chapters, None]
    return ChapterNeighbours(before=around[place], after=around[place + 2])


@dataclass(frozen=True, slots=True)
class CatalogueNotice:
    """What has to be said wherever a catalogue is shown that was not compared with the official workbook."""

    gaps: tuple[str, ...]


def catalogue_notice(editions: Sequence[CatalogueEdition]) -> CatalogueNotice | None:
    """The notice for these editions with the doubtful gaps that any of them has; None when all were compared."""
    open_editions = [edition for edition in editions if not edition.is_compared]
    if not open_editions:
        return None
    present = Control.objects.filter(edition__in=open_editions, number__in=DOUBTFUL_GAPS)
    counts = dict(
        present.values_list("number").annotate(editions=Count("edition")).order_by("number")
    )
    return CatalogueNotice(
        tuple(number for number in DOUBTFUL_GAPS if counts.get(number, 0) < len(open_editions))
    )


def editions_with_counts(user: User) -> QuerySet[CatalogueEdition]:
    """The visible editions, newest first, with `detail_count` and `mandatory_count`."""
    is_detail = Q(controls__level=Level.DETAIL)
    return (
        CatalogueEdition.objects.visible_to(user)
        .annotate(
            detail_count=Count("controls", filter=is_detail),
            mandatory_count=Count("controls", filter=is_detail & Q(controls__is_mandatory=True)),
        )
        .order_by("-in_force_from", "pk")
    )


def search_controls(edition: CatalogueEdition, text: str) -> QuerySet[Control]:
    """Controls whose number begins with `text`, or whose number or own title contains it.

    Width, case and blanks do not matter. In order, with parent and areas.
    """
    wanted = search_key(text)
    controls = edition.controls.select_related("parent").prefetch_related("areas", "parent__areas")
    number = _NUMBER_QUERY.fullmatch(wanted)
    if number:
        parts = [min(int(part), MAX_PART) for part in number[1].split(".")]
        found = controls.filter(**{f"sort_key__0_{len(parts)}": parts})
    else:
        texts = edition.controls.values_list("pk", "number", "title")
        keys = [pk for pk, *words in texts if wanted in search_key(*words)]
        found = controls.filter(pk__in=keys)
    return found.order_by("sort_key")


def result_lines(controls: Iterable[Control]) -> list[ControlNode]:
    """Found controls with their shown titles; each was loaded with its parent and areas."""
    return [_node(row, _node(row.parent, None) if row.parent else None) for row in controls]


def is_always_audited(standard: str, *, on: date) -> bool:
    """Whether every LIU audit covers the whole standard, so that its controls belong to no area. One query."""
    return standard in Rules.at(on).value("always_audited_standards")


def area_sources(root: ControlNode) -> list[str]:
    """Who says which area the controls below belong to, each source once."""
    sources = {source: None for node in root.below() for source in node.area_sources}
    return list(sources)


def edition_entries(edition_id: uuid.UUID) -> list[Entry]:
    """All controls of an edition in order, with what two editions or files are compared by."""
    rows = (
        Control.objects.filter(edition=edition_id)
        .annotate(area=Coalesce(F("areas__area"), Value("")))
        .order_by("sort_key")
        .values_list(*Entry._fields)
    )
    return [Entry(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class EditionComparison:
    """An edition against the published one before it; `previous` is None for the first."""

    previous: CatalogueEdition | None
    difference: Difference


def comparison_with_previous(edition: CatalogueEdition) -> EditionComparison:
    """What the edition changes against the newest published one that came into force before it."""
    previous = (
        CatalogueEdition.objects.published()
        .filter(in_force_from__lt=edition.in_force_from)
        .exclude(pk=edition.pk)
        .order_by("-in_force_from", "pk")
        .first()
    )
    before = edition_entries(previous.pk) if previous else ()
    return EditionComparison(previous, difference(before, edition_entries(edition.pk)))


@dataclass(frozen=True, slots=True)
class ControlPage:
    """One control with what stands below it, its place, what became of it and the same number in other editions.

    `elsewhere` leaves out the editions of which a lineage tells more.
    """

    node: ControlNode
    path: tuple[Control, ...]
    text: ControlText | None
    relatives: list[Relative]
    elsewhere: list[Control]


def control_page(control: Control, user: User) -> ControlPage:
    """For a control loaded with its edition, three parents and the areas of itself and of its parent."""
    path: list[Control] = []
    above = control.parent
    while above is not None:
        path.insert(0, above)
        above = above.parent
    node = _node(control, _node(control.parent, None) if control.parent else None)
    children = control.children.order_by("sort_key").prefetch_related("areas")
    node.children = [_node(child, node) for child in children]
    related = relatives(control, user)
    told = {row.edition.pk for row in related}
    elsewhere = Control.objects.visible_to(user).filter(number=control.number)
    return ControlPage(
        node=node,
        path=tuple(path),
        text=text_in_force(control),
        relatives=related,
        elsewhere=list(
            elsewhere.exclude(pk=control.pk)
            .exclude(edition__in=told)
            .select_related("edition")
            .order_by("-edition__in_force_from", "pk")
        ),
    )
