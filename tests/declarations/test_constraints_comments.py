"""What the database refuses about comments when somebody goes past the services."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from declarations.models import CommentMention, StatementComment
from declarations.services.comments import resolve_thread, withdraw_comment
from tests.accounts.factories import UserFactory
from tests.declarations import builders
from tests.declarations.builders import said


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def comment(draft, members):
    return said(draft, members.editor, "頻度は。", members.approver)


def refused(name):
    return pytest.raises(DatabaseError, match=name)


def insert(comment, **facts):
    """Another comment on the same row, with some facts as given."""
    usual = {
        "statement_id": comment.statement_id,
        "author": comment.author,
        "body": "文",
        "created_at": timezone.now(),
        "creation_key": uuid.uuid4(),
    }
    with transaction.atomic():
        return StatementComment.objects.create(**usual | facts)


@pytest.mark.parametrize(
    "column",
    [
        "body = 'x'",
        "created_at = now()",
        "creation_key = gen_random_uuid()",
        "author_id = (SELECT person_id FROM declarations_commentmention)",
        "statement_id = (SELECT min(id) FROM declarations_statement)",
        "thread_id = id",
    ],
)
def test_words_author_and_place_stay(comment, column):
    with refused("comment_stays_as_it_was_said"), transaction.atomic():
        connection.cursor().execute(f"UPDATE declarations_statementcomment SET {column}")  # noqa: S608


@pytest.mark.parametrize("value", [None, timezone.now()])
def test_what_was_withdrawn_stays_withdrawn(draft, members, comment, value):
    withdraw_comment(declaration_id=draft.pk, comment_id=comment.pk, actor=members.editor)
    with refused("comment_stays_as_it_was_said"), transaction.atomic():
        StatementComment.objects.update(withdrawn_at=value)


def test_nothing_is_removed(comment):
    for table in ("commentmention", "commenthistory", "statementcomment"):
        with refused("Cannot .*delete"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM declarations_{table}")  # noqa: S608


def test_a_reply_belongs_to_the_first_comment_of_a_thread_of_its_row(draft, members, comment):
    reply = said(draft, members.editor, thread=comment)
    elsewhere = said(draft, members.editor, number="3.1.2.1")
    for head in (reply, elsewhere):
        with refused("comment_belongs_to_a_thread_of_its_statement"):
            insert(comment, thread=head)


def test_only_a_thread_is_resolved_and_by_a_person(draft, members, comment):
    reply = said(draft, members.editor, thread=comment)
    resolve_thread(declaration_id=draft.pk, thread_id=comment.pk, actor=members.editor, seen=2)
    facts = {"resolved_at": timezone.now(), "resolved_by": members.editor}
    for row, changed in ((reply, facts), (comment, {"resolved_by": None})):
        with refused("comment_thread_resolved_by_a_person"), transaction.atomic():
            StatementComment.objects.filter(pk=row.pk).update(**changed)


@pytest.mark.parametrize(
    ("body", "name"), [("", "comment_says_something"), ("𠮷" * 2_001, "comment_is_short")]
)
def test_a_comment_says_something_and_is_short(comment, body, name):
    with refused(name):
        insert(comment, body=body)


def test_one_key_of_one_author_is_one_comment(comment, members):
    with refused("comment_posted_once"):
        insert(comment, creation_key=comment.creation_key)
    assert insert(comment, creation_key=comment.creation_key, author=members.approver)


def test_only_people_of_the_provider_speak_and_are_addressed(comment, members):
    for outsider in (builders.team(name="別の事業者").editor, UserFactory()):
        with refused("comment_by_somebody_outside"):
            insert(comment, author=outsider)
        with refused("mention_of_somebody_outside"), transaction.atomic():
            CommentMention.objects.create(comment=comment, person=outsider)


def test_one_person_is_addressed_once(comment, members):
    with refused("mention_once"), transaction.atomic():
        CommentMention.objects.create(comment=comment, person=members.approver)
