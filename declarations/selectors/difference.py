"""The page that compares a declaration with an earlier one: what to compare with, and the rows of one page."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from controls.models import ControlLineage, Lineage
from core.labels import field_label
from core.wording import Piece, pieces
from declarations.difference import (
    DeclarationDifference,
    DifferenceKind,
    FieldDifference,
    RowDifference,
    compare,
)
from declarations.enums import Adoption
from declarations.facts import read_facts
from declarations.models import Declaration, Statement
from declarations.querysets import DeclarationQuerySet

PAGE_ROWS = 50
KIND_LABELS = {
    DifferenceKind.ADOPTION: _("採否の変更"),
    DifferenceKind.WORDING: _("記載の変更"),
    DifferenceKind.EVIDENCE: _("証跡の変更"),
    DifferenceKind.ADDED: _("新しい管理策"),
    DifferenceKind.WITHDRAWN: _("なくなった管理策"),
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field in Japanese. A text comes as pieces; a choice as two words."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the difference as the page shows it."""

    row: RowDifference
    kind_label: str
    fields: list[ShownField]


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many rows differ in one way."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """The difference of two declarations: all of its numbers, and the rows of one page."""

    old: Declaration
    whole: DeclarationDifference
    kinds: list[KindCount]
    body: list[ShownField]
    exclusions: list[tuple[str, str, list[Piece]]]
    page: Page
    rows: list[ShownRow]


def earlier_declarations(declaration: Declaration, user: User) -> DeclarationQuerySet:
    """The versions and periods before this one that this person may read, newest first."""
    return (
        Declaration.objects.visible_to(user)
        .filter(service=declaration.service_id)
        .filter(
            Q(period_start__lt=declaration.period_start)
            | Q(period_start=declaration.period_start, version__lt=declaration.version)
        )
        .select_related("service__organisation", "edition")
        .order_by("-period_start", "-version")
    )


def chosen_earlier(earlier: Iterable[Declaration], asked: str) -> Declaration | None:
    """The one that was asked for, else the newest; None when there is nothing earlier."""
    found = list(earlier)
    named = next((row for row in found if str(row.pk) == asked), None)
    return named or next(iter(found), None)


def difference_page(
    *, old: Declaration, new: Declaration, kind: str = "", page: int = 1, whole: bool = False
) -> DifferencePage:
    """Compare; ten queries whatever the size. `whole` puts every row on one page, for print."""
    today = timezone.localdate()
    found = compare(
        read_facts(old, today=today),
        read_facts(new, today=today),
        old_numbers=old_numbers(old.edition_id, new.edition_id),
    )
    rows = [row for row in found.rows if not kind or row.kind == kind]
    paged = Paginator(rows, max(len(rows), 1) if whole else PAGE_ROWS).get_page(page)
    return DifferencePage(
        old=old,
        whole=found,
        kinds=[
            KindCount(key.value, str(label), found.count(key)) for key, label in KIND_LABELS.items()
        ],
        body=[_shown(Declaration, field) for field in found.body],
        exclusions=[
            (row.number, row.title, pieces(row.before, row.after)) for row in found.exclusions
        ],
        page=paged,
        rows=[
            ShownRow(row, str(KIND_LABELS[row.kind]), [_shown(Statement, f) for f in row.fields])
            for row in paged
        ],
    )


def old_numbers(old_edition: uuid.UUID, new_edition: uuid.UUID) -> dict[str, tuple[str, ...]]:
    """Where the numbers of a later edition come from, by the published lineage; nothing without one."""
    if old_edition == new_edition:
        return {}
    published = Lineage.objects.published().filter(old_edition=old_edition, new_edition=new_edition)
    lines = (
        ControlLineage.objects.filter(lineage__in=published, new__isnull=False)
        .order_by("new__sort_key", F("old__sort_key").asc(nulls_first=True))
        .values_list("new__number", "old__number")
    )
    found: dict[str, tuple[str, ...]] = {}
    for number, source in lines:
        found[number] = (*found.get(number, ()), *([source] if source else []))
    return found


def _shown(model: type, field: FieldDifference) -> ShownField:
    label = field_label(model, field.name)
    if field.name == "adoption":
        before, after = (
            str(Adoption(value).label) if value else "" for value in (field.before, field.after)
        )
        return ShownField(label, before, after, [])
    return ShownField(label, field.before, field.after, pieces(field.before, field.after))
