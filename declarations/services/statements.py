"""The one way to write statements: `save_statements`. Screens, seed, bulk edit and import all use it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.rules import Rules
from core import history
from core.exceptions import DomainError, EditConflictError
from core.text import clean_text
from declarations.enums import Adoption, BatchKind, ReviewState, StatementAction
from declarations.models import (
    Declaration,
    ListedService,
    Statement,
    StatementBatch,
    StatementHistory,
)
from declarations.rules import LIMITS, is_required, offers_not_selected
from declarations.services.declaration import locked_draft
from declarations.services.inheritance import bases_of, told

EDITABLE = ("adoption", "reason", "individual_control", "base_service", "inherited_note")
# Columns of a control that no act on its statement reads.
UNASKED = (
    "edition",
    "sort_key",
    "level",
    "is_explanatory",
    "title",
    "introduced",
    "source_standard",
)
# What follows from an edit: a person who rewrites a carried row has confirmed it, and an agreed row is agreed no more.
FOLLOWING = ("review_state", "reviewer", "confirmed_by", "confirmed_at")


@dataclass(frozen=True, slots=True)
class StatementEdit:
    """What somebody wants one statement to say (as `Statement.said`), and the row version that they saw."""

    number: str
    version: int
    changes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Saved:
    """The rows as they are now, by control number, which of them this act changed, and their declaration."""

    declaration: Declaration
    batch: uuid.UUID
    statements: dict[str, Statement]
    changed: frozenset[str] = field(default_factory=frozenset)


@transaction.atomic
def save_statements(
    *,
    declaration_id: uuid.UUID,
    actor: User,
    edits: Iterable[StatementEdit],
    kind: BatchKind | None = None,
    summary: str = "",
    action: StatementAction = StatementAction.SAVED,
    undoes: StatementBatch | None = None,
    batch_id: uuid.UUID | None = None,
) -> Saved:
    """Save many statements in one transaction with one history line per changed row and one batch id.

    With `kind` the act is kept as a `StatementBatch`, which can be undone as a whole; its id is `batch_id` where a page
    has given one away, so that the act can be recognised when it is sent twice. An edit that changes nothing is
    no act, so a repeated request is harmless. Raises EditConflictError, with the stored rows as `current`, when any row
    moved on since it was shown; nothing is saved then. Raises DomainError for a draft that is none, an unknown number,
    an adoption that the control does not offer (criteria 2.2.4), or a base service that was not listed over the period,
    unless the act `undoes` another: what a row said before is put back, whatever became of the service.
    """
    wanted = {edit.number: edit for edit in edits}
    declaration = locked_draft(declaration_id, actor)
    rows = locked_rows(declaration, wanted)
    changes = {number: _changes(rows[number], edit) for number, edit in wanted.items()}
    changes = {number: changed for number, changed in changes.items() if changed}
    stale = {n: rows[n] for n in changes if rows[n].row_version != wanted[n].version}
    if stale:
        raise EditConflictError(current=stale)
    _refuse_forbidden_adoptions(
        declaration, [rows[n] for n in changes if "adoption" in changes[n]], changes
    )
    bases = bases_of(declaration, changes, is_undo=undoes is not None)
    batch = batch_id or uuid.uuid4()
    if changes:
        now = timezone.now()
        if kind is not None:
            StatementBatch.objects.create(
                id=batch,
                declaration=declaration,
                kind=kind,
                summary=summary,
                rows=len(changes),
                actor=actor,
                occurred_at=now,
                undoes=undoes,
            )
        _write(rows, changes, bases, actor=actor, at=now, action=action, batch=batch)
    return Saved(declaration, batch, rows, frozenset(changes))


def locked_rows(declaration: Declaration, wanted: Iterable[str]) -> dict[str, Statement]:
    """The statements with these numbers, locked in one order. DomainError for a number that the edition lacks."""
    rows = (
        Statement.objects.select_for_update(of=("self",), no_key=True)
        .filter(declaration=declaration, control__number__in=list(wanted))
        .select_related("control")
        .defer(*(f"control__{name}" for name in UNASKED))
        .order_by("pk")
    )
    by_number = {row.control.number: row for row in rows}
    unknown = sorted(set(wanted) - set(by_number))
    if unknown:
        raise DomainError(
            _("次の番号の管理策はこの言明にありません。番号を確認してください：%(numbers)s")
            % {"numbers": "、".join(unknown[:10])}
        )
    return by_number


def _changes(row: Statement, edit: StatementEdit) -> dict[str, list[str]]:
    after = {name: value for name, value in edit.changes.items() if name in EDITABLE}
    for name, limit in LIMITS.items():
        if name not in after:
            continue
        after[name] = clean_text(after[name])
        if len(after[name]) > limit:
            raise DomainError(
                _(
                    "%(number)s の「%(field)s」は%(limit)s字までです。いま%(count)s字あります。短くしてください。"
                )
                % {
                    "number": edit.number,
                    "field": Statement._meta.get_field(name).verbose_name,
                    "limit": f"{limit:,}",
                    "count": f"{len(after[name]):,}",
                }
            )
    if after.get("adoption", row.adoption) not in Adoption.values:
        raise DomainError(_("%(number)s の採否の値が正しくありません。") % {"number": edit.number})
    return history.changed_fields({name: row.said(name) for name in after}, after)


def _refuse_forbidden_adoptions(
    declaration: Declaration, rows: list[Statement], changes: dict[str, dict]
) -> None:
    suspects = [
        row
        for row in rows
        if changes[row.control.number]["adoption"][1] == Adoption.NOT_SELECTED
        and is_required(row.control)
    ]
    if suspects and not offers_not_selected(suspects[0].control, Rules.at(declaration.period_end)):
        raise DomainError(
            _(
                "%(numbers)s は基本言明要件のため「選択しない」を選べません。"
                "合理的に適用できないときは、統制目標ごと除外してください。"
            )
            % {"numbers": "、".join(row.control.number for row in suspects[:10])}
        )


def _write(
    rows: dict[str, Statement],
    changes: dict[str, dict],
    bases: dict[str, ListedService],
    *,
    actor: User,
    at: datetime,
    action: StatementAction,
    batch: uuid.UUID,
) -> None:
    changed = [rows[number] for number in changes]
    for row in changed:
        for name, (_old, new) in changes[row.control.number].items():
            setattr(row, name, bases.get(new) if name == "base_service" else new)
        row.row_version += 1
        row.updated_by, row.updated_at = actor, at
        if row.is_unconfirmed:
            row.confirmed_by, row.confirmed_at = actor, at
        if row.review_state == ReviewState.AGREED:
            row.review_state, row.reviewer = ReviewState.NONE, None
    # An upsert on locked rows is an update; Django's bulk_update takes five times the CPU for it.
    Statement.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*EDITABLE, *FOLLOWING, "row_version", "updated_by", "updated_at"],
    )
    line = history.line(actor=actor, at=at, action=action)
    # Keys and no objects: setting a relation costs more than the rest of the line.
    line["actor_id"] = line.pop("actor").pk
    StatementHistory.objects.bulk_create(
        StatementHistory(
            statement_id=row.pk,
            batch=batch,
            changes=told(changes[row.control.number], bases),
            **line,
        )
        for row in changed
    )
