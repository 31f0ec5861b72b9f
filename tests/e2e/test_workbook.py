"""A workbook goes through real LibreOffice and comes back; what was typed there is applied and undone."""

import io
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import load_workbook

from tests.declarations.workbooks import retyped
from tests.e2e.editor_page import EDITOR, find_draft, sign_in
from tests.e2e.window import WORKER, new_window

TEXT = "=1+1 と書いても文字のまま。\n'二行目' は _x0041_ と <r>𠮷</r>。"


@pytest.fixture(scope="module")
def draft(chromium, base_url):
    """Who writes, and the declaration that the demo leaves to be written: (name, address)."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    address = find_draft(page, base_url)
    context.close()
    return EDITOR, address


@pytest.fixture
def writer(visit, draft):
    return visit(draft[0])


def exported(writer, draft) -> bytes:
    """The workbook of the whole declaration, by the button."""
    writer.open(f"{draft[1]}workbook-imports/")
    with writer.page.expect_download() as download:
        writer.press("ブックを書き出す")
    return Path(download.value.path()).read_bytes()


def saved_by_libreoffice(content: bytes, folder: Path) -> bytes:
    """Open and save it, as somebody does who has no Excel."""
    source, target = folder / "言明.xlsx", folder / "saved"
    source.write_bytes(content)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target)),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (target / "言明.xlsx").read_bytes()


def bring_back(writer, draft, content: bytes, name: str) -> None:
    """Upload, and wait for the comparison."""
    writer.open(f"{draft[1]}workbook-imports/")
    writer.page.set_input_files(
        "input[type=file]",
        files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}],
    )
    writer.press("読み取って比べる")
    expect(writer.page.get_by_role("heading", name="取り込む", exact=True)).to_be_visible(
        timeout=WORKER
    )


def test_saved_by_libreoffice_nothing_changes(writer, draft, tmp_path):
    bring_back(
        writer, draft, saved_by_libreoffice(exported(writer, draft), tmp_path), "保存のみ.xlsx"
    )
    writer.sees("いまの言明と同じ内容です。")
    writer.look("workbook-same")


def test_what_was_typed_is_shown_applied_and_undone(writer, draft, tmp_path):
    content = exported(writer, draft)
    lines = load_workbook(io.BytesIO(content)).get_sheet_by_name("言明").to_python()
    first, second = lines[1][0], lines[2][0]
    changes = {(first, "個別管理策"): TEXT, (second, "採否"): "たぶん"}
    typed = saved_by_libreoffice(retyped(content, changes), tmp_path)

    bring_back(writer, draft, typed, "記入済み.xlsx")
    writer.sees("いまの選択では、1件の管理策が変わります。")
    writer.look("workbook-comparison")
    writer.page.get_by_role("link", name="取り込めない行").click()
    writer.sees("一覧から選び直してください。")
    writer.look("workbook-rejected")
    writer.press("この内容で取り込む")
    writer.sees("1件の管理策を取り込みました。")
    writer.look("workbook-applied")

    writer.open(f"{draft[1]}statements/{first}/")
    assert writer.page.locator("[name=individual_control]").input_value() == TEXT
    writer.open(f"{draft[1]}workbook-imports/")
    writer.look("workbook-imports")
    writer.page.get_by_role("link", name="記入済み.xlsx").first.click()
    writer.press("取込みを取り消す")
    writer.sees("取り込む前の内容に戻しました")
    writer.open(f"{draft[1]}statements/{first}/")
    assert writer.page.locator("[name=individual_control]").input_value() == lines[1][5]


def test_a_row_that_was_typed_here_and_there_shows_both_and_keeps_the_chosen(writer, draft):
    content = exported(writer, draft)
    lines = load_workbook(io.BytesIO(content)).get_sheet_by_name("言明").to_python()
    number = lines[4][0]
    here = f"画面で書いた手順です（{time.time_ns()}）。"
    there = f"ブックに書いた手順です（{time.time_ns()}）。"
    writer.open(f"{draft[1]}statements/{number}/")
    writer.fill(individual_control=here)
    writer.press("保存")
    writer.sees("を保存しました")

    bring_back(writer, draft, retyped(content, {(number, "個別管理策"): there}), "両方.xlsx")
    writer.page.get_by_role("link", name="重なった行").click()
    writer.sees(here)
    writer.sees(there)
    writer.look("workbook-conflict")
    writer.page.get_by_label("自分のファイル", exact=True).first.check()
    writer.press("この内容で取り込む")
    writer.sees("1件の管理策を取り込みました。")

    writer.open(f"{draft[1]}statements/{number}/")
    assert writer.page.locator("[name=individual_control]").input_value() == there
