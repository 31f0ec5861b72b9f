"""Findings in a real browser: raised and issued by the auditor, answered by the provider, retested and closed."""

import pytest
from playwright.sync_api import expect

from tests.e2e.audit_steps import (
    answer_finding,
    close_finding,
    complete_remedy,
    issue_finding,
    write_finding,
)
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
    return visitor.path


def raise_one(auditor: Visitor, findings: str, fact: str, *, look: bool = False) -> str:
    """Path of a new draft."""
    auditor.open(findings)
    auditor.go("発見事項を起票する")
    auditor.page.locator("select[name=test]").select_option(index=1)
    if look:
        auditor.look("finding-choose")
    auditor.press("選んで書く")
    return write_finding(auditor, fact, evaluation="運用状況評価", look=look)


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

    issue_finding(auditor, first, look=True)
    issue_finding(auditor, second)
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
    answer_finding(provider, owner="峰岸 京子", look=True)
    provider.look("finding-answered")
    complete_remedy(provider, look=True)

    auditor.open(first)
    auditor.page.get_by_text("すべての版と変更").click()
    auditor.look("finding-done")
    close_finding(auditor, look=True)
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
