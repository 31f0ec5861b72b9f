"""The page of what waits for one person, and the figures on the desk."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from declarations.services.review import request_review, return_review
from declarations.services.statements import StatementEdit, save_statements
from declarations.services.team import assign_statements
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders

FIRST, SECOND, THIRD = "9.2.3.2", "3.1.2.1", "6.1.1.1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def busy(draft, members):
    """The editor has two rows, one of them written; one came back; one is to be looked at."""
    assign(draft, members.approver, members.editor, FIRST, SECOND)
    write(draft, members.editor, FIRST)
    write(draft, members.approver, THIRD)
    ask(draft, members.editor, members.approver, FIRST)
    return_review(
        declaration_id=draft.pk, actor=members.approver, number=FIRST, reason="頻度がありません。"
    )
    ask(draft, members.approver, members.editor, THIRD)
    return draft


def assign(draft, actor, owner, *numbers):
    assign_statements(declaration_id=draft.pk, actor=actor, numbers=numbers, owner_id=owner.pk)


def ask(draft, actor, reviewer, *numbers):
    request_review(declaration_id=draft.pk, actor=actor, numbers=numbers, reviewer_id=reviewer.pk)


def write(draft, actor, number):
    changes = {"adoption": "adopted", "individual_control": builders.TEXT}
    edit = StatementEdit(number, 1, changes)
    save_statements(declaration_id=draft.pk, actor=actor, edits=[edit])


def page(client, user):
    client.force_login(user)
    return client.get(reverse("declarations:my-work"))


def test_it_shows_rows_to_write_to_look_at_and_sent_back(client, members, busy):
    text = page(client, members.editor).text

    overview = reverse("declarations:overview", args=[busy.pk])
    assert f'href="{overview}?chapter=3.1&amp;owner=me"' in text
    assert "残り 1 / 1件" in text
    assert f'href="{overview}?chapter=6.1&amp;state=requested&amp;reviewer=me"' in text
    assert "頻度がありません。" in text
    assert "差し戻された項目" in text


def test_the_links_lead_to_just_these_rows(client, members, busy):
    client.force_login(members.editor)
    overview = reverse("declarations:overview", args=[busy.pk])
    for query, number in (
        ("chapter=3.1&owner=me", SECOND),
        ("chapter=6.1&state=requested&reviewer=me", THIRD),
    ):
        text = client.get(f"{overview}?{query}").text
        assert text.count('<tr id="s-') == 1
        assert f'id="s-{number}"' in text


def test_own_acts_can_be_undone_here(client, members, busy):
    text = page(client, members.approver).text
    batch = busy.batches.get()
    assert reverse("declarations:batch-undo", args=[busy.pk, batch.pk]) in text


def test_who_sent_a_row_back_does_not_find_it_among_the_own(client, members, busy):
    assert "差し戻された項目" not in page(client, members.approver).text


def test_nobody_waits_for_somebody_new(client, members, busy):
    new = person(Role.CSP_EDITOR, organisation=members.organisation)
    assert "あなたを待っている作業はありません" in page(client, new).text


def test_others_have_no_such_page(client):
    assert page(client, person(Role.SECRETARIAT)).status_code == 403


def test_the_desk_says_how_much_waits(client, members, busy):
    client.force_login(members.editor)
    text = client.get(reverse("desks:home")).text
    assert "担当で書き終えていない項目 1件、確認を頼まれた項目 1件、差し戻された項目 1件" in text


def test_queries_do_not_grow_with_rows_and_declarations(client, members, busy, small_edition):
    page(client, members.editor)
    counts = []
    for number in range(3):
        with counted_queries() as seen:
            assert page(client, members.editor).status_code == 200
        counts.append(len(seen))
        service = builders.service_of(members, name=f"別のサービス{number}")
        other = builders.draft(members, small_edition, service=service)
        numbers = other.statements.values_list("control__number", flat=True)
        assign(other, members.editor, members.editor, *numbers)
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 13  # three of them sign the person in
