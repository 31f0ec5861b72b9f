"""An external audit over two years: from the commission to the clearance, then the next year with what stayed open."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.months import add_months
from tests.e2e.audit_steps import (
    UNCOVER,
    a_table,
    accept_evidence,
    answer_finding,
    ask_evidence,
    assign,
    begin_cycle,
    close_finding,
    commission,
    complete_remedy,
    confirm,
    issue_finding,
    issue_report,
    open_fieldwork,
    prepare_report,
    provide_evidence,
    record_section,
    review_report,
    sign_confirmation,
    sign_report,
    write_finding,
)
from tests.e2e.declaration_steps import approve, ask_for_approval, confirm_rows
from tests.e2e.visitor import Visitor

SERVICE, FIRM = "つばき届出受付クラウド", "見本はるか監査法人"
SECOND, REVIEWER = "久我 陸", "穂積 圭"
TITLE = "利用者IDの登録の申請書"
DESIGN = "整備状況評価"
REMEDIED = "内部の手順書に、承認する人の定めがありませんでした。"
LEFT_OPEN = "承認の記録のない利用者IDが、2件ありました。"
# The demo has the declaration of the year before; this is the year after it.
NEXT_END = date.today().replace(day=1) - timedelta(days=1)
NEXT_START = add_months(NEXT_END + timedelta(days=1), -12)


@pytest.fixture
def people(visit) -> dict[str, Visitor]:
    """Everybody who takes part, each in a browser of his or her own."""
    names = {
        "editor": "真鍋 早紀",
        "approver": "有賀 亮介",
        "lead": "野々村 静",
        "second": SECOND,
        "reviewer": REVIEWER,
    }
    return {key: visit(name) for key, name in names.items()}


def test_an_audit_goes_on_into_its_second_year(people):
    first = take(people)
    cycle = plan(people["lead"])
    fieldwork, sections = scope(people, first)
    gather_evidence(people, first)
    numbers = record(people["second"], fieldwork, sections)
    remedied, left_open = find(people, first, fieldwork, numbers)
    answer(people, remedied, left_open)
    report(people, first)
    apply(people["approver"], first)

    declare_next_year(people)
    second = take(people)
    number = numbers[1]
    carry_on(people["lead"], second, cycle, number)
    audit_again(people["lead"], second, number)


def take(people: dict[str, Visitor]) -> str:
    """The provider commissions the firm; three of it confirm to be independent."""
    approver, lead = people["approver"], people["lead"]
    approver.open("/app/engagements/")
    approver.look("years-to-commission")
    approver.go(SERVICE)
    engagement = commission(approver, FIRM)

    lead.open("/app/")
    lead.go(SERVICE)
    lead.press("受嘱する")
    lead.go("独立性を確認する")
    confirm(lead)
    lead.sees("独立性を確認しました")
    for colleague in (SECOND, REVIEWER):
        lead.open(engagement)
        lead.go("監査人を割り当てる")
        assign(lead, colleague)
    for member in (people["second"], people["reviewer"]):
        member.open("/app/")
        member.go(SERVICE)
        member.go("独立性を確認する")
        confirm(member)
        member.sees("独立性を確認しました")
    return engagement


def plan(lead: Visitor) -> str:
    """Three years, agreed."""
    cycle = begin_cycle(lead, SERVICE)
    lead.press("計画を確定する")
    lead.sees("計画を確定しました。")
    lead.look("years-plan")
    return cycle


def scope(people: dict[str, Visitor], engagement: str) -> tuple[str, list[str]]:
    """What the first year of the plan asks for; the path of the fieldwork and those of its sections."""
    lead = people["lead"]
    lead.open(engagement)
    fieldwork = open_fieldwork(lead)
    lead.press("項目を対象にする")
    lead.sees("項目を対象に加えました。")
    lead.look("years-scope")
    links = lead.page.locator("a[href*='/fieldwork/sections/']")
    sections = [link.get_attribute("href") for link in links.all()]
    assert len(sections) > 10
    return fieldwork, sections


def gather_evidence(people: dict[str, Visitor], engagement: str) -> None:
    """Asked for, provided, accepted."""
    second, editor = people["second"], people["editor"]
    second.open(engagement)
    thread = ask_evidence(
        second, title=TITLE, text="監査対象期間の申請書を示してください。", numbers="4.4.1.1"
    )
    editor.open("/app/evidence-requests/")
    editor.go(TITLE)
    editor.go("資料を提出する")
    provide_evidence(editor, a_table("利用者ID_申請.csv", 12))
    second.open(thread)
    accept_evidence(second)


def record(second: Visitor, fieldwork: str, sections: list[str]) -> list[str]:
    """Design and operation of every control, section by section; the two in whose design something is wrong."""
    rotation = next(one for one in sections if int(one.split("/")[-2].split(".")[0]) > 4)
    deficient, done = [], 0
    for section in sections:
        second.open(section)
        is_wrong = section in (sections[1], rotation)
        if is_wrong:
            paper = second.page.locator("[data-paper]:has([role=radiogroup])").first
            deficient.append(paper.get_attribute("data-paper"))
        done += record_section(second, first="2" if is_wrong else "1")
    second.page.evaluate(UNCOVER)
    second.look("years-section")
    second.open(fieldwork)
    second.sees(f"対象の{done}項目のうち、{done}項目が終わっています。")
    second.look("years-recorded")
    return deficient


def find(
    people: dict[str, Visitor], engagement: str, fieldwork: str, numbers: list[str]
) -> tuple[str, str]:
    """A report cannot be made of deficiencies that nobody is told of; each becomes a finding."""
    lead, second = people["lead"], people["second"]
    lead.open(f"{engagement}result/")
    lead.sees(f"発見事項がない項目があります：{'、'.join(numbers)}。")
    lead.look("years-missing")
    lead.go("発見事項を開く")
    lead.sees("通知した発見事項はありません。")
    findings = []
    for number, fact in zip(numbers, (REMEDIED, LEFT_OPEN), strict=True):
        second.open(f"{fieldwork}controls/{number}/")
        second.sees("「不備あり」の項目には、発見事項が必要です。")
        second.go("発見事項を起票する")
        findings.append(write_finding(second, fact, evaluation=DESIGN))
        issue_finding(lead, findings[-1])
    first, other = findings
    return first, other


def answer(people: dict[str, Visitor], remedied: str, left_open: str) -> None:
    """The provider answers both; one is remedied, retested and closed, the other stays open."""
    editor, second = people["editor"], people["second"]
    editor.open("/app/findings/")
    editor.sees(LEFT_OPEN)
    for finding in (remedied, left_open):
        editor.open(finding)
        editor.go("回答する")
        answer_finding(editor, owner="有賀 亮介")
    editor.open(remedied)
    complete_remedy(editor)
    second.open(remedied)
    close_finding(second)


def report(people: dict[str, Visitor], engagement: str) -> None:
    """The provider confirms; three people make the report."""
    approver = people["approver"]
    approver.open(engagement)
    approver.go("経営者確認書を開く")
    approver.go("確認書に署名する")
    sign_confirmation(approver)
    version = prepare_report(people["second"], engagement)
    people["second"].look("years-report")
    review_report(people["reviewer"], version)
    reference, day = "見監報-TSU-1", date.today().isoformat()
    sign_report(people["lead"], version, reference=reference, day=day)
    issue_report(people["lead"], version)
    approver.open(engagement)
    approver.sees(reference)
    approver.look("years-reported")


def apply(approver: Visitor, engagement: str) -> None:
    """The external audit is done for the application of this declaration."""
    approver.open(engagement)
    approver.go("申請を始める")
    approver.send()
    approver.sees("申請に必要なもの")
    done = approver.page.locator(".task").filter(has_text="外部監査")
    expect(done).to_contain_text("完了")
    approver.look("years-application")


def declare_next_year(people: dict[str, Visitor]) -> None:
    """Carried over from the year before, confirmed together, approved."""
    editor = people["editor"]
    editor.open("/app/services/")
    editor.go(SERVICE)
    editor.go("次の期間の言明を始める")
    editor.fill(period_start=NEXT_START.isoformat(), period_end=NEXT_END.isoformat())
    editor.choose("前回の言明から引き継ぐ")
    editor.look("years-next-declaration")
    editor.press("言明を始める")
    editor.sees("前回の言明を引き継いで開始しました。")
    editor.go("引継ぎの確認")
    editor.go(re.compile("件をまとめて確認する"))
    confirm_rows(editor)
    editor.look("years-carried")
    editor.go("確定までのタスクへ戻る")
    editor.page.wait_for_url(re.compile(r"/app/declarations/[0-9a-f-]{36}/$"))
    declaration = editor.path
    editor.go("事前確認")
    ask_for_approval(editor)
    approve(people["approver"], declaration)


def carry_on(lead: Visitor, engagement: str, cycle: str, number: str) -> None:
    """The plan is brought up to date: the control of the open finding stands in the second year, and why."""
    lead.open(engagement)
    open_fieldwork(lead)
    lead.sees("監査計画は、前の期間の言明に基づいています。")
    lead.look("years-scope-older")
    lead.go("監査計画を開く")
    lead.sees("計画の確定を解除してから、最新の言明に合わせてください。")
    assert lead.path == cycle
    lead.look("years-plan-older")
    lead.go("計画の確定を解除する")
    lead.fill(reason="2年目の言明が確定したため。")
    lead.press("解除する")
    lead.press("計画を最新の言明に合わせる")
    lead.sees("計画を言明に合わせて更新")
    lead.open(f"{cycle}chapters/{number.split('.')[0]}/")
    head = lead.page.locator("th", has_text=re.compile(f"^{re.escape(number)}"))
    row = lead.page.get_by_role("row").filter(has=head)
    expect(row).to_contain_text("2年目：前年の発見事項")
    lead.look("years-plan-forced")
    lead.open(cycle)
    lead.press("計画を確定する")
    lead.sees("計画を確定しました。")
    lead.look("years-plan-second")


def audit_again(lead: Visitor, engagement: str, number: str) -> None:
    """The scope has the control, and the finding stands beside those of the new year."""
    lead.open(engagement)
    fieldwork = open_fieldwork(lead)
    lead.press("項目を対象にする")
    lead.sees("項目を対象に加えました。")
    lead.open(f"{fieldwork}controls/{number}/")
    lead.sees("前年の発見事項")
    lead.look("years-control-again")
    lead.open(engagement)
    lead.go("発見事項を開く")
    carried = lead.page.get_by_role("region", name="前回までの発見事項")
    expect(carried).to_contain_text(number)
    expect(carried).to_contain_text(LEFT_OPEN)
    expect(carried).not_to_contain_text(REMEDIED)
    lead.look("years-findings-again")
