"""The secretariat prepares the criteria: an edition from a file, what became of each control, the official texts."""

import csv
import io
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect

from demo.people import COMMITTEE
from tests.e2e.editor_page import find_draft
from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER

ROOT = Path(__file__).parents[2]
SECRETARY, COLLEAGUE, MEMBER = "藤代 かおり", "小暮 直樹", "都築 宏"
WRITER = "佐伯 美咲"
# Far from every period of the demo, so that no other page offers it by itself.
CODE, NAME, IN_FORCE = "2099-04", "見本の管理基準（2099年4月版）", "2099-04-01"
GONE, ADDED = "18.2.3.1", "18.2.3.99"


@pytest.fixture(scope="module")
def edition_file(tmp_path_factory) -> Path:
    """The shipped catalogue with one detail less and one more, as the secretariat would get a new edition."""
    shipped = (ROOT / "controls/data/catalogue.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(shipped)))
    last = next(row for row in rows if row["id"] == GONE)
    changed = [row for row in rows if row["id"] != GONE] + [last | {"id": ADDED}]
    path = tmp_path_factory.mktemp("edition") / "criteria.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(changed)
    return path


@pytest.fixture(scope="module")
def newer_edition(edition_file) -> str:
    """Loaded as a draft by the command that operators use."""
    person = next(person for person in COMMITTEE.people if person.name == SECRETARY)
    command = [
        *(sys.executable, "manage.py", "load_catalogue", str(edition_file), "--edition", CODE),
        *("--name", NAME, "--from", IN_FORCE, "--apply", "--as", person.email),
    ]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=300)
    return CODE


def pick(visitor: Visitor, field: str, text: str) -> None:
    """Choose the option of a list that contains this text."""
    options = visitor.page.locator(f"[name={field}] option")
    value = options.filter(has_text=text).first.get_attribute("value")
    visitor.page.locator(f"[name={field}]").select_option(value)


def test_an_edition_is_published_and_its_lineage_corrected_by_the_secretariat(visit, newer_edition):
    member = visit(MEMBER)
    member.open("/app/catalogue/")
    member.go(NAME)
    member.go("差分を確認して公開する")
    member.press("この版を公開する")
    expect(member.page).to_have_url(re.compile(r"/catalogue/[^/]+/$"))

    secretary = visit(SECRETARY)
    secretary.open("/app/catalogue/lineages/new/")
    pick(secretary, "old", "2024")
    pick(secretary, "new", NAME)
    secretary.look("lineage-propose")
    secretary.press("案を作成する")
    secretary.sees("この新旧対照は案です")
    secretary.look("lineage-draft")

    secretary.page.get_by_role("link", name="訂正する").first.click()
    secretary.look("lineage-line")
    secretary.page.locator("[name=relation]").select_option(label="番号の変更")
    secretary.fill(old=GONE, new=ADDED, note="番号だけが変わりました。")
    secretary.press("保存する")
    secretary.sees("新旧対照の行を保存しました")
    secretary.go("行を加える")
    secretary.look("lineage-line-add")

    member.open("/app/catalogue/lineages/")
    member.page.get_by_role("link", name=CODE).first.click()
    member.go("確かめて公開する")
    member.sees("公開した新旧対照は変更も取消しもできません")
    member.look("lineage-publish")


def official_workbook() -> bytes:
    """A small official workbook with invented sentences, a number that the criteria lack, and a prefix."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("管理策基準")
    lines = [
        ("区分", "番号", "管理基準"),
        (
            "見本",
            "A.9.2.3.2",
            "見本の文です。特権を割り当てる手順を定め、割り当てた記録を残します。",
        ),
        ("見本", "Ａ．９．２．３．３", "見本の文です。特権の有効期限を定めます。"),
        ("見本", "A.99.9.9.9", "見本の文です。どの版にもない番号です。"),
    ]
    for row, cells in enumerate(lines):
        sheet.write_row(row, 0, cells)
    book.close()
    return stream.getvalue()


def test_official_texts_are_loaded_and_stand_beside_the_row(visit, base_url):
    secretary = visit(COLLEAGUE)
    secretary.open("/app/catalogue/texts/new/")
    pick(secretary, "edition", "2024")
    secretary.page.locator("[name=upload]").set_input_files(
        {
            "name": "管理基準.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": official_workbook(),
        }
    )
    secretary.press("読み込む")
    secretary.sees("この列で読み取れる番号 3件", timeout=WORKER)
    secretary.look("text-import")
    secretary.press("この列で照合する")
    secretary.sees("新しい本文 2件と、変わる本文 0件を反映します")
    secretary.look("text-import-review")
    secretary.press("本文を反映する")
    secretary.sees("本文を反映しました")
    secretary.look("text-import-applied")

    writer = visit(WRITER)
    draft = find_draft(writer.page, base_url)
    writer.open(f"{draft}statements/9.2.3.3/")
    writer.page.get_by_text("管理基準の本文", exact=True).click()
    writer.sees("見本の文です。特権の有効期限を定めます。")


def test_a_change_inside_the_period_is_recorded_and_corrected(visit, base_url):
    writer = visit(WRITER)
    draft = find_draft(writer.page, base_url)
    writer.open(f"{draft}statements/12.3.1.1/changes/")
    writer.page.locator("[name=kind]").first.check()
    writer.fill(
        changed_on=date.today().isoformat(),
        before="手順書に沿って手作業で取得します。",
        after="自動で取得し、失敗したときは担当者に通知します。",
    )
    writer.press("記録する")
    writer.sees("記録した変更")
    writer.page.get_by_role("link", name="直す").first.click()
    writer.sees("変更の記録を直す")
    writer.look("change")
    writer.fill(after="自動で取得し、失敗したときは当番の担当者に通知します。")
    writer.press("保存する")

    writer.sees("当番の担当者に通知します。")
