"""Comment threads of a row, and those that wait for one person."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from declarations.enums import CommentAction
from declarations.models import CommentHistory, Declaration, Statement, StatementComment

SHOWN_WAITING = 50
# Acts that stand between the comments of a thread.
TURNS = (CommentAction.RESOLVED, CommentAction.REOPENED)


@dataclass(frozen=True, slots=True)
class Word:
    """One comment. `body` is empty when it was withdrawn; `to` are the names of those whom it is addressed to."""

    pk: uuid.UUID
    at: datetime
    author: str
    body: str
    to: list[str]
    is_withdrawn: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody resolved the thread, or opened it again."""

    at: datetime
    actor: str
    label: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: its comments and what was decided about it, in order of time. `seen` is the number of comments."""

    pk: uuid.UUID
    is_open: bool
    may_reopen: bool
    seen: int
    entries: list[Word | Turn]


@dataclass(frozen=True, slots=True)
class Talk:
    """All threads of a row, oldest first."""

    open: list[Thread]
    resolved: list[Thread]


@dataclass(frozen=True, slots=True)
class WaitingThread:
    """An open thread where another had the last word. `thread` is its first comment, `last` the latest one."""

    thread: StatementComment
    last: StatementComment

    @property
    def declaration(self) -> Declaration:
        """The declaration of the row."""
        return self.thread.statement.declaration

    @property
    def number(self) -> str:
        """The number of the control."""
        return self.thread.statement.control.number

    @property
    def url(self) -> str:
        """The page of the row at the latest word."""
        return self.last.get_absolute_url()

    @property
    def title(self) -> str:
        """The title of the control, or of its objective."""
        control = self.thread.statement.control
        return control.title or control.parent.title


def talk_of(statement: Statement, user: User) -> Talk:
    """The threads of a row as this person reads them. Three queries."""
    comments = list(
        StatementComment.objects.filter(statement=statement)
        .select_related("author")
        .prefetch_related("mentions__person")
    )
    lines = CommentHistory.objects.filter(
        comment__statement=statement, action__in=TURNS
    ).select_related("actor")
    turns = defaultdict(list)
    for line in lines:
        label = str(line.get_action_display())
        turns[line.comment_id].append(Turn(line.occurred_at, line.actor.name, label))
    said = defaultdict(list)
    for comment in comments:
        said[comment.thread_id or comment.pk].append(comment)
    threads = [
        _thread(comment, said[comment.pk], turns[comment.pk], user)
        for comment in comments
        if comment.thread_id is None
    ]
    return Talk(
        [thread for thread in threads if thread.is_open],
        [thread for thread in threads if not thread.is_open],
    )


def waiting_threads(user: User) -> list[WaitingThread]:
    """Open threads that wait for this person, the latest word first. Two queries."""
    own = Declaration.objects.visible_to(user)
    threads = list(
        StatementComment.objects.filter(statement__declaration__in=own)
        .waiting_for(user)
        .select_related("statement__control__parent", "statement__declaration__service")
        .defer("statement__reason", "statement__individual_control")
        .order_by("-last_at", "pk")[:SHOWN_WAITING]
    )
    words = (
        StatementComment.objects.select_related("author", "statement__control")
        .defer("statement__reason", "statement__individual_control")
        .in_bulk([thread.last_word for thread in threads])
    )
    return [WaitingThread(thread, words[thread.last_word]) for thread in threads]


def _thread(
    first: StatementComment, comments: list[StatementComment], turns: list[Turn], user: User
) -> Thread:
    words = [_word(comment, user) for comment in comments]
    return Thread(
        pk=first.pk,
        is_open=first.resolved_at is None,
        may_reopen=first.resolved_at is not None and not all(word.is_withdrawn for word in words),
        seen=len(words),
        entries=sorted([*words, *turns], key=lambda entry: entry.at),
    )


def _word(comment: StatementComment, user: User) -> Word:
    withdrawn = comment.withdrawn_at is not None
    return Word(
        pk=comment.pk,
        at=comment.created_at,
        author=comment.author.name,
        body="" if withdrawn else comment.body,
        to=[] if withdrawn else [mention.person.name for mention in comment.mentions.all()],
        is_withdrawn=withdrawn,
        may_withdraw=not withdrawn and comment.author_id == user.pk,
    )
