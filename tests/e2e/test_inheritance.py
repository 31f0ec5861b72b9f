"""Inheriting from a base service: chosen in a row, warned of when it has left, entered and ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import SAVED, EditorPage, find_draft
from tests.e2e.pages import EDITOR, SECRETARY

BASE = "見本-C00-0000 みほん基盤クラウド"


@pytest.fixture
def writer(visit):
    return visit("三輪 拓海")


def test_a_service_is_chosen_in_the_row_and_stands_on_it(writer, base_url):
    draft = find_draft(writer.page, base_url)
    editor = EditorPage(writer.context, f"{draft}sections/17.1/")
    row = editor.row(0).open()
    row.field("base_service").select_option(label=BASE)
    expect(editor.status).to_have_text(SAVED)
    expect(row.item.locator("[data-part=summary]")).to_contain_text("継承：みほん基盤クラウド")

    row.field("inherited_note").fill("二拠点の構成を継承しています。")
    row.field("inherited_note").press("Tab")
    expect(editor.status).to_have_text(SAVED)
    editor.open()
    expect(editor.named(row.number).open().field("base_service")).to_have_value(re.compile("-"))
    assert editor.complaints == []

    writer.open(f"{draft}statements/{row.number}/")
    writer.look("inheritance-statement")
    writer.open(f"{draft}statements/?inherited=any")
    writer.look("inheritance-overview")
    writer.open(f"{draft}sections/11.1/")
    writer.look("inheritance-section")


def test_one_that_left_the_list_is_a_warning_before_approval(writer, base_url):
    draft = find_draft(writer.page, base_url)
    writer.open(f"{draft}preflight/")
    writer.sees("監査対象期間を通してはリストに掲載されていません")
    writer.look("inheritance-preflight")


def test_the_secretariat_enters_corrects_and_ends(visit):
    clerk = visit(SECRETARY)
    clerk.open("/app/listed-services/new/")
    clerk.choose("ISMAPクラウドサービスリスト")
    clerk.fill(
        number="見本-C00-0100", name="ためし基盤", provider_name="ためし株式会社",
        listed_from="2024-04-01", source="見本のリスト",
    )  # fmt: skip
    clerk.press("登録する")
    clerk.sees("を登録しました")
    clerk.go("記載を訂正する")
    clerk.fill(name="ためし基盤クラウド", reason="名称の誤記")
    clerk.press("訂正する")
    clerk.sees("サービス名：ためし基盤 → ためし基盤クラウド")
    clerk.go("掲載の終了を記録する")
    clerk.look("listed-end")
    clerk.fill(listed_until="2025-03-31", reason="廃止の公表")
    clerk.press("記録する")
    clerk.sees("掲載終了")
    clerk.look("listed-item")
    clerk.open("/app/listed-services/?state=all")
    clerk.look("listed-list")

    reader = visit(EDITOR)
    reader.open("/app/listed-services/")
    reader.sees("事務局に連絡してください")
    reader.look("listed-list-reader")
