"""Who else has the same chapter of a declaration open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from controls.enums import Level
from controls.models import Control
from declarations.models import Declaration, Presence

# An open page tells every 25 seconds (static/js/editor/presence.js): one that was missed is no departure.
SEEN_FOR = timedelta(seconds=60)
NOW_FOR = timedelta(seconds=30)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else in the chapter; `is_now` within the last half minute, `is_here` in the very section."""

    name: str
    section: str
    title: str
    is_now: bool
    is_here: bool


def with_section(declarations: QuerySet[Declaration], number: str) -> QuerySet[Declaration]:
    """Annotate `open_section`: the key of the section of that number, None where the edition has none."""
    sections = Control.objects.filter(
        edition=OuterRef("edition"), level=Level.SECTION, number=number
    )
    return declarations.annotate(open_section=Subquery(sections.values("pk")[:1]))


def colleagues_in_chapter(
    declaration: Declaration, section: str, *, reader: User, now: datetime
) -> list[Colleague]:
    """Who was seen in the chapter of this section in the last minute: the same section first. One query."""
    found = (
        Presence.objects.filter(
            declaration=declaration,
            section__parent__number=section.partition(".")[0],
            seen_at__gt=now - SEEN_FOR,
        )
        .exclude(person=reader)
        .select_related("person", "section")
        .order_by("section__sort_key", "person__name", "person")
    )
    rows = [
        Colleague(
            name=row.person.name,
            section=row.section.number,
            title=row.section.title,
            is_now=row.seen_at > now - NOW_FOR,
            is_here=row.section.number == section,
        )
        for row in found
    ]
    return sorted(rows, key=lambda colleague: not colleague.is_here)
