"""The workbook that leaves: who gets it, what stands where, what it costs."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.urls import reverse
from python_calamine import SheetVisibleEnum, load_workbook

from accounts.enums import Role
from declarations.enums import Adoption
from declarations.services.exclusions import exclude_objective
from declarations.services.statements import StatementEdit, save_statements
from declarations.workbook import sheet
from documents.workbook.sheet import FACTS
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations import builders


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def editor(client, members):
    client.force_login(members.editor)
    return client


def address(declaration):
    return reverse("declarations:workbook", args=[declaration.pk])


def grid(response, name=sheet.SHEET):
    """The cells of a sheet, row by row."""
    book = load_workbook(io.BytesIO(response.content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def rows(response):
    """The rows by number, each as a dict by heading."""
    head, *lines = grid(response)
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def test_a_row_says_what_the_statement_says(editor, members, draft):
    text = {"adoption": "adopted", "individual_control": "=1+1\n'二行目", "inherited_note": "@分担"}
    edit = StatementEdit("9.2.3.2", 1, text)
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=[edit])
    draft.statements.filter(control__number="9.2.3.2").update(owner=members.approver)

    row = rows(editor.get(address(draft)))["9.2.3.2"]

    assert (row["採否"], row["個別管理策"], row["継承の内容"]) == (
        "採用する",
        "=1+1\n'二行目",
        "@分担",
    )
    assert (row["見出し"], row["記号"], row["区分"]) == ("特権的アクセス権の管理", "", "")
    assert (row["担当者"], row["行の版"]) == (members.approver.name, "2")
    assert sheet.LAYOUT.untouched(
        row["照合コード"], "9.2.3.2", {"reason": "", "base_service": ""} | text
    ) == frozenset(sheet.LAYOUT.typed)


def test_rows_stand_in_catalogue_order_and_name_their_kind(editor, members, draft):
    exclude_objective(
        declaration_id=draft.pk, actor=members.editor, number="9.4.2", reason="なし", version=0
    )
    lines = rows(editor.get(address(draft)))

    assert list(lines) == [
        "3.1.2.1", "3.1.2.2", "4.4.1.1", "4.4.1.2", "4.4.1.10", "6.1.1.1", "6.1.1.13.PB", "6.3.1.1.PB",
        "9.2.3.2", "9.2.3.10", "9.2.3.11.PB", "9.4.2.2.B", "9.4.2.3.P",
    ]  # fmt: skip
    assert lines["3.1.2.1"]["区分"] == lines["6.1.1.13.PB"]["区分"] == "基本言明要件"
    assert lines["9.4.2.2.B"]["区分"] == "統制目標を除外（入力不要）"


def test_only_typed_cells_of_rows_in_force_are_open_and_mandatory_rows_offer_less(
    editor, members, draft
):
    exclude_objective(
        declaration_id=draft.pk, actor=members.editor, number="9.4.2", reason="なし", version=0
    )
    page = part(editor.get(address(draft)), "xl/worksheets/sheet1.xml")

    assert "<sheetProtection" in page
    assert "password" not in page
    # Governance, management and PB rows; details that may be left out; none for the excluded objective.
    assert page.count('"採用する,未入力"') == 3
    assert page.count('"採用する,選択しない,未入力"') == 2
    assert page.count('sqref="E13') == 0


def test_what_was_chosen_stays_a_choice(editor, members, draft):
    draft.statements.filter(control__number="3.1.2.1").update(adoption=Adoption.NOT_SELECTED)
    page = part(editor.get(address(draft)), "xl/worksheets/sheet1.xml")
    assert '"採用する,選択しない,未入力"</formula1></dataValidation>' in page
    assert 'sqref="E2"' in page


def test_the_hidden_sheet_says_where_the_workbook_comes_from(editor, draft):
    response = editor.get(address(draft))
    facts = dict(line[:2] for line in grid(response, FACTS))
    visible = {
        entry.name: entry.visible
        for entry in load_workbook(io.BytesIO(response.content)).sheets_metadata
    }

    assert facts["書式の版"] == sheet.LAYOUT.template
    assert facts["言明"] == str(draft.pk)
    assert facts["管理基準の版"] == draft.edition.code
    assert visible[FACTS] == SheetVisibleEnum.VeryHidden


def test_words_of_the_format_are_those_of_the_screens():
    assert {value: str(label) for value, label in Adoption.choices} == sheet.ADOPTION_WORDS


def test_a_chapter_and_a_filter_narrow_the_rows(editor, draft):
    chapter = editor.get(address(draft), {"chapter": "9"})
    assert all(number.startswith("9.") for number in rows(chapter))
    assert "_第9章_" in name_of(chapter)

    mandatory = editor.get(address(draft), {"mandatory": "1", "chapter": "6"})
    assert list(rows(mandatory)) == ["6.1.1.13.PB", "6.3.1.1.PB"]
    assert "_絞り込み_" in name_of(mandatory)
    assert "_全体_" in name_of(editor.get(address(draft)))


def test_an_empty_filter_gives_an_empty_sheet(editor, draft):
    assert rows(editor.get(address(draft), {"adoption": "adopted"})) == {}


def test_a_service_name_is_no_path(editor, members, small_edition):
    service = builders.service_of(members, name="見本/..\\サービス")
    response = editor.get(address(builders.draft(members, small_edition, service=service)))
    assert name_of(response).endswith("_見本_.._サービス.xlsx")


def test_a_fixed_declaration_can_be_taken_too(editor, members, small_edition):
    declaration = builders.fixed(members, small_edition)
    assert rows(editor.get(address(declaration)))["9.2.3.2"]["個別管理策"] == builders.TEXT


def test_others_get_nothing(client, draft):
    client.force_login(builders.team(name="別の事業者").editor)
    assert client.get(address(draft)).status_code == 404
    client.force_login(person(Role.SECRETARIAT))
    assert client.get(address(draft)).status_code == 404


def test_queries_do_not_grow_with_the_rows(editor, members, small_edition, draft):
    with counted_queries() as few:
        editor.get(address(draft), {"chapter": "3"})
    with counted_queries() as all_rows:
        editor.get(address(draft), {"chapter": ""})
    assert len(few) == len(all_rows) <= 9


def part(response, name):
    return zipfile.ZipFile(io.BytesIO(response.content)).read(name).decode()


def name_of(response):
    return unquote(response["Content-Disposition"])
