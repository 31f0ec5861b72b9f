"""What the pages of the workbook may cost: queries, nodes and bytes, with one changed row and with many."""

import re

import pytest
from django.urls import reverse

from declarations.services.statements import StatementEdit, save_statements
from tests.counting import counted_queries
from tests.declarations import builders
from tests.declarations.workbooks import brought, press_apply, retyped, taken

TEXT, REASON, ORIGIN = "個別管理策", "選択しない理由", "引継元"
pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def filled(content, numbers, text="改めた文です。"):
    """Every typed column of these rows."""
    return retyped(content, {(n, head): text for n in numbers for head in (TEXT, REASON, ORIGIN)})


def test_queries_are_the_same_for_one_row_and_for_all(editor, members, small_edition):
    figures = []
    for count in (1, 13):
        service = builders.service_of(members, name=f"サービス{count}")
        draft = builders.draft(members, small_edition, service=service)
        numbers = list(draft.statements.values_list("control__number", flat=True))[:count]
        imported = brought(editor, draft, filled(taken(editor, draft), numbers))
        with counted_queries() as looking:
            shown = editor.get(imported.get_absolute_url())
        with counted_queries() as applying:
            assert press_apply(editor, imported, shown).status_code == 302
        figures.append((len(looking), len(applying)))

    assert figures[0] == figures[1]
    assert figures[0][0] <= 9
    assert figures[0][1] <= 25


@pytest.mark.full_catalogue
def test_pages_stay_small_when_every_row_changes(editor, members, both_editions):
    draft = builders.draft(members, both_editions[1])
    numbers = list(draft.statements.values_list("control__number", flat=True))
    exported = taken(editor, draft)
    edits = [StatementEdit(n, 1, {"individual_control": "同僚の文"}) for n in numbers[:600]]
    save_statements(declaration_id=draft.pk, actor=members.approver, edits=edits)
    imported = brought(editor, draft, filled(exported, numbers, "改めた長い文です。" * 20))

    for name in ("changed", "conflicting"):
        shown = editor.get(imported.get_absolute_url(), {"list": name})
        assert shown.context["counts"][name] > 500
        assert len(re.findall(r"<[a-z]", shown.text)) <= 2_000
        assert len(shown.content) <= 100 * 1024


def test_the_list_of_imports_takes_no_more_for_many(editor, members, small_edition):
    draft = builders.draft(members, small_edition)
    address = reverse("declarations:workbook-imports", args=[draft.pk])
    content = taken(editor, draft)
    figures = []
    for count in (1, 3):
        for n in range(count):
            brought(editor, draft, content, name=f"{count}-{n}.xlsx")
        with counted_queries() as seen:
            editor.get(address)
        figures.append(len(seen))
    assert figures[0] == figures[1]
