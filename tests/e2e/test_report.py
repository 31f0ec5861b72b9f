"""From the confirmation to the issued report in a real browser: five people, one void version, one PDF."""

from datetime import date

from tests.e2e.audit_steps import (
    engagement_of,
    issue_report,
    prepare_report,
    review_report,
    sign_confirmation,
    sign_report,
)
from tests.e2e.visitor import Visitor

SERVICE = "しらかば面談記録クラウド"
APPROVER, EDITOR = "峰岸 京子", "片桐 蓮"
PREPARER, REVIEWER, SIGNER = "久我 陸", "穂積 圭", "野々村 静"


def confirm_anew(approver: Visitor) -> None:
    """A new version, after one that left everything out."""
    approver.look("report-engagement-provider")
    approver.go("経営者確認書を開く")
    approver.sees("第1版")
    approver.look("report-confirmation")
    approver.go("新しい版に署名する")
    approver.press("内容を見る")
    approver.sees("内容を確認し、チェックを入れてください。")
    approver.complaints.clear()  # of the browser itself, about the 422
    sign_confirmation(approver, look=True)
    approver.look("report-confirmation-signed")


def test_a_report_goes_through_three_people(visit):
    approver = visit(APPROVER)
    engagement = engagement_of(approver, SERVICE)
    confirm_anew(approver)

    preparer = visit(PREPARER)
    assert engagement_of(preparer, SERVICE) == engagement
    preparer.look("report-engagement-firm")
    preparer.go("実施結果報告書を開く")
    preparer.look("report-steps")
    first = prepare_report(preparer, engagement)
    preparer.sees("別の監査人の査閲を待っています。")
    preparer.look("report-version")

    reviewer = visit(REVIEWER)
    reviewer.open(first)
    reviewer.go("差し戻す")
    reviewer.look("report-return")
    reviewer.fill(reason="発見事項の影響を、監査の記録に合わせて見直してください。")
    reviewer.press("差し戻す")
    reviewer.sees("この版は無効です")
    reviewer.look("report-void")

    second = prepare_report(preparer, engagement)
    review_report(reviewer, second, look=True)

    signer = visit(SIGNER)
    day = date.today().isoformat()
    sign_report(signer, second, reference="見監報-2026-HAR-9", day=day, look=True)
    signer.look("report-signed")
    with signer.page.expect_download() as waiting:
        signer.go("PDFを保存する")
    assert waiting.value.path().read_bytes().startswith(b"%PDF")

    signer.go("取り消して作り直す")
    signer.look("report-reopen")
    issue_report(signer, second, look=True)
    signer.open(f"{engagement}result/")
    signer.look("report-issued")

    editor = visit(EDITOR)
    assert engagement_of(editor, SERVICE) == engagement
    editor.sees("見監報-2026-HAR-9")
    editor.look("report-provider-issued")
