"""The mails: what they say, to whom, and when none is sent."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import notifications, tasks
from accounts.enums import OrganisationAction, Role
from accounts.models import Invitation
from accounts.services import invitations
from core import jobs
from core.enums import JobState
from core.models import Job
from tests.accounts.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db


def run_jobs():
    for job in Job.objects.filter(state=JobState.PENDING):
        jobs.run(job.pk)
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def send_role_notice(membership, action):
    ends_on = membership.ends_on.isoformat() if membership.ends_on else None
    tasks.send_role_notice.function(
        membership_id=str(membership.pk), action=str(action), ends_on=ends_on
    )


class TestInvitationMail:
    def test_the_link_of_the_mail_opens_the_door(self, mailoutbox):
        approver = person(Role.CSP_APPROVER)
        organisation = OrganisationFactory(name="A&B <見本> クラウド")
        approver.memberships.update(organisation=organisation)
        approver = type(approver).objects.get(pk=approver.pk)
        invitations.invite_person(
            organisation_id=organisation.pk,
            actor=approver,
            email="shinjin@example.jp",
            roles=[Role.CSP_EDITOR],
        )
        run_jobs()

        (mail,) = mailoutbox
        assert mail.to == ["shinjin@example.jp"]
        assert mail.subject == "[ISMAP-LIU 登録管理] 利用者としての招待"
        assert "「A&B <見本> クラウド」の利用者として招待されています。" in mail.body
        assert "役割：言明担当者" in mail.body
        token = re.search(r"https://testserver/accounts/invitation/([0-9a-f]{64})/", mail.body)[1]
        assert invitations.accept_invitation(token=token, name="見本 新人").roles == {
            Role.CSP_EDITOR
        }

    @pytest.mark.parametrize("trait", ["accepted", "withdrawn"])
    def test_what_was_answered_meanwhile_is_not_sent(self, trait, mailoutbox):
        invitation = InvitationFactory(**{trait: True})
        tasks.send_invitation.function(
            invitation_id=str(invitation.pk), expires_at=invitation.expires_at.isoformat()
        )

        assert mailoutbox == []

    def test_only_the_newest_link_is_sent(self, mailoutbox):
        approver = person(Role.CSP_APPROVER)
        invitation = InvitationFactory(organisation=approver.organisation)
        first = invitation.expires_at.isoformat()
        renewed = invitations.resend_invitation(invitation_id=invitation.pk, actor=approver)
        tasks.send_invitation.function(invitation_id=str(invitation.pk), expires_at=first)
        assert mailoutbox == []

        run_jobs()
        assert notifications.invitation_link(renewed) in mailoutbox[0].body

    def test_a_mail_that_is_sent_twice_is_the_same_mail(self, mailoutbox):
        invitation = InvitationFactory()
        for _attempt in range(2):
            tasks.send_invitation.function(
                invitation_id=str(invitation.pk), expires_at=invitation.expires_at.isoformat()
            )

        first, second = mailoutbox
        assert first.body == second.body
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
        assert first.extra_headers["Message-ID"].endswith("@example.jp>")

    def test_an_unknown_invitation_is_no_error(self, mailoutbox):
        tasks.send_invitation.function(
            invitation_id=str(uuid.uuid4()), expires_at=timezone.now().isoformat()
        )

        assert mailoutbox == []
        assert not Invitation.objects.exists()


class TestRoleMail:
    def test_a_role_given(self, mailoutbox):
        membership = person(Role.CSP_EDITOR).memberships.get()
        send_role_notice(membership, OrganisationAction.ROLE_GRANTED)

        (mail,) = mailoutbox
        assert mail.to == [membership.user.email]
        assert mail.subject.endswith("役割が付与されました")
        assert f"{membership.user.name} 様" in mail.body
        assert "役割：言明担当者\n開始日：令和6年4月1日（月）" in mail.body
        assert "終了日" not in mail.body
        assert "代理" not in mail.body

    def test_a_deputys_role(self, mailoutbox):
        absent, deputy = person(Role.CSP_APPROVER), UserFactory()
        membership = MembershipFactory(
            user=deputy,
            organisation=absent.organisation,
            role=Role.CSP_APPROVER,
            ends_on=date(2026, 4, 1),
            deputy_for=absent,
        )
        send_role_notice(membership, OrganisationAction.ROLE_GRANTED)

        assert "終了日：令和8年4月1日（水）（この日の終わりまで）" in mailoutbox[0].body
        assert f"代理の相手：{absent.name} 様" in mailoutbox[0].body

    def test_a_role_that_ends(self, mailoutbox):
        membership = person(Role.CSP_EDITOR).memberships.get()
        membership.ends_on = date(2026, 4, 1)
        send_role_notice(membership, OrganisationAction.ROLE_ENDED)

        assert mailoutbox[0].subject.endswith("役割の終了日が決まりました")
        assert "終了日：令和8年4月1日（水）（この日の終わりまで）" in mailoutbox[0].body

    def test_the_mail_tells_the_days_of_its_act(self, mailoutbox):
        membership = person(Role.CSP_EDITOR).memberships.get()
        membership.ends_on = date(2026, 4, 1)
        seen_at_the_act = membership.ends_on.isoformat()
        membership.ends_on += timedelta(days=30)
        membership.save()
        tasks.send_role_notice.function(
            membership_id=str(membership.pk), action="role_ended", ends_on=seen_at_the_act
        )

        assert "令和8年4月1日" in mailoutbox[0].body

    def test_an_unknown_membership_is_no_error(self, mailoutbox):
        tasks.send_role_notice.function(
            membership_id=str(uuid.uuid4()), action="role_ended", ends_on=None
        )

        assert mailoutbox == []
