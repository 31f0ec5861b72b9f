"""A form that was overtaken: 409 with everything typed, and once the present is looked at it can be sent again."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.enums import EngagementState, InternalAuditState, ReportState
from audits.models import AuditCycle, CorrectiveAction, InternalAuditItem, ManagementConfirmation
from audits.services.cycle import agree_plan
from tests.audits import cycles, internal, reports
from tests.audits.factories import audit, yesterday
from tests.audits.internal import CONTROL, TODAY
from tests.audits.test_views_report import filled
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db

STALE = 99


def offered_version(text: str) -> str:
    """What the hidden field of the page would send."""
    tag = re.search(r'<input[^>]*name="version"[^>]*>', text)
    assert tag is not None, text
    return re.search(r'value="(\d+)"', tag[0])[1]


def overtaken(client, actor, name: str, *args, keeps: str = "", **data: Any) -> str:
    """Sent from an old page: refused, and what was typed is still there."""
    client.force_login(actor)
    answer = client.post(reverse(f"audits:{name}", args=args), data | {"version": STALE})
    assert answer.status_code == 409, answer.text
    assert keeps in answer.text
    return answer.text


def sent_again(client, actor, name: str, *args, keeps: str = "", **data: Any):
    """Refused once, then sent as the page stands."""
    text = overtaken(client, actor, name, *args, keeps=keeps, **data)
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    again = data | {"version": offered_version(text)}
    return client.post(reverse(f"audits:{name}", args=args), again)


class TestEngagement:
    def test_a_firm_declines_from_an_old_page(self, client, small_edition):
        found = audit(small_edition).commission()
        facts = {"keeps": "繁忙のため。", "reason": "繁忙のため。"}
        answer = sent_again(client, found.lead, "decline", found.engagement.pk, **facts)
        assert answer.status_code == 302
        found.engagement.refresh_from_db()
        assert found.engagement.state == EngagementState.DECLINED

    def test_a_commission_is_ended_after_the_firm_has_accepted(self, client, small_edition):
        found = audit(small_edition).commission().accept()
        facts = {"keeps": "範囲を見直すため。", "reason": "範囲を見直すため。"}
        answer = sent_again(client, found.approver, "terminate", found.engagement.pk, **facts)
        assert answer.status_code == 302
        found.engagement.refresh_from_db()
        assert found.engagement.history.last().reason == "範囲を見直すため。"

    def test_a_report_is_filed_from_an_old_page(self, client, small_edition):
        found = audit(small_edition).commission().accept()
        facts = {
            "reference": "監報-77",
            "issued_on": yesterday().isoformat(),
            "upload": uploaded("報告書.pdf", pdf()),
        }
        answer = sent_again(
            client, found.lead, "file_report", found.engagement.pk, keeps="監報-77", **facts
        )
        assert answer.status_code == 302


class TestCycle:
    def test_a_plan_is_reopened_from_an_old_page(self, client, small_edition):
        found = cycles.planned(small_edition).engage()
        agree_plan(**found.by())
        facts = {"keeps": "範囲を見直すため。", "reason": "範囲を見直すため。"}
        answer = sent_again(client, found.planner, "cycle_reopen", found.cycle.pk, **facts)
        assert answer.status_code == 302
        assert AuditCycle.objects.get().is_draft

    def test_a_control_is_included_from_an_old_page(self, client, small_edition):
        found = cycles.planned(small_edition).engage()
        facts = {"number": cycles.OUTSIDE, "year": "1", "reason": "先に見たいため。"}
        answer = sent_again(
            client,
            found.planner,
            "cycle_include",
            found.cycle.pk,
            keeps="先に見たいため。",
            **facts,
        )
        assert answer.status_code == 302


class TestReport:
    @pytest.fixture
    def case(self, small_edition):
        return reports.ready(small_edition).prepare()

    @pytest.mark.parametrize(
        ("name", "who"), [("report_return", "reviewer"), ("report_reopen", "signer")]
    )
    def test_a_version_is_taken_back_from_an_old_page(self, client, case, name, who):
        facts = {"keeps": "件数が違います。", "reason": "件数が違います。"}
        answer = sent_again(client, getattr(case, who), name, case.report.pk, **facts)
        assert answer.status_code == 302
        case.report.refresh_from_db()
        assert case.report.void_reason == "件数が違います。"

    def test_a_signature_asks_for_a_new_look_and_a_new_tick(self, client, case):
        case.review()
        facts = {
            "reference": "監報-9",
            "dated_on": timezone.localdate().isoformat(),
            "confirmed": "on",
        }
        signed = ("report_sign", case.report.pk)
        text = overtaken(client, case.signer, *signed, keeps="監報-9", **facts)
        assert "第1版は、いま「署名待ち」です。" in text
        assert not re.search(r'<input[^>]*name="confirmed"[^>]*checked', text)
        page = reverse("audits:report_sign", args=[case.report.pk])
        present = {"version": offered_version(text)}
        assert client.post(page, facts | present | {"confirmed": ""}).status_code == 422
        assert client.post(page, facts | present).status_code == 302
        case.report.refresh_from_db()
        assert case.report.state == ReportState.SIGNED


def test_a_confirmation_signed_meanwhile_is_shown_before_the_next_is_signed(client, small_edition):
    case = reports.fieldwork(small_edition).confirm()
    page = reverse("audits:confirmation_sign", args=[case.engagement.pk])
    told = filled(step="sign", fraud="some", fraud_details="1件ありました。")
    client.force_login(case.audit.approver)
    answer = client.post(page, told)
    assert answer.status_code == 409
    assert f"第1版に、{case.audit.approver.name}さんが先に署名しました。" in answer.text
    assert "1件ありました。" in answer.text
    assert not re.search(r'<input[^>]*type="checkbox"[^>]*checked', answer.text)
    assert offered_version(answer.text) == "2"
    assert client.post(page, told | {"version": "2"}).status_code == 302
    assert ManagementConfirmation.objects.get(version=2).fraud == "1件ありました。"


class TestInternal:
    def test_controls_are_chosen_from_an_old_page(self, client, small_edition):
        found = internal.planned(small_edition).staff()
        pk = found.run.pk
        answer = sent_again(client, found.approver, "internal_select", pk, reasons=["always"])
        assert answer.status_code == 302
        facts = {"act": "add", "n": [CONTROL]}
        place = ("internal_select_section", pk, "9.2")
        assert sent_again(client, found.approver, *place, **facts).status_code == 302
        facts = {
            "auditor": found.run.auditors.get(person=found.auditor).pk,
            "only_free": "free",
            "sections": ["9.2"],
        }
        assert sent_again(client, found.approver, "internal_assign", pk, **facts).status_code == 302
        assert (
            InternalAuditItem.objects.get(control__number=CONTROL).auditor.person == found.auditor
        )

    def test_a_report_is_approved_and_reopened_from_old_pages(self, client, small_edition):
        found = internal.running(small_edition, CONTROL).test()
        pk = found.run.pk
        facts = {
            "reference": "内監-1",
            "conclusion": "おおむね良好です。",
            "reported_to": "委員会",
            "reported_on": TODAY.isoformat(),
        }
        answer = sent_again(
            client, found.approver, "internal_report", pk, keeps="おおむね良好です。", **facts
        )
        assert answer.status_code == 302
        facts = {"keeps": "訂正のため。", "reason": "訂正のため。"}
        answer = sent_again(client, found.approver, "internal_reopen", pk, **facts)
        assert answer.status_code == 302
        found.run.refresh_from_db()
        assert found.run.state == InternalAuditState.RUNNING

    def test_an_action_is_verified_from_an_old_page(self, client, small_edition):
        found = internal.running(small_edition, CONTROL)
        action = found.finish(found.answer(found.fail()))
        facts = {"verification": "effective", "note": "様式を見ました。"}
        page = ("action_verify", action.pk)
        answer = sent_again(client, found.auditor, *page, keeps="様式を見ました。", **facts)
        assert answer.status_code == 302
        assert CorrectiveAction.objects.get().verification_note == "様式を見ました。"

    def test_what_another_auditor_verified_meanwhile_is_shown_and_stays(
        self, client, small_edition
    ):
        found = internal.running(small_edition, CONTROL)
        action = found.finish(found.answer(found.fail()))
        found.verify(action, found.second)
        facts = {"verification": "ineffective", "note": "欄が足りません。"}
        page = ("action_verify", action.pk)
        answer = sent_again(client, found.auditor, *page, keeps="改訂した様式を確認した。", **facts)
        assert answer.status_code == 422
        assert "すでにほかの監査人が記録しています" in answer.text
        assert "欄が足りません。" in answer.text
        assert CorrectiveAction.objects.get().verified_by == found.second

    def test_a_programme_that_is_not_there_answers_with_the_form(self, client, small_edition):
        found = internal.Internal(audit(small_edition))
        service = found.around.declaration.service_id
        facts = {
            "purpose": "確かめる。", "scope": "全体", "management": "監査室", "frequency_months": "12",
            "weighting": "前回の不適合を優先", "valid_from": "2026-04-01",
        }  # fmt: skip
        answer = sent_again(
            client, found.approver, "internal_programme_edit", service, keeps="監査室", **facts
        )
        assert answer.status_code == 302
