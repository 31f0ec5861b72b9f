"""Acts over many statements (まとめて行った操作): the list of a declaration, one act with its rows."""

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from accounts.models import User
from declarations.enums import BatchKind, DeclarationState
from declarations.models import Declaration, StatementBatch, StatementHistory
from declarations.selectors.statement import Change, changes_of

PAGE, LINES = 20, 50


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One act. `undone_by` is the act that took it back, if any."""

    batch: StatementBatch
    undone_by: StatementBatch | None

    @property
    def can_be_undone(self) -> bool:
        """Nobody has taken it back, it is no taking back itself, and the declaration is still being written."""
        return (
            self.undone_by is None
            and self.batch.kind != BatchKind.UNDO
            and self.batch.declaration.state == DeclarationState.DRAFT
        )


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A row that the act changed."""

    number: str
    title: str
    changes: list[Change]


def batch_page(declaration: Declaration, number: str) -> tuple[Page, list[BatchRow]]:
    """The acts on a declaration, newest first. Two queries."""
    page = Paginator(_with_people(declaration), PAGE).get_page(number)
    return page, [_row(batch) for batch in page]


def own_batches(user: User, declarations: list[uuid.UUID], count: int) -> list[BatchRow]:
    """The latest acts of one person on these declarations. One query."""
    found = (
        StatementBatch.objects.filter(actor=user, declaration__in=declarations)
        .select_related("actor", "undone_by", "declaration__service")
        .order_by("-occurred_at", "pk")[:count]
    )
    return [_row(batch) for batch in found]


def found_batch(declaration: Declaration, batch_id: uuid.UUID) -> BatchRow | None:
    """One act of this declaration."""
    batch = _with_people(declaration).filter(pk=batch_id).first()
    return _row(batch) if batch else None


def batch_lines(batch: StatementBatch, number: str) -> tuple[Page, list[BatchLine]]:
    """The rows that an act changed, in catalogue order, with what was there before. Two queries."""
    entries = (
        StatementHistory.objects.filter(batch=batch.pk, statement__declaration=batch.declaration_id)
        .select_related("statement__control__parent")
        .order_by("statement__control__sort_key")
    )
    page = Paginator(entries, LINES).get_page(number)
    return page, [_line(entry) for entry in page]


def _with_people(declaration: Declaration):
    return StatementBatch.objects.filter(declaration=declaration).select_related(
        "actor", "undone_by", "declaration"
    )


def _row(batch: StatementBatch) -> BatchRow:
    return BatchRow(batch, getattr(batch, "undone_by", None))


def _line(entry: StatementHistory) -> BatchLine:
    control = entry.statement.control
    return BatchLine(control.number, control.title or control.parent.title, changes_of(entry))
