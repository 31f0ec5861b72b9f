"""Two people in one section of the editor: what either of them wrote is never overwritten unseen."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import SAVED, EditorPage, find_draft, sign_in
from tests.e2e.window import new_window

WRITER, COLLEAGUE, SECRETARY = "佐伯 美咲", "三輪 拓海", "藤代 かおり"


@pytest.fixture(scope="module")
def section(chromium, base_url):
    """A section with enough rows, in a draft that both may edit."""
    context = new_window(chromium)
    page = context.new_page()
    sign_in(page, base_url, WRITER)
    draft = find_draft(page, base_url)
    context.close()
    return f"{draft}sections/18.1/"


@pytest.fixture
def two(chromium, base_url, section):
    """The section as the writer and as the colleague have it open; neither browser may complain."""
    contexts = [new_window(chromium) for _person in (WRITER, COLLEAGUE)]
    for context, person in zip(contexts, (WRITER, COLLEAGUE), strict=True):
        sign_in(context.new_page(), base_url, person)
    pages = [EditorPage(context, section) for context in contexts]
    yield pages
    assert [page.complaints for page in pages] == [[], []]
    for context in contexts:
        context.close()


def is_save(route) -> bool:
    """A save, and no reading."""
    return route.request.method == "POST"


def written(page, row, name: str, text: str) -> None:
    """Type into a field and wait until it is saved."""
    row.field(name).fill(text)
    row.field(name).press("Tab")
    expect(page.status).to_have_text(SAVED)


def test_a_file_that_is_added_brings_no_version_without_its_text(two):
    mine, theirs = two
    row, their_row = mine.row(17).open(), theirs.row(17).open()
    stamp = row.version
    written(theirs, their_row, "individual_control", f"同僚が先に書いた文{stamp}")

    files = row.item.locator("[data-files]")
    files.get_by_text("証跡を追加").click()
    files.locator("input[type=file]").set_input_files(
        {"name": "追加.txt", "mimeType": "text/plain", "buffer": f"点検{stamp}".encode()}
    )
    files.get_by_role("button", name="アップロード").click()
    expect(row.field("individual_control")).to_have_value(f"同僚が先に書いた文{stamp}")
    written(mine, row, "individual_control", f"同僚が先に書いた文{stamp}に続けて書いた。")


def test_a_file_that_is_added_while_typing_ends_in_both_texts(two):
    mine, theirs = two
    row, their_row = mine.row(18).open(), theirs.row(18).open()
    stamp = row.version
    saves = re.compile("/statements/")
    mine.page.route(saves, lambda route: route.abort() if is_save(route) else route.continue_())
    row.field("individual_control").fill(f"書きかけの文{stamp}")
    written(theirs, their_row, "individual_control", f"同僚の文{stamp}")
    files = row.item.locator("[data-files]")
    files.get_by_text("証跡を追加").click()
    files.locator("input[type=file]").set_input_files(
        {"name": "途中.txt", "mimeType": "text/plain", "buffer": f"点検{stamp}".encode()}
    )
    mine.page.unroute(saves)
    files.get_by_role("button", name="アップロード").click()

    row.field("individual_control").press("Tab")

    expect(row.conflict).to_contain_text(f"同僚の文{stamp}")
    expect(row.conflict).to_contain_text(f"書きかけの文{stamp}")


@pytest.mark.parametrize("way", ["keep_mine", "take_theirs", "edit"])
def test_after_a_conflict_the_other_fields_say_what_is_stored(two, way):
    index = 19 + ["keep_mine", "take_theirs", "edit"].index(way)
    mine, theirs = two
    row, their_row = mine.row(index).open(), theirs.row(index).open()
    stamp = row.version
    written(theirs, their_row, "inherited_note", f"同僚が書いた継承の内容{stamp}")
    row.field("individual_control").fill(f"自分の文{stamp}")
    row.field("individual_control").press("Tab")
    expect(row.conflict).to_be_visible()

    row.conflict.locator(f"button[value={way}]").click()

    expect(row.field("inherited_note")).to_have_value(f"同僚が書いた継承の内容{stamp}")
    if way == "edit":
        row.field("individual_control").press("End")
        row.field("individual_control").press_sequentially("。")
    row.field("inherited_note").fill(f"同僚が書いた継承の内容{stamp}に足した")
    row.field("inherited_note").press("Tab")
    expect(mine.status).to_have_text(SAVED)
    theirs.open()
    expect(theirs.row(index).open().field("inherited_note")).to_have_value(
        f"同僚が書いた継承の内容{stamp}に足した"
    )


def test_a_base_service_that_the_page_has_not_heard_of_is_taken_with_its_name(two, visit):
    mine, theirs = two
    row = mine.row(22).open()
    clerk = visit(SECRETARY)
    clerk.open("/app/listed-services/new/")
    clerk.choose("ISMAPクラウドサービスリスト")
    clerk.fill(
        number="見本-C00-0200", name="あとから載った基盤", provider_name="のちのち株式会社",
        listed_from="2020-04-01", source="見本のリスト",
    )  # fmt: skip
    clerk.press("登録する")
    clerk.sees("を登録しました")
    theirs.open()
    their_field = theirs.named(row.number).open().field("base_service")
    their_field.select_option(label="見本-C00-0200 あとから載った基盤")
    expect(theirs.status).to_have_text(SAVED)
    row.field("base_service").select_option(label="見本-C00-0000 みほん基盤クラウド")
    expect(row.conflict).to_contain_text("あとから載った基盤")

    row.conflict.locator("button[value=take_theirs]").click()
    written(mine, row, "individual_control", "引き継ぐ範囲を確かめています。")

    theirs.open()
    chosen = theirs.named(row.number).open().field("base_service").locator("option:checked")
    expect(chosen).to_contain_text("あとから載った基盤")
