"""Undoing an act over many statements. What somebody has changed since stays as it is."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import DomainError
from declarations.enums import BatchKind, StatementAction
from declarations.models import StatementBatch, StatementHistory
from declarations.models.statement import FORMER_NAMES
from declarations.services.confirming import withdraw_confirmations
from declarations.services.declaration import locked_draft
from declarations.services.evidence_ties import undo_ties
from declarations.services.statements import EDITABLE, StatementEdit, save_statements
from declarations.services.team import is_assignment, undo_assignment


@dataclass(frozen=True, slots=True)
class Undone:
    """The act that undid, and the numbers of rows that were left because they have changed since."""

    batch: StatementBatch
    left: tuple[str, ...]


@transaction.atomic
def undo_batch(*, batch_id: uuid.UUID, actor: User) -> Undone:
    """Give every row of the batch back what it said, or whom it had, before, unless it changed since.
    Ties to evidence and confirmations are taken back.

    Undoing twice gives the first undoing (double click). Raises DomainError when no row is left to restore.
    """
    batch = StatementBatch.objects.get(pk=batch_id)
    locked_draft(batch.declaration_id, actor)
    existing = StatementBatch.objects.filter(undoes=batch).first()
    if existing:
        return Undone(existing, ())
    if batch.kind == BatchKind.EVIDENCE:
        undoing, untouched = undo_ties(batch, actor=actor)
        if undoing is None:
            raise DomainError(_nothing_left())
        return Undone(undoing, tuple(untouched))
    if batch.kind == BatchKind.CONFIRM:
        return Undone(*withdraw_confirmations(batch=batch, actor=actor))
    if is_assignment(batch):
        given_back = undo_assignment(batch, actor)
        return Undone(StatementBatch.objects.get(undoes=batch), given_back.left)
    edits, left = _reverse_edits(batch)
    if not edits:
        raise DomainError(_nothing_left())
    save_statements(
        declaration_id=batch.declaration_id,
        actor=actor,
        edits=edits,
        kind=BatchKind.UNDO,
        action=StatementAction.UNDONE,
        undoes=batch,
        summary=_("「%(summary)s」を取消し") % {"summary": batch.summary},
    )
    return Undone(StatementBatch.objects.get(undoes=batch), tuple(left))


def _nothing_left() -> str:
    return _(
        "この操作で変えた管理策は、すべてその後に変更されています。元に戻せるものはありません。"
    )


def _reverse_edits(batch: StatementBatch) -> tuple[list[StatementEdit], list[str]]:
    edits, left = [], []
    lines = (
        StatementHistory.objects.filter(batch=batch.pk, statement__declaration=batch.declaration_id)
        .select_related("statement__control")
        .order_by("statement__control__sort_key")
    )
    for line in lines:
        row, number = line.statement, line.statement.control.number
        # A row of another table by its key: its name stands beside it for people.
        changes = {
            FORMER_NAMES.get(name, name): line.changes.get(f"{name}_id", pair)
            for name, pair in line.changes.items()
            if FORMER_NAMES.get(name, name) in EDITABLE
        }
        if not changes:
            continue
        if all(row.said(name) == new for name, (_old, new) in changes.items()):
            before = {name: old for name, (old, _new) in changes.items()}
            edits.append(StatementEdit(number, row.row_version, before))
        else:
            left.append(number)
    return edits, left
