"""Reads of lineages (新旧対照)."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from controls.enums import Level, Relation
from controls.models import CatalogueEdition, Control, ControlLineage, ControlText, Lineage
from core.normalise import code_text

# What a lineage has lines for: details are declared on, objectives can be excluded.
LINE_LEVELS = (Level.OBJECTIVE, Level.DETAIL)


def comparable_controls(edition_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """The objectives and details of an edition in order, by number."""
    rows = Control.objects.filter(edition=edition_id, level__in=LINE_LEVELS).order_by("sort_key")
    return dict(rows.values_list("number", "pk"))


def current_digests(edition_id: uuid.UUID) -> dict[str, str]:
    """Digests of the official texts in force by number; empty where none was imported."""
    texts = ControlText.objects.filter(control__edition=edition_id, superseded_at__isnull=True)
    return dict(texts.order_by("pk").values_list("control__number", "digest"))


def details_without_line(lineage: Lineage) -> list[Control]:
    """Details of either edition that no line speaks of; a lineage with any is not published. One query."""
    olds = lineage.lines.filter(old__isnull=False).values("old")
    news = lineage.lines.filter(new__isnull=False).values("new")
    is_open_old = Q(edition=lineage.old_edition_id) & ~Q(pk__in=olds)
    is_open_new = Q(edition=lineage.new_edition_id) & ~Q(pk__in=news)
    return list(
        Control.objects.details()
        .filter(is_open_old | is_open_new)
        .select_related("edition")
        .order_by("sort_key", "edition__in_force_from", "pk")
    )


@dataclass(frozen=True, slots=True)
class RelationCount:
    """How many lines have a relation."""

    relation: str
    label: str
    count: int


def lineages_with_changes(user: User) -> QuerySet[Lineage]:
    """The visible lineages with their editions, newest first, with `changed_count`."""
    changed = Count("lines", filter=~Q(lines__relation=Relation.SAME))
    return (
        Lineage.objects.visible_to(user)
        .select_related("old_edition", "new_edition", "proposed_by", "published_by")
        .annotate(changed_count=changed)
        .order_by("-new_edition__in_force_from", "-old_edition__in_force_from", "pk")
    )


def relation_counts(lineage: Lineage) -> list[RelationCount]:
    """All relations in the order of their list, also those that no line has. One query."""
    found = lineage.lines.order_by("relation").values_list("relation")
    counts = dict(found.annotate(count=Count("pk")))
    return [
        RelationCount(relation.value, str(relation.label), counts.get(relation, 0))
        for relation in Relation
    ]


def lineage_lines(lineage: Lineage, *, relation: str, text: str) -> QuerySet[ControlLineage]:
    """Lines with both sides, in the order of the numbers: one relation, all ("all") or the changed ones ("").

    `text` is the beginning of a number on either side.
    """
    lines = lineage.lines.select_related("old__parent", "new__parent")
    if relation in Relation:
        lines = lines.filter(relation=relation)
    elif not relation:
        lines = lines.exclude(relation=Relation.SAME)
    if text:
        wanted = code_text(text).upper().removeprefix("A.")
        lines = lines.filter(Q(old__number__startswith=wanted) | Q(new__number__startswith=wanted))
    return lines.order_by(Coalesce("new__sort_key", "old__sort_key"), "old__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Relative:
    """What a control is in another edition; `other` is None where it has no counterpart."""

    edition: CatalogueEdition
    other: Control | None
    relation: str
    note: str
    is_newer: bool
    lineage: Lineage


def relatives(control: Control, user: User) -> list[Relative]:
    """The neighbours of a control by the visible lineages, older editions first. One query."""
    lines = (
        ControlLineage.objects.filter(Q(old=control) | Q(new=control))
        .filter(lineage__in=Lineage.objects.visible_to(user))
        .select_related("lineage__old_edition", "lineage__new_edition", "old", "new")
        .order_by("lineage__new_edition__in_force_from", "pk")
    )
    return [
        Relative(
            edition=line.lineage.new_edition if is_newer else line.lineage.old_edition,
            other=line.new if is_newer else line.old,
            relation=line.get_relation_display(),
            note=line.note,
            is_newer=is_newer,
            lineage=line.lineage,
        )
        for line in lines
        for is_newer in [line.lineage.old_edition_id == control.edition_id]
    ]
