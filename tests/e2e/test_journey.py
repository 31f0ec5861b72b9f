"""From nothing to a row on the public list: three parties, two browsers at once, every page looked at on the way."""

import io
import json
import re
from datetime import date, timedelta

import pikepdf
import pytest
from playwright.sync_api import expect

from core.months import add_months
from tests.e2e.audit_steps import assign, commission, confirm
from tests.e2e.declaration_steps import approve, ask_for_approval
from tests.e2e.editor_page import EditorPage
from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER

SERVICE = "みなと調査票クラウド"
NUMBER = "見本-L26-0100"
PERIOD_END = date.today().replace(day=1) - timedelta(days=1)
PERIOD_START = add_months(PERIOD_END + timedelta(days=1), -12)

FACTS = {
    "name": SERVICE,
    "name_kana": "ミナトチョウサヒョウクラウド",
    "overview": "調査票の作成、配布、回収、集計を行うSaaSです。公表を前提とした調査での利用を想定しています。",
    "regions": "東日本リージョン、西日本リージョン",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）",
    "data_locations": "国内の2か所（東日本、西日本）",
    "foreign_law_risk": "国外の法令により情報の開示を求められる関係にはありません。",
    "governing_law": "準拠法は日本法、合意管轄裁判所は本店所在地の地方裁判所です。",
    "capital_and_officers": "国内法人と個人が全株式を保有し、役員は全員が国内に居住しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "品質保証室 佐伯",
    "contact_email": "ismap@minato.example.jp",
}
BODY = {
    "scope": f"{SERVICE}の全機能と、その開発、運用、利用者支援を行う組織を対象とします。",
    "subsequent_events": "該当する事象はありません。",
    "signer_title": "代表取締役社長",
    "signer_name": "浜野 すみれ",
}


def a_pdf(name: str) -> dict:
    """A small PDF to upload."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(content)
    return {"name": name, "mimeType": "application/pdf", "buffer": content.getvalue()}


@pytest.fixture
def people(visit) -> dict[str, Visitor]:
    """Everybody who takes part, each in a browser of his or her own."""
    names = {
        "stranger": "",
        "editor": "佐伯 美咲",
        "colleague": "三輪 拓海",
        "approver": "北条 いづみ",
        "auditor": "相良 泰之",
        "assistant": "日下部 葵",
        "secretary": "藤代 かおり",
        "first": "榊原 理恵",
        "second": "都築 宏",
    }
    return {key: visit(name) for key, name in names.items()}


def test_a_service_travels_from_nothing_to_the_public_list(people):
    stranger = people["stranger"]
    stranger.open("/")
    stranger.look("01-list-before")
    assert SERVICE not in stranger.page.content()

    service = describe_service(people["editor"])
    declaration = open_declaration(people["editor"], service)
    write_with_a_colleague(people, declaration)
    complete(people["editor"], declaration)
    approve(people["approver"], declaration, look="12-approval")
    people["approver"].look("13-declaration-fixed")
    issue_paper(people["approver"], declaration)
    audit(people, declaration)
    application = apply(people["approver"], declaration)
    review(people["secretary"], application)
    decide(people, application)
    read_the_list(stranger)


def describe_service(editor: Visitor) -> str:
    """The provider's editor describes the service."""
    editor.look("02-csp-home")
    editor.go("サービスを登録する")
    editor.fill(**FACTS)
    editor.look("03-service-form")
    editor.send()
    editor.sees(SERVICE)
    editor.look("04-service")
    return editor.path


def open_declaration(editor: Visitor, service: str) -> str:
    """One declaration for the last twelve months: 1,156 statements."""
    editor.open(f"{service}declarations/new/")
    editor.fill(period_start=PERIOD_START.isoformat(), period_end=PERIOD_END.isoformat())
    editor.look("05-declaration-new")
    editor.press("言明を始める")
    editor.sees("1,156")
    editor.look("06-declaration")
    return editor.path


def write_with_a_colleague(people: dict[str, Visitor], declaration: str) -> None:
    """Text is saved on leaving the field; a colleague's older page is told and shows both texts."""
    editor, colleague = people["editor"], people["colleague"]
    section = f"{editor.base_url}{declaration}sections/9.1/"
    mine, theirs = EditorPage(editor.context, section), EditorPage(colleague.context, section)
    number = "9.1.1.1"
    mine.named(number).choice.select_option("adopted")
    expect(mine.status).to_have_text(re.compile("保存済み"))

    old = theirs.named(number).open()
    new = mine.named(number).open()
    new.field("individual_control").fill("アクセス制御方針を年1回見直し、委員会が承認しています。")
    new.field("individual_control").blur()
    expect(mine.status).to_have_text(re.compile("保存済み"))

    old.field("individual_control").fill("アクセス制御方針は運用部が定めています。")
    old.field("individual_control").blur()
    expect(old.conflict).to_be_visible()
    expect(old.conflict).to_contain_text("委員会が承認しています")
    expect(old.conflict).to_contain_text("運用部が定めています")
    old.conflict.get_by_role("button", name="相手の入力を採る").click()
    expect(old.field("individual_control")).to_have_value(re.compile("委員会が承認"))
    assert (mine.complaints, theirs.complaints) == ([], [])
    mine.page.close()
    theirs.page.close()
    editor.open(f"{declaration}sections/9.1/")
    editor.look("07-editor")


def complete(editor: Visitor, declaration: str) -> None:
    """The rest is filled by the demo's tool; the body by hand; the check finds nothing to mend."""
    editor.open(f"{declaration}preflight/")
    editor.look("08-preflight-errors")
    editor.open("/app/demo/")
    editor.look("09-demo-tools")
    form = editor.page.locator("form", has_text=SERVICE)
    form.get_by_role("button").click()
    editor.sees("見本の文で埋めました")
    editor.open(f"{declaration}edit/")
    editor.fill(**BODY)
    editor.look("10-declaration-body")
    editor.send()
    editor.open(f"{declaration}preflight/")
    editor.look("11-preflight-clean")
    ask_for_approval(editor)


def issue_paper(approver: Visitor, declaration: str) -> None:
    """The worker makes the 言明書; its data is inside."""
    approver.press("言明書（PDF）を作る")
    link = approver.page.get_by_role("link", name="PDFを保存する")
    expect(link).to_be_visible(timeout=WORKER)
    approver.look("14-declaration-paper")
    with approver.page.expect_download() as download:
        link.click()
    with pikepdf.open(download.value.path()) as paper:
        assert len(paper.pages) > 50
        attached = json.loads(next(iter(paper.attachments.values())).get_file().read_bytes())
    assert SERVICE in json.dumps(attached, ensure_ascii=False)


def audit(people: dict[str, Visitor], declaration: str) -> None:
    """A listed firm accepts, reads the fixed declaration and reports; the internal audit is filed."""
    approver, auditor = people["approver"], people["auditor"]
    approver.open(f"{declaration}commission/")
    engagement = commission(approver, "見本きさらぎ監査法人", look="15-commission")

    auditor.open("/app/")
    auditor.look("16-auditor-home")
    auditor.go(SERVICE)
    auditor.press("受嘱する")
    gather(auditor, people["assistant"], engagement)
    auditor.open(engagement)
    auditor.go("確定した言明を読む")
    auditor.look("17-snapshot")
    auditor.open(f"{engagement}declaration/sections/9.1/")
    auditor.sees("委員会が承認しています")
    auditor.look("18-snapshot-section")
    auditor.open(f"{engagement}report/")
    auditor.fill(reference="見監報-100", issued_on=date.today().isoformat())
    auditor.page.locator("[name=upload]").set_input_files(a_pdf("実施結果報告書.pdf"))
    auditor.look("19-report")
    auditor.press("提出する")
    auditor.sees("実施結果報告書を提出しました")
    auditor.look("20-engagement-reported")
    approver.open(engagement)
    approver.sees("日下部 葵")
    approver.look("20-engagement-of-the-provider")

    approver.open(f"{declaration}internal-audit/")
    today = date.today().isoformat()
    approver.fill(
        reference="内監-100",
        audited_from=today,
        audited_until=today,
        issued_on=today,
        auditors="内部監査室 2名。自らの業務は監査していません。",
        summary="全章を対象に規程と記録を突き合わせました。不適合は0件です。",
    )
    approver.page.locator("[name=upload]").set_input_files(a_pdf("内部監査報告書.pdf"))
    approver.look("21-internal-audit-form")
    approver.press("提出する")
    approver.sees("内部監査の記録を提出しました")
    approver.look("22-internal-audit")


def gather(lead: Visitor, assistant: Visitor, engagement: str) -> None:
    """Lead and assistant confirm to be independent; before that neither reads the declaration."""
    lead.sees("独立性を確認してください")
    assert lead.page.get_by_role("link", name="確定した言明を読む").count() == 0
    lead.look("16-team-to-confirm")
    lead.go("独立性を確認する")
    lead.look("16-team-questions")
    confirm(lead)
    lead.sees("独立性を確認しました")
    lead.go("監査人を割り当てる")
    lead.look("16-team-assign")
    assign(lead, "日下部 葵")

    lead.open(engagement)
    lead.go("日下部 葵さんを監査チームから外す")
    lead.look("16-team-end")

    assistant.open("/app/")
    assistant.go(SERVICE)
    assistant.go("独立性を確認する")
    confirm(assistant, family="yes", family_text="事業者の営業部門に、いとこが勤めています。")
    assistant.sees("独立性の条件を満たしていません")
    assistant.look("16-team-refused")
    confirm(assistant)
    assistant.sees("独立性を確認しました")
    assistant.look("16-team-of-a-member")
    lead.open(f"{engagement}team/")
    lead.sees("いとこが勤めています")
    lead.look("16-team-checks")


def apply(approver: Visitor, declaration: str) -> str:
    """Completeness, check answers, receipt."""
    approver.open(f"/app/applications/begin/{declaration.split('/')[-2]}/")
    approver.look("23-application-begin")
    approver.send()
    approver.sees(SERVICE)
    application = approver.path
    approver.look("24-application-preparing")
    approver.go("申請の内容を確認する")
    approver.page.locator("[name=confirmed]").check()
    approver.look("25-application-check")
    approver.press("申請する")
    approver.sees("令和")
    approver.look("26-receipt")
    return application


def review(secretary: Visitor, application: str) -> None:
    """Acceptance, technical review, referral with a number."""
    secretary.open("/app/")
    secretary.look("27-secretariat-home")
    secretary.open("/app/review/")
    secretary.look("28-queue")
    secretary.open(application)
    secretary.look("29-review")
    for page in ("statements", "audits", "requests", "history"):
        secretary.open(f"{application}{page}/")
        secretary.look(f"30-review-{page}")
    secretary.open(f"{application}accept/")
    secretary.look("31-accept")
    secretary.send()
    secretary.open(f"{application}start-review/")
    secretary.send()
    secretary.open(f"{application}propose/")
    secretary.page.locator("[name=judgement]").first.check()
    secretary.fill(
        registration_number=NUMBER,
        reason="技術的審査の結果、登録を妨げる事項は認められません。",
    )
    secretary.look("32-propose")
    secretary.press("運営委員会に付議する")
    secretary.sees("運営委員会付議")


def decide(people: dict[str, Visitor], application: str) -> None:
    """Two members agree, each after a look at the own vote."""
    for order, key in enumerate(("first", "second"), start=1):
        member = people[key]
        member.open("/app/committee/")
        member.look(f"33-cases-{order}")
        member.open(f"{application}decision/")
        member.look(f"34-decision-{order}")
        member.page.locator("[name=vote]").first.check()
        member.press("表決の内容を確認する")
        member.sees("賛成する")
        member.look(f"35-vote-{order}")
        member.press("表決する")
    people["second"].sees(NUMBER)
    people["second"].look("36-outcome")


def read_the_list(stranger: Visitor) -> None:
    """Everybody finds it: the list, the entry, the data."""
    stranger.open(f"/?q={SERVICE}")
    stranger.sees(NUMBER)
    stranger.look("37-list-after")
    stranger.go(SERVICE)
    stranger.sees("掲載の履歴")
    stranger.look("38-entry")
    answer = stranger.page.request.get(f"{stranger.base_url}/list/entries.json?q={NUMBER}")
    assert [row["service_name"] for row in answer.json()["services"]] == [SERVICE]
