"""Working on many rows in a real browser: bulk edit and undo, assignment and review, keyboard alone, a phone."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor_page import find_draft, sign_in
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

EDITOR, REVIEWER = "佐伯 美咲", "三輪 拓海"
SECTION = "18.1"
# What lies below a sticky part when a picture is taken cannot be judged by its size.
UNCOVER = "document.querySelectorAll('.header, .bulk-bar').forEach(part => { part.style.position = 'static' })"


@pytest.fixture(scope="module")
def draft(chromium, base_url):
    """Path of a draft of the demo provider."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    address = find_draft(page, base_url)
    context.close()
    return address.removeprefix(base_url)


@pytest.fixture
def editor(visit) -> Visitor:
    return visit(EDITOR)


def open_list(visitor: Visitor, draft: str, query: str = f"chapter={SECTION}") -> None:
    visitor.open(f"{draft}statements/?{query}")
    expect(visitor.page.locator("[data-all]").first).to_be_visible()


def tick(page: Page, *places: int) -> list[str]:
    """Tick the boxes at these places; gives the numbers."""
    boxes = page.locator("input[name=n]")
    for place in places:
        boxes.nth(place).check()
    return [boxes.nth(place).get_attribute("value") or "" for place in places]


def test_bulk_edit_is_confirmed_applied_and_undone(editor, draft):
    open_list(editor, draft)
    numbers = tick(editor.page, 0, 2)
    expect(editor.page.locator("[data-scope]")).to_contain_text("選んだ項目（2）")
    editor.page.evaluate(UNCOVER)
    editor.look("bulk-list")
    editor.press("一括編集")
    editor.press("変更の内容を確かめる")
    editor.sees("変える項目がありません")
    editor.complaints.clear()  # of the browser itself, about the 422
    editor.page.get_by_label("末尾に書き足す").check()
    editor.fill(text="点検の結果は台帳に記録します。")
    editor.look("bulk-input")
    editor.press("変更の内容を確かめる")
    for number in numbers:
        editor.sees(number)
    editor.look("bulk-check")
    editor.press("2件に適用する")
    editor.sees("2件をまとめて変更しました")
    editor.look("bulk-batch")

    editor.press("取り消す")

    editor.sees("2件を元に戻しました")
    editor.open(f"{draft}batches/")
    editor.sees("取消し済み")
    editor.look("bulk-batches")


def test_mandatory_details_are_left_out_of_not_selected(editor, draft):
    open_list(editor, draft, "chapter=9.2")
    editor.page.locator("[data-scope]").select_option("filtered")
    editor.press("一括編集")
    editor.page.get_by_label("選択しない", exact=True).check()
    editor.fill(reason="対象の機能を提供していないため。")
    editor.press("変更の内容を確かめる")
    editor.sees("対象から外す項目")
    editor.sees("統制目標ごと除外します")
    editor.look("bulk-left-out")


def test_a_row_that_somebody_changed_meanwhile_is_shown_with_both(editor, visit, draft):
    open_list(editor, draft)
    (number,) = tick(editor.page, 1)
    editor.press("一括編集")
    editor.page.get_by_label("末尾に書き足す").check()
    editor.fill(text="結果は記録します。")
    editor.press("変更の内容を確かめる")
    other = visit(REVIEWER)
    other.open(f"{draft}statements/{number}/")
    theirs = f"先に書いた手順です（{time.time_ns()}）。"
    other.fill(individual_control=theirs)
    other.press("保存")
    other.sees("を保存しました")

    editor.press("1件に適用する")

    editor.sees("まだ何も保存していません")
    editor.sees(theirs)
    editor.press("1件に適用する")
    editor.sees("1件をまとめて変更しました")
    editor.press("取り消す")


def test_a_section_is_assigned_and_a_row_reviewed(editor, visit, draft):
    open_list(editor, draft)
    editor.page.locator("[data-all]").first.check()
    editor.press("担当者を決める")
    editor.page.locator("[name=owner]").select_option(label=EDITOR)
    editor.look("team-assign")
    editor.press("担当者を決める")
    editor.sees("件の担当者を変えました")
    open_list(editor, draft)
    (number,) = tick(editor.page, 3)
    editor.open(f"{draft}statements/{number}/")  # nobody reviews what they wrote last
    editor.fill(individual_control=f"記録の手順です（{time.time_ns()}）。")
    editor.press("保存")
    editor.sees("を保存しました")
    open_list(editor, draft)
    tick(editor.page, 3)
    editor.press("確認を依頼")
    editor.page.locator("[name=reviewer]").select_option(label=REVIEWER)
    editor.press("確認を依頼する")
    editor.sees("1件の確認を依頼しました")

    reviewer = visit(REVIEWER)
    reviewer.open("/app/my-work/")
    reviewer.look("team-my-work")
    reviewer.open(f"{draft}statements/{number}/")
    reviewer.look("team-row")
    reviewer.go("差し戻す")
    reviewer.press("差し戻す")
    reviewer.sees("差し戻す理由を入力してください")
    reviewer.fill(reason="頻度を書いてください。")
    reviewer.press("差し戻す")
    reviewer.sees("を差し戻しました")

    editor.open("/app/my-work/")
    editor.sees("頻度を書いてください。")
    editor.look("team-returned")
    editor.open(f"{draft}hand-over/")
    editor.look("team-hand-over")


def test_all_of_it_works_with_the_keyboard_alone(editor, draft):
    open_list(editor, draft)
    page = editor.page
    page.locator("input[name=n]").first.focus()
    page.keyboard.press("Space")
    assert page.locator("input[name=n]").first.is_checked()
    page.locator("[data-scope]").focus()
    for _press in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "担当者を決める"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("担当者を決める")
    page.locator("[name=owner]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("担当者を決める")


def test_focus_is_never_hidden_below_the_bar(editor, draft):
    open_list(editor, draft, "")
    page = editor.page
    page.locator("input[name=n]").nth(8).focus()
    for _press in range(30):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const x = box.left + box.width / 2, y = box.top + box.height / 2;
                const top = document.elementFromPoint(x, y);
                return top?.closest("[data-bulk-bar]") && !document.activeElement.closest("[data-bulk-bar]");
            }"""
        )
        assert not hidden


def test_browser_search_and_anchor_find_a_row_far_down(editor, draft):
    open_list(editor, draft, "")
    page = editor.page
    number = page.locator("input[name=n]").last.get_attribute("value")
    page.goto(f"{page.url.split('#')[0]}#s-{number}")
    expect(page.locator(f'[id="s-{number}"]')).to_be_in_viewport()
    assert page.evaluate(f"window.find('{number}')")


def test_it_works_without_a_script(chromium, base_url, draft):
    context = new_window(chromium, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    page.goto(f"{base_url}{draft}statements/?chapter={SECTION}")
    number = tick(page, 0)[0]
    page.get_by_role("button", name="担当者を決める").click()
    expect(page.get_by_text("対象は、選んだ1件です")).to_be_visible()
    page.goto(f"{base_url}{draft}statements/?chapter={SECTION}")
    page.locator("[data-scope]").select_option("filtered")
    page.get_by_role("button", name="一括編集").click()
    expect(page.get_by_text(re.compile(r"選んだ\d+件に同じ変更をします"))).to_be_visible()
    assert number in (page.locator("[name=numbers]").get_attribute("value") or "")
    context.close()
