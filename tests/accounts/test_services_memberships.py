"""Granting, ending and handing over roles."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.services import memberships as services
from core.exceptions import DomainError
from core.models import Job
from tests.accounts.factories import MembershipFactory, OrganisationFactory, person

pytestmark = pytest.mark.django_db


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def approver():
    return person(Role.CSP_APPROVER)


@pytest.fixture
def editor(approver):
    return person(Role.CSP_EDITOR, organisation=approver.organisation)


def grant(actor, user, **extra):
    values = {
        "organisation_id": actor.organisation_id,
        "role": Role.CSP_APPROVER,
        "starts_on": today(),
    }
    return services.grant_role(actor=actor, user_id=user.pk, **values | extra)


def end(actor, membership, **extra):
    values = {"ends_on": today(), "reason": "異動のため"}
    return services.end_membership(actor=actor, membership_id=membership.pk, **values | extra)


def hand_over(actor, membership, to, **extra):
    return services.hand_over(
        actor=actor, membership_id=membership.pk, to_user_id=to.pk, **{"on": today()} | extra
    )


class TestGrant:
    def test_it_works_records_and_tells_the_person(self, approver, editor):
        membership = grant(approver, editor, ends_on=today(30), reason="増員")

        assert User.objects.get(pk=editor.pk).roles == {Role.CSP_EDITOR, Role.CSP_APPROVER}
        line = editor.organisation.history.get()
        assert (line.action, line.actor, line.reason) == ("role_granted", approver, "増員")
        assert line.changes == {
            "person": [None, editor.name],
            "role": [None, "csp_approver"],
            "starts_on": [None, today().isoformat()],
            "ends_on": [None, today(30).isoformat()],
        }
        job = Job.objects.get()
        assert (job.kind, job.queue) == ("accounts.send_role_notice", "mail")
        assert job.arguments["membership_id"] == str(membership.pk)

    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER])
    def test_it_is_refused_by_role(self, role, approver, editor):
        with pytest.raises(PermissionDenied):
            grant(person(role), editor, organisation_id=approver.organisation_id)

    def test_nobody_grants_to_oneself(self, approver):
        with pytest.raises(PermissionDenied):
            grant(approver, approver, role=Role.CSP_EDITOR)

    def test_a_role_of_another_kind_is_refused(self, approver, editor):
        with pytest.raises(PermissionDenied):
            grant(approver, editor, role=Role.AUDIT_LEAD)

    def test_the_secretariat_makes_no_administrator(self):
        secretariat = person(Role.SECRETARIAT)
        member = person(Role.COMMITTEE_MEMBER)
        with pytest.raises(PermissionDenied):
            grant(secretariat, member, role=Role.SYSTEM_ADMIN)

    def test_an_outsider_has_to_be_invited(self, approver):
        with pytest.raises(DomainError, match="まず組織に招待"):
            grant(approver, person(Role.CSP_EDITOR))

    @pytest.mark.parametrize(
        ("days", "sentence"),
        [
            ({"starts_on": today(-1)}, "今日以後"),
            ({"starts_on": today(2), "ends_on": today(1)}, "開始日以後"),
        ],
    )
    def test_days_have_to_fit(self, approver, editor, days, sentence):
        with pytest.raises(DomainError, match=sentence):
            grant(approver, editor, **days)

    def test_the_same_role_twice_is_refused(self, approver, editor):
        with pytest.raises(DomainError, match="すでに同じ役割"):
            grant(approver, editor, role=Role.CSP_EDITOR)


class TestDeputy:
    def appoint(self, approver, editor, **extra):
        return grant(
            approver, editor, **{"ends_on": today(14), "deputy_for_id": approver.pk} | extra
        )

    def test_a_colleague_stands_in_until_a_day(self, approver, editor):
        membership = self.appoint(approver, editor)

        assert (membership.deputy_for, membership.ends_on) == (approver, today(14))
        assert Role.CSP_APPROVER in User.objects.get(pk=editor.pk).roles
        line = editor.organisation.history.get()
        assert line.changes["deputy_for"] == [None, approver.name]

    def test_a_deputy_without_an_end_is_refused(self, approver, editor):
        with pytest.raises(DomainError, match="終了日が必要"):
            self.appoint(approver, editor, ends_on=None)

    def test_only_approver_and_audit_lead_have_deputies(self):
        secretariat = person(Role.SECRETARIAT)
        member, colleague = person(Role.COMMITTEE_MEMBER), person(Role.SECRETARIAT)
        with pytest.raises(DomainError, match="承認者と監査責任者"):
            grant(
                secretariat,
                colleague,
                role=Role.COMMITTEE_MEMBER,
                ends_on=today(5),
                deputy_for_id=member.pk,
            )

    def test_the_absent_person_has_to_hold_the_role(self, approver, editor):
        third = person(Role.CSP_EDITOR, organisation=approver.organisation)
        with pytest.raises(DomainError, match="その役割を持っている方"):
            self.appoint(approver, third, deputy_for_id=editor.pk)

    def test_a_deputy_has_no_deputy(self, approver, editor):
        self.appoint(approver, editor)
        third = person(Role.CSP_EDITOR, organisation=approver.organisation)
        with pytest.raises(DomainError, match="代理の方を除く"):
            self.appoint(approver, third, deputy_for_id=editor.pk)

    def test_nobody_stands_in_for_oneself(self, approver, editor):
        with pytest.raises(DomainError, match="ご本人を代理にはできません"):
            self.appoint(approver, editor, deputy_for_id=editor.pk)


class TestEnd:
    def test_it_works_records_and_tells_the_person(self, approver, editor):
        membership = end(approver, editor.memberships.get(), ends_on=today(10))

        assert membership.ends_on == today(10)
        line = editor.organisation.history.get()
        assert (line.action, line.reason) == ("role_ended", "異動のため")
        assert line.changes["ends_on"] == [None, today(10).isoformat()]
        assert line.changes["person"] == [editor.name, editor.name]
        assert Job.objects.get().arguments["ends_on"] == today(10).isoformat()

    def test_yesterday_takes_the_role_away_at_once(self, approver, editor):
        end(approver, editor.memberships.get(), ends_on=today(-1))

        assert User.objects.get(pk=editor.pk).roles == frozenset()

    def test_an_end_in_the_future_may_be_moved(self, approver, editor):
        membership = end(approver, editor.memberships.get(), ends_on=today(10))

        assert end(approver, membership, ends_on=today(20)).ends_on == today(20)

    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER])
    def test_it_is_refused_by_role(self, role, editor):
        with pytest.raises(PermissionDenied):
            end(person(role), editor.memberships.get())

    def test_nobody_ends_the_own_role(self, approver):
        with pytest.raises(PermissionDenied):
            end(approver, approver.memberships.get())

    def test_what_has_ended_stays_ended(self, approver, editor):
        membership = end(approver, editor.memberships.get(), ends_on=today(-1))
        with pytest.raises(DomainError, match="すでに終了"):
            end(approver, membership, ends_on=today(5))

    def test_the_past_is_not_rewritten(self, approver, editor):
        with pytest.raises(DomainError, match="昨日以後"):
            end(approver, editor.memberships.get(), ends_on=today(-2))

    def test_an_end_before_the_start_is_refused(self, approver, editor):
        membership = grant(approver, editor, starts_on=today(5))
        with pytest.raises(DomainError, match="開始日以後"):
            end(approver, membership, ends_on=today(4))

    def test_a_longer_end_may_not_reach_into_the_next_stay(self, approver, editor):
        first = end(approver, editor.memberships.get(), ends_on=today(5))
        MembershipFactory(
            user=editor,
            organisation=approver.organisation,
            role=Role.CSP_EDITOR,
            starts_on=today(10),
        )
        with pytest.raises(DomainError, match="すでに同じ役割"):
            end(approver, first, ends_on=today(10))


class TestNobodyIsLeftToManage:
    SENTENCE = "「承認者」がいなくなります"

    @pytest.fixture
    def secretariat(self):
        return person(Role.SECRETARIAT)

    def test_the_last_approver_stays(self, secretariat, approver):
        with pytest.raises(DomainError, match=self.SENTENCE):
            end(secretariat, approver.memberships.get())

    def test_an_audit_firm_keeps_its_lead(self, secretariat):
        lead = person(Role.AUDIT_LEAD)
        with pytest.raises(DomainError, match="「監査責任者」がいなくなります"):
            end(secretariat, lead.memberships.get())

    def test_the_committee_keeps_its_secretariat(self, secretariat):
        with pytest.raises(DomainError, match="「事務局」がいなくなります"):
            end(person(Role.SYSTEM_ADMIN), secretariat.memberships.get())

    def test_with_another_approver_the_first_may_go(self, secretariat, approver):
        person(Role.CSP_APPROVER, organisation=approver.organisation)

        assert end(secretariat, approver.memberships.get()).ends_on == today()

    def test_a_deputy_is_no_successor(self, secretariat, approver, editor):
        grant(approver, editor, ends_on=today(30), deputy_for_id=approver.pk)
        with pytest.raises(DomainError, match=self.SENTENCE):
            end(secretariat, approver.memberships.get())

    def test_an_approver_with_an_end_is_no_successor(self, secretariat, approver, editor):
        grant(approver, editor, ends_on=today(300))
        with pytest.raises(DomainError, match=self.SENTENCE):
            end(secretariat, approver.memberships.get())

    def test_a_gap_between_two_approvers_is_refused(self, secretariat, approver, editor):
        grant(approver, editor, starts_on=today(10))
        membership = approver.memberships.get()
        with pytest.raises(DomainError, match=self.SENTENCE):
            end(secretariat, membership, ends_on=today(8))

        assert end(secretariat, membership, ends_on=today(9)).ends_on == today(9)

    def test_a_blocked_person_is_no_successor(self, secretariat, approver):
        other = person(Role.CSP_APPROVER, organisation=approver.organisation)
        User.objects.filter(pk=other.pk).update(is_active=False)
        with pytest.raises(DomainError, match=self.SENTENCE):
            end(secretariat, approver.memberships.get())

    def test_a_deputys_own_end_needs_no_successor(self, approver, editor):
        deputy = grant(approver, editor, ends_on=today(30), deputy_for_id=approver.pk)

        assert end(approver, deputy, ends_on=today(1)).ends_on == today(1)


class TestHandOver:
    @pytest.fixture
    def secretariat(self):
        return person(Role.SECRETARIAT)

    def test_it_is_one_act_with_two_lines_and_two_mails(self, secretariat, approver, editor):
        granted = hand_over(secretariat, approver.memberships.get(), editor, reason="退任")

        assert (granted.user, granted.role, granted.starts_on) == (
            editor,
            Role.CSP_APPROVER,
            today(),
        )
        assert granted.ends_on is None
        assert approver.memberships.get().ends_on == today()
        lines = approver.organisation.history.all()
        assert [(line.action, line.reason) for line in lines] == [
            ("role_ended", "退任"),
            ("role_granted", "退任"),
        ]
        assert Job.objects.count() == 2

    @pytest.mark.parametrize("which", ["giver", "taker"])
    def test_neither_of_the_two_does_it(self, which, approver, editor):
        second = person(Role.CSP_APPROVER, organisation=approver.organisation)
        actor = approver if which == "giver" else second
        with pytest.raises(PermissionDenied):
            hand_over(actor, approver.memberships.get(), second if which == "taker" else editor)

    def test_an_outsider_takes_nothing_over(self, secretariat, approver):
        with pytest.raises(DomainError, match="まず組織に招待"):
            hand_over(secretariat, approver.memberships.get(), person(Role.CSP_EDITOR))
        assert approver.memberships.get().ends_on is None

    def test_a_deputys_role_is_not_handed_over(self, secretariat, approver, editor):
        deputy = grant(approver, editor, ends_on=today(30), deputy_for_id=approver.pk)
        third = person(Role.CSP_EDITOR, organisation=approver.organisation)
        with pytest.raises(DomainError, match="代理の役割は引き継げません"):
            hand_over(secretariat, deputy, third)

    def test_whoever_holds_the_role_already_cannot_take_it_over(self, secretariat, approver):
        other = person(Role.CSP_APPROVER, organisation=approver.organisation)
        with pytest.raises(DomainError, match="すでに同じ役割"):
            hand_over(secretariat, approver.memberships.get(), other)
        assert approver.memberships.get().ends_on is None
        assert not approver.organisation.history.exists()

    def test_yesterday_is_too_late(self, secretariat, approver, editor):
        with pytest.raises(DomainError, match="今日以後"):
            hand_over(secretariat, approver.memberships.get(), editor, on=today(-1))


def test_another_organisations_people_are_out_of_reach(approver):
    stranger = person(Role.CSP_EDITOR, organisation=OrganisationFactory())
    with pytest.raises(PermissionDenied):
        end(approver, stranger.memberships.get())
    assert Membership.objects.get(user=stranger).ends_on is None
