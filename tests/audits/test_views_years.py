"""What leads from one step of an audit to the next, and from one year to the next."""

import pytest
from django.urls import reverse

from audits.models import Engagement
from audits.services import engagement as acts
from audits.services.fieldwork_scope import pull_into_scope, set_scope
from declarations.services import declaration as declarations
from registrations.services.application import open_application
from tests.audits.cycles import planned
from tests.audits.factories import audit
from tests.audits.findings import CONTROL, auditor_of, found, raised
from tests.audits.papers import EVERY, SECOND, papers
from tests.registrations.factories import approved

pytestmark = pytest.mark.django_db
READY = "監査を委嘱できる言明"


def list_of(client, person) -> str:
    client.force_login(person)
    return client.get(reverse("audits:engagements")).text


def page_of(client, engagement: Engagement, person) -> str:
    client.force_login(person)
    return client.get(engagement.get_absolute_url()).text


def control_of(client, engagement: Engagement, number: str, person) -> str:
    client.force_login(person)
    return client.get(reverse("audits:fieldwork_control", args=[engagement.pk, number])).text


class TestToCommission:
    def test_the_approver_commissions_from_the_list(self, client, small_edition):
        one = audit(small_edition)
        commission = reverse("audits:commission", args=[one.declaration.pk])
        assert commission in list_of(client, one.approver)
        assert READY not in list_of(client, one.editor)
        assert READY not in list_of(client, one.lead)
        one.commission()
        assert READY not in list_of(client, one.approver)

    def test_what_was_declined_can_be_commissioned_again(self, client, small_edition):
        one = audit(small_edition).commission()
        acts.decline_engagement(**one.by(one.lead), reason="日程が合わないため。")
        assert READY in list_of(client, one.approver)

    def test_a_newer_version_waits_while_a_firm_is_at_work_on_the_period(
        self, client, small_edition
    ):
        one = audit(small_edition).commission().accept()
        draft = declarations.revise_declaration(declaration_id=one.declaration.pk, actor=one.editor)
        approved(draft, one.editor, one.approver)
        assert READY not in list_of(client, one.approver)
        one.file_report()
        assert READY in list_of(client, one.approver)


class TestAfterTheReport:
    def test_the_provider_goes_on_to_the_application(self, client, small_edition):
        one = audit(small_edition).commission().accept()
        begin = reverse("registrations:begin", args=[one.declaration.pk])
        assert begin not in page_of(client, one.engagement, one.approver)
        one.file_report()
        assert begin in page_of(client, one.engagement, one.approver)
        assert begin not in page_of(client, one.engagement, one.lead)
        application = open_application(
            service_id=one.declaration.service_id,
            declaration_id=one.declaration.pk,
            actor=one.editor,
        )
        told = page_of(client, one.engagement, one.editor)
        assert application.get_absolute_url() in told
        assert begin not in told


class TestFindingsOfAControl:
    def test_a_deficiency_asks_for_its_finding(self, client, small_edition):
        one = papers(small_edition).scope()
        wanted = "「不備あり」の項目には、発見事項が必要です。"
        assert wanted not in control_of(client, one.engagement, EVERY, one.auditor)
        one.record(EVERY, design_result="deficient")
        assert wanted in control_of(client, one.engagement, EVERY, one.auditor)
        finding = raised(one.engagement, number=EVERY)
        told = control_of(client, one.engagement, EVERY, one.auditor)
        assert wanted not in told
        assert finding.get_absolute_url() in told
        other = control_of(client, one.engagement, SECOND, one.auditor)
        assert finding.get_absolute_url() not in other

    def test_what_an_earlier_audit_left_open_stands_there_until_it_was_closed_elsewhere(
        self, client, small_edition
    ):
        one = found(small_edition).to("done")
        one.audit.file_report()
        following = one.next_year()
        lead = auditor_of(following)
        set_scope(engagement_id=following.pk, actor=lead)
        link = one.finding.get_absolute_url()
        told = control_of(client, following, CONTROL, lead)
        assert link in told
        assert "前回まで" in told
        one.retest(engagement=following)
        assert link in control_of(client, following, CONTROL, lead)
        one.audit.file_report()
        third = one.next_year()
        pull_into_scope(
            engagement_id=third.pk, actor=lead, numbers=[CONTROL], reason="改善の後を見るため。"
        )
        assert link not in control_of(client, third, CONTROL, lead)


class TestPlanOfTheYearBefore:
    def test_the_fieldwork_says_that_the_plan_rests_on_an_earlier_declaration(
        self, client, small_edition
    ):
        plan = planned(small_edition).engage().report().next_year().engage()
        fieldwork = reverse("audits:fieldwork", args=[plan.audit.engagement.pk])
        client.force_login(plan.planner)
        words = "前の期間の言明に基づいています"
        assert words in client.get(fieldwork).text
        plan.propose()
        assert words not in client.get(fieldwork).text
