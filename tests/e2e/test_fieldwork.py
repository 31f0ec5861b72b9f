"""Fieldwork in a real browser: a whole section by keyboard, a sample, a control pulled in, an inherited one skipped."""

import pytest
from playwright.sync_api import expect

from tests.e2e.audit_steps import UNCOVER, record_section
from tests.e2e.visitor import Visitor

AUDITOR, COLLEAGUE, PROVIDER = "相良 泰之", "日下部 葵", "峰岸 京子"
SERVICE = "しらかば会議室予約クラウド"


@pytest.fixture
def auditor(visit) -> Visitor:
    return visit(AUDITOR)


def open_fieldwork(visitor: Visitor) -> str:
    """Follow the links from the list of engagements; the path of the overview."""
    visitor.open("/app/engagements/")
    visitor.page.get_by_role("row").filter(has_text=SERVICE).get_by_role("link").first.click()
    visitor.sees("監査手続を開く")
    visitor.go("監査手続を開く")
    visitor.sees("節ごとの進み具合")
    return visitor.path


def look(visitor: Visitor, name: str) -> None:
    visitor.page.evaluate(UNCOVER)
    visitor.look(name)


def test_the_overview_says_where_the_work_stands(auditor):
    path = open_fieldwork(auditor)
    auditor.sees("初回の監査のため、整備状況評価に重点を置きます。")
    auditor.look("fieldwork-overview")
    auditor.go("変更を見る")
    auditor.sees("今月から、点検の結果を月次で品質保証室へ報告しています。")
    auditor.look("fieldwork-changes")
    auditor.open(f"{path}sections/9.2/")
    auditor.page.locator("[data-paper]").filter(has_text="無作為抽出").get_by_role("link").click()
    auditor.sees("シード")
    auditor.look("fieldwork-control")


def test_a_whole_section_is_recorded_by_keyboard(auditor):
    path = open_fieldwork(auditor)
    auditor.open(f"{path}sections/4.8/")
    look(auditor, "fieldwork-section")
    page = auditor.page
    count = record_section(auditor, first="2")
    assert count >= 2
    expect(page.get_by_role("radio", name="有効", checked=True)).to_have_count(2 * count - 1)
    auditor.go("不備あり")
    expect(page.locator("[data-paper]")).to_have_count(1)
    # With arrows and the space bar, as radio buttons work everywhere.
    page.get_by_role("radio", name="不備あり", checked=True).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    auditor.sees("1項目を記録しました。")


def test_texts_of_a_row_open_below_it_and_a_colleague_overwrites_nothing(auditor, visit):
    path = open_fieldwork(auditor)
    auditor.open(f"{path}sections/4.9/")
    page = auditor.page
    row = page.locator("[data-paper]").first
    row.get_by_role("button", name="手続と記録を開く").click()
    notes = row.get_by_label("監査人の記録")
    notes.fill("議事録の原本を確認した。")
    look(auditor, "fieldwork-opened")
    colleague = visit(COLLEAGUE)
    colleague.open(f"{path}sections/4.9/")
    theirs = colleague.page.locator("[data-paper]").first
    theirs.get_by_role("button", name="手続と記録を開く").click()
    theirs.get_by_label("監査人の記録").fill("責任者に質問した。")
    colleague.press("変更を保存する")
    colleague.sees("1項目を記録しました。")
    auditor.press("変更を保存する")
    auditor.sees("さんが先に保存しました")
    auditor.complaints.clear()  # of the browser itself, about the 409
    expect(page.get_by_label("監査人の記録").first).to_have_value("議事録の原本を確認した。")
    auditor.sees("「責任者に質問した。」")
    look(auditor, "fieldwork-conflict")
    auditor.press("変更を保存する")
    auditor.sees("1項目を記録しました。")


def test_a_sample_is_drawn_on_the_page_of_the_control(auditor):
    path = open_fieldwork(auditor)
    auditor.open(f"{path}sections/4.5/")
    number = auditor.page.locator("[data-paper]").last.get_attribute("data-paper")
    auditor.open(f"{path}controls/{number}/")
    sample = auditor.page.get_by_role("region", name="サンプル")
    sample.get_by_label("母集団の件数").fill("120")
    sample.get_by_label("サンプルの件数").fill("130")
    sample.get_by_role("button", name="抽出する").click()
    auditor.sees("より多くなっています")
    auditor.complaints.clear()  # of the browser itself, about the 422
    auditor.look("fieldwork-sample-refused")
    sample.get_by_label("サンプルの件数").fill("20")
    sample.get_by_role("button", name="抽出する").click()
    auditor.sees("サンプルを抽出しました。")
    expect(sample.get_by_role("listitem")).to_have_count(20)


def test_what_changed_after_fixing_is_pulled_in(auditor):
    path = open_fieldwork(auditor)
    auditor.open(f"{path}changes/")
    box = auditor.page.get_by_role("checkbox")
    number = box.get_attribute("value")
    box.check()
    auditor.press("選んだ項目を対象に追加する")
    expect(auditor.page.locator("[name=reason]")).to_have_value("確定後に言明が変更されたため。")
    auditor.look("fieldwork-pull")
    auditor.press("対象に追加する")
    auditor.sees(f"{number} を対象に加えました。")
    auditor.open(f"{path}controls/{number}/")
    auditor.sees("監査人の判断")


def test_an_inherited_control_is_skipped(auditor):
    path = open_fieldwork(auditor)
    for section in ("11.2", "11.1", "10.1", "9.4"):
        auditor.page.goto(f"{auditor.base_url}{path}sections/{section}/")
        rows = auditor.page.locator("[data-paper]:has([role=radiogroup])").filter(has_text="継承：")
        if rows.count():
            break
    number = rows.first.get_attribute("data-paper")
    auditor.open(f"{path}controls/{number}/")
    auditor.fill(reason="基盤クラウドサービスの監査で評価済みのため。")
    auditor.press("手続を省略する")
    auditor.sees(f"{number} の手続を省略しました。")
    auditor.look("fieldwork-skipped")


def test_rows_are_given_to_a_colleague(auditor):
    path = open_fieldwork(auditor)
    auditor.open(f"{path}sections/4.6/")
    auditor.page.get_by_role("checkbox").first.check()
    auditor.page.get_by_label("選んだ項目の担当").select_option(label=COLLEAGUE)
    auditor.press("担当を決める")
    auditor.sees("1項目の担当を変更しました。")
    auditor.sees(f"担当 {COLLEAGUE}")


def test_the_provider_sees_nothing_of_it(visit, auditor):
    path = open_fieldwork(auditor)
    provider = visit(PROVIDER)
    provider.open("/app/engagements/")
    provider.page.get_by_role("row").filter(has_text=SERVICE).get_by_role("link").first.click()
    provider.sees("監査の内容")
    expect(provider.page.get_by_text("監査手続")).to_have_count(0)
    answer = provider.page.goto(f"{provider.base_url}{path}")
    assert answer.status == 403
