"""Findings in a real browser: raised and issued by the auditor, answered by the provider, retested and closed."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor

AUDITOR, EDITOR = "相良 泰之", "片桐 蓮"
SERVICE = "しらかば会議室予約"
FACT = "委託先の作業員の利用者ID 2件に、利用の申請がありませんでした。"
SECOND_FACT = "利用者IDの登録の手順に、承認する人の定めがありません。"


def findings_of(visitor: Visitor, name: str) -> str:
    """Path of the findings of the engagement that this person knows."""
    visitor.open("/app/engagements/")
    visitor.go(SERVICE)
    visitor.look(f"findings-card-{name}")
    visitor.go("発見事項を開く")
    visitor.page.wait_for_url("**/findings/")
    return visitor.page.url.removeprefix(visitor.base_url)


def raise_one(auditor: Visitor, findings: str, fact: str, *, look: bool = False) -> str:
    """Path of a new draft."""
    auditor.open(findings)
    auditor.go("発見事項を起票する")
    auditor.page.locator("select[name=test]").select_option(index=1)
    if look:
        auditor.look("finding-choose")
    auditor.press("選んで書く")
    auditor.choose("運用状況評価")
    auditor.page.get_by_label("高", exact=True).check()
    auditor.fill(
        fact=fact, effect="権限の付与を確かめられません。", sample_note="12件のうち2件です。"
    )
    if look:
        auditor.look("finding-raise")
    auditor.press("起票する")
    auditor.sees("発見事項を起票しました。")
    return auditor.page.url.removeprefix(auditor.base_url)


def issue(auditor: Visitor, finding: str, *, look: bool = False) -> None:
    auditor.open(finding)
    if look:
        auditor.look("finding-draft")
    auditor.go("事業者に通知する")
    if look:
        auditor.look("finding-issue")
    auditor.press("通知する")
    auditor.sees("事業者に通知しました。")


@pytest.fixture
def auditor(visit) -> Visitor:
    return visit(AUDITOR)


def test_two_findings_from_the_draft_to_the_end(auditor, visit):
    findings = findings_of(auditor, "firm")
    first = raise_one(auditor, findings, FACT, look=True)
    second = raise_one(auditor, findings, SECOND_FACT)
    auditor.go("内容を変更する")
    auditor.look("finding-edit")
    auditor.fill(fact=f"{SECOND_FACT}（規程 第8条）")
    auditor.press("保存する")
    auditor.sees("（規程 第8条）")

    provider = visit(EDITOR)
    findings_of(provider, "provider")
    expect(provider.page.get_by_text(FACT)).to_have_count(0)

    issue(auditor, first, look=True)
    issue(auditor, second)
    auditor.open(findings)
    auditor.look("findings-firm")

    provider.open("/app/findings/")
    provider.sees(FACT)
    provider.look("findings-list")
    provider.open(first)
    provider.look("finding-issued")
    provider.go("回答する")
    provider.press("回答する")
    provider.sees("日付を入力してください。")
    provider.complaints.clear()  # of the browser itself, about the 422
    provider.fill(
        root_cause="委託先の申請が、電子メールで行われていました。",
        plan="申請の窓口を一つにします。",
        due_on="令和9年3月31日",
    )
    provider.page.locator("select[name=owner]").select_option(label="峰岸 京子")
    provider.look("finding-answer")
    provider.press("回答する")
    provider.sees("監査機関に知らせました。")
    provider.look("finding-answered")
    provider.go("改善の完了を報告する")
    provider.fill(done_on=_today(provider), result="窓口を一つにし、過去の申請を登録し直しました。")
    provider.look("finding-complete")
    provider.press("完了を報告する")
    provider.sees("監査機関の再評価を待っています。")

    auditor.open(first)
    auditor.page.get_by_text("すべての版と変更").click()
    auditor.look("finding-done")
    auditor.go("再評価の結果を記録する")
    auditor.choose("改善を確認した")
    auditor.fill(procedure="登録し直した申請12件の全件を閲覧し、承認を確かめました。")
    auditor.look("finding-retest")
    auditor.press("再評価の結果を記録する")
    auditor.sees("発見事項を完了にしました。")
    auditor.look("finding-closed")

    auditor.open(second)
    auditor.go("取り下げる")
    auditor.look("finding-drop")
    auditor.fill(reason="規程の別の条に定めがあることを確かめたため。")
    auditor.press("取り下げる")
    auditor.sees("発見事項を取り下げました。")
    provider.open(second)
    provider.sees("規程の別の条に定めがあることを確かめたため。")
    provider.look("finding-dropped")


def _today(visitor: Visitor) -> str:
    """The day as the browser knows it in Japan."""
    return visitor.page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Tokyo'})")
