"""Row review between colleagues (確認): asking, agreeing, sending back. Nothing outside the provider sees it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from declarations import policies, tasks
from declarations.enums import ReviewState, StatementAction
from declarations.models import Statement, StatementHistory
from declarations.services.declaration import locked_draft
from declarations.services.team import colleague, locked_rows, person_change
from declarations.workflow import REVIEW

NOTE = 1_000


@dataclass(frozen=True, slots=True)
class Requested:
    """How many rows were asked about, and the numbers of those that the reviewer wrote last."""

    rows: int
    left: tuple[str, ...]


@transaction.atomic
def request_review(
    *,
    declaration_id: uuid.UUID,
    actor: User,
    numbers: Iterable[str],
    reviewer_id: uuid.UUID,
    note: str = "",
) -> Requested:
    """Ask a colleague to look at statements. Rows that this colleague wrote last are left out.

    Asking the same person again about a row changes nothing (double click). Raises DomainError when no row is left.
    """
    declaration = locked_draft(declaration_id, actor)
    reviewer = colleague(declaration, reviewer_id)
    found = locked_rows(declaration, Q(control__number__in=list(numbers)))
    left = tuple(row.control.number for row in found if row.updated_by_id == reviewer.pk)
    rows = [row for row in found if row.updated_by_id != reviewer.pk]
    if not rows:
        raise DomainError(
            _("選んだ項目はすべて、依頼先の人が最後に書いたものです。別の人に依頼してください。")
        )
    note = _cleaned(note)
    asked = [
        row
        for row in rows
        if (row.review_state, row.reviewer_id) != (ReviewState.REQUESTED, reviewer.pk)
    ]
    if asked:
        _move(asked, StatementAction.REVIEW_REQUESTED, actor, reviewer=reviewer, reason=note)
    return Requested(len(rows), left)


@transaction.atomic
def agree_review(*, declaration_id: uuid.UUID, actor: User, number: str, version: int) -> Statement:
    """The reviewer agrees with the row as it was shown: EditConflictError when it says something else by now."""
    row = _asked(declaration_id, actor, number)
    if row.review_state == ReviewState.AGREED:
        return row
    REVIEW.check(StatementAction.REVIEW_AGREED, row.review_state)
    if row.row_version != version:
        raise EditConflictError(
            _(
                "この項目は、表示した後に書き直されています。いまの内容を読んでから確認してください。"
            ),
            current=row,
        )
    return _move([row], StatementAction.REVIEW_AGREED, actor)[0]


@transaction.atomic
def return_review(*, declaration_id: uuid.UUID, actor: User, number: str, reason: str) -> Statement:
    """The reviewer sends the row back with a reason, which stands on the row until it is asked about again."""
    row = _asked(declaration_id, actor, number)
    if row.review_state == ReviewState.RETURNED:
        return row
    REVIEW.check(StatementAction.REVIEW_RETURNED, row.review_state)
    reason = _cleaned(reason)
    if not reason:
        raise DomainError(_("差し戻す理由を入力してください。"))
    return _move([row], StatementAction.REVIEW_RETURNED, actor, reason=reason)[0]


def _asked(declaration_id: uuid.UUID, actor: User, number: str) -> Statement:
    declaration = locked_draft(declaration_id, actor)
    row = next(iter(locked_rows(declaration, Q(control__number=number))), None)
    if row is None or row.review_state == ReviewState.NONE:
        raise DomainError(
            _("この項目への確認の依頼は、もうありません。内容が書き直されたためです。")
        )
    row.declaration = declaration
    require(policies.can_review_statement, actor, row)
    return row


def _cleaned(text: str) -> str:
    text = clean_text(text)
    if len(text) > NOTE:
        raise DomainError(
            _("%(max)s字以内で入力してください（いまは%(count)s字です）。")
            % {"max": f"{NOTE:,}", "count": f"{len(text):,}"}
        )
    return text


def _move(
    rows: list[Statement],
    action: StatementAction,
    actor: User,
    *,
    reviewer: User | None = None,
    reason: str = "",
) -> list[Statement]:
    """Change, record, announce: one mail for the act, however many rows. An agreement is announced by the row alone."""
    now, batch = timezone.now(), uuid.uuid4()
    lines = []
    for row in rows:
        move = REVIEW.check(action, row.review_state)
        changes = person_change("reviewer", row.reviewer, reviewer) if reviewer else {}
        facts = history.line(actor=actor, at=now, action=action, reason=reason, changes=changes)
        states = {"from_state": row.review_state, "to_state": move.target}
        lines.append(StatementHistory(statement=row, batch=batch, **facts, **states))
        row.review_state = move.target
        row.reviewer = reviewer or row.reviewer
    target = {"review_state": rows[0].review_state, "reviewer": rows[0].reviewer}
    Statement.objects.filter(pk__in=[row.pk for row in rows]).update(**target)
    StatementHistory.objects.bulk_create(lines)
    if action != StatementAction.REVIEW_AGREED:
        subject = f"declaration:{rows[0].declaration_id}"
        jobs.enqueue(tasks.send_team_mail, subject=subject, batch=str(batch))
    return rows
