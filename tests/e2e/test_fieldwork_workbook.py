"""Working papers go through real LibreOffice and come back: compared, applied and undone in a real browser."""

import io
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import load_workbook

from tests.audits.workbooks import retyped
from tests.e2e.test_fieldwork import AUDITOR, COLLEAGUE, PROVIDER, open_fieldwork
from tests.e2e.test_workbook import saved_by_libreoffice
from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER

# Sections whose papers no other test writes.
SECTION, SECOND = "4.4", "4.7"
TEXT = "=規程を閲覧した。\n'質問した相手は _x0041_ と <r>𠮷</r>。"
NOTES = "監査人の記録"


@pytest.fixture
def auditor(visit) -> Visitor:
    return visit(AUDITOR)


def open_imports(visitor: Visitor) -> None:
    open_fieldwork(visitor)
    visitor.go("Excelで入力する")
    visitor.sees("監査手続をブックに書き出し、Excelなどで入力して、取り込みます。")


def exported(visitor: Visitor, section: str) -> bytes:
    """The workbook of one section, by the button."""
    open_imports(visitor)
    visitor.page.locator("[name=section]").select_option(section)
    with visitor.page.expect_download() as download:
        visitor.press("ブックを書き出す")
    return Path(download.value.path()).read_bytes()


def papers(content: bytes) -> list[dict[str, str]]:
    """The rows as people see them, by heading."""
    head, *lines = load_workbook(io.BytesIO(content)).get_sheet_by_name("監査手続").to_python()
    return [dict(zip(head, line, strict=True)) for line in lines]


def bring_back(visitor: Visitor, content: bytes, name: str) -> None:
    """Upload, and wait for the comparison."""
    open_imports(visitor)
    visitor.page.set_input_files(
        "input[type=file]",
        files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}],
    )
    visitor.press("読み取って比べる")
    expect(visitor.page.get_by_role("heading", name="取り込む", exact=True)).to_be_visible(
        timeout=WORKER
    )


def notes_of(visitor: Visitor, path: str, number: str) -> str:
    """What the page of a control holds as the auditor's notes."""
    visitor.open(f"{path}controls/{number}/")
    return visitor.page.get_by_label(NOTES).input_value()


def test_what_was_typed_is_shown_applied_and_undone(auditor, visit, tmp_path):
    path = open_fieldwork(auditor)
    content = exported(auditor, SECTION)
    first, second = papers(content)[:2]
    number = first["番号"]
    changes = {(number, "notes"): TEXT, (number, "design_result"): "不備あり"}
    wrong = {(second["番号"], "population_size"): "多数"}
    typed = saved_by_libreoffice(retyped(content, changes | wrong), tmp_path)

    bring_back(auditor, typed, "調書.xlsx")
    auditor.sees("いまの選択では、1件の管理策が変わります。")
    auditor.look("fieldwork-workbook-comparison")
    auditor.page.get_by_role("link", name="取り込めない行").click()
    auditor.sees("件数は数字で入力してください。")
    auditor.look("fieldwork-workbook-rejected")
    auditor.press("この内容で取り込む")
    auditor.sees("1件の管理策を取り込みました。")
    auditor.look("fieldwork-workbook-applied")
    imported = auditor.page.url.removeprefix(auditor.base_url)

    assert notes_of(auditor, path, number) == TEXT
    auditor.sees("ブック「調書.xlsx」の取込み")
    provider = visit(PROVIDER)
    for address in (imported, f"{path}imports/", f"{path}workbook/"):
        answer = provider.page.goto(f"{provider.base_url}{address}")
        assert answer.status == 403

    open_imports(auditor)
    auditor.look("fieldwork-workbook-imports")
    auditor.page.get_by_role("link", name="調書.xlsx").first.click()
    auditor.press("取込みを取り消す")
    auditor.sees("取り込む前の内容に戻しました")
    assert notes_of(auditor, path, number) == first[NOTES]


def test_a_row_that_was_typed_here_and_there_shows_both_and_keeps_the_chosen(auditor, visit):
    path = open_fieldwork(auditor)
    content = exported(auditor, SECOND)
    number = papers(content)[0]["番号"]
    here = f"画面で書いた記録です（{time.time_ns()}）。"
    there = f"ブックに書いた記録です（{time.time_ns()}）。"
    colleague = visit(COLLEAGUE)
    colleague.open(f"{path}controls/{number}/")
    colleague.page.get_by_label(NOTES).fill(here)
    colleague.press("記録する")
    colleague.sees(f"{number} を記録しました。")

    bring_back(auditor, retyped(content, {(number, "notes"): there}), "両方.xlsx")
    auditor.sees(here)
    auditor.sees(there)
    auditor.look("fieldwork-workbook-conflict")
    auditor.page.get_by_label("自分のファイル", exact=True).first.check()
    auditor.press("この内容で取り込む")
    auditor.sees("1件の管理策を取り込みました。")
    assert notes_of(auditor, path, number) == there
