"""Reads of lineages (新旧対照)."""

import uuid

from django.db.models import Q

from controls.enums import Level
from controls.models import Control, ControlText, Lineage

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
