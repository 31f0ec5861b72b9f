"""Inviting people, and joining by the link of the mail."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, Membership, User
from accounts.services import invitations as services
from core.exceptions import DomainError
from core.models import Job
from tests.accounts.factories import (
    PASSPHRASE,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person,
)


@pytest.fixture
def approver(db):
    return person(Role.CSP_APPROVER)


def invite(actor, **extra):
    values = {
        "organisation_id": actor.organisation_id,
        "email": "shinjin@example.jp",
        "roles": [Role.CSP_EDITOR],
    }
    return services.invite_person(actor=actor, **values | extra)


@pytest.mark.django_db
class TestInvite:
    def test_it_works_and_records(self, approver):
        before = timezone.now()
        invitation = invite(approver, roles=[Role.CSP_EDITOR, Role.CSP_APPROVER])

        assert invitation.roles == ["csp_editor", "csp_approver"]
        assert invitation.invited_by == approver
        lifetime = invitation.expires_at - before
        assert timedelta(hours=72) <= lifetime < timedelta(hours=72, minutes=1)
        line = approver.organisation.history.get()
        assert (line.action, line.actor) == ("invited", approver)
        assert line.changes == {
            "email": [None, "shinjin@example.jp"],
            "roles": [None, ["csp_editor", "csp_approver"]],
        }

    def test_the_token_stands_in_no_table(self, approver):
        invitation = invite(approver)
        token = invitation.token
        job = Job.objects.get()

        assert (job.kind, job.queue) == ("accounts.send_invitation", "mail")
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s',  # noqa: S608 -- names from the database itself
                    [f"%{token}%"],
                )
                assert cursor.fetchone() == (0,), table

    def test_the_address_is_stored_half_width_and_in_lower_case(self, approver):
        assert invite(approver, email=" Ｓｈｉｎｊｉｎ＠example.JP ").email == "shinjin@example.jp"

    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER])
    def test_it_is_refused_by_role(self, role, approver):
        with pytest.raises(PermissionDenied):
            invite(person(role), organisation_id=approver.organisation_id)

    @pytest.mark.parametrize("role", [Role.AUDIT_LEAD, Role.SECRETARIAT, "king"])
    def test_a_role_that_does_not_exist_there_is_refused(self, role, approver):
        with pytest.raises(PermissionDenied):
            invite(approver, roles=[Role.CSP_EDITOR, role])

    def test_the_secretariat_invites_no_administrator(self):
        with pytest.raises(PermissionDenied):
            invite(person(Role.SECRETARIAT), roles=[Role.SYSTEM_ADMIN])

    def test_no_role_is_refused(self, approver):
        with pytest.raises(DomainError, match="1つ以上"):
            invite(approver, roles=[])

    def test_a_second_open_invitation_is_refused(self, approver):
        invite(approver)
        with pytest.raises(DomainError, match="すでにあります"):
            invite(approver, email="SHINJIN@example.jp")

    def test_a_colleague_is_not_invited(self, approver):
        colleague = person(Role.CSP_EDITOR, organisation=approver.organisation)
        with pytest.raises(DomainError, match="すでにこの組織に所属"):
            invite(approver, email=colleague.email.upper())

    def test_it_does_not_tell_who_works_elsewhere(self, approver):
        elsewhere = person(Role.AUDIT_LEAD)

        assert invite(approver, email=elsewhere.email).email == elsewhere.email


@pytest.mark.django_db
class TestResendAndWithdraw:
    def test_a_new_link_replaces_the_old_one(self, approver):
        invitation = InvitationFactory(organisation=approver.organisation, expired=True)
        old = invitation.token
        renewed = services.resend_invitation(invitation_id=invitation.pk, actor=approver)

        assert not Invitation.objects.for_token(old).exists()
        assert Invitation.objects.for_token(renewed.token).get() == invitation
        assert renewed.expires_at > timezone.now() + timedelta(hours=71)
        assert approver.organisation.history.get().action == "invitation_resent"
        assert Job.objects.get().arguments["expires_at"] == renewed.expires_at.isoformat()

    def test_withdrawing_records(self, approver):
        invitation = InvitationFactory(organisation=approver.organisation)
        services.withdraw_invitation(invitation_id=invitation.pk, actor=approver)

        invitation.refresh_from_db()
        assert invitation.withdrawn_at is not None
        assert approver.organisation.history.get().action == "invitation_withdrawn"

    @pytest.mark.parametrize("act", [services.resend_invitation, services.withdraw_invitation])
    @pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER])
    def test_both_are_refused_by_role(self, role, act, approver):
        invitation = InvitationFactory(organisation=approver.organisation)
        with pytest.raises(PermissionDenied):
            act(invitation_id=invitation.pk, actor=person(role))

    @pytest.mark.parametrize("act", [services.resend_invitation, services.withdraw_invitation])
    @pytest.mark.parametrize(
        ("trait", "sentence"), [("accepted", "すでに使われて"), ("withdrawn", "取り消されて")]
    )
    def test_both_are_refused_by_state(self, trait, sentence, act, approver):
        invitation = InvitationFactory(organisation=approver.organisation, **{trait: True})
        with pytest.raises(DomainError, match=sentence):
            act(invitation_id=invitation.pk, actor=approver)


def accept(invitation, **extra):
    values = {"name": "見本 新人", "password": PASSPHRASE}
    return services.accept_invitation(token=invitation.token, **values | extra)


@pytest.mark.django_db
class TestAccept:
    def test_it_makes_person_address_and_roles_and_records(self):
        invitation = InvitationFactory(roles=["csp_editor", "csp_approver"])
        user = accept(invitation)

        assert (user.name, user.email, user.is_active) == ("見本 新人", invitation.email, True)
        assert user.check_password(PASSPHRASE)
        assert user.roles == {Role.CSP_EDITOR, Role.CSP_APPROVER}
        assert user.organisation == invitation.organisation
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (user.email, True, True)
        invitation.refresh_from_db()
        assert invitation.accepted_at is not None
        line = invitation.organisation.history.get()
        assert (line.action, line.actor) == ("joined", user)
        assert line.actor_label == f"見本 新人（{invitation.organisation.name}）"

    def test_without_a_password_none_can_be_used(self):
        user = accept(InvitationFactory(), password=None)

        assert user.has_usable_password() is False

    def test_an_unknown_token_opens_nothing(self):
        with pytest.raises(Invitation.DoesNotExist):
            services.accept_invitation(token="0" * 64, name="x", password=PASSPHRASE)

    @pytest.mark.parametrize(
        ("trait", "sentence"),
        [
            ("accepted", "すでに使われて"),
            ("withdrawn", "取り消されて"),
            ("expired", "有効期限が過ぎて"),
        ],
    )
    def test_it_is_refused_by_state(self, trait, sentence):
        invitation = InvitationFactory(**{trait: True})
        with pytest.raises(DomainError, match=sentence):
            accept(invitation)
        assert not User.objects.exists()

    def test_a_former_member_gets_the_roles_and_keeps_name_and_password(self):
        former = person(Role.CSP_EDITOR)
        former.set_password("前からのパスワードはこれです")
        former.save()
        former.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
        invitation = InvitationFactory(email=former.email, roles=["csp_approver"])

        user = accept(invitation, name="別の名", password=PASSPHRASE)

        assert user == former
        assert (user.name, user.roles) == (former.name, {Role.CSP_APPROVER})
        assert user.check_password("前からのパスワードはこれです")

    def test_whoever_acts_for_another_organisation_cannot_join(self):
        elsewhere = person(Role.AUDIT_LEAD)
        invitation = InvitationFactory(email=elsewhere.email)
        with pytest.raises(DomainError, match="別の組織に所属"):
            accept(invitation)
        invitation.refresh_from_db()
        assert invitation.accepted_at is None

    def test_a_blocked_person_cannot_join(self):
        blocked = UserFactory(is_active=False)
        with pytest.raises(DomainError, match="停止されています"):
            accept(InvitationFactory(email=blocked.email))

    def test_roles_are_all_or_none(self):
        user = UserFactory()
        organisation = OrganisationFactory()
        MembershipFactory(user=user, organisation=organisation, role=Role.CSP_APPROVER)
        invitation = InvitationFactory(
            organisation=organisation, email=user.email, roles=["csp_editor", "csp_approver"]
        )
        with pytest.raises(DomainError, match="すでに同じ役割"):
            accept(invitation)
        assert user.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_have_one_effect():
    invitation = InvitationFactory()
    barrier, outcomes = threading.Barrier(2), []

    def click():
        try:
            barrier.wait(timeout=10)
            accept(invitation)
            outcomes.append("joined")
        except DomainError as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes)[0] == "joined"
    assert "すでに使われています" in sorted(outcomes)[1]
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)
    assert invitation.organisation.history.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_at_once_make_one_person():
    invitations = InvitationFactory.create_batch(2, email="onaji@example.jp")
    barrier, outcomes = threading.Barrier(2), []

    def click(invitation):
        try:
            barrier.wait(timeout=10)
            accept(invitation)
            outcomes.append("joined")
        except DomainError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[row]) for row in invitations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["joined", "refused"]
    assert User.objects.count() == 1


@pytest.mark.django_db
class TestFirstAdministrator:
    def invite(self, email="admin@example.jp"):
        return services.invite_first_administrator(
            email=email, organisation_name="見本運営委員会・事務局"
        )

    def test_it_makes_the_committee_and_the_door(self):
        invitation = self.invite()

        assert invitation.organisation.kind == "committee"
        assert invitation.organisation.name == "見本運営委員会・事務局"
        assert (invitation.roles, invitation.invited_by) == (["system_admin"], None)
        lines = invitation.organisation.history.all()
        assert [(line.action, line.actor, line.actor_label) for line in lines] == [
            ("created", None, "システム"),
            ("invited", None, "システム"),
        ]
        assert not Job.objects.exists()
        assert accept(invitation).roles == {Role.SYSTEM_ADMIN}

    def test_an_existing_committee_is_kept(self):
        committee = OrganisationFactory(committee=True)

        assert self.invite().organisation == committee

    def test_again_for_the_same_address_gives_a_new_link(self):
        first = self.invite()
        second = self.invite("ADMIN@example.jp")

        assert first == second
        assert first.token != second.token
        assert Invitation.objects.count() == 1

    def test_it_is_refused_while_an_administrator_is_active(self):
        person(Role.SYSTEM_ADMIN)
        with pytest.raises(DomainError, match="すでにいます"):
            self.invite()

    @pytest.mark.parametrize("change", ["ended", "blocked"])
    def test_an_administrator_who_is_gone_does_not_count(self, change):
        gone = person(Role.SYSTEM_ADMIN)
        if change == "ended":
            gone.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
        else:
            User.objects.filter(pk=gone.pk).update(is_active=False)

        assert self.invite().email == "admin@example.jp"
