"""A person says of carried statements that they still hold (引継ぎの確認), singly or many at once."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.exceptions import DomainError, EditConflictError
from declarations.enums import BatchKind, StatementAction
from declarations.models import Declaration, Statement, StatementBatch, StatementHistory
from declarations.selectors.carry_over import asks_a_look
from declarations.services.declaration import locked_draft
from declarations.services.statements import locked_rows


@transaction.atomic
def confirm_statements(
    *, declaration_id: uuid.UUID, actor: User, versions: Mapping[str, int], summary: str = ""
) -> frozenset[str]:
    """Confirm carried rows, named by control number with the row version that was shown; the numbers that it confirmed.

    Many at once are kept as a batch that can be undone. Rows that are confirmed already are left as they are, so a
    repeated request is harmless; the texts do not change, so neither do the row versions. Raises EditConflictError when
    a row says something else than was shown, DomainError when one of many asks to be looked at singly
    (`asks_a_look`).
    """
    declaration = locked_draft(declaration_id, actor)
    rows = locked_rows(declaration, versions)
    pending = {number: row for number, row in rows.items() if row.is_unconfirmed}
    stale = {n: row for n, row in pending.items() if row.row_version != versions[n]}
    if stale:
        raise EditConflictError(current=stale)
    if not pending:
        return frozenset()
    if len(versions) > 1:
        _refuse_changed_controls(pending)
    now, batch = timezone.now(), uuid.uuid4()
    if len(pending) > 1:
        _keep_batch(batch, declaration, pending, actor=actor, at=now, summary=summary)
    ids = [row.pk for row in pending.values()]
    Statement.objects.filter(pk__in=ids).update(confirmed_by=actor, confirmed_at=now)
    _record(pending, StatementAction.CONFIRMED, batch, actor=actor, at=now)
    return frozenset(pending)


@transaction.atomic
def withdraw_confirmations(
    *, batch: StatementBatch, actor: User
) -> tuple[StatementBatch, tuple[str, ...]]:
    """Undo a batch of confirmations: the undoing, and the numbers of rows that stay, as they were rewritten since."""
    declaration = locked_draft(batch.declaration_id, actor)
    numbers = StatementHistory.objects.filter(
        batch=batch.pk, statement__declaration=declaration
    ).values_list("statement__control__number", flat=True)
    rows = locked_rows(declaration, list(numbers))
    ours = {number: row for number, row in rows.items() if _is_of(row, batch)}
    if not ours:
        raise DomainError(
            _("確認した管理策は、すべてその後に変更されています。元に戻せるものはありません。")
        )
    now, undoing = timezone.now(), uuid.uuid4()
    Statement.objects.filter(pk__in=[row.pk for row in ours.values()]).update(
        confirmed_by=None, confirmed_at=None
    )
    kept = _keep_batch(
        undoing,
        declaration,
        ours,
        actor=actor,
        at=now,
        summary=_("「%(summary)s」を取消し") % {"summary": batch.summary},
        kind=BatchKind.UNDO,
        undoes=batch,
    )
    _record(ours, StatementAction.UNDONE, undoing, actor=actor, at=now)
    return kept, tuple(number for number in rows if number not in ours)


def _is_of(row: Statement, batch: StatementBatch) -> bool:
    is_same = row.confirmed_at == batch.occurred_at and row.confirmed_by_id == batch.actor_id
    return is_same and (row.updated_at is None or row.updated_at <= batch.occurred_at)


def _refuse_changed_controls(rows: dict[str, Statement]) -> None:
    changed = Statement.objects.filter(
        asks_a_look(), pk__in=[row.pk for row in rows.values()]
    ).values_list("control__number", flat=True)
    if numbers := list(changed[:10]):
        raise DomainError(
            _(
                "%(numbers)s は管理策の内容か基盤クラウドサービスが変わったため、まとめて確認できません。"
                "1件ずつ確認してください。"
            )
            % {"numbers": "、".join(numbers)}
        )


def _keep_batch(
    batch: uuid.UUID,
    declaration: Declaration,
    rows: dict[str, Statement],
    *,
    actor: User,
    at: datetime,
    summary: str,
    kind: BatchKind = BatchKind.CONFIRM,
    undoes: StatementBatch | None = None,
) -> StatementBatch:
    return StatementBatch.objects.create(
        id=batch,
        declaration=declaration,
        kind=kind,
        summary=summary[:300],
        rows=len(rows),
        actor=actor,
        occurred_at=at,
        undoes=undoes,
    )


def _record(
    rows: dict[str, Statement],
    action: StatementAction,
    batch: uuid.UUID,
    *,
    actor: User,
    at: datetime,
) -> None:
    StatementHistory.objects.bulk_create(
        StatementHistory(
            statement=row, batch=batch, **history.line(actor=actor, at=at, action=action)
        )
        for row in rows.values()
    )
