"""All rows on one page: what it shows, to whom, and what it costs."""

import re
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from core.calendar import JST
from declarations.enums import Adoption, ReviewState
from declarations.models import Statement
from declarations.selectors.all_rows import sections
from declarations.services.exclusions import exclude_objective
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders

FIRST, SECOND, THIRD = "9.2.3.2", "3.1.2.1", "6.1.1.1"
NOON = time(12, tzinfo=JST)
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def write(draft, actor, number, **changes):
    row = draft.statements.get(control__number=number)
    edit = StatementEdit(number, row.row_version, changes)
    save_statements(declaration_id=draft.pk, actor=actor, edits=[edit])


def page(client, actor, declaration, query=""):
    client.force_login(actor)
    return client.get(reverse("declarations:overview", args=[declaration.pk]) + query)


def numbers(response):
    return re.findall(r'<tr id="s-([^"]+)"', response.text)


def line(response, number):
    return re.search(rf'<tr id="s-{re.escape(number)}".*?</tr>', response.text, flags=re.S).group()


def test_every_row_stands_there_in_catalogue_order_with_the_way_to_it(client, members, draft):
    response = page(client, members.editor, draft)

    expected = draft.statements.order_by("control__sort_key").values_list(
        "control__number", flat=True
    )
    assert numbers(response) == list(expected)
    section = reverse("declarations:section", args=[draft.pk, "9.2"])
    assert f'href="{section}?at={FIRST}#c-{FIRST}"' in line(response, FIRST)


def test_a_row_says_what_was_decided_written_and_what_it_waits_for(client, members, draft):
    write(draft, members.editor, FIRST, adoption="adopted", individual_control="毎月点検します。")
    write(draft, members.editor, SECOND, adoption="adopted")
    Statement.objects.filter(declaration=draft, control__number=FIRST).update(
        owner=members.editor, reviewer=members.approver, review_state=ReviewState.REQUESTED
    )
    exclude_objective(
        declaration_id=draft.pk, actor=members.editor, number="9.4.2", reason="対象外", version=0
    )

    response = page(client, members.editor, draft)

    first = line(response, FIRST)
    for text in ("毎月点検します。", "採用する", "確認待ち", members.editor.name):
        assert text in first
    assert "記入不足" in line(response, SECOND)
    released = draft.statements.filter(control__parent__number="9.4.2").first()
    assert "統制目標を除外" in line(response, released.control.number)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?adoption=adopted", [SECOND, FIRST]),
        ("?owner=me", [FIRST]),
        ("?state=incomplete", [SECOND]),
        ("?chapter=9&adoption=adopted", [FIRST]),
        ("?chapter=9.2&owner=me", [FIRST]),
        ("?chapter=9.4&owner=me", []),
    ],
)
def test_an_address_narrows_the_rows(client, members, draft, query, expected):
    write(draft, members.editor, FIRST, adoption="adopted", individual_control="毎月点検します。")
    write(draft, members.editor, SECOND, adoption="adopted")
    Statement.objects.filter(declaration=draft, control__number=FIRST).update(owner=members.editor)

    response = page(client, members.editor, draft, query)

    assert numbers(response) == expected
    assert ("この条件に合う項目はありません" in response.text) is (not expected)
    # The script of the selection needs rows to select.
    assert ("selection" in response.text) is bool(expected)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?owner=nobody-we-know", "「担当者」の条件に「nobody-we-know」はありません"),
        ("?colour=red", "「colour」という条件はありません"),
    ],
)
def test_an_unknown_condition_is_told_and_narrows_nothing(client, members, draft, query, sentence):
    response = page(client, members.editor, draft, query)

    assert response.status_code == 200
    assert sentence in response.text
    assert len(numbers(response)) == draft.statements.count()


def test_questions_lead_to_the_rows_that_they_count(client, members, draft):
    write(draft, members.editor, FIRST, adoption="adopted")

    text = page(client, members.editor, draft).text

    undecided = draft.statements.filter(adoption=Adoption.UNDECIDED).count()
    assert re.search(r'href="\?state=incomplete">記入不足 <span class="number">1<', text)
    assert f'href="?adoption=undecided">未入力 <span class="number">{undecided}<' in text


def test_the_secretariat_reads_the_rows_and_nothing_of_the_work_on_them(client, filed):
    response = page(client, person(Role.SECRETARIAT), filed.declaration)

    assert response.status_code == 200
    assert numbers(response)
    assert "担当者" not in response.text
    asked = page(client, person(Role.SECRETARIAT), filed.declaration, "?owner=none")
    assert "「owner」という条件はありません" in asked.text


def test_a_base_service_that_has_left_the_list_is_marked(draft, members):
    leaving = builders.listed(until=builders.END)
    builders.inherit(draft, members.editor, leaving, FIRST)
    builders.inherit(draft, members.editor, builders.listed("見本-C2", "別の基盤"), SECOND)
    said = {}
    for days in (0, 1):
        with time_machine.travel(datetime.combine(builders.END + timedelta(days), NOON)):
            found = sections(draft.statements.all(), internal=True)
        said[days] = {row.number: row.text for section in found for row in section.lines}

    assert said[0][FIRST] == "継承：見本基盤クラウド"
    assert said[1][FIRST] == "継承：見本基盤クラウド（掲載終了）"
    assert said[1][SECOND] == "継承：別の基盤"


def test_other_providers_see_nothing(client, draft):
    assert page(client, builders.team(name="別の事業者").editor, draft).status_code == 404


@pytest.mark.full_catalogue
def test_full_size_stays_within_its_budgets(client, members, both_editions):
    draft = builders.draft(members, both_editions[1])
    edits = [
        StatementEdit(number, 1, {"adoption": "adopted", "individual_control": builders.TEXT})
        for number in draft.statements.values_list("control__number", flat=True)
    ]
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=edits)
    client.force_login(members.editor)
    where = reverse("declarations:overview", args=[draft.pk])

    for query in ("", "?chapter=9&state=incomplete", "?owner=me"):
        with counted_queries() as seen:
            response = client.get(where + query)
        assert len(seen) <= 8, query
    response = client.get(where)
    assert len(numbers(response)) == 1156
    nodes = len(re.findall(r"<[a-z]", response.text))
    assert nodes <= 1156 * 11 + 1_500
    assert len(response.content) <= 900 * 1024
