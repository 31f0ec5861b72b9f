"""Who looks after which statement: assigning, handing over, taking back.

Nothing here changes what a statement says, so no row version moves: an assignment never makes an edit conflict for
somebody who is typing, and whoever only assigns is no editor of the declaration.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, jobs
from core.exceptions import DomainError
from declarations import tasks
from declarations.enums import BatchKind, ReviewState, StatementAction
from declarations.models import Declaration, Statement, StatementBatch, StatementHistory
from declarations.selectors.colleagues import colleagues
from declarations.services.declaration import locked_draft

# Per row the people that change: {"owner": person or None, "reviewer": person}.
People = Mapping[str, User | None]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The act, None when nothing changed, and the numbers of rows that it could not change."""

    batch: StatementBatch | None
    left: tuple[str, ...] = ()


@transaction.atomic
def assign_statements(
    *,
    declaration_id: uuid.UUID,
    actor: User,
    numbers: Iterable[str],
    owner_id: uuid.UUID | None,
) -> Assigned:
    """Give the statements an owner (担当者), or none. An assignment that changes nothing is no act.

    Raises DomainError for an owner who does not work on this declaration today.
    """
    declaration = locked_draft(declaration_id, actor)
    owner = colleague(declaration, owner_id) if owner_id else None
    rows = locked_rows(declaration, Q(control__number__in=list(numbers)))
    moves: dict[Statement, People] = {
        row: {"owner": owner} for row in rows if row.owner_id != (owner.pk if owner else None)
    }
    summary = _("担当者：%(name)s") % {"name": owner.name} if owner else _("担当者を外す")
    return Assigned(_reassign(declaration, actor, moves, kind=BatchKind.ASSIGN, summary=summary))


@transaction.atomic
def hand_over_statements(
    *, declaration_id: uuid.UUID, actor: User, from_id: uuid.UUID, to_id: uuid.UUID
) -> Assigned:
    """Give a colleague everything that another looks after: statements, and reviews that were asked of that person.

    A review stays where the new person wrote the row last. Raises DomainError when there is nothing to hand over.
    """
    declaration = locked_draft(declaration_id, actor)
    to = colleague(declaration, to_id)
    asked = Q(reviewer=from_id, review_state=ReviewState.REQUESTED)
    rows = locked_rows(declaration, Q(owner=from_id) | asked)
    moves: dict[Statement, People] = {}
    left = []
    for row in rows:
        people: dict[str, User | None] = {}
        if row.owner_id == from_id:
            people["owner"] = to
        if row.reviewer_id == from_id and row.review_state == ReviewState.REQUESTED:
            if row.updated_by_id == to.pk:
                left.append(row.control.number)
            else:
                people["reviewer"] = to
        if people:
            moves[row] = people
    if from_id == to_id or not moves:
        raise DomainError(_("引き継ぐ項目がありません。引き継ぐ人と相手を選び直してください。"))
    name = User.objects.get(pk=from_id).name
    summary = _("引継ぎ：%(one)s → %(other)s") % {"one": name, "other": to.name}
    batch = _reassign(declaration, actor, moves, kind=BatchKind.ASSIGN, summary=summary)
    return Assigned(batch, tuple(left))


def undo_assignment(batch: StatementBatch, actor: User) -> Assigned:
    """Give every row of the batch back to whom it had before, unless somebody else has it by now.

    Part of `undo_batch`, which has locked the declaration. It may give a row back to somebody who has left since: the
    page of the declaration then says so.
    """
    declaration = batch.declaration
    lines = {line.statement_id: line.changes for line in _lines(batch)}
    people = User.objects.in_bulk(
        {pair[0] for changes in lines.values() for pair in _ids(changes).values() if pair[0]}
    )
    moves: dict[Statement, People] = {}
    left = []
    for row in locked_rows(declaration, Q(pk__in=lines)):
        before = {}
        for name, (old, new) in _ids(lines[row.pk]).items():
            person = people.get(uuid.UUID(old)) if old else None
            if str(getattr(row, f"{name}_id") or "") == new and _fits(row, name, person):
                before[name] = person
        if before:
            moves[row] = before
        else:
            left.append(row.control.number)
    if not moves:
        raise DomainError(
            _(
                "この操作で変えた担当者は、すべてその後に変更されています。元に戻せるものはありません。"
            )
        )
    summary = _("「%(summary)s」を取消し") % {"summary": batch.summary}
    undone = _reassign(
        declaration, actor, moves, kind=BatchKind.UNDO, summary=summary[:300], undoes=batch
    )
    return Assigned(undone, tuple(left))


def is_assignment(batch: StatementBatch) -> bool:
    """Whether this act, or what it took back, was about people."""
    return _lines(batch).exists()


def colleague(declaration: Declaration, person_id: uuid.UUID) -> User:
    """Somebody who works on this declaration today; DomainError for anybody else."""
    person = colleagues(declaration).filter(pk=person_id).first()
    if person is None:
        raise DomainError(
            _("選んだ人は、いまこの言明の担当者ではありません。一覧から選び直してください。")
        )
    return person


def locked_rows(declaration: Declaration, where: Q) -> list[Statement]:
    """Statements without their texts, locked, in catalogue order."""
    return list(
        Statement.objects.select_for_update(of=("self",), no_key=True)
        .filter(where, declaration=declaration)
        .select_related("control", "owner", "reviewer")
        .defer("reason", "individual_control", "inherited_note")
        .order_by("control__sort_key")
    )


def person_change(name: str, old: User | None, new: User | None) -> dict[str, list[str]]:
    """A person in a history line: the names for readers, frozen as they are now, and the ids for undoing."""
    return {
        name: [old.name if old else "", new.name if new else ""],
        f"{name}_id": [str(old.pk) if old else "", str(new.pk) if new else ""],
    }


def _reassign(
    declaration: Declaration,
    actor: User,
    moves: Mapping[Statement, People],
    *,
    kind: BatchKind,
    summary: str,
    undoes: StatementBatch | None = None,
) -> StatementBatch | None:
    if not moves:
        return None
    now = timezone.now()
    batch = StatementBatch.objects.create(
        declaration=declaration,
        kind=kind,
        summary=summary,
        rows=len(moves),
        actor=actor,
        occurred_at=now,
        undoes=undoes,
    )
    StatementHistory.objects.bulk_create(
        StatementHistory(
            statement=row,
            batch=batch.pk,
            **history.line(
                actor=actor, at=now, action=StatementAction.ASSIGNED, changes=_named(row, people)
            ),
        )
        for row, people in moves.items()
    )
    for (name, person), keys in _by_person(moves).items():
        Statement.objects.filter(pk__in=keys).update(**{name: person})
    if undoes is None:
        jobs.enqueue(
            tasks.send_team_mail, subject=f"declaration:{declaration.pk}", batch=str(batch.pk)
        )
    return batch


def _by_person(moves: Mapping[Statement, People]) -> dict[tuple[str, User | None], list[int]]:
    """As many updates as there are people, however many rows."""
    found: dict[tuple[str, User | None], list[int]] = defaultdict(list)
    for row, people in moves.items():
        for name, person in people.items():
            found[name, person].append(row.pk)
    return found


def _named(row: Statement, people: People) -> dict[str, list[str]]:
    changes: dict[str, list[str]] = {}
    for name, person in people.items():
        changes |= person_change(name, getattr(row, name), person)
    return changes


def _ids(changes: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: changes[f"{name}_id"] for name in ("owner", "reviewer") if f"{name}_id" in changes
    }


def _fits(row: Statement, name: str, person: User | None) -> bool:
    """A review goes back only while it is still asked for, and not to who wrote the row meanwhile."""
    if name == "owner":
        return True
    return (
        person is not None
        and row.review_state == ReviewState.REQUESTED
        and row.updated_by_id != person.pk
    )


def _lines(batch: StatementBatch):
    return StatementHistory.objects.filter(
        batch=batch.pk,
        statement__declaration=batch.declaration_id,
        action=StatementAction.ASSIGNED,
    )
