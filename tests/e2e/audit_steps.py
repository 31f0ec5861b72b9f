"""What people do in an external audit, step by step: each takes whoever does it, at the page where it begins.

With `look` a step looks at the pages that it passes.
"""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor
from tests.e2e.window import WORKER

# What lies below a sticky part when a picture is taken cannot be judged by its size.
UNCOVER = "document.querySelectorAll('.header, .papers-bar').forEach(part => { part.style.position = 'static' })"


def engagement_of(visitor: Visitor, service: str) -> str:
    """Path of the engagement, from the list."""
    visitor.open("/app/engagements/")
    visitor.go(service)
    visitor.page.wait_for_url(re.compile(r"/app/engagements/[0-9a-f-]{36}/$"))
    return visitor.path


def commission(approver: Visitor, firm: str, *, look: str = "") -> str:
    """Path of the new engagement."""
    approver.page.locator("[name=firm]").select_option(label=firm)
    if look:
        approver.look(look)
    approver.send()
    return approver.path


def assign(lead: Visitor, colleague: str) -> None:
    """One more in the team."""
    lead.press(f"{colleague}さんを監査チームに加える")
    lead.sees(f"{colleague}さんを監査チームに加えました")


def confirm(member: Visitor, *, family: str = "no", family_text: str = "") -> None:
    """Answer every question about independence."""
    for question in ("advisory_work", "financial", "employment"):
        member.page.locator(f"[name={question}][value=no]").check()
    member.page.locator(f"[name=family][value={family}]").check()
    member.fill(family_text=family_text, years_in_role="１")
    member.page.locator("[name=is_true]").check()
    member.press("独立性を確認する")


def begin_cycle(auditor: Visitor, service: str, *, look: bool = False) -> str:
    """Path of the cycle of three years, begun and planned by the firm."""
    auditor.open("/app/cycles/")
    begin = auditor.page.get_by_role("listitem").filter(has_text=service)
    begin.get_by_role("link", name="監査サイクルを始める").click()
    if look:
        auditor.look("cycle-open")
    auditor.page.get_by_label("3年").check()
    auditor.press("始める")
    auditor.sees("計画案はまだありません。")
    if look:
        auditor.look("cycle-empty")
    auditor.press("計画案を作成する")
    auditor.sees("監査する年度が決まっています。")
    return auditor.path


def a_table(name: str, rows: int) -> dict:
    """A small CSV to upload."""
    text = "月,警告\n" + "".join(f"{month},{month * 3}\n" for month in range(1, rows + 1))
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def ask_evidence(auditor: Visitor, *, look: bool = False, **said: str) -> str:
    """Path of the new request, asked from the page of the engagement or the list of its requests."""
    auditor.go("資料を依頼する")
    auditor.fill(**said)
    if look:
        auditor.look("requests-ask")
    auditor.press("依頼する")
    auditor.sees("資料を依頼しました。")
    auditor.sees("事業者の提出を待っています。")
    return auditor.path


def provide_evidence(provider: Visitor, file: dict) -> None:
    """One file, on the form of the request."""
    provider.page.locator("[name=uploads]").set_input_files(file)
    provider.press("提出する")
    provider.sees("提出しました。")


def accept_evidence(auditor: Visitor) -> None:
    """On the page of the request."""
    auditor.press("受領する")
    auditor.sees("資料を受領しました。")
    auditor.sees("この依頼は終わっています。")


def open_fieldwork(auditor: Visitor) -> str:
    """Path of the overview, from the page of the engagement."""
    auditor.go("監査手続を開く")
    auditor.page.wait_for_url("**/fieldwork/")
    return auditor.path


def record_section(auditor: Visitor, *, first: str = "1") -> int:
    """Every result of the section on this page by keyboard alone: `first` is the key for the first one, the others are
    有効. How many controls there are.
    """
    page = auditor.page
    groups = page.get_by_role("radiogroup")
    count = groups.count()
    groups.first.get_by_role("radio").last.focus()
    page.keyboard.press(first)
    for _group in range(count - 1):
        page.keyboard.press("1")
    page.keyboard.press("Enter")
    auditor.sees(f"{count // 2}項目を記録しました。")
    return count // 2


def write_finding(auditor: Visitor, fact: str, *, evaluation: str, look: bool = False) -> str:
    """Path of a new draft, written on the form of its control."""
    auditor.choose(evaluation)
    auditor.page.get_by_label("高", exact=True).check()
    auditor.fill(
        fact=fact, effect="権限の付与を確かめられません。", sample_note="12件のうち2件です。"
    )
    if look:
        auditor.look("finding-raise")
    auditor.press("起票する")
    auditor.sees("発見事項を起票しました。")
    return auditor.path


def issue_finding(auditor: Visitor, finding: str, *, look: bool = False) -> None:
    """The provider is told."""
    auditor.open(finding)
    if look:
        auditor.look("finding-draft")
    auditor.go("事業者に通知する")
    if look:
        auditor.look("finding-issue")
    auditor.press("通知する")
    auditor.sees("事業者に通知しました。")


def answer_finding(provider: Visitor, *, owner: str, look: bool = False) -> None:
    """On the form of the answer."""
    provider.fill(
        root_cause="委託先の申請が、電子メールで行われていました。",
        plan="申請の窓口を一つにします。",
        due_on="令和9年3月31日",
    )
    provider.page.locator("select[name=owner]").select_option(label=owner)
    if look:
        provider.look("finding-answer")
    provider.press("回答する")
    provider.sees("監査機関に知らせました。")


def complete_remedy(provider: Visitor, *, look: bool = False) -> None:
    """From the page of an answered finding."""
    provider.go("改善の完了を報告する")
    provider.fill(done_on=_today(provider), result="窓口を一つにし、過去の申請を登録し直しました。")
    if look:
        provider.look("finding-complete")
    provider.press("完了を報告する")
    provider.sees("監査機関の再評価を待っています。")


def close_finding(auditor: Visitor, *, look: bool = False) -> None:
    """Retested and found remedied, from the page of the finding."""
    auditor.go("再評価の結果を記録する")
    auditor.choose("改善を確認した")
    auditor.fill(procedure="登録し直した申請12件の全件を閲覧し、承認を確かめました。")
    if look:
        auditor.look("finding-retest")
    auditor.press("再評価の結果を記録する")
    auditor.sees("発見事項を完了にしました。")


def sign_confirmation(approver: Visitor, *, look: bool = False) -> None:
    """Point by point, on the form of the 経営者確認書; the worker makes the paper."""
    for box in approver.page.locator("main input[type=checkbox]").all():
        box.check()
    for code, answer in (("subsequent_events", "some"), ("fraud", "none")):
        approver.page.locator(f"[name={code}][value={answer}]").check()
    approver.fill(subsequent_events_details="予備の拠点を1か所増やしました。")
    if look:
        approver.look("report-confirmation-form")
    approver.press("内容を見る")
    approver.sees("予備の拠点を1か所増やしました。")
    if look:
        approver.look("report-confirmation-check")
    approver.press("署名する")
    approver.sees("経営者確認書に署名しました。")
    paper_is_made(approver)


def paper_is_made(visitor: Visitor) -> None:
    """Wait for the worker."""
    expect(visitor.page.get_by_role("link", name="PDFを保存する")).to_be_visible(timeout=WORKER)


def prepare_report(preparer: Visitor, engagement: str) -> str:
    """Path of the new version."""
    preparer.open(f"{engagement}result/")
    preparer.press("報告書を作成する")
    preparer.sees("監査の記録から報告書を作成しました。")
    return preparer.path


def review_report(reviewer: Visitor, report: str, *, look: bool = False) -> None:
    """Read and agreed."""
    reviewer.open(report)
    reviewer.go("査閲を終える")
    if look:
        reviewer.look("report-review")
    reviewer.choose("監査の記録と合っている")
    reviewer.press("査閲を終える")
    reviewer.sees("監査責任者の署名を待っています。")


def sign_report(
    signer: Visitor, report: str, *, reference: str, day: str, look: bool = False
) -> None:
    """Signed; the worker makes the paper."""
    signer.open(report)
    signer.go("署名する")
    signer.fill(reference=reference, dated_on=day)
    signer.choose("監査責任者として署名します")
    if look:
        signer.look("report-sign")
    signer.press("署名する")
    signer.sees("署名しました。PDFができたら発行できます。")
    paper_is_made(signer)


def issue_report(signer: Visitor, report: str, *, look: bool = False) -> None:
    """Issued; the declaration is cleared."""
    signer.open(report)
    signer.go("発行する")
    if look:
        signer.look("report-issue")
    signer.choose("発行すると取り消せない")
    signer.press("発行する")
    signer.sees("この言明の外部監査は完了です。")


def _today(visitor: Visitor) -> str:
    """The day as the browser knows it in Japan."""
    return visitor.page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Tokyo'})")
