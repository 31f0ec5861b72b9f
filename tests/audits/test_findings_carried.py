"""An open finding goes along: into the next engagement, to another firm, and into the plan of the year."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from accounts.models import User
from audits.enums import FindingState
from audits.models import ControlTest, Finding
from audits.policies import can_read_finding
from audits.selectors.findings import (
    engagement_findings,
    finding_page,
    findings_for,
    retesting_engagement,
)
from audits.selectors.open_findings import controls_with_open_findings, open_findings
from audits.selectors.report import obstacles
from audits.services.engagement import terminate_engagement
from audits.services.fieldwork import TestEdit, record_tests
from audits.services.finding_retest import retest_finding
from core.calendar import format_wareki_month
from declarations.services.declaration import revise_declaration
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.cycles import EVERY, ROUND, planned
from tests.audits.findings import CONTROL, Found, auditor_of, control_test, found, raised
from tests.audits.reports import send_mails
from tests.registrations.factories import approved

pytestmark = pytest.mark.django_db


def another_firm():
    firm = OrganisationFactory(audit_body=True)
    person(Role.AUDIT_LEAD, organisation=firm)
    return firm


def carried(engagement, user=None) -> list[Finding]:
    lines = engagement_findings(engagement, user or auditor_of(engagement)).carried
    return [line.finding for line in lines]


def lacking(engagement) -> str:
    """What the report of the engagement still lacks, in words."""
    return "".join(map(str, obstacles(engagement, None)))


def told() -> set[str]:
    mail.outbox.clear()
    send_mails()
    return {address for one in mail.outbox for address in one.to}


class TestNextEngagement:
    def test_what_is_open_goes_along_and_what_is_closed_does_not(self, small_edition):
        one = found(small_edition).to("answered")
        closed = Found(one.audit, raised(one.finding.engagement)).to("closed")
        raised(one.finding.engagement)
        one.audit.file_report()
        following = one.next_year()
        assert carried(following) == [one.finding]
        assert carried(following, one.audit.editor) == [one.finding]
        assert closed.finding not in open_findings(following.declaration.service)

    def test_it_is_closed_there_and_stays_on_the_list(self, small_edition):
        one = found(small_edition).to("done")
        one.audit.file_report()
        following = one.next_year()
        one.retest(engagement=following)
        assert one.finding.state == FindingState.CLOSED
        assert one.finding.retests.get().engagement == following
        assert carried(following) == [one.finding]

    def test_another_firm_reads_it_with_its_answers_and_no_working_paper(self, small_edition):
        one = found(small_edition).to("done")
        draft = raised(one.finding.engagement)
        one.audit.file_report()
        later, stranger = another_firm(), another_firm()
        following = one.next_year(later)
        lead = auditor_of(following)
        assert list(findings_for(lead)) == [one.finding]
        assert can_read_finding(lead, one.finding)
        assert draft not in findings_for(lead)
        page = finding_page(one.finding, lead)
        assert len(page.versions) == 2
        assert not page.shows_engagement
        assert {line.action for line in page.history} == {"issue", "answer", "complete"}
        assert not ControlTest.objects.visible_to(lead).exists()
        nobody = stranger.memberships.get().user
        assert not findings_for(nobody).exists()
        assert not can_read_finding(nobody, one.finding)
        one.retest(engagement=following)
        assert list(findings_for(lead)) == [one.finding]

    def test_another_firm_reads_nothing_that_had_ended_before_it_came(self, small_edition):
        one = found(small_edition).to("closed")
        Found(one.audit, raised(one.finding.engagement)).to("dropped")
        one.audit.file_report()
        following = one.next_year(another_firm())
        assert not findings_for(auditor_of(following)).exists()
        assert carried(following) == []

    def test_the_firm_of_the_earlier_year_retests_it_no_more(self, small_edition):
        one = found(small_edition).to("done")
        one.audit.file_report()
        before = one.finding.engagement
        following = one.next_year(another_firm())
        with pytest.raises(PermissionDenied):
            retest_finding(
                **one.by(auditor_of(before)),
                engagement_id=following.pk,
                is_remedied=True,
                procedure="見本",
            )

    @pytest.mark.parametrize("is_remedied", [False, True])
    def test_a_deficiency_there_is_stated_by_it_only_while_it_stays_open(
        self, small_edition, is_remedied
    ):
        one = found(small_edition).to("done")
        one.audit.file_report()
        following = one.next_year()
        control_test(following)
        edit = TestEdit(CONTROL, 1, {"design_result": "effective", "operating_result": "deficient"})
        record_tests(engagement_id=following.pk, actor=auditor_of(following), edits=[edit])
        assert "発見事項がない項目があります" in lacking(following)
        one.retest(engagement=following, is_remedied=is_remedied)
        assert ("発見事項がない項目があります" in lacking(following)) == is_remedied

    def test_its_control_is_in_the_scope_with_the_reason(self, small_edition):
        one = found(small_edition).issue()
        one.audit.file_report()
        following = one.next_year()
        scope = controls_with_open_findings(following)
        assert list(scope) == [one.finding.test.control_id]
        assert f"発見事項 {one.finding.code}" in scope[one.finding.test.control_id]
        assert controls_with_open_findings(one.finding.engagement) == {}


class TestPlan:
    def year_two(self, edition, state: str, number: str = CONTROL):
        """A finding in this state in year 1, whose report is filed; the plan is brought up to date for year 2."""
        plan = planned(edition).engage()
        one = found(edition, number=number, taken=plan.audit).to(state)
        return one, plan.report().next_year().propose()

    def test_year_two_opens_with_the_open_finding_forced_in(self, small_edition):
        one, plan = self.year_two(small_edition, "issued")
        assert (CONTROL, 2, "finding") in plan.reasons()
        assert 2 in plan.years()[CONTROL]
        ended = one.finding.engagement.declaration.period_end
        reason = plan.cycle.items.get(control__number=CONTROL, year=2).inclusions.get()
        assert reason.made_by is None
        assert (
            reason.reason
            == f"発見事項 {one.finding.code}（{format_wareki_month(ended)}期）が未解決"
        )

    @pytest.mark.parametrize("state", ["draft", "closed", "dropped"])
    def test_what_is_not_open_forces_nothing(self, small_edition, state):
        _one, plan = self.year_two(small_edition, state)
        assert not any(kind == "finding" for _number, _year, kind in plan.reasons())

    def test_facts_hold_it_there(self, small_edition):
        _one, plan = self.year_two(small_edition, "answered")
        with pytest.raises(Exception, match="前年の発見事項のため、2年目に必ず監査する"):
            plan.move(CONTROL, to=3)

    def test_it_leaves_the_plan_once_it_is_closed(self, small_edition):
        one, plan = self.year_two(small_edition, "done", number=ROUND[0])
        plan.engage()
        one.retest(engagement=plan.audit.engagement)
        plan.propose()
        assert not any(kind == "finding" for _number, _year, kind in plan.reasons())

    def test_a_finding_on_what_is_audited_every_year_gives_its_reason_too(self, small_edition):
        _one, plan = self.year_two(small_edition, "issued", number=EVERY)
        assert (EVERY, 2, "finding") in plan.reasons()
        assert plan.years()[EVERY] == (1, 2, 3)

    def test_the_year_of_the_finding_itself_gets_no_reason(self, small_edition):
        plan = planned(small_edition).engage()
        found(small_edition, taken=plan.audit).issue()
        plan.propose()
        assert plan.reasons() == set()


class TestSamePeriod:
    """The provider ended the commission after something was issued, and asks another firm for the same period."""

    @pytest.fixture
    def one(self, small_edition):
        one = found(small_edition).to("issued")
        one.audit.engagement = terminate_engagement(
            **one.audit.by(one.audit.approver), reason="業務の都合のため。"
        )
        return one

    def commissioned_anew(self, one):
        one.audit.firm = another_firm()
        one.audit.lead = User.objects.get(memberships__organisation=one.audit.firm)
        return one.audit.commission().accept().engagement

    def test_the_next_firm_reads_it_tests_its_control_and_retests_it(self, client, one):
        following = self.commissioned_anew(one)
        lead = one.audit.lead
        assert carried(following, lead) == [one.finding]
        assert list(controls_with_open_findings(following)) == [one.finding.test.control_id]
        client.force_login(lead)
        assert client.get(one.finding.get_absolute_url()).status_code == 200
        assert retesting_engagement(one.finding, lead) == following
        one.answer().complete().retest(engagement=following)
        assert one.finding.state == FindingState.CLOSED

    def test_who_raised_it_reads_it_on_and_may_drop_it(self, client, one):
        client.force_login(one.audit.lead)
        assert client.get(one.finding.get_absolute_url()).status_code == 200
        assert finding_page(one.finding, one.audit.lead).acts == {"drop"}

    def test_answers_are_told_to_who_reads_them(self, one):
        told()
        one.answer()
        assert told() == {one.audit.lead.email}
        self.commissioned_anew(one)
        told()
        one.answer(plan="別の計画")
        assert told() == {one.audit.lead.email}

    def test_the_audit_of_a_new_version_takes_it_up(self, one):
        fixed = one.audit.declaration
        draft = revise_declaration(declaration_id=fixed.pk, actor=one.audit.editor)
        one.audit.declaration = approved(draft, one.audit.editor, one.audit.approver)
        following = self.commissioned_anew(one)
        assert carried(following, one.audit.lead) == [one.finding]
        assert list(controls_with_open_findings(following)) == [one.finding.test.control_id]

    def test_what_the_later_audit_finds_does_not_go_back(self, one):
        before = one.finding.engagement
        later = raised(self.commissioned_anew(one))
        Found(one.audit, later).issue()
        assert later not in carried(before, auditor_of(before))
        assert later not in findings_for(auditor_of(before))
        assert controls_with_open_findings(before) == {}


class TestDrafts:
    def test_a_colleague_outside_the_team_reads_what_was_issued_and_no_draft(
        self, client, small_edition
    ):
        """The lead of the firm works on the audit of the next year, and on this one no longer."""
        one = found(small_edition).to("issued")
        draft = raised(one.finding.engagement)
        one.audit.file_report()
        colleague = person(Role.AUDIT_LEAD, organisation=one.audit.firm)
        following = one.next_year()
        one.audit.assign(colleague)
        one.audit.confirm(colleague)
        assert set(carried(following, colleague)) == {one.finding}
        assert can_read_finding(colleague, one.finding)
        assert not can_read_finding(colleague, draft)
        client.force_login(colleague)
        assert client.get(one.finding.get_absolute_url()).status_code == 200
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert set(findings_for(colleague)) == {one.finding}
        assert can_read_finding(one.audit.lead, draft)
        assert draft in findings_for(one.audit.lead)
