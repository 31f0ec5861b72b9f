"""Review between colleagues: asking, agreeing, sending back with a reason."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from core import jobs
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from declarations.enums import ReviewState, StatementAction
from declarations.models import Statement, StatementHistory
from declarations.services.fixing import fix_declaration, submit_declaration
from declarations.services.review import agree_review, request_review, return_review
from declarations.services.statements import StatementEdit, save_statements
from declarations.services.team import assign_statements
from tests.accounts.factories import person
from tests.declarations import builders

FIRST, SECOND = "9.2.3.2", "3.1.2.1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def reviewer(members):
    return person(Role.CSP_EDITOR, organisation=members.organisation)


@pytest.fixture
def draft(members, small_edition):
    """Both rows written by the editor."""
    draft = builders.draft(members, small_edition)
    for number in (FIRST, SECOND):
        write(draft, members.editor, number, "点検の手順")
    return draft


def row(draft, number=FIRST):
    return draft.statements.get(control__number=number)


def write(draft, actor, number, text):
    edit = StatementEdit(number, row(draft, number).row_version, {"individual_control": text})
    save_statements(declaration_id=draft.pk, actor=actor, edits=[edit])


def ask(draft, actor, reviewer, *numbers, note=""):
    return request_review(
        declaration_id=draft.pk,
        actor=actor,
        numbers=numbers or (FIRST,),
        reviewer_id=reviewer.pk,
        note=note,
    )


def agree(draft, actor, version=2):
    return agree_review(declaration_id=draft.pk, actor=actor, number=FIRST, version=version)


def send_back(draft, actor, reason="頻度を書いてください。"):
    return return_review(declaration_id=draft.pk, actor=actor, number=FIRST, reason=reason)


def mails():
    for job in Job.objects.filter(queue="mail", state="pending"):
        jobs.run(job.pk)
    return sorted(message.to[0] for message in mail.outbox)


class TestAsking:
    def test_rows_wait_for_the_colleague_with_one_mail(self, draft, members, reviewer):
        asked = ask(draft, members.editor, reviewer, FIRST, SECOND, note="頻度を見てください。")

        assert (asked.rows, asked.left) == (2, ())
        assert (row(draft).review_state, row(draft).reviewer) == (ReviewState.REQUESTED, reviewer)
        assert row(draft).row_version == 2
        line = StatementHistory.objects.get(
            statement=row(draft), action=StatementAction.REVIEW_REQUESTED
        )
        assert (line.from_state, line.to_state, line.reason) == (
            "none",
            "requested",
            "頻度を見てください。",
        )
        assert mails() == [reviewer.email]
        assert "頻度を見てください。" in mail.outbox[0].body

    def test_nobody_reviews_what_he_or_she_wrote_last(self, draft, members, reviewer):
        write(draft, reviewer, SECOND, "別の手順")
        assert ask(draft, members.editor, reviewer, FIRST, SECOND).left == (SECOND,)
        assert row(draft, SECOND).review_state == ReviewState.NONE
        with pytest.raises(DomainError, match="別の人に依頼してください"):
            ask(draft, members.editor, reviewer, SECOND)

    def test_asking_twice_is_one_act(self, draft, members, reviewer):
        for _time in range(2):
            assert ask(draft, members.editor, reviewer).rows == 1
        lines = StatementHistory.objects.filter(action=StatementAction.REVIEW_REQUESTED)
        assert lines.count() == 1

    def test_strangers_are_not_asked_and_ask_nothing(self, draft, members, reviewer):
        stranger = builders.team(name="別の事業者").editor
        with pytest.raises(DomainError, match="いまこの言明の担当者ではありません"):
            ask(draft, members.editor, stranger)
        with pytest.raises(PermissionDenied):
            ask(draft, stranger, reviewer)

    def test_too_long_a_note_is_told(self, draft, members, reviewer):
        with pytest.raises(DomainError, match="1,000字以内"):
            ask(draft, members.editor, reviewer, note="あ" * 1_001)


class TestAgreeing:
    def test_the_reviewer_agrees_once(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        agree(draft, reviewer)
        agree(draft, reviewer)
        assert row(draft).review_state == ReviewState.AGREED
        lines = StatementHistory.objects.filter(action=StatementAction.REVIEW_AGREED)
        assert lines.get().actor == reviewer
        assert mails() == [reviewer.email]

    def test_only_to_the_text_that_was_read(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        write(draft, members.editor, FIRST, "書き直した手順")
        with pytest.raises(EditConflictError, match="書き直されています"):
            agree(draft, reviewer)

    def test_nobody_else_agrees_nor_the_reviewer_who_wrote_it(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        with pytest.raises(PermissionDenied):
            agree(draft, members.approver)
        write(draft, reviewer, FIRST, "自分で直した手順")
        with pytest.raises(PermissionDenied):
            agree(draft, reviewer, version=3)

    def test_what_was_not_asked_is_told(self, draft, reviewer):
        with pytest.raises(DomainError, match="依頼は、もうありません"):
            agree(draft, reviewer)

    def test_a_row_that_is_written_again_is_agreed_no_more(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        agree(draft, reviewer)
        write(draft, members.editor, FIRST, "改めた手順")
        assert (row(draft).review_state, row(draft).reviewer) == (ReviewState.NONE, None)


class TestSendingBack:
    def test_with_a_reason_that_writer_and_owner_get(self, draft, members, reviewer):
        assign_statements(
            declaration_id=draft.pk,
            actor=members.editor,
            numbers=[FIRST],
            owner_id=members.approver.pk,
        )
        ask(draft, members.editor, reviewer)
        mails()
        mail.outbox.clear()

        send_back(draft, reviewer)

        assert row(draft).review_state == ReviewState.RETURNED
        assert mails() == sorted([members.editor.email, members.approver.email])
        assert "頻度を書いてください。" in mail.outbox[0].body

    def test_a_reason_is_needed(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        with pytest.raises(DomainError, match="差し戻す理由"):
            send_back(draft, reviewer, reason="　")

    def test_from_waiting_alone(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        agree(draft, reviewer)
        with pytest.raises(TransitionNotAllowedError):
            send_back(draft, reviewer)

    def test_a_returned_row_is_asked_about_again(self, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        send_back(draft, reviewer)
        send_back(draft, reviewer)
        with pytest.raises(TransitionNotAllowedError):
            agree(draft, reviewer)
        ask(draft, members.editor, reviewer)
        assert row(draft).review_state == ReviewState.REQUESTED


def test_the_database_refuses_a_review_without_a_reviewer(draft):
    for facts in ({"review_state": ReviewState.AGREED}, {"reviewer": row(draft).updated_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.filter(pk=row(draft).pk).update(**facts)


class TestPages:
    @pytest.fixture
    def asked(self, client, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        client.force_login(reviewer)
        return client

    def where(self, draft, name):
        return reverse(f"declarations:{name}", args=[draft.pk, FIRST])

    def test_selected_rows_are_asked_about(self, client, draft, members, reviewer):
        client.force_login(members.editor)
        where = reverse("declarations:review-request", args=[draft.pk])
        assert "対象は、選んだ1件" in client.get(f"{where}?numbers={FIRST}").text
        data = {"numbers": f"{FIRST} {SECOND}", "step": "apply", "note": "お願いします"}
        assert client.post(where, data).status_code == 422
        done = client.post(where, data | {"reviewer": str(reviewer.pk)}, follow=True)
        assert "2件の確認を依頼しました" in done.text
        assert done.text.count("確認待ち") >= 2

    def test_the_panel_offers_the_reviewer_both_ways(self, asked, draft):
        page = asked.get(self.where(draft, "statement")).text
        assert self.where(draft, "review-agree") in page
        assert self.where(draft, "review-return") in page
        done = asked.post(self.where(draft, "review-agree"), {"version": 2})
        assert done.url.endswith(f"?at={FIRST}#c-{FIRST}")
        assert row(draft).review_state == ReviewState.AGREED

    def test_the_others_see_who_looks_and_no_buttons(self, client, draft, members, reviewer):
        ask(draft, members.editor, reviewer)
        client.force_login(members.editor)
        page = client.get(self.where(draft, "statement")).text
        assert f"確認待ち（{reviewer.name}）" in page
        assert self.where(draft, "review-agree") not in page
        assert client.post(self.where(draft, "review-agree"), {"version": 2}).status_code == 403
        assert client.get(self.where(draft, "review-return")).status_code == 403

    def test_an_overtaken_agreement_shows_the_present_text(self, asked, draft, members):
        write(draft, members.editor, FIRST, "書き直した手順")
        response = asked.post(self.where(draft, "review-agree"), {"version": 2})
        assert response.status_code == 409
        assert "書き直されています" in response.text
        assert "書き直した手順" in response.text

    def test_an_agreement_without_a_version_is_told(self, asked, draft):
        assert asked.post(self.where(draft, "review-agree")).status_code == 422

    def test_the_reason_stands_on_the_row_and_in_its_history(self, asked, draft, members):
        assert asked.post(self.where(draft, "review-return"), {"reason": ""}).status_code == 422
        asked.post(self.where(draft, "review-return"), {"reason": "頻度を書いてください。"})
        asked.force_login(members.editor)
        assert "頻度を書いてください。" in asked.get(self.where(draft, "statement")).text
        history = asked.get(self.where(draft, "statement-history")).text
        assert "頻度を書いてください。" in history
        section = reverse("declarations:section", args=[draft.pk, "9.2"])
        assert "確認：差戻し" in asked.get(section).text


def test_an_approver_who_only_reviewed_may_fix(members, small_edition):
    draft = builders.complete(members, small_edition)
    ask(draft, members.editor, members.approver, FIRST, SECOND)
    agree(draft, members.approver)
    return_review(
        declaration_id=draft.pk, actor=members.approver, number=SECOND, reason="見直してください。"
    )
    draft = submit_declaration(declaration_id=draft.pk, actor=members.editor)
    fixed = fix_declaration(
        declaration_id=draft.pk, actor=members.approver, version=draft.row_version
    )
    assert fixed.fixed_by == members.approver
