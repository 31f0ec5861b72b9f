"""The team of an engagement: who joins, who leaves, who is let in, and what the database refuses."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from audits import policies
from audits.enums import EngagementAction, StatementOutcome
from audits.models import Engagement, EngagementMember, IndependenceStatement
from audits.services import team
from core import jobs
from core.exceptions import DomainError, EditConflictError
from core.models import Job
from tests.accounts.factories import LONG_AGO, person
from tests.audits.factories import Audit, audit
from tests.controls.factories import small_edition as make_edition
from tests.racing import together
from tests.registrations.factories import provider

pytestmark = pytest.mark.django_db

FAMILY = {"family": "営業部門に、いとこが勤めています。"}


@pytest.fixture
def taken(small_edition):
    """In fieldwork; the lead is in the team and nobody has confirmed."""
    return audit(small_edition).commission().take()


@pytest.fixture
def colleague(taken):
    """An audit member of the firm who is in no team."""
    return person(Role.AUDIT_MEMBER, organisation=taken.firm)


def end(found, member, **facts):
    given = {"actor": found.lead, "reason": "担当が変わったため。"} | facts
    return team.end_member(engagement_id=found.engagement.pk, member_id=member.pk, **given)


def said_by_lead(found, **facts) -> IndependenceStatement:
    """The first statement of the lead, from a page that showed none."""
    return team.confirm_independence(
        engagement_id=found.engagement.pk,
        actor=found.lead,
        version=0,
        answers=team.Answers(advisory_work=False, **facts),
    )


def actions(found) -> list[str]:
    return [one.action for one in found.engagement.history.all()][2:]


def reads(person: User, found: Audit) -> bool:
    """Whether the engagement, as a new request loads it, lets this person in."""
    return policies.can_audit(person, Engagement.objects.get(pk=found.engagement.pk))


class TestAssigning:
    def test_who_accepts_is_in_the_team_and_reads_nothing_before_confirming(self, taken):
        member = taken.engagement.members.get()
        assert (member.person, member.assigned_by) == (taken.lead, taken.lead)
        assert not reads(taken.lead, taken)
        taken.confirm(taken.lead)
        assert reads(taken.lead, taken)
        assert reads(taken.lead, taken)

    def test_a_colleague_joins_once_however_often_the_lead_clicks(self, taken, colleague):
        assert taken.assign(colleague) == taken.assign(colleague)
        assert actions(taken) == [EngagementAction.ASSIGNED] * 2
        assert taken.engagement.history.last().member_name == colleague.name

    @pytest.mark.parametrize("role", [Role.AUDIT_MEMBER, Role.AUDIT_LEAD, Role.CSP_EDITOR])
    def test_people_of_other_organisations_are_refused(self, taken, role):
        with pytest.raises(DomainError, match="この監査機関に所属する"):
            taken.assign(person(role))

    def test_only_a_lead_of_the_firm_assigns(self, taken, colleague):
        for actor in (colleague, taken.approver, person(Role.AUDIT_LEAD)):
            with pytest.raises(PermissionDenied):
                team.assign_member(
                    engagement_id=taken.engagement.pk, person_id=colleague.pk, actor=actor
                )

    def test_nobody_joins_before_the_firm_has_accepted_or_after_the_report(self, small_edition):
        found = audit(small_edition).commission()
        with pytest.raises(DomainError, match="監査を実施している間"):
            found.assign(found.lead)
        found.accept().file_report()
        with pytest.raises(DomainError, match="監査を実施している間"):
            found.assign(person(Role.AUDIT_MEMBER, organisation=found.firm))

    def test_who_belonged_to_the_provider_lately_is_refused_with_the_day(self, taken, colleague):
        self._belonged(taken, colleague, days=300)
        with pytest.raises(DomainError, match=r"事業者への所属が.*12か月が過ぎた"):
            taken.assign(colleague)

    def test_who_left_the_provider_long_ago_joins(self, taken, colleague):
        self._belonged(taken, colleague, days=370)
        assert taken.assign(colleague).person == colleague

    def test_a_lead_who_may_not_audit_the_provider_accepts_and_stays_outside(self, small_edition):
        found = audit(small_edition).commission()
        self._belonged(found, found.lead, days=30)
        assert not found.take().engagement.members.exists()

    def _belonged(self, found, someone, *, days):
        """Of the provider until so many days ago, of the firm since."""
        until = timezone.localdate() - timedelta(days=days)
        Membership.objects.filter(user=someone).update(starts_on=until + timedelta(days=1))
        provider = found.declaration.service.organisation
        Membership.objects.create(
            user=someone,
            organisation=provider,
            role=Role.CSP_EDITOR,
            starts_on=LONG_AGO,
            ends_on=until,
        )


class TestConfirming:
    def test_a_passed_statement_keeps_what_was_said_and_by_which_rules(self, taken):
        day = timezone.localdate() - timedelta(days=2000)
        facts = {"advisory_last_day": day, "advisory_description": "研修の講師", "years_in_role": 3}
        taken.confirm(taken.lead, advisory_work=True, **facts)
        said = IndependenceStatement.objects.get()
        assert (said.version, said.outcome) == (1, StatementOutcome.PASSED)
        assert {one["name"]: one["value"] for one in said.rules}["auditor_max_years_in_role"] == 7
        assert {one["status"] for one in said.rules} == {"unconfirmed"}
        assert {one["result"] for one in said.checks} == {"ok"}
        assert actions(taken)[-1] == EngagementAction.CONFIRMED

    def test_a_refused_one_is_kept_lets_nobody_in_and_is_mended_by_a_new_one(self, taken):
        taken.confirm(taken.lead, interests=FAMILY)
        assert not reads(taken.lead, taken)
        assert actions(taken)[-1] == EngagementAction.REFUSED
        taken.confirm(taken.lead)
        assert reads(taken.lead, taken)
        kept = IndependenceStatement.objects.order_by("version").values_list("outcome", "interests")
        assert list(kept) == [("refused", FAMILY), ("passed", {})]

    def test_a_later_refusal_shuts_who_was_let_in(self, taken):
        taken.confirm(taken.lead).confirm(taken.lead, years_in_role=8)
        assert not reads(taken.lead, taken)

    def test_nobody_confirms_for_another_or_without_being_in_the_team(self, taken, colleague):
        for actor in (colleague, taken.approver, person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                taken.confirm(actor)

    def test_the_same_answers_twice_are_one_statement(self, taken):
        said = [said_by_lead(taken, years_in_role=2) for _click in range(2)]
        assert said[0] == said[1]
        assert IndependenceStatement.objects.count() == 1

    def test_other_answers_from_an_old_page_are_a_conflict(self, taken):
        said_by_lead(taken, years_in_role=2)
        with pytest.raises(EditConflictError):
            said_by_lead(taken, years_in_role=3)

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"advisory_work": True}, "助言業務の内容"),
            ({"interests": {"family": "　"}}, "利害関係の内容"),
            ({"interests": {"unknown": "あり"}}, "利害関係の内容"),
            ({"years_in_role": 0}, "1から60"),
            ({"years_in_role": 61}, "1から60"),
        ],
    )
    def test_incomplete_answers_are_refused_with_what_is_missing(self, taken, facts, words):
        with pytest.raises(DomainError, match=words):
            taken.confirm(taken.lead, **facts)

    def test_advisory_work_does_not_end_tomorrow(self, taken):
        day = timezone.localdate() + timedelta(days=1)
        with pytest.raises(DomainError, match="先の日"):
            taken.confirm(
                taken.lead, advisory_work=True, advisory_last_day=day, advisory_description="講師"
            )


class TestRefusedElsewhere:
    """A refusal counts for every audit of the same provider, as long as its rule holds."""

    @pytest.fixture
    def next_audit(self, taken, small_edition):
        """Another service of the provider, audited by the same firm; fieldwork."""
        same = taken.declaration.service.organisation
        found = audit(small_edition, organisation=same, name="みなと電子決裁クラウド")
        found.firm, found.lead = taken.firm, taken.lead
        return found.commission().take()

    def test_the_assignment_is_refused_with_the_reason(self, taken, next_audit, colleague):
        taken.assign(colleague)
        taken.confirm(colleague, interests=FAMILY)
        with pytest.raises(DomainError, match="家族・親族の関係があるため"):
            next_audit.assign(colleague)

    def test_a_newer_statement_that_passed_opens_it_again(self, taken, next_audit, colleague):
        taken.assign(colleague)
        taken.confirm(colleague, interests=FAMILY).confirm(colleague)
        assert next_audit.assign(colleague)

    def test_what_has_passed_meanwhile_stands_against_nobody(self, taken, next_audit, colleague):
        taken.assign(colleague)
        yesterday = timezone.localdate() - timedelta(days=1)
        taken.confirm(
            colleague,
            advisory_work=True,
            advisory_last_day=yesterday,
            advisory_description="規程の見直し",
        )
        with pytest.raises(DomainError, match="助言業務"):
            next_audit.assign(colleague)
        with time_machine.travel(timezone.now() + timedelta(days=366)):
            assert next_audit.assign(colleague)

    def test_another_provider_is_not_concerned(self, taken, small_edition, colleague):
        taken.assign(colleague)
        taken.confirm(colleague, interests=FAMILY)
        other = audit(small_edition, organisation=provider(corporate_number="7999900000002"))
        other.firm, other.lead = taken.firm, taken.lead
        assert other.commission().take().assign(colleague)


class TestEnding:
    def test_who_leaves_reads_nothing_more_and_may_come_back(self, taken, colleague):
        member = taken.assign(colleague)
        taken.confirm(colleague)
        ended = end(taken, member)
        assert (ended.ended_by, ended.end_reason) == (taken.lead, "担当が変わったため。")
        assert not reads(colleague, taken)
        assert end(taken, member).ended_at == ended.ended_at
        assert taken.assign(colleague) != member
        assert not reads(colleague, taken)

    def test_a_reason_is_needed_and_a_lead(self, taken, colleague):
        member = taken.assign(colleague)
        with pytest.raises(DomainError, match="理由"):
            end(taken, member, reason="　")
        with pytest.raises(PermissionDenied):
            end(taken, member, actor=colleague)


class TestReporting:
    def test_a_lead_who_has_not_confirmed_does_not_report(self, taken):
        with pytest.raises(PermissionDenied):
            taken.file_report()
        assert taken.confirm(taken.lead).file_report().engagement.report_file


class TestDatabase:
    def test_a_stranger_to_the_firm_is_no_member(self, taken):
        with pytest.raises(IntegrityError, match="engagementmember_of_firm"):
            self._insert(taken, person(Role.AUDIT_MEMBER))

    def test_nobody_is_a_member_before_the_fieldwork(self, small_edition):
        found = audit(small_edition).commission()
        with pytest.raises(IntegrityError, match="engagementmember_in_fieldwork"):
            self._insert(found, found.lead)

    def test_a_person_is_in_the_team_once(self, taken):
        with pytest.raises(IntegrityError, match="engagementmember_once"):
            self._insert(taken, taken.lead)

    def test_what_has_ended_and_what_was_said_stay_as_they_are(self, taken, colleague):
        member = taken.assign(colleague)
        taken.confirm(colleague)
        end(taken, member)
        for rows in (EngagementMember.objects.filter(pk=member.pk), IndependenceStatement.objects):
            with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
                rows.update(**self._change(rows))

    def test_who_has_left_states_nothing_more(self, taken, colleague):
        member = taken.assign(colleague)
        taken.confirm(colleague)
        end(taken, member)
        said = IndependenceStatement.objects.get()
        said.pk, said.version = None, 2
        with pytest.raises(IntegrityError, match="independencestatement_of_live_member"):
            said.save(force_insert=True)

    def test_no_statement_passes_with_a_check_that_refuses(self, taken):
        taken.confirm(taken.lead, interests=FAMILY)
        said = IndependenceStatement.objects.get()
        said.pk, said.version, said.outcome = None, 2, StatementOutcome.PASSED
        with pytest.raises(IntegrityError, match="independencestatement_refused_iff_check"):
            said.save(force_insert=True)

    def _insert(self, found, someone):
        EngagementMember.objects.create(
            engagement=found.engagement,
            person=someone,
            assigned_by=found.lead,
            assigned_at=timezone.now(),
        )

    def _change(self, rows):
        return (
            {"years_in_role": 9} if rows is IndependenceStatement.objects else {"end_reason": "別"}
        )


def test_mails_tell_of_the_team_without_what_was_said(taken, colleague):
    taken.assign(colleague)
    taken.confirm(colleague, interests=FAMILY)
    for job in Job.objects.filter(kind="audits.send_team_mail").order_by("created_at"):
        jobs.run(job.pk)
    assert [message.to for message in mail.outbox] == [[colleague.email], [taken.lead.email]]
    assert "独立性を確認してください" in mail.outbox[0].body
    assert "独立性に問題あり" in mail.outbox[1].body
    assert not any("いとこ" in message.body for message in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_two_leads_at_once_assign_one_member():
    found = audit(make_edition()).commission().take()
    colleague = person(Role.AUDIT_MEMBER, organisation=found.firm)
    outcomes = together(lambda: found.assign(colleague), lambda: found.assign(colleague))
    assert outcomes[0] == outcomes[1]
    assert found.engagement.members.filter(person=colleague).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_statements_at_once_leave_one():
    found = audit(make_edition()).commission().take()
    outcomes = together(
        lambda: said_by_lead(found, years_in_role=1), lambda: said_by_lead(found, years_in_role=2)
    )
    assert sorted(isinstance(one, EditConflictError) for one in outcomes) == [False, True]
    assert IndependenceStatement.objects.count() == 1
