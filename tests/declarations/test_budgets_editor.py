"""What the editor's pages may cost: queries, bytes and nodes, with one declaration in the database and with many."""

import gzip
import re

import pytest
from django.urls import reverse

from declarations.services.statements import StatementEdit, save_statements
from tests.counting import counted_queries
from tests.declarations import builders

TEXT = "特権IDは専用の管理基盤で一元管理し、申請・承認・貸出・返却を記録している。貸出は最長4時間で自動失効する。"
SCRIPT = {"HX-Request": "true"}
pytestmark = [pytest.mark.django_db, pytest.mark.full_catalogue]


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, both_editions):
    """A declaration of full size, written to the end, so that every row shows a text and what it inherits from."""
    draft = builders.draft(members, both_editions[1])
    said = {"adoption": "adopted", "individual_control": TEXT}
    said["base_service"] = str(builders.listed().pk)
    edits = [
        StatementEdit(number, 1, said)
        for number in draft.statements.values_list("control__number", flat=True)
    ]
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=edits)
    return draft


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def page(client, declaration, section):
    return client.get(reverse("declarations:section", args=[declaration.pk, section]))


def test_section_page_stays_small(editor, members, draft):
    numbers = draft.statements.filter(control__number__startswith="16.1.")
    for number in numbers.values_list("control__number", flat=True):
        builders.said(draft, members.editor, number=number)

    response = page(editor, draft, "16.1")
    rows = response.text.count("data-row=")
    body = response.content

    assert rows == 56
    assert response.text.count("コメント 1件") == rows
    per_row = _row_bytes(response.text)
    assert len(body) + per_row * (60 - rows) <= 100 * 1024
    assert len(gzip.compress(body)) <= 15 * 1024
    assert len(re.findall(r"<[a-z]", response.text)) * 60 / rows <= 2_000


def test_queries_stay_within_their_budgets(editor, draft):
    where = reverse("declarations:statement", args=[draft.pk, "9.2.1.6.PB"])

    assert count(lambda: page(editor, draft, "16.1")) <= 14
    assert count(lambda: editor.get(where, headers=SCRIPT)) <= 12
    assert count(lambda: editor.get(where)) <= 14
    saved = {"version": "2", "individual_control": "改めた文"}
    assert count(lambda: editor.post(where, saved, headers=SCRIPT)) <= 10


def test_queries_are_the_same_with_many_declarations(editor, members, small_edition):
    figures = []
    draft = builders.draft(members, small_edition)
    where = reverse("declarations:statement", args=[draft.pk, "9.2.3.2"])
    for others in (0, 2, 17):
        for n in range(others):
            builders.draft(
                members, small_edition, service=builders.service_of(members, name=f"別{others}-{n}")
            )
        text = {"version": len(figures) + 1, "individual_control": f"文{others}"}
        figures.append(
            (
                count(lambda: page(editor, draft, "9.2")),
                count(lambda: editor.get(where, headers=SCRIPT)),
                count(lambda text=text: editor.post(where, text, headers=SCRIPT)),
            )
        )

    assert figures[0] == figures[1] == figures[2]


def count(request):
    with counted_queries() as seen:
        assert request().status_code == 200
    return len(seen)


def _row_bytes(text):
    rows = re.findall(r'<li class="control".*?</li>', text, flags=re.S)
    return max(len(row.encode()) for row in rows)
