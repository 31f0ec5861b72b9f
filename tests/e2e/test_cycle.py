"""An audit cycle in a real browser: begin, propose, move by keyboard and by dragging, be refused, rebalance."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.audit_steps import begin_cycle
from tests.e2e.visitor import Visitor
from tests.e2e.window import new_window

AUDITOR, APPROVER, MEMBER = "相良 泰之", "峰岸 京子", "鷲見 晴香"
SERVICE = "しらかば議事録クラウド"
# What lies below a sticky part when a picture is taken cannot be judged by its size.
UNCOVER = "document.querySelectorAll('.header, .plan-move').forEach(part => { part.style.position = 'static' })"


@pytest.fixture(scope="module")
def cycle(chromium, base_url) -> str:
    """Path of the cycle, begun and planned by the firm; looked at on the way."""
    auditor = Visitor(new_window(chromium), base_url, AUDITOR)
    path = begin_cycle(auditor, SERVICE, look=True)
    auditor.look("cycle-planned")
    auditor.leave()
    return path


@pytest.fixture
def auditor(visit) -> Visitor:
    return visit(AUDITOR)


def open_chapter(visitor: Visitor, cycle: str, chapter: int = 9) -> Page:
    visitor.open(f"{cycle}chapters/{chapter}/")
    return visitor.page


def row_of(page: Page, place: int, *, year: int):
    """The row at this place among those that stand in the year."""
    rows = page.locator(f"tr:has([name=n]):has(> :nth-child({year + 2}).plan-grid__on)")
    return rows.nth(place)


def number_in(row) -> str:
    return row.locator("[name=n]").get_attribute("value") or ""


def year_of(page: Page, number: str) -> int:
    """The year that is marked in the row of the control."""
    cells = page.locator(f"tr:has([name=n][value='{number}']) > *")
    marked = [index for index in range(cells.count()) if "●" in cells.nth(index).inner_text()]
    assert len(marked) == 1
    return marked[0] - 1


def test_a_control_moves_with_the_keyboard_alone(auditor, cycle):
    page = open_chapter(auditor, cycle)
    page.evaluate(UNCOVER)
    auditor.look("cycle-chapter")
    row = row_of(page, 0, year=2)
    number = number_in(row)
    row.locator("[name=n]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("1項目を選択中")
    page.locator("select[name=to]").focus()
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    auditor.sees("1項目を3年目に移しました。")
    assert year_of(page, number) == 3


def test_a_control_moves_by_dragging_it_onto_a_year(auditor, cycle):
    page = open_chapter(auditor, cycle)
    row = row_of(page, 2, year=2)
    number = number_in(row)
    row.locator("th").drag_to(row.locator("> :nth-child(5)"))
    auditor.sees("1項目を3年目に移しました。")
    assert year_of(page, number) == 3


def test_what_breaks_the_plan_is_refused_and_nothing_chosen_is_lost(auditor, cycle):
    page = open_chapter(auditor, cycle)
    row = row_of(page, 1, year=2)
    number = number_in(row)
    row.locator("[name=n]").check()
    page.locator("select[name=to]").select_option(label="計画から外す")
    auditor.press("移す")
    auditor.sees("サイクルの間に一度も監査されません")
    auditor.complaints.clear()  # of the browser itself, about the 422
    expect(page.locator(f"[name=n][value='{number}']")).to_be_checked()
    page.evaluate(UNCOVER)
    auditor.look("cycle-refused")
    assert year_of(page, number) == 2


def test_rebalancing_shows_both_plans_before_it_is_done(auditor, cycle):
    page = open_chapter(auditor, cycle)
    for all_of in page.locator("[data-all]").all()[:6]:
        all_of.check()
    page.locator("select[name=to]").select_option(label="3年目")
    auditor.press("移す")
    auditor.sees("項目を3年目に移しました。")
    auditor.open(cycle)
    auditor.go("割当てをやり直す")
    auditor.sees("偏りあり")
    auditor.look("cycle-rebalance")
    auditor.press("やり直した計画にする")
    auditor.sees("割当てをやり直しました。")
    expect(page.locator(".plan-balance")).to_contain_text("均等")


def test_a_fixed_plan_is_read_by_others_and_reopened_by_the_firm(auditor, visit, cycle):
    auditor.open(cycle)
    auditor.press("計画を確定する")
    auditor.sees("計画を確定しました。")
    provider = visit(APPROVER)
    provider.open(cycle)
    provider.sees("監査責任者が確定を解除するまで変わりません。")
    provider.look("cycle-read")
    member = visit(MEMBER)
    member.open(f"{cycle}grid/")
    member.look("cycle-grid")
    auditor.open(f"{cycle}reopen/")
    auditor.look("cycle-reopen")
    auditor.fill(reason="範囲を見直すため。")
    auditor.press("解除する")
    auditor.sees("範囲を見直すため。")
