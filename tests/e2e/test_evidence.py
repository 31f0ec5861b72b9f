"""The evidence library in a browser: uploaded once, tied to three rows, renewed in the draft."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.e2e.editor_page import find_draft
from tests.e2e.visitor import Visitor

PERSON = "三輪 拓海"
NUMBERS = ("9.2.3.2", "9.2.3.3", "9.2.3.4")


def a_table(name: str) -> dict:
    """A small CSV to upload."""
    return {"name": name, "mimeType": "text/csv", "buffer": f"名称,件数\n{name},3\n".encode()}


def kept(visitor: Visitor, title: str) -> str:
    """Keep a file; the address of its page."""
    visitor.open("/app/evidence/new/")
    visitor.page.locator("[name=upload]").set_input_files(a_table("棚卸し_1.csv"))
    visitor.fill(title=title, covers_until=(date.today() + timedelta(days=9)).isoformat())
    visitor.look("evidence-keep")
    visitor.press("登録する")
    visitor.sees("を登録しました")
    return visitor.page.url


def test_uploaded_once_tied_to_three_rows_and_renewed_in_the_draft(visit, base_url):
    visitor = visit(PERSON)
    draft = find_draft(visitor.page, base_url)
    visitor.open("/app/evidence/")
    visitor.look("evidence-library")
    item = kept(visitor, "まとめて紐付ける棚卸し記録")

    visitor.go("管理策にまとめて紐付ける")
    visitor.fill(numbers="\n".join(NUMBERS))
    visitor.look("evidence-tie")
    visitor.press("対象を確かめる")
    visitor.sees("3件の管理策に紐付けます")
    visitor.look("evidence-tie-check")
    visitor.press("紐付ける")
    visitor.sees("3件の管理策に紐付けました")
    visitor.look("evidence-item")

    visitor.open(f"{draft}statements/{NUMBERS[0]}/")
    files = visitor.page.locator("[data-files]")
    expect(files).to_contain_text("棚卸し_1.csv")
    expect(files).to_contain_text(re.compile("あと[89]日"))  # midnight may pass in between
    visitor.look("evidence-row")

    visitor.open(f"{item}versions/new/")
    expect(visitor.page.locator("[name=replace]")).to_be_checked()
    visitor.page.locator("[name=upload]").set_input_files(a_table("棚卸し_2.csv"))
    visitor.press("追加する")
    visitor.sees("3件の管理策で、これまでの版を差し替えました")
    visitor.open(f"{draft}statements/{NUMBERS[0]}/")
    current = files.locator(".file-list").first
    expect(current).to_contain_text("棚卸し_2.csv")
    expect(current).not_to_contain_text("棚卸し_1.csv")

    visitor.page.goto(item)
    visitor.press("取り消す")
    visitor.sees("を取り消しました")
    visitor.open(f"{draft}statements/{NUMBERS[0]}/")
    expect(files.locator(".file-list").first).to_contain_text("棚卸し_1.csv")


def test_a_row_takes_from_the_library_with_one_press(visit, base_url):
    visitor = visit(PERSON)
    draft = find_draft(visitor.page, base_url)
    kept(visitor, "ライブラリから選ぶ棚卸し記録")
    visitor.open(f"{draft}statements/9.2.6.1/")
    visitor.go("保管庫から選ぶ")
    visitor.fill(text="ﾗｲﾌﾞﾗﾘから選ぶ")
    visitor.press("検索する")
    visitor.look("evidence-pick")
    visitor.page.get_by_role("button", name=re.compile("^紐付ける")).first.click()

    visitor.sees("を紐付けました")
    expect(visitor.page.locator("[data-files]")).to_contain_text("棚卸し_1.csv")
