"""The pages of an internal audit: what they show, what they answer, what they cost."""

import uuid

import pytest
from django.urls import reverse

from accounts.enums import Role
from audits.models import CorrectiveAction, InternalAudit, InternalAuditSubmission, Nonconformity
from tests.accounts.factories import person
from tests.audits.cycles import Planning, cycles
from tests.audits.factories import audit
from tests.audits.internal import CONTROL, TODAY, Internal, day, planned, reported, running
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db

PROGRAMME = {
    "version": "0", "purpose": "確かめる。", "scope": "全体", "management": "監査室",
    "frequency_months": "12", "weighting": "前回の不適合を優先", "valid_from": "2026-04-01",
}  # fmt: skip
PLAN = {
    "starts_on": day(-20).isoformat(),
    "ends_on": TODAY.isoformat(),
    "place": "本社",
    "methods": "閲覧",
}
REPORT = {
    "reference": "内監-1",
    "conclusion": "よい",
    "reported_to": "委員会",
    "reported_on": TODAY.isoformat(),
}


def address(name: str, *args) -> str:
    return reverse(f"audits:{name}", args=args)


def shown(client, actor, name: str, *args, status: int = 200) -> str:
    """The text of a page."""
    client.force_login(actor)
    answer = client.get(address(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def sent(client, actor, name: str, *args, status: int = 302, **data):
    """The answer to a form."""
    client.force_login(actor)
    answer = client.post(address(name, *args), data)
    assert answer.status_code == status, answer.content.decode()
    return answer


def version(found: Internal) -> int:
    found.run.refresh_from_db()
    return found.run.row_version


def row(found: Internal, number: str = CONTROL, **facts) -> dict[str, str]:
    """The fields of one item."""
    item = found.item(number)
    fields = {
        "version": item.row_version, "result": "conforms", "method": "interview", "sample": "3件", "note": "",
    } | facts  # fmt: skip
    return {f"i{item.pk}-{name}": str(value) for name, value in fields.items()}


def rows(found: Internal, *numbers: str, **facts) -> dict[str, str]:
    """A whole section, as its form sends it."""
    data = {"tested_on": TODAY.isoformat()}
    for number in numbers:
        data |= row(found, number, **facts)
    return data


def test_the_list_offers_fixed_declarations_and_nothing_to_others(client, small_edition):
    found = Internal(audit(small_edition))
    text = shown(client, found.approver, "internal_audits")
    assert address("internal_plan", found.around.declaration.pk) in text
    assert address("internal_audit", found.around.declaration.pk) in text
    text = shown(client, found.editor, "internal_audits")
    assert address("internal_plan", found.around.declaration.pk) not in text
    assert "内部監査はまだありません。" in shown(client, person(Role.CSP_EDITOR), "internal_audits")


def test_a_whole_audit_is_made_from_the_pages(client, small_edition):
    found = Internal(audit(small_edition))
    declaration = found.around.declaration
    service = declaration.service_id
    text = shown(client, found.approver, "internal_plan", declaration.pk)
    assert "先に基本計画を作成してください。" in text
    sent(client, found.approver, "internal_programme_edit", service, **PROGRAMME)
    assert "第1版" in shown(client, found.editor, "internal_programme", service)
    sent(client, found.approver, "internal_plan", declaration.pk, **PLAN)
    found.run = InternalAudit.objects.get()
    pk = found.run.pk
    sent(client, found.approver, "internal_auditors", pk, person=found.auditor.pk, share="全章")
    sent(
        client, found.approver, "internal_select_section", pk, "9.2",
        version=version(found), act="add", n=[CONTROL, "9.2.3.10"],
    )  # fmt: skip
    sent(
        client, found.approver, "internal_assign", pk,
        version=version(found), auditor=found.run.auditors.get().pk, only_free="free", sections=["9.2"],
    )  # fmt: skip
    assert "監査を開始できます" in shown(client, found.approver, "internal", pk)
    sent(client, found.approver, "internal_start", pk, version=version(found))
    data = rows(found, CONTROL, "9.2.3.10") | row(found, CONTROL, result="nonconforms")
    sent(client, found.auditor, "internal_section", pk, "9.2", **data)
    text = shown(client, found.approver, "internal_report", pk)
    assert "内容の記録がありません：9.2.3.2" in text
    sent(
        client, found.auditor, "nonconformity_raise", pk, found.item().pk,
        creation_key=uuid.uuid4(), severity="minor", fact="承認日がない。",
    )  # fmt: skip
    raised = Nonconformity.objects.get()
    sent(
        client, found.editor, "nonconformity_answer", raised.pk, creation_key=uuid.uuid4(),
        cause="様式", action="改訂", owner=found.editor.pk, due=day(20).isoformat(),
    )  # fmt: skip
    action = CorrectiveAction.objects.get()
    sent(
        client, found.editor, "action_done", action.pk, done_on=TODAY.isoformat(), note="改訂した。"
    )
    sent(
        client, found.auditor, "action_verify", action.pk,
        version=2, verification="effective", note="確認した。",
    )  # fmt: skip
    assert "検証済み" in shown(client, found.approver, "nonconformities", pk)
    sent(client, found.approver, "internal_report", pk, version=version(found), **REPORT)
    found.issue()
    sent(client, found.approver, "internal_file", pk, version=version(found))
    assert InternalAuditSubmission.objects.get().declaration == declaration


def test_own_work_is_named_with_what_to_do(client, small_edition):
    found = planned(small_edition).select(CONTROL)
    found.staff(found.editor, found.auditor)
    assert "さんの業務 1項目" in shown(client, found.approver, "internal_assign", found.run.pk)
    client.force_login(found.approver)
    answer = client.post(
        address("internal_assign", found.run.pk),
        {
            "version": version(found),
            "auditor": found.run.auditors.get(person=found.editor).pk,
            "only_free": "free",
            "sections": ["9.2"],
        },
        follow=True,
    )
    text = answer.content.decode()
    assert f"{found.editor.name}さんが言明を書いたか担当している1項目（9.2.3.2）" in text
    assert "ほかの内部監査人に割り当ててください。" in text


def test_a_stale_row_answers_409_and_keeps_both_texts(client, small_edition):
    found = running(small_edition, CONTROL)
    stale = rows(found, CONTROL, note="後から書いた所見")
    found.test(CONTROL, note="先に書いた所見")
    answer = sent(
        client, found.auditor, "internal_section", found.run.pk, "9.2", status=409, **stale
    )
    text = answer.content.decode()
    assert "先に書いた所見" in text
    assert "後から書いた所見" in text
    assert f'value="{found.item().row_version}"' in text


def test_a_refused_row_keeps_what_was_typed(client, small_edition):
    found = running(small_edition, CONTROL)
    data = rows(found, CONTROL, method="", note="書きかけ")
    text = sent(
        client, found.auditor, "internal_section", found.run.pk, "9.2", status=422, **data
    ).content.decode()
    assert "9.2.3.2は、結果とあわせて方法を選んでください。" in text
    assert "書きかけ" in text


def test_auditors_see_why_they_cannot_approve(client, small_edition):
    found = planned(small_edition).select(CONTROL)
    auditor = person(Role.CSP_APPROVER, organisation=found.around.declaration.service.organisation)
    found.staff(found.auditor, auditor).assign()
    found.start().test()
    text = shown(client, auditor, "internal_report", found.run.pk)
    assert "内部監査人は報告書を承認できません" in text
    sent(
        client,
        auditor,
        "internal_report",
        found.run.pk,
        status=403,
        version=version(found),
        **REPORT,
    )


def test_the_page_of_the_report_refreshes_when_the_paper_is_there(client, small_edition):
    found = running(small_edition, CONTROL).test().approve()
    client.force_login(found.approver)
    url = address("internal_paper_status", found.run.pk)
    waiting = client.get(url, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    found.issue()
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "この報告書を提出する" in shown(client, found.approver, "internal_report", found.run.pk)
    file = client.get(address("internal_paper_file", found.run.pk))
    assert file["Content-Type"] == "application/pdf"


class TestCoverage:
    def test_each_control_says_by_whom_it_is_looked_at(self, client, small_edition):
        found = planned(small_edition)
        declaration = found.around.declaration
        cycle = cycles.open_cycle(declaration_id=declaration.pk, years=3, actor=found.approver)
        plan = Planning(found.around, cycle).propose()
        this_year = [number for number, years in plan.years().items() if 1 in years]
        found.staff().select("6.1.1.1").assign()
        found.start().test()
        client.force_login(found.editor)
        answer = client.get(address("internal_coverage", declaration.pk))
        matrix = answer.context["matrix"]
        by_number = {row.number: row.codes for part in matrix.sections for row in part.rows}
        assert by_number["6.1.1.1"] == ["internal"]
        assert {n for n, codes in by_number.items() if "external" in codes} == set(this_year)
        assert matrix.total == len(by_number)
        assert matrix.totals[3] == sum(codes == ["not_covered"] for codes in by_number.values())

    def test_only_open_ones_can_be_asked_for(self, client, small_edition):
        found = running(small_edition, CONTROL).test()
        client.force_login(found.editor)
        url = address("internal_coverage", found.around.declaration.pk)
        matrix = client.get(url, {"show": "open"}).context["matrix"]
        shown_rows = [row for part in matrix.sections for row in part.rows]
        assert CONTROL not in {row.number for row in shown_rows}
        assert all(not row.is_covered for row in shown_rows)

    def test_the_committee_side_sees_it_once_it_is_filed(self, client, small_edition):
        found = reported(small_edition)
        shown(
            client, person(Role.SECRETARIAT), "internal_coverage", found.around.declaration.pk,
            status=404,
        )  # fmt: skip

    def test_more_controls_cost_no_more_queries(self, client, small_edition):
        found = running(small_edition, CONTROL)
        found.answer(found.fail())
        client.force_login(found.auditor)
        pages = (
            ("internal", found.run.pk), ("internal_section", found.run.pk, "9.2"),
            ("internal_coverage", found.around.declaration.pk), ("internal_report", found.run.pk),
            ("nonconformities", found.run.pk),
        )  # fmt: skip
        before = [self._cost(client, page) for page in pages]
        found.select("9.2.3.10", "9.2.3.11.PB", "6.1.1.1").assign()
        found.test("9.2.3.10")
        found.answer(found.fail("6.1.1.1"))
        assert [self._cost(client, page) for page in pages] == before

    def _cost(self, client, page) -> int:
        with counted_queries() as queries:
            assert client.get(address(*page)).status_code == 200
        return len(queries)
