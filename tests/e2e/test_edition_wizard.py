"""A declaration moves from the criteria of 2022-04 to 2024-07: told beforehand, nothing lost, then confirmed."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.months import add_months
from tests.e2e.declaration_steps import confirm_rows
from tests.e2e.visitor import Visitor

WRITER = "片桐 蓮"
SERVICE = "しらかば版移行クラウド"
PERIOD_END = date.today().replace(day=1) - timedelta(days=1)
PERIOD_START = add_months(PERIOD_END + timedelta(days=1), -12)
# In the order of the catalogue.
NEW = ["8.1.5.4.P", "12.2.1.15", "13.2.3.7.P", "16.1.5.10"]
REWORDED = ["7.2.2.18", "9.2.3.11.PB", "13.1.3.1", "13.1.3.5"]
FACTS = {
    "name": SERVICE,
    "name_kana": "シラカババンイコウクラウド",
    "overview": "会議の資料と記録を管理するSaaSです。",
    "regions": "東日本リージョン",
    "data_locations": "国内",
    "governing_law": "日本法",
    "contact_name": "情報管理室",
    "contact_email": "ismap@shirakaba.example.jp",
}
OWN_TEXT = "この文は移行しても残ります。"


@pytest.fixture
def writer(visit):
    return visit(WRITER)


def touched(visitor: Visitor, group: str) -> list[str]:
    rows = visitor.page.locator(f"#{group} [data-touched]")
    return [row.get_attribute("data-touched") for row in rows.all()]


def count_of(visitor: Visitor, kind: str) -> int:
    text = visitor.page.locator(f"tr[data-kind={kind}] [data-count]").inner_text()
    return int(text.replace(",", ""))


def test_the_wizard_from_one_edition_to_the_next(writer):
    old = a_full_declaration(writer)
    new = move(writer, old)
    nothing_is_lost(writer, old, new)
    confirm_singly(writer, new)
    confirm_together(writer, new)


def a_full_declaration(writer: Visitor) -> str:
    """Against 2022-04, every row filled by the demo's tool, one text of one's own."""
    writer.open("/app/services/new/")
    writer.fill(**FACTS)
    writer.send()
    writer.sees(SERVICE)
    writer.open(f"{writer.path}declarations/new/")
    writer.fill(period_start=PERIOD_START.isoformat(), period_end=PERIOD_END.isoformat())
    writer.choose("2022年4月版")
    writer.press("言明を始める")
    writer.page.wait_for_url("**/app/declarations/*/")
    declaration = writer.path
    writer.open("/app/demo/")
    writer.page.locator(f"form[action*='{declaration.split('/')[-2]}'] button").click()
    writer.page.wait_for_url(f"**{declaration}")
    writer.open(f"{declaration}statements/7.2.2.18/")
    writer.fill(individual_control=OWN_TEXT)
    writer.press("保存")
    writer.sees("保存しました")
    return declaration


def move(writer: Visitor, old: str) -> str:
    """The counts are right before anything happens; then it happens."""
    writer.open(old)
    writer.go("別の版へ移行する")
    writer.look("edition-1-choose")
    writer.go(re.compile("影響を確かめる.*2024年7月版"))
    writer.sees("まだ何も変えていません")
    assert (count_of(writer, "new"), count_of(writer, "reworded")) == (4, 4)
    assert (count_of(writer, "unchanged"), count_of(writer, "withdrawn")) == (1148, 0)
    assert touched(writer, "new") == NEW
    assert touched(writer, "reworded") == REWORDED
    writer.look("edition-2-preview")
    writer.press("へ移行する")
    writer.page.wait_for_url("**/carried/")
    writer.sees("1,148件をまとめて確認する")
    assert touched(writer, "singly") == REWORDED
    assert touched(writer, "new") == NEW
    writer.look("edition-3-result")
    return writer.path.removesuffix("carried/")


def nothing_is_lost(writer: Visitor, old: str, new: str) -> None:
    """The old draft is readable and closed; the new one says the same."""
    writer.open(old)
    writer.sees("新しい基準の版へ移行済み")
    writer.look("edition-4-old")
    writer.open(f"{old}statements/7.2.2.18/")
    writer.sees(OWN_TEXT)
    expect(writer.page.locator("textarea[name=individual_control]")).to_have_count(0)
    writer.open(new)
    writer.sees("前回から引き継いだ1,152件が未確認です")
    writer.look("edition-5-new")


def confirm_singly(writer: Visitor, new: str) -> None:
    """From the panel of a row by the keyboard alone; the question goes, the row stays open."""
    writer.open(f"{new}sections/7.2/?at=7.2.2.18#c-7.2.2.18")
    row = writer.page.locator('[data-row="7.2.2.18"]')
    button = row.get_by_role("button", name="内容を確認しました")
    expect(button).to_be_visible()
    expect(row.locator("textarea[name=individual_control]")).to_have_value(OWN_TEXT)
    writer.look("edition-6-row")
    before = int(writer.page.locator("[data-filter-count=unconfirmed]").inner_text())
    button.focus()
    writer.page.keyboard.press("Enter")
    expect(button).to_have_count(0)
    expect(row.get_by_text("引継・未確認")).to_have_count(0)
    expect(writer.page.locator("[data-filter-count=unconfirmed]")).to_have_text(str(before - 1))
    row.get_by_text("前回の記載").click()
    expect(row.locator(".carried__before").get_by_text(OWN_TEXT)).to_be_visible()


def confirm_together(writer: Visitor, new: str) -> None:
    """A chapter, taken back, then everything; what was reworded is still to be seen one by one."""
    writer.open(f"{new}confirmation/?chapter=9")
    writer.sees("9.2.3.11.PB")
    writer.look("edition-7-confirm")
    confirm_rows(writer)
    writer.press("未確認に戻す")
    writer.sees("1,148件をまとめて確認する")
    writer.go("1,148件をまとめて確認する")
    confirm_rows(writer)
    writer.sees("残り3件")
    expect(writer.page.get_by_text(re.compile("^1,149件|1,149件を確認しました"))).to_have_count(1)
    writer.look("edition-8-done")
