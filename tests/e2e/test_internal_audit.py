"""An internal audit in a real browser: from the programme to the filed report, by three people, page by page.

It audits a new version of the demo's declaration whose first version is being audited, so that nothing of others moves.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.declaration_steps import approve, ask_for_approval
from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER, new_window

APPROVER, AUDITOR, EDITOR, SECRETARY = "日野 あかり", "水谷 詩織", "榎本 大地", "藤代 かおり"
SERVICE = "ひなた電子契約クラウド"
CONTROLS = ("9.2.3.2", "9.2.3.11.PB")
# What lies below a sticky part when a picture is taken cannot be judged by its size.
UNCOVER = "document.querySelectorAll('.header, .internal-save').forEach(part => { part.style.position = 'static' })"


def look(visitor: Visitor, name: str) -> None:
    """Filling in has scrolled the page below its sticky parts."""
    visitor.page.evaluate(UNCOVER)
    visitor.look(name)


class TestUnderWay:
    """The audit of the demo that is being worked on: nothing is changed here."""

    def test_its_pages_say_how_far_it_is_and_what_comes_next(self, visit):
        auditor = visit(AUDITOR)
        auditor.open("/app/internal-audits/")
        look(auditor, "internal-list")
        auditor.go(SERVICE)
        auditor.sees("未確認の項目が")
        look(auditor, "internal-running")
        auditor.go("の結果を記録する")
        look(auditor, "internal-section")
        auditor.page.go_back()
        auditor.go("不適合と是正処置")
        auditor.sees("回答待ち")
        look(auditor, "internal-nonconformities")
        auditor.go("網羅表")
        look(auditor, "internal-coverage")
        auditor.go("未実施の項目だけを表示する")
        auditor.sees("すべての項目を表示する")


@pytest.fixture(scope="module")
def revised(chromium, base_url) -> None:
    """A new version of the declaration, fixed by the approver."""
    editor = Visitor(new_window(chromium), base_url, EDITOR)
    editor.open("/app/services/")
    editor.go(SERVICE)
    editor.page.locator("a[href*='/app/declarations/']").first.click()
    editor.press("新しい版を作る")
    editor.page.wait_for_url("**/app/declarations/**")
    path = editor.page.url.removeprefix(base_url)
    editor.open(f"{path}preflight/")
    ask_for_approval(editor)
    editor.leave()
    approver = Visitor(new_window(chromium), base_url, APPROVER)
    approve(approver, path)
    approver.leave()


@pytest.mark.usefixtures("revised")
def test_from_programme_to_filed_report(visit):
    approver, auditor, editor = visit(APPROVER), visit(AUDITOR), visit(EDITOR)
    path = _planned(approver)
    _staffed(approver, path)
    _tested(auditor, path)
    fact = _stated(auditor, path)
    _corrected(editor, auditor, fact)
    _filed(approver, path)


def _planned(approver: Visitor) -> str:
    approver.open("/app/internal-audits/")
    approver.go("基本計画")
    look(approver, "internal-programme")
    approver.go("基本計画を変更する")
    approver.fill(scope="開発、運用、利用者支援の全部門")
    look(approver, "internal-programme-edit")
    approver.press("決定する")
    approver.sees("第2版")
    approver.open("/app/internal-audits/")
    approver.go("実施計画を作成する")
    approver.fill(
        starts_on="2026-04-01", ends_on="2026-12-25", place="本社", methods="規程と記録の閲覧"
    )
    look(approver, "internal-plan")
    approver.press("計画を作成する")
    approver.sees("内部監査人を指名します。")
    look(approver, "internal-planned")
    return approver.page.url.removeprefix(approver.base_url)


def _staffed(approver: Visitor, path: str) -> None:
    approver.open(f"{path}plan/")
    look(approver, "internal-plan-edit")
    approver.open(f"{path}auditors/")
    for person in (EDITOR, AUDITOR):
        approver.page.locator("select[name=person]").select_option(label=person)
        approver.fill(share="全章")
        approver.press("指名する")
        approver.sees("内部監査人を指名しました。")
    look(approver, "internal-auditors")
    approver.open(f"{path}select/")
    look(approver, "internal-select")
    approver.page.locator("a[href$='/select/9.2/']").click()
    for number in CONTROLS:
        approver.page.get_by_role("checkbox", name=number, exact=True).check()
    look(approver, "internal-select-section")
    approver.press("選んだ項目を加える")
    approver.sees("2項目を加えました。")
    approver.open(f"{path}assign/")
    for person, said in (
        (EDITOR, "自らの業務に当たるため割り当てていません"),
        (AUDITOR, "2項目を割り当てました。"),
    ):
        approver.page.get_by_role("checkbox", name="9.2", exact=True).check()
        option = approver.page.locator("select[name=auditor] option", has_text=person)
        approver.page.locator("select[name=auditor]").select_option(option.get_attribute("value"))
        approver.press("選んだ節を割り当てる")
        approver.sees(said)
        look(approver, f"internal-assign-{len(said)}")
    approver.open(path)
    approver.press("監査を開始する")
    approver.sees("内部監査を開始しました。")


def _tested(auditor: Visitor, path: str) -> None:
    """With the keyboard: an arrow chooses the result."""
    auditor.open(f"{path}sections/9.2/")
    page = auditor.page
    for card, presses in zip(page.locator(".internal-item").all(), (1, 2), strict=True):
        card.locator("[type=radio]").first.focus()
        for _press in range(presses):
            page.keyboard.press("ArrowDown")
        card.locator("select").select_option(label="規程・記録の閲覧")
        card.locator("input[name$=-sample]").fill("記録10件")
    look(auditor, "internal-tested")
    auditor.press("この節の結果を保存する")
    auditor.sees("2項目を保存しました。")


def _stated(auditor: Visitor, path: str) -> str:
    auditor.go("不適合を記録する")
    auditor.fill(fact="確認日のない記録が2件あります。")
    look(auditor, "internal-raise")
    auditor.press("記録する")
    auditor.sees("不適合を記録しました。")
    auditor.go("不適合No.1を開く")
    look(auditor, "internal-nonconformity")
    auditor.go("記載を変更する")
    look(auditor, "internal-reword")
    fact = re.sub(r"reword/$", "", auditor.page.url.removeprefix(auditor.base_url))
    auditor.open(f"{fact}withdraw/")
    look(auditor, "internal-withdraw")
    return fact


def _corrected(editor: Visitor, auditor: Visitor, fact: str) -> None:
    editor.open(fact)
    editor.go("原因と是正処置を回答する")
    editor.fill(cause="様式に欄がない。", action="様式を改める。", due="2099-12-25")
    editor.page.locator("select[name=owner]").select_option(label=EDITOR)
    look(editor, "internal-answer")
    editor.press("是正処置を計画する")
    editor.go("完了を記録する")
    editor.fill(note="様式を改訂した。")
    look(editor, "internal-done")
    editor.press("完了を記録する")
    editor.sees("内部監査人が検証します。")
    auditor.open(fact)
    auditor.go("是正処置を検証する")
    auditor.choose("有効")
    auditor.fill(note="改訂した様式を確認した。")
    look(auditor, "internal-verify")
    auditor.press("検証を記録する")
    auditor.sees("検証済み")
    look(auditor, "internal-verified")


def _filed(approver: Visitor, path: str) -> None:
    approver.open(f"{path}report/")
    look(approver, "internal-report-ready")
    approver.fill(
        reference="内監-9",
        conclusion="おおむね適合しています。",
        reported_to="情報セキュリティ委員会",
    )
    approver.press("承認してPDFを作成する")
    # The page asks every two seconds and comes back by itself with the act that is possible now.
    file = approver.page.get_by_role("button", name="この報告書を提出する")
    expect(file).to_be_visible(timeout=WORKER)
    look(approver, "internal-report-approved")
    approver.go("承認を取り消す")
    look(approver, "internal-reopen")
    approver.page.go_back()
    file.click()
    approver.sees("内部監査の記録を提出しました。")
    look(approver, "internal-filed-record")
    approver.open(path)
    approver.sees("提出済みです。")
    look(approver, "internal-filed")
