"""Carry-over as it would be or was: the plan between two editions, and where a carried statement came from."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from controls.enums import UNCHANGED_RELATIONS, EditionState, Relation
from controls.models import CatalogueEdition, Control, ControlLineage, Lineage
from core.exceptions import DomainError
from core.wording import Wording, difference
from declarations.carry import Base, CarryPlan, Line, OldExclusion, OldRow, carry_plan, same_edition
from declarations.models import Declaration, ListedService, Statement, StatementEvidence


def read_plan(
    old: Declaration, edition_id: uuid.UUID, *, over: tuple[date, date] | None = None
) -> CarryPlan:
    """What `old` becomes in the edition: four queries, five when the edition differs.

    `over` is the first and last day of the new period: a base service that was not on the list throughout is left out.
    Without it, or for the same period, every base service stays. Raises DomainError when no published lineage leads
    there.
    """
    moves_on = over is not None and over[0] != old.period_start
    rows = _old_rows(old, over if moves_on else None)
    exclusions = [
        OldExclusion(row.objective_id, row.objective.number, row.reason)
        for row in old.exclusions.select_related("objective").order_by("objective__sort_key")
    ]
    details = list(
        Control.objects.filter(edition=edition_id)
        .details()
        .order_by("sort_key")
        .values_list("pk", flat=True)
    )
    if edition_id == old.edition_id:
        lines = same_edition([*details, *(row.objective for row in exclusions)])
    else:
        lines = _lines(old.edition_id, edition_id)
    return carry_plan(rows, exclusions, lines, details=details)


def lineage_targets(edition: CatalogueEdition) -> set[uuid.UUID]:
    """Editions that a declaration of this edition can be carried to: itself and where a published lineage leads."""
    published = Lineage.objects.published().filter(old_edition=edition)
    return {edition.pk, *published.values_list("new_edition", flat=True)}


def asks_a_look() -> Q:
    """Whether a carried statement is to be looked at by itself: its control asks something else than the one before
    (reworded, split, merged), or the service that it was inherited from could not be carried."""
    lost_base = Q(carried_from__base_service__isnull=False, base_service__isnull=True)
    return Q(_control_changed()) | lost_base


def _control_changed() -> Exists:
    return Exists(
        ControlLineage.objects.filter(
            lineage__state=EditionState.PUBLISHED,
            lineage__old_edition=OuterRef("carried_from__declaration__edition"),
            new=OuterRef("control"),
        ).exclude(relation__in=UNCHANGED_RELATIONS)
    )


@dataclass(frozen=True, slots=True)
class Field:
    """One text of the earlier row; `wording` says what became of it, None where there is nothing to compare."""

    label: str
    before: str
    wording: Wording | None


@dataclass(frozen=True, slots=True)
class Source:
    """One earlier statement that a row was carried from."""

    number: str
    adoption: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Where a row came from. `relation` is what became of its control, empty when it asks the same as before;
    `confirmed_by` and `confirmed_at` are empty until a person has confirmed it. `lost_base` is the base service that
    could not be carried, as long as the row has none and is unconfirmed.
    """

    sources: list[Source]
    declaration: Declaration
    relation: str
    note: str
    is_unconfirmed: bool
    is_changed: bool
    confirmed_by: str
    confirmed_at: datetime | None
    is_last_year: bool
    lost_base: str


TEXTS = ("reason", "individual_control", "base_service", "inherited_note")


def carried_over(statement: Statement) -> CarriedOver | None:
    """None for a row that was not carried. The statement comes as `statement_with_texts` reads it; two more queries at
    most.
    """
    first = statement.carried_from
    if first is None:
        return None
    lines = _lines_to(first, statement) if first.control_id != statement.control_id else []
    olds = _merged(first, lines) if len(lines) > 1 else [first]
    changed = next((line for line in lines if line.relation not in UNCHANGED_RELATIONS), None)
    sources = [_source(old, statement, compares=len(olds) == 1) for old in olds]
    return CarriedOver(
        sources=sources,
        declaration=first.declaration,
        relation=str(Relation(changed.relation).label) if changed else "",
        note=changed.note if changed else "",
        is_unconfirmed=statement.is_unconfirmed,
        is_changed=any(field.wording for source in sources for field in source.fields)
        or any(old.adoption != statement.adoption for old in olds),
        confirmed_by=statement.confirmed_by.name if statement.confirmed_by else "",
        confirmed_at=statement.confirmed_at,
        lost_base=_lost_base(first, statement),
        is_last_year=first.declaration.period_start != statement.declaration.period_start,
    )


def _lost_base(first: Statement, now: Statement) -> str:
    is_lost = first.base_service is not None and now.base_service is None and now.is_unconfirmed
    return str(first.base_service) if is_lost else ""


def _source(old: Statement, now: Statement, *, compares: bool) -> Source:
    fields = []
    for name in TEXTS:
        before, after = (str(getattr(row, name) or "") for row in (old, now))
        if before:
            differs = compares and before != after
            label = str(Statement._meta.get_field(name).verbose_name)
            fields.append(Field(label, before, difference(before, after) if differs else None))
    return Source(old.control.number, old.get_adoption_display(), fields)


def _merged(first: Statement, lines: list[ControlLineage]) -> list[Statement]:
    return list(
        Statement.objects.filter(
            declaration=first.declaration_id, control__in=[line.old_id for line in lines]
        )
        .select_related("control", "base_service")
        .order_by("control__sort_key")
    )


def _lines_to(first: Statement, statement: Statement) -> list[ControlLineage]:
    return list(
        ControlLineage.objects.filter(
            lineage__state=EditionState.PUBLISHED,
            lineage__old_edition=first.declaration.edition_id,
            new=statement.control_id,
        )
    )


def _lines(old: uuid.UUID, new: uuid.UUID) -> list[Line]:
    rows = (
        ControlLineage.objects.filter(
            lineage__state=EditionState.PUBLISHED,
            lineage__old_edition=old,
            lineage__new_edition=new,
        )
        .order_by("old__sort_key", "new__sort_key")
        .values_list("old", "new", "relation")
    )
    lines = [Line(*row) for row in rows]
    if not lines:
        raise DomainError(
            _(
                "この管理基準の版へ移るための新旧対照が公開されていません。"
                "事務局が公開するまでは、引き継がずに空の言明から始めることができます。"
            )
        )
    return lines


def _old_rows(old: Declaration, over: tuple[date, date] | None) -> list[OldRow]:
    ties = (
        StatementEvidence.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
        .order_by("version__file__stored_at", "pk")
        .values(tie=JSONObject(version="version", note="note"))
    )
    rows: Iterable[tuple[Any, ...]] = (
        old.statements.order_by("control__sort_key")
        .annotate(files=ArraySubquery(ties))
        .values_list(
            "pk", "control", "control__number", "adoption", "reason", "individual_control", "inherited_note",
            "owner", "files", *_BASE,
        )
    )  # fmt: skip
    return [_old_row(*row[:9], base=_base(row[9:], over)) for row in rows]


def _old_row(*said: Any, base: Base | None) -> OldRow:
    *facts, files = said
    return OldRow(*facts, _files(files), base)  # type: ignore[call-arg]  # as many as the query names


_BASE = ("base_service", "base_service__number", "base_service__name", "base_service__listed_from",
         "base_service__listed_until")  # fmt: skip


def _base(columns: tuple[Any, ...], over: tuple[date, date] | None) -> Base | None:
    """The base service of an earlier row, and whether it can be carried; None when it had none."""
    key, number, name, first, last = columns
    if key is None:
        return None
    listed = ListedService(pk=key, number=number, name=name, listed_from=first, listed_until=last)
    return Base(key, str(listed), is_carried=over is None or listed.covers(*over))


def _files(ties: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((tie["version"], tie["note"]) for tie in ties)
