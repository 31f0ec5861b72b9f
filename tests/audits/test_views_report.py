"""Pages of the report and of the 経営者確認書: who reads them, what they offer, what they refuse."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from audits.enums import ReportState
from audits.models import AuditReport, ManagementConfirmation
from audits.selectors.confirmation import POINTS, TOLD, points_on
from audits.services import report as acts
from controls.enums import ParameterState, ParameterStatus
from controls.models import SchemeParameter
from documents.models import Document
from tests.accounts.factories import person
from tests.audits import reports
from tests.controls.factories import SchemeParameterFactory
from tests.counting import counted_queries
from tests.registrations.factories import provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(small_edition):
    return reports.ready(small_edition)


def engagement_url(name: str, case: reports.Reported) -> str:
    return reverse(f"audits:{name}", args=[case.engagement.pk])


def report_url(name: str, case: reports.Reported) -> str:
    return reverse(f"audits:{name}", args=[case.report.pk])


def published(name: str, value, first: date) -> None:
    """A value of the scheme from that day on."""
    SchemeParameterFactory(
        name=name,
        value=value,
        status=ParameterStatus.UNCONFIRMED if value is None else ParameterStatus.CONFIRMED,
        in_force_from=first,
        state=ParameterState.PUBLISHED,
        published_by=person(Role.COMMITTEE_MEMBER),
        published_at=timezone.now(),
    )


def filled(**changes) -> dict:
    """What the form of the confirmation sends."""
    points, _fact = points_on(timezone.localdate())
    ticks = {point.code: "on" for point in points if point.code not in TOLD}
    return (
        ticks
        | dict.fromkeys(TOLD, "none")
        | {
            "version": "1",
            "dated_on": timezone.localdate().isoformat(),
            "signer_title": "代表取締役社長",
            "signer_name": "浜野 すみれ",
        }
        | changes
    )


class TestConfirmation:
    @pytest.fixture
    def case(self, small_edition):
        return reports.fieldwork(small_edition)

    def test_it_is_shown_once_more_before_it_is_signed(self, client, case):
        client.force_login(case.audit.approver)
        page = engagement_url("confirmation_sign", case)
        shown = client.get(page).text
        assert shown.count('type="checkbox"') == 6
        told = {"subsequent_events": "some", "subsequent_events_details": "拠点を移しました。"}
        checked = client.post(page, filled(step="check", **told)).text
        assert "拠点を移しました。" in checked
        assert not ManagementConfirmation.objects.exists()
        answer = client.post(page, filled(step="sign", **told))
        assert answer.url == engagement_url("confirmation", case)
        assert ManagementConfirmation.objects.get().subsequent_events == "拠点を移しました。"
        client.post(page, filled(step="sign", **told))
        assert ManagementConfirmation.objects.count() == 1

    def test_going_back_keeps_what_was_typed(self, client, case):
        client.force_login(case.audit.approver)
        answer = client.post(
            engagement_url("confirmation_sign", case),
            filled(step="edit", signer_name="別の 署名者"),
        )
        assert (answer.status_code, "別の 署名者" in answer.text) == (200, True)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"responsibility": ""}, "チェックを入れてください"),
            ({"fraud": "some"}, "内容を入力してください"),
            ({"fraud_details": "1件"}, "「あり」を選ぶか"),
            ({"dated_on": "2010-01-01"}, "末日より後"),
            ({"signer_name": ""}, "入力してください"),
        ],
    )
    def test_what_is_missing_is_said_at_its_place(self, client, case, changes, words):
        client.force_login(case.audit.approver)
        answer = client.post(
            engagement_url("confirmation_sign", case), filled(step="sign", **changes)
        )
        assert (answer.status_code, words in answer.text) == (422, True)
        assert "代表取締役社長" in answer.text

    def test_another_signature_meanwhile_is_a_conflict_that_keeps_the_text(self, client, case):
        case.confirm()
        client.force_login(case.audit.approver)
        told = {"fraud": "some", "fraud_details": "1件ありました。"}
        answer = client.post(engagement_url("confirmation_sign", case), filled(step="sign", **told))
        assert (answer.status_code, "1件ありました。" in answer.text) == (409, True)

    @pytest.mark.parametrize("has_row", [True, False])
    def test_without_known_points_nothing_is_signed_and_why(self, client, case, has_row):
        """A row without a value, or none that holds on the day."""
        sent = filled(step="check")
        rows = SchemeParameter.objects.filter(name=POINTS)
        rows.update(in_force_until=timezone.localdate() - timedelta(days=1))
        if has_row:
            published(POINTS, None, timezone.localdate())
        client.force_login(case.audit.approver)
        page = engagement_url("confirmation_sign", case)
        shown = client.get(page)
        assert (shown.status_code, "確認する事項は未確認です。" in shown.text) == (200, True)
        assert "事務局に登録を依頼してください。" in shown.text
        for step in ("check", "sign"):
            answer = client.post(page, sent | {"step": step})
            assert (answer.status_code, "代表取締役社長" in answer.text) == (422, True)
        assert not ManagementConfirmation.objects.exists()

    def test_an_early_day_without_a_row_is_told_before_it_is_signed(self, client, case):
        SchemeParameter.objects.filter(name=POINTS).update(
            in_force_until=timezone.localdate() - timedelta(days=8)
        )
        codes = [point.code for point in points_on(timezone.localdate() - timedelta(days=8))[0]]
        published(POINTS, codes, timezone.localdate())
        early = (timezone.localdate() - timedelta(days=2)).isoformat()
        client.force_login(case.audit.approver)
        page = engagement_url("confirmation_sign", case)
        answer = client.post(page, filled(step="check", dated_on=early))
        assert (answer.status_code, "有効な行がありません" in answer.text) == (422, True)

    def test_a_day_that_cannot_be_signed_is_refused_before_the_check_page(self, client, case):
        client.force_login(case.audit.approver)
        page = engagement_url("confirmation_sign", case)
        answer = client.post(page, filled(step="check", dated_on="2010-01-01"))
        assert (answer.status_code, "末日より後" in answer.text) == (422, True)
        assert "署名する内容を確認してください" not in answer.text

    def test_the_firm_reads_it_and_signs_nothing(self, client, case):
        case.confirm(fraud="1件ありました。")
        client.force_login(case.preparer)
        assert "1件ありました。" in client.get(engagement_url("confirmation", case)).text
        assert client.get(engagement_url("confirmation_sign", case)).status_code == 403

    def test_others_do_not_find_it(self, client, case):
        client.force_login(person(Role.CSP_APPROVER))
        assert client.get(engagement_url("confirmation", case)).status_code == 404

    def test_its_paper_is_for_both_sides(self, client, case):
        case.confirm()
        document = Document.objects.get(form="management_confirmation")
        reports.made(document, reports.pdf(b"confirmation"))
        url = reverse("audits:paper_file", args=[case.engagement.pk, document.pk])
        for user in (case.audit.editor, case.preparer):
            client.force_login(user)
            assert b"".join(client.get(url)).startswith(b"%PDF")


class TestSteps:
    def test_the_page_leads_from_step_to_step(self, client, case):
        page = engagement_url("report", case)
        client.force_login(case.preparer)
        assert "報告書を作成する" in client.get(page).text
        client.post(engagement_url("report_prepare", case))
        case.report = AuditReport.objects.get()
        assert "別の監査人の査閲を待っています" in client.get(page).text
        client.force_login(case.reviewer)
        version = {"version": 1, "confirmed": "on"}
        client.post(report_url("report_review", case), version)
        client.force_login(case.signer)
        sent = {
            "version": 2,
            "reference": "監報-9",
            "dated_on": timezone.localdate().isoformat(),
            "confirmed": "on",
        }
        client.post(report_url("report_sign", case), sent)
        early = client.post(report_url("report_issue", case), {"version": 3, "confirmed": "on"})
        assert (early.status_code, "PDFがまだできていません" in early.text) == (422, True)
        case.report.refresh_from_db()
        case.make_paper()
        client.post(report_url("report_issue", case), {"version": 3, "confirmed": "on"})
        case.report.refresh_from_db()
        assert case.report.state == ReportState.ISSUED
        client.force_login(case.audit.editor)
        given = client.get(engagement_url("report_file", case))
        assert b"".join(given).startswith(b"%PDF")

    def test_what_is_missing_stands_there_with_what_to_do(self, client, small_edition):
        case = reports.fieldwork(small_edition)
        reports.request(case)
        reports.tested(case, "9.2.3.10", operating_result="deficient")
        client.force_login(case.preparer)
        text = client.get(engagement_url("report", case)).text
        for words in (
            "1 特権IDの棚卸の記録",
            "経営者確認書がありません",
            "署名を依頼",
            "発見事項がない項目があります：9.2.3.10。",
            engagement_url("engagement_findings", case),
        ):
            assert words in text
        assert "報告書を作成する" not in text
        answer = client.post(engagement_url("report_prepare", case), follow=True)
        assert "終わっていない資料の依頼" in answer.text
        assert not AuditReport.objects.exists()

    def test_a_lead_is_missing_who_may_sign_and_the_team_page_is_offered(self, client, case):
        for lead in (case.audit.lead, case.signer):
            lead.memberships.update(role=Role.AUDIT_MEMBER)
        person(Role.AUDIT_LEAD, organisation=case.audit.firm)  # has not confirmed to be independent
        page = engagement_url("report", case)
        client.force_login(case.preparer)
        text = client.get(page).text
        assert "報告書に署名できる監査責任者がいません。" in text
        assert f'href="{engagement_url("team", case)}"' in text
        assert "報告書を作成する" not in text
        case.signer.memberships.update(role=Role.AUDIT_LEAD)
        assert "報告書に署名できる監査責任者がいません。" not in client.get(page).text

    def test_signing_with_open_requests_is_refused_and_keeps_the_number(self, client, case):
        case.prepare().review()
        reports.request(case)
        client.force_login(case.signer)
        sent = {
            "version": 2,
            "reference": "監報-9",
            "dated_on": timezone.localdate().isoformat(),
            "confirmed": "on",
        }
        answer = client.post(report_url("report_sign", case), sent)
        assert answer.status_code == 422
        assert "終わっていない資料の依頼" in answer.text
        assert "監報-9" in answer.text

    def test_a_stale_page_is_a_conflict(self, client, case):
        case.prepare()
        client.force_login(case.reviewer)
        answer = client.post(report_url("report_review", case), {"version": 7, "confirmed": "on"})
        assert answer.status_code == 409

    def test_a_void_version_shows_its_signature_and_why(self, client, case):
        case.prepare().review().sign()
        acts.reopen_report(**case.by(case.audit.lead), reason="件数を直すため。")
        client.force_login(case.preparer)
        for text in (
            client.get(report_url("report_version", case)).text,
            client.get(engagement_url("report", case)).text,
        ):
            assert "件数を直すため。" in text
            assert case.signer.name in text
        assert (
            f"{case.audit.lead.name}さんが" in client.get(report_url("report_version", case)).text
        )
        assert "この署名は無効です" in client.get(report_url("report_version", case)).text

    def test_a_step_that_is_not_possible_leads_back_with_a_sentence(self, client, case):
        case.prepare()
        client.force_login(case.signer)
        answer = client.get(report_url("report_sign", case), follow=True)
        assert "いまの状態（査閲待ち）では行えません" in answer.text


class TestProviderBeforeIssue:
    def test_it_reads_nothing_of_the_report(self, client, case):
        reports.tested(case, "9.2.3.10", population="監査人だけの母集団")
        case.prepare().review().sign().make_paper()
        client.force_login(case.audit.approver)
        for url in (engagement_url("report", case), report_url("report_version", case)):
            assert client.get(url).status_code == 403
        paper = Document.objects.about(f"report:{case.report.pk}").first()
        for name in ("paper_file", "paper_status"):
            url = reverse(f"audits:{name}", args=[case.engagement.pk, paper.pk])
            assert client.get(url).status_code == 403
        page = client.get(engagement_url("engagement", case)).text
        assert "監査人だけの母集団" not in page
        assert "署名済み</" in page  # of its own confirmation

    def test_a_paper_of_another_engagement_is_not_found(self, client, case, small_edition):
        case.prepare()
        paper = Document.objects.about(f"report:{case.report.pk}").first()
        elsewhere = provider(corporate_number="7999900000002")
        other = reports.audit(small_edition, organisation=elsewhere).commission(case.audit.firm)
        client.force_login(case.audit.lead)
        url = reverse("audits:paper_file", args=[other.engagement.pk, paper.pk])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["report", "engagement", "confirmation"])
def test_more_records_cost_no_more_queries(client, case, name):
    client.force_login(case.preparer)
    url = engagement_url(name, case)
    client.get(url)
    with counted_queries() as few:
        client.get(url)
    for number in ("9.2.3.10", "9.4.2.2.B", "9.4.2.3.P"):
        reports.tested(case, number)
        reports.finding(case, number)
    case.prepare()
    for _n in range(3):
        acts.return_report(**case.by(case.reviewer), reason="直すため。")
        case.prepare()
    with counted_queries() as many:
        client.get(url)
    assert len(many) == len(few), "\n".join(many)


def test_a_longer_report_costs_no_more_queries(client, case):
    client.force_login(case.preparer)
    case.prepare()
    with counted_queries() as few:
        client.get(report_url("report_version", case))
    acts.return_report(**case.by(case.reviewer), reason="直すため。")
    for number in ("9.2.3.10", "9.4.2.2.B", "9.4.2.3.P"):
        reports.tested(case, number)
        reports.finding(case, number)
    case.prepare()
    with counted_queries() as many:
        client.get(report_url("report_version", case))
    assert len(many) == len(few)
