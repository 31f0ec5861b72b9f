"""Who looks after which row: assigning, handing over, taking back, and who hears of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.services.memberships import end_membership
from core import jobs
from core.exceptions import DomainError
from core.models import Job
from declarations.enums import BatchKind, StatementAction
from declarations.models import StatementBatch, StatementHistory
from declarations.services.batches import undo_batch
from declarations.services.fixing import fix_declaration, submit_declaration
from declarations.services.review import request_review
from declarations.services.statements import StatementEdit, save_statements
from declarations.services.team import assign_statements, hand_over_statements
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders

FIRST, SECOND, THIRD = "9.2.3.2", "3.1.2.1", "6.1.1.1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def colleague(members):
    return person(Role.CSP_EDITOR, organisation=members.organisation)


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def row(draft, number):
    return draft.statements.get(control__number=number)


def assign(draft, actor, owner, *numbers):
    return assign_statements(
        declaration_id=draft.pk,
        actor=actor,
        numbers=numbers,
        owner_id=owner.pk if owner else None,
    ).batch


def leave(members, colleague):
    end_membership(
        membership_id=colleague.memberships.get().pk,
        actor=members.approver,
        ends_on=timezone.localdate() - timedelta(days=1),
        reason="異動",
    )


def mails():
    for job in Job.objects.filter(queue="mail", state="pending"):
        jobs.run(job.pk)
    return [(message.to[0], message.subject) for message in mail.outbox]


class TestAssigning:
    def test_rows_get_an_owner_in_one_batch_and_keep_their_version(self, draft, members, colleague):
        batch = assign(draft, members.editor, colleague, FIRST, SECOND)

        assert (batch.kind, batch.rows) == (BatchKind.ASSIGN, 2)
        assert batch.summary == f"担当者：{colleague.name}"
        assert (row(draft, FIRST).owner, row(draft, FIRST).row_version) == (colleague, 1)
        line = StatementHistory.objects.get(statement=row(draft, FIRST))
        assert (line.action, line.changes["owner"]) == (
            StatementAction.ASSIGNED,
            ["", colleague.name],
        )

    def test_somebody_who_is_typing_meets_no_conflict(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        edit = StatementEdit(FIRST, 1, {"individual_control": "打っていた文"})
        save_statements(declaration_id=draft.pk, actor=colleague, edits=[edit])
        assert row(draft, FIRST).owner == colleague

    def test_assigning_twice_is_one_act(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        assert assign(draft, members.editor, colleague, FIRST) is None
        assert StatementBatch.objects.count() == 1

    def test_an_owner_is_taken_off(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        assign(draft, members.editor, None, FIRST)
        assert row(draft, FIRST).owner is None

    def test_the_owner_hears_once_and_not_of_the_own_act(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST, SECOND)
        assign(draft, members.editor, members.editor, THIRD)
        assert [(to, "2件" in subject) for to, subject in mails()] == [(colleague.email, True)]
        assert FIRST in mail.outbox[0].body

    def test_only_a_colleague_in_force_is_an_owner(self, draft, members, colleague):
        for stranger in (builders.team(name="別の事業者").editor, person(Role.SECRETARIAT)):
            with pytest.raises(DomainError, match="いまこの言明の担当者ではありません"):
                assign(draft, members.editor, stranger, FIRST)
        leave(members, colleague)
        with pytest.raises(DomainError, match="いまこの言明の担当者ではありません"):
            assign(draft, members.editor, colleague, FIRST)

    def test_strangers_and_finished_declarations_are_refused(self, members, small_edition):
        draft = builders.complete(members, small_edition)
        with pytest.raises(PermissionDenied):
            assign(draft, builders.team(name="別の事業者").editor, members.editor, FIRST)
        submit_declaration(declaration_id=draft.pk, actor=members.editor)
        with pytest.raises(DomainError, match="編集できません"):
            assign(draft, members.editor, members.editor, FIRST)

    def test_queries_do_not_grow_with_the_rows(self, draft, members, colleague):
        numbers = list(draft.statements.values_list("control__number", flat=True))
        counts = []
        for owner, chosen in ((colleague, numbers[:1]), (members.editor, numbers)):
            with counted_queries() as seen:
                assign(draft, members.editor, owner, *chosen)
            counts.append(len(seen))
        assert counts[1] <= counts[0]


class TestUndoing:
    def test_rows_go_back_to_whom_they_had(self, draft, members, colleague):
        assign(draft, members.editor, members.editor, FIRST)
        batch = assign(draft, members.editor, colleague, FIRST, SECOND)

        undone = undo_batch(batch_id=batch.pk, actor=members.editor)

        assert (row(draft, FIRST).owner, row(draft, SECOND).owner) == (members.editor, None)
        assert (undone.batch.kind, undone.left) == (BatchKind.UNDO, ())
        assert undo_batch(batch_id=batch.pk, actor=members.editor).batch == undone.batch

    def test_what_somebody_assigned_since_stays(self, draft, members, colleague):
        batch = assign(draft, members.editor, colleague, FIRST, SECOND)
        assign(draft, members.editor, members.approver, FIRST)

        assert undo_batch(batch_id=batch.pk, actor=members.editor).left == (FIRST,)

        assert row(draft, FIRST).owner == members.approver
        assert row(draft, SECOND).owner is None

    def test_nothing_left_is_told(self, draft, members, colleague):
        batch = assign(draft, members.editor, colleague, FIRST)
        assign(draft, members.editor, None, FIRST)
        with pytest.raises(DomainError, match="元に戻せるものはありません"):
            undo_batch(batch_id=batch.pk, actor=members.editor)


class TestHandingOver:
    def hand_over(self, draft, members, one, other):
        return hand_over_statements(
            declaration_id=draft.pk, actor=members.editor, from_id=one.pk, to_id=other.pk
        )

    def ask(self, draft, members, reviewer, *numbers):
        return request_review(
            declaration_id=draft.pk,
            actor=members.editor,
            numbers=numbers,
            reviewer_id=reviewer.pk,
        )

    def test_rows_and_reviews_of_who_left_go_to_another(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        self.ask(draft, members, colleague, SECOND)
        leave(members, colleague)

        done = self.hand_over(draft, members, colleague, members.approver)

        assert (done.batch.rows, done.left) == (2, ())
        assert row(draft, FIRST).owner == members.approver
        assert row(draft, SECOND).reviewer == members.approver
        undo_batch(batch_id=done.batch.pk, actor=members.editor)
        assert row(draft, FIRST).owner == row(draft, SECOND).reviewer == colleague

    def test_a_review_stays_where_the_new_person_wrote_the_row(self, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        edit = StatementEdit(SECOND, 1, {"individual_control": "文"})
        save_statements(declaration_id=draft.pk, actor=members.approver, edits=[edit])
        self.ask(draft, members, colleague, SECOND)

        done = self.hand_over(draft, members, colleague, members.approver)

        assert done.left == (SECOND,)
        assert row(draft, SECOND).reviewer == colleague

    def test_nothing_to_hand_over_is_told(self, draft, members, colleague):
        with pytest.raises(DomainError, match="引き継ぐ項目がありません"):
            self.hand_over(draft, members, colleague, members.approver)

    def test_the_page_names_who_left_and_the_declaration_leads_there(
        self, client, draft, members, colleague
    ):
        assign(draft, members.editor, colleague, FIRST)
        leave(members, colleague)
        client.force_login(members.editor)
        where = reverse("declarations:hand-over", args=[draft.pk])

        assert f'href="{where}"' in client.get(draft.get_absolute_url()).text
        page = client.get(where)
        assert "担当を離れました" in page.text
        assert f'<option value="{colleague.pk}" selected>' in page.text
        data = {"one": colleague.pk, "other": members.editor.pk}
        assert client.post(where, data).status_code == 302
        assert row(draft, FIRST).owner == members.editor
        assert "担当を離れた人" not in client.get(draft.get_absolute_url()).text

    def test_two_different_people_are_needed(self, client, draft, members, colleague):
        assign(draft, members.editor, colleague, FIRST)
        client.force_login(members.editor)
        where = reverse("declarations:hand-over", args=[draft.pk])
        response = client.post(where, {"one": colleague.pk, "other": colleague.pk})
        assert response.status_code == 422
        assert "別の人を選んでください" in response.text


class TestPages:
    def test_selected_rows_are_assigned_on_their_page(self, client, draft, members, colleague):
        client.force_login(members.editor)
        where = reverse("declarations:assign", args=[draft.pk])
        asked = client.post(where, {"scope": "filtered", "filter": "chapter=9.2"})
        assert asked.status_code == 422 or "対象は、選んだ" in asked.text
        data = {"numbers": f"{FIRST} {SECOND}", "step": "apply"}
        assert client.post(where, data).status_code == 422
        done = client.post(where, data | {"owner": str(colleague.pk)}, follow=True)
        assert "2件の担当者を変えました" in done.text
        assert row(draft, SECOND).owner == colleague
        again = client.post(where, data | {"owner": str(colleague.pk)}, follow=True)
        assert "すでにその担当者になっています" in again.text

    def test_the_row_shows_its_owner_in_list_section_and_panel(
        self, client, draft, members, colleague
    ):
        assign(draft, members.editor, colleague, FIRST)
        client.force_login(members.editor)
        for route, arguments in (
            ("overview", []),
            ("section", ["9.2"]),
            ("statement", [FIRST]),
            ("statement-history", [FIRST]),
        ):
            page = client.get(reverse(f"declarations:{route}", args=[draft.pk, *arguments]))
            assert colleague.name in page.text, route


def test_an_approver_who_only_organised_may_fix_and_is_no_editor(client, members, small_edition):
    draft = builders.complete(members, small_edition)
    batch = assign(draft, members.approver, members.editor, FIRST, SECOND)
    undo_batch(batch_id=batch.pk, actor=members.approver)
    third = person(Role.CSP_EDITOR, organisation=members.organisation)
    request_review(
        declaration_id=draft.pk, actor=members.approver, numbers=[THIRD], reviewer_id=third.pk
    )
    client.force_login(members.editor)
    page = client.get(draft.get_absolute_url()).text
    people = page[page.index('id="people"') :][:400]
    assert members.editor.name in people
    assert members.approver.name not in people

    draft = submit_declaration(declaration_id=draft.pk, actor=members.editor)
    fixed = fix_declaration(
        declaration_id=draft.pk, actor=members.approver, version=draft.row_version
    )
    assert fixed.fixed_by == members.approver
