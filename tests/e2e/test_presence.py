"""Who is here, in two real browsers: arrivals are said once, typing is left alone, trouble passes in silence."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import EditorPage, find_draft, sign_in
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

EDITOR, COLLEAGUE = "佐伯 美咲", "三輪 拓海"
PRESENCE = re.compile(r"/presence/$")
TURN = 26_000


@pytest.fixture(scope="module")
def draft(chromium, base_url):
    """Address of a draft of the demo provider."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, EDITOR)
    address = find_draft(page, base_url)
    context.close()
    return address


@pytest.fixture
def enter(chromium, base_url, draft):
    """`enter(person, section)` opens a section in a browser of that person, whose clock the test moves."""
    contexts = []

    def come(person: str, section: str) -> EditorPage:
        context = new_window(chromium, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        sign_in(context.new_page(), base_url, person)
        return EditorPage(context, f"{draft}sections/{section}/", with_clock=True)

    yield come
    for context in contexts:
        context.close()


def people(editor):
    return editor.page.locator("[data-presence-list]")


def said(editor):
    return editor.page.locator("[data-presence-said]")


def test_colleague_who_comes_is_shown_and_said_once_and_typing_goes_on(enter):
    mine = enter(EDITOR, "15.1")
    expect(people(mine)).to_contain_text("この章を開いている人")
    row = mine.row(0).open()
    field = row.field("individual_control")
    field.fill("書きかけの")

    theirs = enter(COLLEAGUE, "15.2")
    expect(people(theirs)).to_contain_text(EDITOR)
    mine.page.clock.fast_forward(TURN)
    expect(people(mine)).to_contain_text(COLLEAGUE)
    expect(people(mine)).to_contain_text("15.2")
    expect(said(mine)).to_have_text(f"{COLLEAGUE}さんが 15.2 を開いています。")
    expect(field).to_be_focused()
    expect(field).to_have_value("書きかけの")

    mine.page.evaluate("document.querySelector('[data-presence-said]').textContent = ''")
    with mine.page.expect_response(PRESENCE):
        mine.page.clock.fast_forward(TURN)
    expect(people(mine)).to_contain_text(COLLEAGUE)
    expect(said(mine)).to_be_empty()
    mine.page.keyboard.type("文")
    expect(field).to_have_value("書きかけの文")
    assert mine.complaints == theirs.complaints == []


def test_same_section_is_marked_and_the_place_of_the_rows_does_not_move(enter):
    mine = enter(EDITOR, "9.1")
    expect(people(mine)).not_to_be_empty()
    before = mine.page.locator("#rows").bounding_box()
    enter(COLLEAGUE, "9.1")

    mine.page.clock.fast_forward(TURN)

    expect(people(mine)).to_contain_text(f"{COLLEAGUE} この節")
    assert mine.page.locator("#rows").bounding_box() == before


def test_hidden_tab_asks_nothing(enter):
    mine = enter(EDITOR, "9.2")
    asked = []
    mine.page.on("request", lambda request: PRESENCE.search(request.url) and asked.append(1))
    expect(people(mine)).not_to_be_empty()
    asked.clear()
    mine.page.evaluate(
        """Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'))"""
    )

    mine.page.clock.fast_forward(3 * TURN)
    assert asked == []
    with mine.page.expect_response(PRESENCE):
        mine.page.evaluate(
            """delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"""
        )


def test_trouble_is_passed_over_in_silence(enter):
    mine = enter(EDITOR, "9.2")
    expect(people(mine)).not_to_be_empty()
    state = mine.status.inner_text()

    mine.page.route(PRESENCE, lambda route: route.abort())
    mine.page.clock.fast_forward(TURN)
    expect(people(mine)).to_be_empty()
    expect(mine.status).to_have_text(state)
    mine.page.unroute(PRESENCE)
    mine.page.clock.fast_forward(TURN)
    expect(people(mine)).not_to_be_empty()

    mine.page.context.clear_cookies()
    mine.page.clock.fast_forward(TURN)
    expect(people(mine)).to_be_empty()
    expect(mine.page.locator("[data-session]")).to_have_count(0)
    expect(mine.status).to_have_text(state)
    assert mine.complaints == []


def test_list_is_accessible_and_fits(chromium, base_url, draft, enter):
    enter(COLLEAGUE, "9.4")
    context = new_window(chromium, bypass_csp=True)
    visitor = Visitor(context, base_url, EDITOR)
    visitor.open(f"{draft}sections/9.2/")
    expect(visitor.page.locator("[data-presence-list]")).to_contain_text(COLLEAGUE)

    visitor.look("presence")
    visitor.leave()
