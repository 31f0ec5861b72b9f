"""From the confirmation to the issued report in a real browser: five people, one void version, one PDF."""

import re
from datetime import date

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER

SERVICE = "しらかば面談記録クラウド"
APPROVER, EDITOR = "峰岸 京子", "片桐 蓮"
PREPARER, REVIEWER, SIGNER = "久我 陸", "穂積 圭", "野々村 静"


def engagement_of(visitor: Visitor) -> str:
    """Path of the engagement, from the list."""
    visitor.open("/app/engagements/")
    visitor.go(SERVICE)
    visitor.page.wait_for_url(re.compile(r"/app/engagements/[0-9a-f-]{36}/$"))
    return visitor.page.url.removeprefix(visitor.base_url)


def sign_confirmation(approver: Visitor, engagement: str) -> None:
    """A new version, point by point."""
    approver.look("report-engagement-provider")
    approver.go("経営者確認書を開く")
    approver.sees("第1版")
    approver.look("report-confirmation")
    approver.go("新しい版に署名する")
    approver.press("内容を見る")
    approver.sees("内容を確認し、チェックを入れてください。")
    approver.complaints.clear()  # of the browser itself, about the 422
    for box in approver.page.locator("main input[type=checkbox]").all():
        box.check()
    for code, answer in (("subsequent_events", "some"), ("fraud", "none")):
        approver.page.locator(f"[name={code}][value={answer}]").check()
    approver.fill(subsequent_events_details="予備の拠点を1か所増やしました。")
    approver.look("report-confirmation-form")
    approver.press("内容を見る")
    approver.sees("予備の拠点を1か所増やしました。")
    approver.look("report-confirmation-check")
    approver.press("署名する")
    approver.sees("経営者確認書に署名しました。")
    paper_is_made(approver)
    approver.look("report-confirmation-signed")


def paper_is_made(visitor: Visitor) -> None:
    """Wait for the worker."""
    expect(visitor.page.get_by_role("link", name="PDFを保存する")).to_be_visible(timeout=WORKER)


def prepare(preparer: Visitor, engagement: str) -> None:
    preparer.open(f"{engagement}result/")
    preparer.press("報告書を作成する")
    preparer.sees("監査の記録から報告書を作成しました。")


def test_a_report_goes_through_three_people(visit):
    approver = visit(APPROVER)
    engagement = engagement_of(approver)
    sign_confirmation(approver, engagement)

    preparer = visit(PREPARER)
    assert engagement_of(preparer) == engagement
    preparer.look("report-engagement-firm")
    preparer.go("実施結果報告書を開く")
    preparer.look("report-steps")
    prepare(preparer, engagement)
    preparer.sees("別の監査人の査閲を待っています。")
    first = preparer.page.url
    preparer.look("report-version")

    reviewer = visit(REVIEWER)
    reviewer.open(first)
    reviewer.go("差し戻す")
    reviewer.look("report-return")
    reviewer.fill(reason="発見事項の影響を、監査の記録に合わせて見直してください。")
    reviewer.press("差し戻す")
    reviewer.sees("この版は無効です")
    reviewer.look("report-void")

    prepare(preparer, engagement)
    second = preparer.page.url
    reviewer.open(second)
    reviewer.go("査閲を終える")
    reviewer.look("report-review")
    reviewer.choose("監査の記録と合っている")
    reviewer.press("査閲を終える")
    reviewer.sees("監査責任者の署名を待っています。")

    signer = visit(SIGNER)
    signer.open(second)
    signer.go("署名する")
    signer.fill(reference="見監報-2026-HAR-9", dated_on=date.today().isoformat())
    signer.choose("監査責任者として署名します")
    signer.look("report-sign")
    signer.press("署名する")
    signer.sees("署名しました。PDFができたら発行できます。")
    paper_is_made(signer)
    signer.look("report-signed")
    with signer.page.expect_download() as waiting:
        signer.go("PDFを保存する")
    assert waiting.value.path().read_bytes().startswith(b"%PDF")

    signer.go("取り消して作り直す")
    signer.look("report-reopen")
    signer.open(second)
    signer.go("発行する")
    signer.look("report-issue")
    signer.choose("発行すると取り消せない")
    signer.press("発行する")
    signer.sees("この言明の外部監査は完了です。")
    signer.open(f"{engagement}result/")
    signer.look("report-issued")

    editor = visit(EDITOR)
    assert engagement_of(editor) == engagement
    editor.sees("見監報-2026-HAR-9")
    editor.look("report-provider-issued")
