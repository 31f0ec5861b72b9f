"""The report: frozen from the records, through three people, issued once or void with its reason."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import EngagementState, ReportMove, ReportState
from audits.models import AuditReport
from audits.selectors.report import changed_parts
from audits.services import engagement as engagements
from audits.services import report as acts
from audits.services.finding import drop_finding
from audits.services.finding_retest import retest_finding
from audits.workflow import REPORT
from controls.enums import ParameterState
from controls.models import SchemeParameter
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from registrations.enums import ClearanceKind
from registrations.models import Clearance
from tests.accounts.factories import person
from tests.audits import reports
from tests.audits.factories import auditor_of, yesterday
from tests.audits.factories import report as upload
from tests.audits.findings import CONTROL, found
from tests.controls.factories import SchemeParameterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(small_edition):
    return reports.ready(small_edition)


def test_a_report_freezes_what_the_records_say(case):
    report = case.prepare().report
    facts = report.facts
    assert sha256_hex(canonical_json(facts)) == report.content_sha256
    assert facts["declaration"]["snapshot_sha256"] == case.engagement.snapshot_sha256
    assert [s["number"] for s in facts["sections"]] == ["3.1", "4.4", "6.1", "9.2"]
    assert {line["label"]: line["details"] for line in facts["scope"]} == {
        "ガバナンス基準": 1,
        "マネジメント基準": 1,
        "アクセス管理": 1,
        "その他の管理策": 1,
    }
    (found,) = facts["findings"]
    assert (found["control"], found["answer"]["plan"]) == ("9.2.3.2", "承認の代行者を定めます。")
    assert any(line["status"] == "未確認" for line in facts["parameters"])


def test_findings_of_two_years_are_named_apart(small_edition):
    before = found(small_edition).to("done")
    before.audit.file_report()
    before.next_year()
    taken = before.audit
    case = reports.Reported(
        taken,
        auditor_of(taken.engagement),
        auditor_of(taken.engagement),
        auditor_of(taken.engagement, Role.AUDIT_LEAD),
    )
    reports.tested(case, CONTROL)
    own = reports.finding(case, CONTROL)
    before.finding = retest_finding(
        **before.by(case.signer),
        engagement_id=taken.engagement.pk,
        is_remedied=True,
        procedure="5件の記録を閲覧しました。",
    )
    assert own.number == before.finding.number
    after = case.engagement.declaration.period_end + timedelta(days=40)
    with time_machine.travel(after):
        facts = case.confirm().prepare().report.facts
    assert [one["number"] for one in facts["findings"]] == [before.finding.code, own.code]
    (section,) = facts["sections"]
    assert section["tests"][0]["findings"] == [own.code]


def test_form_and_deadline_are_those_of_the_day_and_the_scope_that_of_the_period(case):
    today, before = timezone.localdate(), yesterday()
    rows = {"form.audit_result_report": "見本様式9", "audit_report_due_months": 9}
    rows["always_audited_standards"] = ["governance"]
    for name, value in rows.items():
        replace_parameter(name, value, since=today, until=before)
    report = case.prepare().report
    assert report.facts["form_number"] == "見本様式9"
    shown = {line["label"]: line["value"] for line in report.facts["parameters"]}
    assert shown["audit_report_due_months"] == ["9"]
    (standards,) = [lines for label, lines in shown.items() if "毎回" in label]
    assert len(standards) == 2
    replace_parameter("audit_report_due_months", 8, since=today + timedelta(days=1), until=today)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert changed_parts(report) == []


def replace_parameter(name: str, value, *, since, until) -> None:
    SchemeParameter.objects.filter(name=name, in_force_until=None).update(in_force_until=until)
    SchemeParameterFactory(
        name=name,
        label=name,
        value=value,
        in_force_from=since,
        state=ParameterState.PUBLISHED,
        published_by=person(Role.COMMITTEE_MEMBER),
        published_at=timezone.now(),
    )


def test_preparing_twice_is_one_version(case):
    assert case.prepare().report == case.prepare().report
    assert AuditReport.objects.count() == 1


def test_nobody_prepares_a_second_report_beside_a_live_one(case):
    case.prepare()
    with pytest.raises(DomainError, match="すでに作成"):
        acts.prepare_report(engagement_id=case.engagement.pk, actor=case.reviewer)


def test_everything_that_is_missing_is_named_with_how_to_mend_it(small_edition):
    case = reports.fieldwork(small_edition)
    reports.request(case)
    reports.tested(case, "9.2.3.10", operating_result="")
    reports.draft_finding(case, "6.1.1.1")
    with pytest.raises(DomainError) as refused:
        case.prepare()
    said = str(refused.value)
    for words in (
        "9.2.3.10",
        "1 特権IDの棚卸の記録",
        "2（6.1.1.1）",
        "経営者確認書がありません",
        "依頼を取り消して",
        "署名を依頼",
    ):
        assert words in said


class TestDeficienciesAreStated:
    @pytest.mark.parametrize("result", ["design_result", "operating_result"])
    def test_a_deficiency_without_a_finding_is_named(self, case, result):
        reports.tested(case, "9.2.3.10", **{result: "deficient"})
        with pytest.raises(DomainError, match=r"発見事項がない項目があります：9\.2\.3\.10。.*起票"):
            case.prepare()

    def test_a_finding_of_another_control_does_not_state_it(self, case):
        reports.tested(case, "9.2.3.10", operating_result="deficient")
        reports.finding(case, "6.1.1.1")
        with pytest.raises(DomainError, match=r"9\.2\.3\.10"):
            case.prepare()

    def test_its_own_finding_states_it(self, case):
        reports.tested(case, "9.2.3.10", operating_result="deficient")
        reports.finding(case, "9.2.3.10")
        assert case.prepare().report.state == ReportState.PREPARED

    def test_a_dropped_finding_states_nothing(self, case):
        reports.tested(case, "9.2.3.10", operating_result="deficient")
        found = reports.finding(case, "9.2.3.10")
        drop_finding(
            finding_id=found.pk, actor=case.signer, version=found.row_version, reason="誤りでした。"
        )
        with pytest.raises(DomainError, match=r"9\.2\.3\.10"):
            case.prepare()


def test_an_empty_scope_is_no_report(small_edition):
    found = reports.audit(small_edition).commission().accept()
    with pytest.raises(DomainError, match="対象となる項目がありません"):
        acts.prepare_report(
            engagement_id=found.engagement.pk, actor=reports.auditor_of(found.engagement)
        )


def test_a_skipped_control_needs_no_result(case):
    reports.tested(
        case,
        "9.2.3.10",
        design_result="",
        operating_result="",
        skip_reason="対象の事象がない。",
    )
    line = case.prepare().report.facts["scope"][2]
    assert (line["details"], line["skipped"]) == (2, 1)


def test_signed_with_open_requests_is_refused_with_its_reason(case):
    case.prepare().review()
    reports.request(case)
    with pytest.raises(DomainError, match="終わっていない資料の依頼があります：1 特権ID"):
        case.sign()
    assert AuditReport.objects.get().state == ReportState.REVIEWED


def test_records_that_changed_since_refuse_the_signature_and_say_where(case):
    case.prepare().review()
    case.engagement.tests.filter(control__number="6.1.1.1").update(population="別の母集団")
    with pytest.raises(DomainError, match=r"項目ごとの結果.*作り直して"):
        case.sign()


def test_a_newer_confirmation_refuses_the_signature_too(case):
    case.prepare().review().confirm(fraud="1件ありました。")
    with pytest.raises(DomainError, match="経営者確認書"):
        case.sign()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dated_on": timezone.localdate() + timedelta(days=1)}, "先の日"),
        ({"dated_on": timezone.localdate() - timedelta(days=1)}, "経営者確認書の日付より前"),
        ({"reference": "\u200b"}, "報告書の番号"),
    ],
)
def test_a_signature_needs_a_number_and_a_possible_day(case, change, words):
    case.prepare().review()
    with pytest.raises(DomainError, match=words):
        case.sign(**change)


class TestIssue:
    def test_it_ends_the_engagement_and_clears_the_declaration(self, case):
        case.prepare().review().sign().make_paper().issue()
        engagement = case.report.engagement
        engagement.refresh_from_db()
        clearance = Clearance.objects.get(declaration=case.audit.declaration)
        assert engagement.state == EngagementState.REPORTED
        assert (clearance.kind, clearance.reference) == (ClearanceKind.EXTERNAL_AUDIT, "監報-7")
        assert clearance.file == engagement.report_file == case.report.file
        assert [line.action for line in case.report.history.all()] == [
            ReportMove.PREPARE,
            ReportMove.REVIEW,
            ReportMove.SIGN,
            ReportMove.ISSUE,
        ]

    def test_it_waits_for_the_paper(self, case):
        case.prepare().review().sign()
        with pytest.raises(DomainError, match="PDFがまだできていません"):
            case.issue()
        assert not Clearance.objects.exists()

    def test_a_paper_of_an_earlier_step_is_not_issued(self, case):
        case.prepare().make_paper().review().sign()
        with pytest.raises(DomainError, match="PDFがまだできていません"):
            case.issue()

    def test_it_is_final_and_says_what_to_do_instead(self, case):
        case.prepare().review().sign().make_paper().issue()
        with pytest.raises(DomainError, match="新しい版を確定し、その版の監査を新たに委嘱"):
            acts.reopen_report(**case.by(case.audit.lead), reason="誤り。")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditReport.objects.update(state=ReportState.VOID)

    def test_issuing_twice_clears_once(self, case):
        stale = case.prepare().review().sign().make_paper().by(case.signer)
        case.issue()
        with pytest.raises(EditConflictError):
            acts.issue_report(**stale)
        assert Clearance.objects.count() == 1

    def test_the_provider_hears_of_it(self, case):
        case.prepare().review().sign().make_paper().issue()
        reports.send_mails()
        assert case.audit.approver.email in {
            message.to[0] for message in mail.outbox if "実施結果報告書を提出" in message.subject
        }

    def test_a_report_made_elsewhere_is_refused_beside_a_live_one(self, case):
        case.prepare()
        with pytest.raises(DomainError, match="記録から作成した報告書"):
            engagements.file_audit_report(
                **case.audit.by(case.audit.lead),
                reference="監報-1",
                issued_on=yesterday(),
                upload=upload(),
            )

    def test_a_report_made_elsewhere_is_filed_as_before(self, case):
        case.audit.file_report()
        assert case.engagement.state == EngagementState.REPORTED


class TestVoid:
    def test_a_return_says_why_and_the_next_version_begins_anew(self, case):
        case.prepare()
        with pytest.raises(DomainError, match="理由"):
            acts.return_report(**case.by(case.reviewer), reason="　")
        void = acts.return_report(**case.by(case.reviewer), reason="件数が違います。")
        assert (void.state, void.void_reason) == (ReportState.VOID, "件数が違います。")
        assert case.prepare().report.version == 2
        reports.send_mails()
        assert any("件数が違います。" in message.body for message in mail.outbox)

    def test_a_signature_that_is_taken_back_stays_to_be_seen(self, case):
        case.prepare().review().sign()
        void = acts.reopen_report(**case.by(case.audit.lead), reason="所見を直すため。")
        assert (void.state, void.signed_by, void.signed_sha256) == (
            ReportState.VOID,
            case.signer,
            void.content_sha256,
        )

    def test_a_member_does_not_take_it_back(self, case):
        case.prepare()
        with pytest.raises(PermissionDenied):
            acts.reopen_report(**case.by(case.reviewer), reason="直すため。")


def test_a_stale_page_signs_nothing(case):
    stale = case.prepare().review().by(case.signer)
    case.report.refresh_from_db()
    case.sign()
    with pytest.raises(EditConflictError):
        acts.sign_report(**(stale | {"actor": case.audit.lead}), **reports.numbered())


def test_nothing_goes_on_once_the_commission_is_ended(case):
    case.prepare()
    engagements.terminate_engagement(**case.audit.by(case.audit.approver), reason="中止します。")
    with pytest.raises(DomainError, match="実施中ではない"):
        case.review()


CELLS = {
    ReportMove.REVIEW: ReportState.PREPARED,
    ReportMove.RETURN: ReportState.PREPARED,
    ReportMove.SIGN: ReportState.REVIEWED,
    ReportMove.ISSUE: ReportState.SIGNED,
}


@pytest.mark.parametrize("state", ReportState)
@pytest.mark.parametrize("move", ReportMove)
def test_every_cell_of_the_workflow(move, state):
    if move == ReportMove.REOPEN:
        is_allowed = state not in (ReportState.ISSUED, ReportState.VOID)
    else:
        is_allowed = CELLS.get(move) == state
    if is_allowed:
        assert REPORT.check(move, state)
    else:
        with pytest.raises(TransitionNotAllowedError):
            REPORT.check(move, state)


def test_each_step_asks_for_its_paper(case):
    case.prepare().review().sign()
    assert Job.objects.filter(kind="documents.render").count() == 4  # with the confirmation
