"""Evidence requests in a browser: asked, provided with an upload, returned, provided again, accepted."""

from playwright.sync_api import expect

from tests.e2e.audit_steps import a_table, accept_evidence, ask_evidence, provide_evidence
from tests.e2e.visitor import Visitor

AUDITOR, EDITOR = "相良 泰之", "片桐 蓮"
SERVICE = "しらかば会議室予約クラウド"
TITLE = "ログ監視の月次報告"


def open_list(visitor: Visitor) -> None:
    """The requests of the audit that is under way."""
    visitor.open("/app/engagements/")
    visitor.go(SERVICE)
    visitor.look("requests-engagement")
    visitor.page.get_by_role("main").get_by_role("link", name="資料の依頼", exact=True).click()


def open_received(visitor: Visitor) -> None:
    """The request of this test, among all that the provider received."""
    visitor.open("/app/evidence-requests/")
    visitor.go(TITLE)


def test_a_request_is_asked_provided_returned_and_accepted(visit):
    auditor, provider = visit(AUDITOR), visit(EDITOR)
    open_list(auditor)
    auditor.look("requests-auditor")
    thread = ask_evidence(
        auditor,
        title=TITLE,
        text="監査対象期間の月次の報告を示してください。",
        numbers="１２．４．１、9.2.5.1",
        look=True,
    )
    auditor.look("requests-asked")

    provider.open("/app/")
    provider.sees("監査機関から資料を求められています")
    open_received(provider)
    provider.go("資料を提出する")
    page = provider.page
    page.locator("[name=answer]").fill("月次の報告を添えます。")
    page.locator("[name=uploads]").set_input_files(
        [a_table("ログ監視_上期.csv", 6), a_table("ログ監視_下期.csv", 12)]
    )
    page.locator("[name=text]").fill("棚卸し")
    page.locator("[name=text]").press("Enter")
    expect(page.locator("#library")).not_to_contain_text("変更一覧")
    choice = page.locator("#library").get_by_label("特権ID棚卸し記録_通年").first
    choice.check()
    expect(page.locator("[name=answer]")).to_have_value("月次の報告を添えます。")
    page.locator("[name=text]").fill("どこにもない言葉")
    page.locator("[name=text]").press("Enter")
    expect(page.locator("#library input")).to_have_count(1)
    expect(page.locator("#library input")).to_be_checked()
    provider.look("requests-provide")
    provider.press("提出する")
    provider.sees("提出しました。")
    provider.sees("ログ監視_上期.csv")
    provider.sees("特権ID棚卸し記録_通年.csv")
    provider.look("requests-provided")

    auditor.open(thread)
    auditor.look("requests-to-check")
    auditor.go("差し戻す")
    auditor.fill(reason="12月分が足りません。")
    auditor.look("requests-return")
    auditor.press("差し戻す")
    auditor.sees("差し戻しました。")

    open_received(provider)
    provider.sees("12月分が足りません。")
    provider.go("資料を提出する")
    expect(page.locator("#library")).to_contain_text("提出済み")
    provide_evidence(provider, a_table("ログ監視_12月.csv", 1))

    auditor.open(thread)
    with auditor.page.expect_download() as served:
        auditor.page.get_by_role("link", name="ログ監視_12月.csv").click()
    assert served.value.suggested_filename == "ログ監視_12月.csv"
    accept_evidence(auditor)
    auditor.look("requests-accepted")


def test_a_request_that_is_needed_no_more_is_withdrawn(visit):
    auditor = visit(AUDITOR)
    open_list(auditor)
    ask_evidence(auditor, title="要らなくなる依頼", text="組織図を示してください。")
    auditor.go("依頼を取り消す")
    auditor.look("requests-withdraw")
    auditor.fill(reason="別の資料で確認できました。")
    auditor.press("取り消す")
    auditor.sees("依頼を取り消しました。")
    auditor.sees("別の資料で確認できました。")
