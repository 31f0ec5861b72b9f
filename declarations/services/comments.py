"""Comments between colleagues on the rows of a declaration: saying, withdrawing, resolving, reopening.

They change nothing that a statement says, so they are possible in every state of the declaration, touch no row of it
and make nobody an editor.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from declarations import policies, tasks
from declarations.enums import CommentAction
from declarations.models import (
    CommentHistory,
    CommentMention,
    Declaration,
    Statement,
    StatementComment,
)
from declarations.models.comment import COMMENT_LIMIT
from declarations.selectors.colleagues import colleagues


@transaction.atomic
def post_comment(
    *,
    declaration_id: uuid.UUID,
    number: str,
    actor: User,
    creation_key: uuid.UUID,
    body: str,
    mentions: Iterable[uuid.UUID] = (),
    thread_id: uuid.UUID | None = None,
) -> StatementComment:
    """Say something about a row: the first word of a thread, or a reply to `thread_id`, which reopens a resolved one.

    The same `creation_key` of the same author again gives the comment that it made (double click). DomainError for an
    empty or too long text, and for an addressee who is no other colleague today.
    """
    declaration = Declaration.objects.select_related("service").get(pk=declaration_id)
    require(policies.can_comment, actor, declaration)
    statement = (
        Statement.objects.select_related("control")
        .only("declaration_id", "control__number")
        .get(declaration=declaration, control__number=number)
    )
    thread = _locked_thread(declaration_id, thread_id, statement=statement) if thread_id else None
    body, addressees = _cleaned(body), _addressees(declaration, actor, mentions)
    now = timezone.now()
    comment, is_new = StatementComment.objects.get_or_create(
        author=actor,
        creation_key=creation_key,
        defaults={"statement": statement, "thread": thread, "body": body, "created_at": now},
    )
    if not is_new:
        return comment
    CommentMention.objects.bulk_create(
        CommentMention(comment=comment, person=person) for person in addressees
    )
    _record(comment, actor, now, CommentAction.POSTED)
    if thread and thread.resolved_at:
        _reopen(thread, actor, now)
    jobs.enqueue(
        tasks.send_comment_mail,
        subject=f"declaration:{declaration_id}",
        comment_id=str(comment.pk),
    )
    return comment


@transaction.atomic
def withdraw_comment(
    *, declaration_id: uuid.UUID, comment_id: uuid.UUID, actor: User
) -> StatementComment:
    """Take the own words back: nobody reads them any more, and that they were withdrawn stays. Twice is harmless.

    A thread in which nothing is left to read is resolved with it.
    """
    found = StatementComment.objects.get(pk=comment_id, statement__declaration=declaration_id)
    thread = _locked_thread(declaration_id, found.thread_id or found.pk)
    comment = StatementComment.objects.select_related("statement__declaration__service").get(
        pk=comment_id
    )
    require(policies.can_withdraw_comment, actor, comment)
    if comment.withdrawn_at:
        return comment
    now = timezone.now()
    comment.withdrawn_at = now
    comment.save(update_fields=["withdrawn_at"])
    _record(comment, actor, now, CommentAction.WITHDRAWN)
    if thread.resolved_at is None and not StatementComment.objects.inside(thread).said().exists():
        _resolve(thread, actor, now)
    return comment


@transaction.atomic
def resolve_thread(
    *, declaration_id: uuid.UUID, thread_id: uuid.UUID, actor: User, seen: int
) -> StatementComment:
    """Close a thread. `seen` is the number of comments in it that the page showed; twice is harmless.

    EditConflictError when somebody has replied since: what was not read is not closed.
    """
    thread = _locked_thread(declaration_id, thread_id)
    require(policies.can_comment, actor, thread.statement.declaration)
    if thread.resolved_at:
        return thread
    if StatementComment.objects.inside(thread).count() != seen:
        raise EditConflictError(
            _("表示した後に返信がありました。読んでから、もう一度解決済みにしてください。"),
            current=thread,
        )
    return _resolve(thread, actor, timezone.now())


@transaction.atomic
def reopen_thread(
    *, declaration_id: uuid.UUID, thread_id: uuid.UUID, actor: User
) -> StatementComment:
    """Open a resolved thread again. Twice is harmless. DomainError when all that was said in it is withdrawn."""
    thread = _locked_thread(declaration_id, thread_id)
    require(policies.can_comment, actor, thread.statement.declaration)
    if thread.resolved_at is None:
        return thread
    if not StatementComment.objects.inside(thread).said().exists():
        raise DomainError(
            _("取り下げたコメントだけのため、未解決に戻せません。続けるときは返信してください。")
        )
    return _reopen(thread, actor, timezone.now())


def _locked_thread(
    declaration_id: uuid.UUID, thread_id: uuid.UUID, **where: Statement
) -> StatementComment:
    """The first comment of the thread; whoever holds it decides about everything in the thread."""
    return (
        StatementComment.objects.threads()
        .select_for_update(of=("self",), no_key=True)
        .select_related("statement__declaration__service")
        .get(pk=thread_id, statement__declaration=declaration_id, **where)
    )


def _cleaned(body: str) -> str:
    body = clean_text(body)
    if not body:
        raise DomainError(_("コメントを入力してください。"))
    if len(body) > COMMENT_LIMIT:
        raise DomainError(
            _("%(max)s字以内で入力してください（いまは%(count)s字です）。")
            % {"max": f"{COMMENT_LIMIT:,}", "count": f"{len(body):,}"}
        )
    return body


def _addressees(declaration: Declaration, actor: User, mentions: Iterable[uuid.UUID]) -> list[User]:
    wanted = set(mentions)
    if not wanted:
        return []
    found = list(colleagues(declaration).filter(pk__in=wanted).exclude(pk=actor.pk))
    if len(found) != len(wanted):
        raise DomainError(
            _("知らせる人に、この言明を見られない人がいます。一覧から選び直してください。")
        )
    return found


def _resolve(thread: StatementComment, actor: User, now: datetime) -> StatementComment:
    thread.resolved_at, thread.resolved_by = now, actor
    thread.save(update_fields=["resolved_at", "resolved_by"])
    _record(thread, actor, now, CommentAction.RESOLVED)
    return thread


def _reopen(thread: StatementComment, actor: User, now: datetime) -> StatementComment:
    thread.resolved_at = thread.resolved_by = None
    thread.save(update_fields=["resolved_at", "resolved_by"])
    _record(thread, actor, now, CommentAction.REOPENED)
    return thread


def _record(comment: StatementComment, actor: User, now: datetime, action: CommentAction) -> None:
    CommentHistory.objects.create(
        comment=comment, **history.line(actor=actor, at=now, action=action)
    )
