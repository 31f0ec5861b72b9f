"""Recording what changed of a control inside the audited period (統制変更; criteria 2.2.4)."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.calendar import format_wareki
from core.exceptions import DomainError, EditConflictError
from declarations.enums import ChangeKind, StatementAction
from declarations.models import ControlChange, Declaration, Statement, StatementHistory
from declarations.services.declaration import locked_draft

TEXT_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What a change says."""

    kind: ChangeKind
    changed_on: date
    before: str
    after: str


@transaction.atomic
def record_change(
    *,
    declaration_id: uuid.UUID,
    number: str,
    actor: User,
    creation_key: uuid.UUID,
    facts: ChangeFacts,
) -> ControlChange:
    """Record a change. The same `creation_key` again gives the row that it made (double click).

    DomainError for a day outside the audited period, or when both texts are the same.
    """
    declaration = locked_draft(declaration_id, actor)
    statement = Statement.objects.get(declaration=declaration, control__number=number)
    existing = ControlChange.objects.filter(statement=statement, creation_key=creation_key).first()
    if existing:
        return existing
    _check(declaration, facts)
    now = timezone.now()
    change = ControlChange.objects.create(
        statement=statement,
        creation_key=creation_key,
        kind=facts.kind,
        changed_on=facts.changed_on,
        before=facts.before,
        after=facts.after,
        recorded_by=actor,
        recorded_at=now,
    )
    _record(change, actor, ["", _summary(change)])
    return change


@transaction.atomic
def edit_change(
    *,
    declaration_id: uuid.UUID,
    change_id: uuid.UUID,
    actor: User,
    version: int,
    facts: ChangeFacts,
) -> ControlChange:
    """Correct a recorded change. EditConflictError when somebody saved since `version` was shown."""
    declaration = locked_draft(declaration_id, actor)
    change = _locked(declaration, change_id)
    stored = ChangeFacts(ChangeKind(change.kind), change.changed_on, change.before, change.after)
    if stored == facts:
        return change
    if change.row_version != version:
        raise EditConflictError(current=change)
    _check(declaration, facts)
    before = _summary(change)
    change.kind, change.changed_on = facts.kind, facts.changed_on
    change.before, change.after = facts.before, facts.after
    change.row_version += 1
    change.save(update_fields=["kind", "changed_on", "before", "after", "row_version"])
    _record(change, actor, [before, _summary(change)])
    return change


@transaction.atomic
def remove_change(*, declaration_id: uuid.UUID, change_id: uuid.UUID, actor: User) -> ControlChange:
    """Take a recorded change off the declaration; the row stays. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    change = _locked(declaration, change_id)
    if change.removed_at is None:
        change.removed_at = timezone.now()
        change.save(update_fields=["removed_at"])
        _record(change, actor, [_summary(change), ""])
    return change


@transaction.atomic
def restore_change(
    *, declaration_id: uuid.UUID, change_id: uuid.UUID, actor: User
) -> ControlChange:
    """Put a removed change back: the way back from a slip. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    change = _locked(declaration, change_id)
    if change.removed_at is not None:
        change.removed_at = None
        change.save(update_fields=["removed_at"])
        _record(change, actor, ["", _summary(change)])
    return change


def _locked(declaration: Declaration, change_id: uuid.UUID) -> ControlChange:
    return (
        ControlChange.objects.select_for_update(of=("self",), no_key=True)
        .select_related("statement__control")
        .get(pk=change_id, statement__declaration=declaration)
    )


def _check(declaration: Declaration, facts: ChangeFacts) -> None:
    start, end = declaration.period_start, declaration.period_end
    if not start <= facts.changed_on <= end:
        raise DomainError(
            _("変更日は監査対象期間（%(start)sから%(end)sまで）の中の日にしてください。")
            % {"start": format_wareki(start), "end": format_wareki(end)}
        )
    if facts.before == facts.after:
        raise DomainError(
            _("変更前と変更後が同じです。何が変わったかがわかるように入力してください。")
        )


def _summary(change: ControlChange) -> str:
    """One line for the history: day, kind, and both texts."""
    return _("%(day)s %(kind)s：%(before)s → %(after)s") % {
        "day": format_wareki(change.changed_on, weekday=False),
        "kind": ChangeKind(change.kind).label,
        "before": change.before,
        "after": change.after,
    }


def _record(change: ControlChange, actor: User, pair: list[str]) -> None:
    StatementHistory.objects.create(
        statement=change.statement,
        batch=uuid.uuid4(),
        **history.line(
            actor=actor,
            at=timezone.now(),
            action=StatementAction.CONTROL_CHANGED,
            changes={"control_change": pair},
        ),
    )
