"""Colleagues talk about a row in a real browser: asked, answered, resolved, withdrawn, found, without a script."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import find_draft, sign_in
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

EDITOR, COLLEAGUE = "佐伯 美咲", "三輪 拓海"
# Rows of the demo without threads, and the one whose open thread is addressed to the editor.
NUMBER, SILENT, ASKED = "18.1.1.2", "18.1.1.3", "9.2.3.2"


@pytest.fixture(scope="module")
def draft(chromium, base_url):
    """Path of a draft of the demo provider."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    address = find_draft(page, base_url)
    context.close()
    return address.removeprefix(base_url)


def new_form(visitor: Visitor):
    return visitor.page.locator("section form.comment-form")


def test_a_question_is_asked_answered_and_resolved(visit, draft):
    editor, question = visit(EDITOR), f"点検は年に何回ですか（{time.time_ns()}）。"
    editor.open(f"{draft}statements/{NUMBER}/")
    editor.go("社内のコメント")
    editor.sees("まだコメントはありません")
    editor.look("comments-empty")
    editor.press("書き込む")
    editor.sees("コメント：入力してください。")
    editor.complaints.clear()  # of the browser itself, about the refusal
    new_form(editor).get_by_label(COLLEAGUE).check()
    editor.look("comments-refused")
    new_form(editor).locator("[name=body]").fill(question)
    editor.press("書き込む")
    editor.sees("コメントを書き込みました")
    editor.sees(f"宛先：{COLLEAGUE}")

    colleague = visit(COLLEAGUE)
    colleague.open("/app/my-work/")
    colleague.sees("あなた宛てのコメント")
    colleague.look("comments-my-work")
    colleague.page.get_by_role("listitem").filter(has_text=question).get_by_role("link").click()
    colleague.sees(question)
    colleague.page.get_by_text("返信する").click()
    colleague.page.locator(".thread__reply [name=body]").fill("四半期ごとです。")
    colleague.look("comments-reply")
    colleague.press("返信を書き込む")
    colleague.sees("四半期ごとです。")

    editor.press("解決済みにする")
    editor.sees("表示した後に返信がありました")
    editor.complaints.clear()  # of the browser itself, about the refusal
    editor.sees("四半期ごとです。")
    editor.press("解決済みにする")
    editor.sees("未解決のコメントはありません。")
    editor.sees("解決済みに変更")  # the browser unfolds what the address names
    editor.look("comments-resolved")
    editor.press("未解決に戻す")
    editor.sees("未解決に戻しました")
    editor.look("comments-open")


def test_words_are_withdrawn_and_leave_a_trace(visit, draft):
    editor = visit(EDITOR)
    editor.open(f"{draft}statements/{SILENT}/comments/")
    new_form(editor).locator("[name=body]").fill("言い過ぎました。")
    editor.press("書き込む")
    editor.page.locator(".comment__withdraw summary").last.click()
    editor.look("comments-withdraw")
    editor.page.get_by_role("button", name="取り下げる").click()
    editor.sees("コメントを取り下げました")
    expect(editor.page.get_by_text("言い過ぎました。")).to_have_count(0)


def test_rows_with_comments_are_found_in_list_section_and_panel(visit, draft):
    editor = visit(EDITOR)
    editor.open(f"{draft}statements/")
    editor.go("未解決のコメント")
    expect(editor.page.locator(f'[id="s-{ASKED}"]')).to_be_visible()
    editor.look("comments-overview")
    editor.open(f"{draft}sections/9.2/?at={ASKED}")
    row = editor.page.locator(f'[id="c-{ASKED}"]')
    expect(row).to_contain_text("コメント 1件")
    row.locator("[data-toggle]").click()
    panel = editor.page.locator(f'[data-panel="{ASKED}"]')
    expect(panel).to_contain_text("未解決 1件")
    editor.look("comments-panel")
    panel.get_by_role("link", name="社内のコメント").click()
    editor.sees(f"宛先：{EDITOR}")
    editor.look("comments-thread")


def test_it_works_with_the_keyboard_and_without_a_script(chromium, base_url, draft):
    context = new_window(chromium, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    page.goto(f"{base_url}{draft}statements/{ASKED}/comments/")
    page.locator(".thread__reply summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("運用台帳です。")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _press in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("運用台帳です。")).to_be_visible()
    context.close()
