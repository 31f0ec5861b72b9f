"""Comments between colleagues: saying, replying, withdrawing, resolving; who may, who is told."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core import jobs
from core.exceptions import DomainError, EditConflictError
from core.models import Job
from declarations import policies
from declarations.documents import declaration_data
from declarations.enums import CommentAction
from declarations.models import CommentHistory, StatementComment
from declarations.services.comments import (
    post_comment,
    reopen_thread,
    resolve_thread,
    withdraw_comment,
)
from tests.accounts.factories import person
from tests.authz.canaries import unpacked
from tests.controls import factories as editions
from tests.declarations import builders
from tests.declarations.builders import said

NUMBER = "9.2.3.2"


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def colleague(members):
    return person(Role.CSP_EDITOR, organisation=members.organisation)


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def thread(draft, members, colleague):
    """The editor asks the colleague."""
    return said(draft, members.editor, "年に何回ですか。", colleague)


def withdraw(comment, actor):
    return withdraw_comment(
        declaration_id=comment.statement.declaration_id, comment_id=comment.pk, actor=actor
    )


def resolve(thread, actor, seen=1):
    return resolve_thread(
        declaration_id=thread.statement.declaration_id,
        thread_id=thread.pk,
        actor=actor,
        seen=seen,
    )


def reopen(thread, actor):
    return reopen_thread(
        declaration_id=thread.statement.declaration_id, thread_id=thread.pk, actor=actor
    )


def acts():
    lines = CommentHistory.objects.order_by("pk")
    return list(lines.values_list("action", flat=True))


def is_open(thread):
    thread.refresh_from_db()
    return thread.resolved_at is None


def mailed():
    """Who was written to since the last time, in alphabetical order."""
    mail.outbox.clear()
    for job in Job.objects.filter(queue="mail", state="pending"):
        jobs.run(job.pk)
    return sorted(message.to[0] for message in mail.outbox)


class TestSaying:
    def test_a_comment_has_author_addressees_and_a_line_of_history_without_its_words(
        self, thread, members, colleague
    ):
        assert (thread.author, thread.body, thread.thread) == (
            members.editor,
            "年に何回ですか。",
            None,
        )
        assert [mention.person for mention in thread.mentions.all()] == [colleague]
        line = CommentHistory.objects.get()
        assert (line.action, line.actor, line.changes, line.reason) == (
            CommentAction.POSTED,
            members.editor,
            {},
            "",
        )

    def test_the_same_form_sent_twice_says_it_once(self, draft, members, colleague):
        what = {
            "declaration_id": draft.pk,
            "number": NUMBER,
            "actor": members.editor,
            "creation_key": uuid.uuid4(),
            "body": "一度だけ",
            "mentions": [colleague.pk],
        }

        assert post_comment(**what) == post_comment(**what)

        assert StatementComment.objects.get().mentions.count() == 1
        assert acts() == ["posted"]
        assert mailed() == [colleague.email]

    @pytest.mark.parametrize("state", ["draft", "waiting", "fixed", "superseded"])
    def test_it_is_possible_in_every_state_and_makes_nobody_an_editor(
        self, members, small_edition, state
    ):
        declaration = getattr(builders, state)(members, small_edition)
        talker = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)

        thread = said(declaration, talker)

        resolve(thread, talker)
        assert policies.can_fix_declaration(talker, declaration)

    def test_strangers_and_readers_of_the_committee_say_nothing(self, draft):
        for outsider in (builders.team(name="別の事業者").editor, person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                said(draft, outsider)
        assert not StatementComment.objects.exists()

    def test_only_colleagues_of_today_can_be_addressed(self, draft, members, colleague):
        left = person(Role.CSP_EDITOR, organisation=members.organisation)
        yesterday = timezone.localdate() - timedelta(days=1)
        left.memberships.update(ends_on=yesterday)
        for outsider in (
            left,
            builders.team(name="別の事業者").editor,
            person(Role.SECRETARIAT),
            members.editor,
        ):
            with pytest.raises(DomainError, match="見られない人がいます"):
                said(draft, members.editor, "見てください。", colleague, outsider)
        assert not StatementComment.objects.exists()

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("　\n ", "入力してください"),
            ("あ" * 2_001, "2,000字以内.*2,001字"),
            ("a\x00b", "制御文字"),
        ],
    )
    def test_empty_too_long_and_broken_texts_are_told(self, draft, members, text, sentence):
        with pytest.raises(DomainError, match=sentence):
            said(draft, members.editor, text)

    def test_two_thousand_characters_fit(self, draft, members):
        assert len(said(draft, members.editor, "𠮷" * 2_000).body) == 2_000


class TestReplying:
    def test_a_reply_to_a_resolved_thread_opens_it_again(self, draft, thread, members, colleague):
        resolve(thread, members.editor)

        said(draft, colleague, "年4回です。", thread=thread)

        assert is_open(thread)
        assert acts() == ["posted", "resolved", "posted", "reopened"]

    def test_a_reply_stands_below_the_first_comment_of_its_own_row(self, draft, thread, members):
        reply = said(draft, members.editor, "補足です。", thread=thread)
        elsewhere = said(draft, members.editor, number="3.1.2.1")
        for head in (reply, elsewhere):
            with pytest.raises(StatementComment.DoesNotExist):
                said(draft, members.editor, thread=head)


class TestTelling:
    def test_who_is_addressed_and_who_takes_part_is_told_but_not_the_author(
        self, draft, thread, members, colleague
    ):
        assert mailed() == [colleague.email]
        said(draft, colleague, "北条さんに聞いてください。", members.approver, thread=thread)
        assert mailed() == sorted([members.editor.email, members.approver.email])
        said(draft, members.editor, "わかりました。", thread=thread)
        assert mailed() == sorted([colleague.email, members.approver.email])

    def test_the_mail_says_where_and_never_what(self, draft, thread):
        mailed()
        (message,) = mail.outbox
        text = message.subject + message.body
        assert NUMBER in message.subject
        assert draft.service.name in text
        assert f"{thread.get_absolute_url()}" in text
        assert thread.body not in text

    def test_nobody_is_told_of_what_was_withdrawn_nor_when_nobody_is_addressed(
        self, draft, thread, members
    ):
        withdraw(thread, members.editor)
        said(draft, members.editor, "独り言です。")
        assert mailed() == []

    def test_whoever_has_left_is_told_nothing(self, thread, colleague):
        colleague.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
        assert mailed() == []


class TestWithdrawing:
    def test_only_the_author_takes_it_back_and_once(self, draft, thread, members, colleague):
        said(draft, colleague, "年4回です。", thread=thread)
        with pytest.raises(PermissionDenied):
            withdraw(thread, colleague)

        first = withdraw(thread, members.editor).withdrawn_at

        assert withdraw(thread, members.editor).withdrawn_at == first
        assert is_open(thread)
        assert acts().count("withdrawn") == 1

    def test_an_author_who_left_the_provider_takes_nothing_back(self, thread, members):
        members.editor.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
        with pytest.raises(PermissionDenied):
            withdraw(thread, type(members.editor).objects.get(pk=members.editor.pk))

    def test_a_thread_with_nothing_left_to_read_is_resolved_and_stays_so(self, thread, members):
        withdraw(thread, members.editor)

        assert not is_open(thread)
        assert acts() == ["posted", "withdrawn", "resolved"]
        with pytest.raises(DomainError, match="取り下げたコメントだけ"):
            reopen(thread, members.editor)


class TestResolving:
    def test_any_colleague_resolves_and_reopens_and_twice_is_harmless(
        self, thread, members, colleague
    ):
        for act in (resolve, resolve, reopen, reopen):
            act(thread, colleague)
        assert is_open(thread)
        assert acts() == ["posted", "resolved", "reopened"]

    def test_a_reply_that_was_not_read_is_not_closed(self, draft, thread, members, colleague):
        said(draft, colleague, "まだです。", thread=thread)
        with pytest.raises(EditConflictError, match="返信がありました"):
            resolve(thread, members.editor, seen=1)
        assert is_open(thread)

    def test_strangers_resolve_and_reopen_nothing(self, thread, members):
        stranger = builders.team(name="別の事業者").editor
        with pytest.raises(PermissionDenied):
            resolve(thread, stranger)
        resolve(thread, members.editor)
        with pytest.raises(PermissionDenied):
            reopen(thread, stranger)


def test_neither_snapshot_nor_paper_nor_workbook_carries_a_comment(client, members, small_edition):
    draft = builders.complete(members, small_edition)
    said(draft, members.editor, "社内だけの話です。", members.approver)
    fixed = builders.approved(
        builders.submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )
    client.force_login(members.editor)
    workbook = client.get(reverse("declarations:workbook", args=[fixed.pk])).content

    printed = json.dumps(declaration_data(fixed), ensure_ascii=False, default=str)
    assert "社内だけの話です。" not in bytes(fixed.snapshot.content).decode() + printed
    assert "comment" not in bytes(fixed.snapshot.content).decode()
    assert "社内だけの話です。".encode() not in unpacked(workbook)


@pytest.mark.django_db(transaction=True)
def test_two_who_resolve_at_once_resolve_it_once():
    thread, members = open_thread()

    outcomes = together(
        lambda: resolve(thread, members.editor), lambda: resolve(thread, members.approver)
    )

    thread.refresh_from_db()
    assert {outcome.resolved_by_id for outcome in outcomes} == {thread.resolved_by_id}
    assert acts() == ["posted", "resolved"]


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_says_it_once():
    thread, members = open_thread()
    for head in (None, thread.pk):
        what = {
            "declaration_id": thread.statement.declaration_id,
            "number": NUMBER,
            "actor": members.editor,
            "creation_key": uuid.uuid4(),
            "body": "一度だけ",
            "thread_id": head,
        }
        first, second = together(
            lambda what=what: post_comment(**what), lambda what=what: post_comment(**what)
        )
        assert first == second
    assert acts() == ["posted"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_reply_at_the_moment_of_resolving_is_never_left_in_a_closed_thread():
    thread, members = open_thread()

    together(
        lambda: resolve(thread, members.editor),
        lambda: said(thread.statement.declaration, members.approver, "待って。", thread=thread),
    )

    assert is_open(thread)


def open_thread():
    members = builders.team()
    return said(builders.draft(members, editions.small_edition()), members.editor), members


def together(*calls):
    """What calls give that start at the same moment, each on a connection of its own; a refusal is given as it is."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        start.wait(timeout=20)
        try:
            outcomes[place] = call()
        except DomainError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    return outcomes
