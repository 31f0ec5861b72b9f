"""The session ends while somebody types: the page says so, leads to the sign-in, and no word is lost."""

import re
import time
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import SAVED, EditorPage, find_draft, sign_in
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

EDITOR, COLLEAGUE = "佐伯 美咲", "三輪 拓海"
FIELD = "individual_control"
PRESENCE = re.compile(r"/presence/$")


@pytest.fixture(scope="module")
def section(chromium, base_url):
    """Address of a section in a draft of the demo provider."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    address = find_draft(page, base_url)
    context.close()
    return f"{address}sections/13.2/"


@pytest.fixture
def context(chromium, base_url):
    context = new_window(chromium, viewport={"width": 1440, "height": 1000})
    sign_in(context.new_page(), base_url, EDITOR)
    yield context
    context.close()


@pytest.fixture
def editor(context, section):
    editor = EditorPage(context, section)
    yield editor
    assert editor.complaints == []


def sign_out_elsewhere(context, base_url):
    """In another tab, which ends the session on the server."""
    tab = context.new_page()
    tab.goto(f"{base_url}/app/my-work/")
    tab.get_by_role("button", name="サインアウト").first.click()
    tab.wait_for_url(lambda url: urlparse(url).path == "/")
    tab.close()


def type_text(row, text):
    row.field(FIELD).fill(text)
    row.field(FIELD).press("Tab")


def note_of(editor):
    return editor.page.locator("[data-session]")


def test_page_says_so_leads_to_the_sign_in_and_saves_afterwards(context, editor, base_url):
    row = editor.row(0).open()
    text = f"期限が切れても残る（{row.version}）。"
    sign_out_elsewhere(context, base_url)

    type_text(row, text)
    note = note_of(editor)
    expect(note).to_contain_text("サインインの期限が切れました")
    expect(editor.status).to_have_text("保存できていない項目があります")
    expect(row.item.get_by_role("alert")).to_contain_text("まだ保存されていません")
    expect(row.field(FIELD)).to_have_value(text)
    with context.expect_page() as opened:
        note.get_by_role("link", name="別のタブでサインインする").click()
    sign_in(opened.value, base_url, EDITOR)
    note.get_by_role("button", name="もう一度保存する").click()

    expect(editor.status).to_have_text(SAVED)
    expect(note).to_have_count(0)
    expect(row.item.get_by_role("alert")).to_have_count(0)
    editor.open()
    expect(editor.row(0).open().field(FIELD)).to_have_value(text)


def test_whoever_goes_on_typing_before_the_sign_in_keeps_the_last_words(context, editor, base_url):
    row = editor.row(1).open()
    stamp = row.version
    sign_out_elsewhere(context, base_url)
    type_text(row, f"はじめの文（{stamp}）。")
    expect(note_of(editor)).to_be_visible()

    type_text(row, f"書き続けた文（{stamp}）。")
    note_of(editor).get_by_role("button", name="もう一度保存する").click()
    expect(note_of(editor)).to_be_visible()
    sign_in(context.new_page(), base_url, EDITOR)
    note_of(editor).get_by_role("button", name="もう一度保存する").click()

    expect(editor.status).to_have_text(SAVED)
    editor.open()
    expect(editor.row(1).open().field(FIELD)).to_have_value(f"書き続けた文（{stamp}）。")


def test_page_that_is_opened_again_after_the_sign_in_offers_text_and_choice(
    context, editor, base_url, section
):
    row = editor.row(2).open()
    text = f"画面を開き直しても残る（{row.version}）。"
    choice = "undecided" if row.choice.input_value() == "adopted" else "adopted"
    sign_out_elsewhere(context, base_url)
    type_text(row, text)
    row.choice.select_option(choice)
    expect(note_of(editor)).to_be_visible()

    editor.page.goto(section)
    assert "/accounts/login/" in editor.page.url
    editor.page.get_by_role("button", name=EDITOR).click()
    editor.page.wait_for_url(section)
    offer = editor.page.get_by_role("region", name="保存されていない入力")
    expect(offer).to_contain_text(row.number)
    offer.get_by_role("button", name="入力を元に戻す").click()

    expect(editor.status).to_have_text(SAVED)
    editor.open()
    expect(editor.page.locator("[data-restore]")).to_have_count(0)
    expect(editor.row(2).choice).to_have_value(choice)
    expect(editor.row(2).open().field(FIELD)).to_have_value(text)


def test_text_is_neither_saved_nor_shown_under_the_name_of_another_person(
    context, editor, base_url, section
):
    row = editor.row(3).open()
    version, text = row.version, f"書いた本人だけの文（{row.version}）。"
    sign_out_elsewhere(context, base_url)
    type_text(row, text)
    expect(note_of(editor)).to_be_visible()

    sign_in(context.new_page(), base_url, COLLEAGUE)
    note_of(editor).get_by_role("button", name="もう一度保存する").click()
    expect(note_of(editor)).to_contain_text("別の人がサインインしています")
    expect(row.field(FIELD)).to_have_value(text)
    editor.open()
    expect(editor.page.locator("[data-restore]")).to_have_count(0)
    assert editor.row(3).version == version

    context.clear_cookies()
    sign_in(editor.page, base_url, EDITOR)
    editor.open()
    expect(editor.page.locator("[data-restore]")).to_contain_text(row.number)


def kept_note(page):
    return page.get_by_role("status").filter(has_text="まだ送信していない入力")


@pytest.fixture
def talk(context, section):
    """The comments on a row, whose field holds words that nobody has sent yet."""
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(section.replace("sections/13.2/", "statements/13.2.1.1/comments/"))
    return page


def sign_in_again(page, person):
    """As the sign-in page that has taken the place of the answer asks for."""
    page.get_by_role("button", name=person).click()
    page.wait_for_url("**/app/**")


def test_comment_is_put_back_for_its_writer_and_for_nobody_else(context, talk, base_url):
    address, field = talk.url, talk.locator("#new-body")
    colleague = talk.get_by_role("region", name="新しいコメントを書く").get_by_label(COLLEAGUE)
    text = f"期限が切れても残るコメント（{time.time_ns()}）。"
    field.fill(text)
    colleague.check()
    sign_out_elsewhere(context, base_url)
    talk.get_by_role("button", name="書き込む", exact=True).click()
    sign_in_again(talk, COLLEAGUE)
    expect(talk.get_by_role("heading", level=1)).to_contain_text("コメント")
    expect(field).to_have_value("")
    expect(kept_note(talk)).to_have_count(0)

    context.clear_cookies()
    talk.goto(address)
    sign_in_again(talk, EDITOR)
    expect(kept_note(talk)).to_be_visible()
    expect(field).to_have_value(text)
    expect(colleague).to_be_checked()
    talk.get_by_role("button", name="書き込む", exact=True).click()

    expect(talk.locator(".thread", has_text=text)).to_be_visible()
    expect(field).to_have_value("")
    talk.goto(address)
    expect(kept_note(talk)).to_have_count(0)


def test_words_that_were_put_back_can_be_dropped(talk):
    field = talk.locator("#new-body")
    field.fill("捨ててよい文。")
    talk.goto(talk.url)
    expect(field).to_have_value("捨ててよい文。")
    kept_note(talk).get_by_role("button", name="破棄する").click()
    expect(field).to_have_value("")
    expect(kept_note(talk)).to_have_count(0)
    talk.goto(talk.url)
    expect(kept_note(talk)).to_have_count(0)


def test_bulk_edit_goes_on_with_its_rows_and_words(context, section, base_url):
    page = context.new_page()
    page.goto(section.replace("sections/13.2/", "statements/?chapter=18.1"))
    for place in (0, 1):
        page.locator("input[name=n]").nth(place).check()
    page.get_by_role("button", name="一括編集").click()
    page.get_by_label("末尾に書き足す").check()
    page.locator("[name=text]").fill("台帳に記録します。")
    page.get_by_role("button", name="変更の内容を確かめる").click()
    expect(page.get_by_role("button", name="2件に適用する")).to_be_visible()
    sign_out_elsewhere(context, base_url)
    page.get_by_role("button", name="2件に適用する").click()
    sign_in_again(page, EDITOR)

    expect(page.get_by_text("選んだ2件に同じ変更をします")).to_be_visible()
    expect(kept_note(page)).to_be_visible()
    expect(page.get_by_label("末尾に書き足す")).to_be_checked()
    expect(page.locator("[name=text]")).to_have_value("台帳に記録します。")
    page.get_by_role("link", name="一覧へ戻る").click()
    page.wait_for_url("**/statements/**")


def test_what_was_put_back_is_accessible_and_fits(visit, section):
    visitor = visit(EDITOR)
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    address = section.replace("sections/13.2/", "statements/13.2.1.1/comments/")
    visitor.open(address)
    visitor.page.locator("#new-body").fill("書きかけの文。")
    visitor.open(address)
    expect(kept_note(visitor.page)).to_be_visible()
    visitor.look("kept-note")


def test_notes_are_accessible_and_fit(chromium, base_url, section):
    context = new_window(chromium, bypass_csp=True)
    visitor = Visitor(context, base_url, EDITOR)
    # Who is here is asked by a clock of its own, and the browser would tell of its refusal.
    visitor.page.route(PRESENCE, lambda route: route.fulfill(body=""))
    visitor.open(section)
    visitor.page.locator("[data-toggle]").nth(4).click()
    field = visitor.page.locator(f"[data-texts] [name={FIELD}]")
    context.clear_cookies()
    field.fill(f"{field.input_value()}追記。")
    field.press("Tab")
    expect(visitor.page.locator("[data-session]")).to_be_visible()
    visitor.look("session-expired")
    sign_in(context.new_page(), base_url, COLLEAGUE)
    visitor.press("もう一度保存する")
    visitor.sees("別の人がサインインしています")
    visitor.complaints.clear()  # of the browser itself, about the refused token
    visitor.look("session-other-person")

    context.clear_cookies()
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.sign_in(EDITOR)
    visitor.open(section)
    expect(visitor.page.locator("[data-restore]")).to_be_visible()
    visitor.look("session-restore")
    visitor.leave()
