"""The declaration editor in a real browser: saving as one works, conflicts, lost network and session, keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import EDITOR, SAVED, EditorPage, find_draft, sign_in
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

# Whether the page would ask before it is left.
LEAVING = "!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"


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
def context(chromium, base_url, draft):
    context = new_window(
        chromium, viewport={"width": 1440, "height": 1000}, timezone_id="Asia/Tokyo"
    )
    sign_in(context.new_page(), base_url, draft[0])
    yield context
    context.close()


@pytest.fixture
def section(draft):
    """A section with enough rows that offer all three choices."""
    return f"{draft[1]}sections/18.1/"


@pytest.fixture
def editor(context, section):
    editor = EditorPage(context, section)
    yield editor
    assert editor.complaints == []


def _reset(row, adoption="undecided"):
    if row.choice.input_value() != adoption:
        row.choice.select_option(adoption)
        expect(row.page.locator("#save-status [data-save-text]")).to_have_text(SAVED)


def test_choice_is_saved_at_once_and_counted(editor):
    row = editor.row(0)
    _reset(row)
    undecided = editor.count("undecided")

    row.choice.select_option("adopted")

    expect(editor.status).to_have_text(SAVED)
    assert editor.count("undecided") == undecided - 1
    assert editor.count("incomplete") >= 1
    editor.open()
    expect(editor.row(0).choice).to_have_value("adopted")


def test_two_quick_choices_and_a_text_are_saved_in_turn_without_a_conflict(editor):
    row = editor.row(1).open()
    _reset(row)
    before = row.version

    row.field("individual_control").fill("手順書に従い、月次で点検する。")
    row.choice.select_option("adopted")
    row.choice.select_option("undecided")
    row.choice.select_option("adopted")

    expect(editor.status).to_have_text(SAVED)
    expect(row.conflict).to_have_count(0)
    assert row.version > before
    editor.open()
    expect(editor.row(1).choice).to_have_value("adopted")
    expect(editor.row(1).open().field("individual_control")).to_have_value(
        "手順書に従い、月次で点検する。"
    )


def test_text_is_saved_when_its_field_is_left(editor):
    row = editor.row(2).open()
    field = row.field("individual_control")

    field.fill(f"利用者の権限を四半期ごとに点検する（{row.version}）。")
    expect(editor.status).to_have_text("未保存の変更")
    assert editor.page.evaluate(LEAVING)
    field.press("Tab")

    expect(editor.status).to_have_text(SAVED)
    assert not editor.page.evaluate(LEAVING)
    expect(row.item.locator("[data-part=author]")).to_contain_text(f"版 {row.version}・")


def test_text_is_saved_after_ten_seconds_but_never_while_converting(context, section):
    editor = EditorPage(context, section, with_clock=True)
    row = editor.row(3).open()
    field, clock = row.field("individual_control"), editor.page.clock

    field.focus()
    field.dispatch_event("compositionstart")
    editor.page.keyboard.type(f"かんりさく{row.version}")
    clock.fast_forward(60_000)
    expect(editor.status).to_have_text("未保存の変更")

    field.dispatch_event("compositionend")
    clock.fast_forward(9_000)
    expect(editor.status).to_have_text("未保存の変更")
    clock.fast_forward(1_500)
    expect(editor.status).to_have_text(SAVED)
    expect(field).to_be_focused()
    assert editor.complaints == []


@pytest.mark.parametrize("way", ["keep_mine", "take_theirs", "edit"])
def test_conflict_shows_both_texts_and_three_ways(chromium, base_url, context, section, draft, way):
    index = 4 + ["keep_mine", "take_theirs", "edit"].index(way)
    mine = EditorPage(context, section)
    other = new_window(chromium)
    sign_in(other.new_page(), base_url, draft[0])
    theirs = EditorPage(other, section)
    row, their_row = mine.row(index).open(), theirs.row(index).open()
    stamp = row.version
    their_row.field("individual_control").fill(f"相手の文{stamp}")
    their_row.field("individual_control").press("Tab")
    expect(theirs.status).to_have_text(SAVED)

    row.field("individual_control").fill(f"自分の文{stamp}")
    row.field("individual_control").press("Tab")

    expect(row.conflict).to_contain_text(f"相手の文{stamp}")
    expect(row.conflict).to_contain_text(f"自分の文{stamp}")
    row.conflict.locator(f"button[value={way}]").click()
    if way == "edit":
        expect(row.field("individual_control")).to_have_value(f"自分の文{stamp}")
        expect(row.field("individual_control")).to_be_focused()
        row.field("individual_control").fill(f"二人の文{stamp}")
        row.field("individual_control").press("Tab")
    expect(mine.status).to_have_text(re.compile("^保存済み"))
    expect(row.conflict).to_have_count(0)
    kept = {"keep_mine": "自分の文", "take_theirs": "相手の文", "edit": "二人の文"}[way]
    theirs.open()
    expect(theirs.row(index).open().field("individual_control")).to_have_value(f"{kept}{stamp}")
    assert mine.complaints == theirs.complaints == []
    other.close()


def test_compared_text_is_not_saved_before_it_is_touched(context, section):
    mine, theirs = EditorPage(context, section), EditorPage(context, section)
    row, their_row = mine.row(7).open(), theirs.row(7).open()
    their_row.field("individual_control").fill(f"先の文{row.version}")
    their_row.field("individual_control").press("Tab")
    expect(theirs.status).to_have_text(SAVED)
    row.field("individual_control").fill("後の文")
    row.field("individual_control").press("Tab")

    row.conflict.locator("button[value=edit]").click()
    row.field("individual_control").press("Tab")

    expect(mine.status).to_have_text("未保存の変更")
    expect(row.conflict).to_contain_text("先の文")


def test_lost_network_keeps_the_text_and_saves_when_it_is_back(context, editor):
    row = editor.row(8).open()
    context.set_offline(True)

    row.field("individual_control").fill(f"回線が切れても残る（{row.version}）。")
    row.field("individual_control").press("Tab")
    expect(editor.status).to_have_text("保存できていません。通信が戻ると自動で保存します")

    context.set_offline(False)
    expect(editor.status).to_have_text(SAVED)


def test_text_that_was_never_saved_is_offered_again(context, editor):
    row = editor.row(9).open()
    text = f"保存される前に閉じた（{row.version}）。"
    saves = re.compile("/statements/")
    editor.page.route(saves, lambda route: route.abort() if _is_save(route) else route.continue_())
    row.field("individual_control").fill(text)
    row.field("individual_control").press("Tab")
    expect(editor.status).to_contain_text("保存できていません")

    editor.open()
    editor.page.unroute(saves)
    note = editor.page.get_by_role("region", name="保存されていない入力")
    expect(note).to_contain_text(editor.row(9).number)
    note.get_by_role("button", name="入力を元に戻す").click()

    expect(editor.status).to_have_text(SAVED)
    expect(note).to_have_count(0)
    editor.open()
    expect(editor.row(9).open().field("individual_control")).to_have_value(text)


def _is_save(route):
    return route.request.method == "POST"


def test_lost_session_is_told_and_the_text_is_saved_after_signing_in(
    context, editor, base_url, draft
):
    row = editor.row(10).open()
    text = f"サインインし直しても残る（{row.version}）。"
    context.clear_cookies()

    row.field("individual_control").fill(text)
    row.field("individual_control").press("Tab")
    note = editor.page.locator("[data-session]")
    expect(note).to_contain_text("サインインの期限が切れました")
    expect(row.field("individual_control")).to_have_value(text)

    sign_in(context.new_page(), base_url, draft[0])
    note.get_by_role("button", name="もう一度保存する").click()
    expect(editor.status).to_have_text(SAVED)


def test_too_long_text_is_refused_at_its_field_and_kept(editor):
    row = editor.row(11).open()
    field = row.field("inherited_note")

    field.fill("長" * 1_001)
    field.press("Tab")

    expect(row.item.locator(".field__error")).to_contain_text("1,000字以内")
    expect(field).to_have_value("長" * 1_001)
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("")
    expect(row.item.locator(".field__error")).to_have_count(0)
    expect(editor.status).to_have_text(re.compile("^保存済み"))


def test_keyboard_moves_chooses_closes_and_can_be_switched_off(editor):
    first, second = editor.row(12), editor.row(13)
    _reset(second)
    first.choice.focus()

    editor.page.keyboard.press("Alt+ArrowDown")
    expect(second.choice).to_be_focused()
    editor.page.keyboard.press("Alt+Digit2")
    expect(second.choice).to_have_value("not_selected")
    expect(second.field("reason")).to_be_focused()
    editor.page.keyboard.press("Escape")
    expect(second.field("reason")).to_be_hidden()
    expect(second.toggle).to_be_focused()
    editor.page.keyboard.press("Alt+ArrowUp")
    expect(first.choice).to_be_focused()

    editor.page.locator("[data-keyboard-help] summary").click()
    editor.page.locator("[data-keyboard-switch]").uncheck()
    first.choice.focus()
    editor.page.keyboard.press("Alt+ArrowDown")
    expect(first.choice).to_be_focused()
    editor.page.locator("[data-keyboard-switch]").check()
    expect(editor.status).to_have_text(SAVED)


def test_mandatory_control_does_not_take_the_key_for_not_selected(editor):
    row = editor.named(editor.page.locator("[data-row$='.PB']").first.get_attribute("data-row"))
    before = row.choice.input_value()
    row.choice.focus()

    editor.page.keyboard.press("Alt+Digit2")

    expect(row.choice).to_have_value(before)
    assert "not_selected" not in row.choice.inner_html()


def test_filter_and_search_hide_rows_and_stay_in_the_address(editor):
    editor.page.locator("[data-filter=undecided]").click()
    assert "show=undecided" in editor.page.url
    shown = editor.page.locator("[data-row]:visible")
    assert shown.count() == editor.count("undecided")

    editor.page.locator("[data-filter='']").click()
    editor.page.locator("#search").fill("１８．１．２．")
    expect(editor.page.locator("[data-row^='18.1.1.']:visible")).to_have_count(0)
    assert editor.page.locator("[data-row^='18.1.2.']:visible").count() > 0


def test_file_is_added_taken_off_and_put_back(editor):
    row = editor.row(14).open()
    files = row.item.locator("[data-files]")
    files.get_by_text("証跡を追加").click()
    name = f"点検記録{row.item.locator('.file-list__item').count()}.txt"
    files.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": "点検した。".encode()}
    )

    files.get_by_role("button", name="アップロード").click()
    expect(files.get_by_role("link", name=name, exact=True)).to_be_visible()
    files.get_by_role("button", name=re.compile(f"外す.*{name}")).click()
    expect(files.get_by_role("link", name=name, exact=True)).to_have_count(0)
    files.get_by_role("button", name=re.compile(f"元に戻す.*{name}")).click()
    expect(files.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_history_shows_what_changed(editor):
    row = editor.row(15).open()
    stamp = row.version
    row.field("inherited_note").fill(f"分担の説明{stamp}")
    row.field("inherited_note").press("Tab")
    expect(editor.status).to_have_text(SAVED)

    row.item.locator("[data-history] summary").click()

    expect(row.item.locator(".history__line").first).to_contain_text(str(stamp))


def test_without_a_script_each_row_has_a_page_that_saves(chromium, base_url, draft):
    context = new_window(chromium, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, base_url, draft[0])
    page.goto(f"{draft[1]}sections/18.1/")
    page.locator("[data-toggle]").nth(16).click()

    page.get_by_label("採否").select_option("not_selected")
    page.get_by_label("選択しない理由").fill("対象の資産がないため。")
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("保存しました")
    expect(page.get_by_label("採否")).to_have_value("not_selected")
    context.close()


@pytest.mark.parametrize(
    "place",
    ["chapters/9/", "sections/9.2/", "sections/14.2/?part=2", "statements/9.1.1.1/",
     "statements/9.1.1.1/history/", "objectives/9.2.1/exclusion/"],
)  # fmt: skip
def test_pages_are_accessible_fit_and_complain_of_nothing(chromium, base_url, draft, place):
    visitor = Visitor(new_window(chromium, bypass_csp=True), base_url, draft[0])
    visitor.open(draft[1] + place)
    if visitor.page.locator("[data-toggle]").count():
        visitor.page.locator("[data-toggle]").first.click()
        expect(visitor.page.locator("[data-panel]")).to_be_visible()

    visitor.look(re.sub(r"\W+", "-", f"editor-{place}").strip("-"))
    visitor.leave()
