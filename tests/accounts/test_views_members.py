"""Pages of the people of an organisation."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, Membership
from tests.accounts.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db

MANAGERS = {Role.CSP_APPROVER, Role.AUDIT_LEAD, Role.SECRETARIAT, Role.SYSTEM_ADMIN}


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def url(name, row):
    return reverse(f"accounts:{name}", args=[row.pk])


@pytest.fixture
def approver(client):
    user = person(Role.CSP_APPROVER)
    client.force_login(user)
    return user


@pytest.fixture
def editor(approver):
    return person(Role.CSP_EDITOR, organisation=approver.organisation)


class TestPage:
    @pytest.mark.parametrize("role", Role)
    def test_colleagues_see_each_other_and_managers_the_invitations(self, client, role):
        user = person(role)
        client.force_login(user)
        invitation = InvitationFactory(organisation=user.organisation)
        answer = client.get(url("members", user.organisation))

        assert user.email in answer.text
        assert (invitation.email in answer.text) is (role in MANAGERS)
        assert (url("invite_person", user.organisation) in answer.text) is (role in MANAGERS)

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.CSP_APPROVER, 404),
            (Role.AUDIT_LEAD, 404),
            (Role.COMMITTEE_MEMBER, 403),
            (Role.SECRETARIAT, 200),
            (Role.SYSTEM_ADMIN, 200),
        ],
    )
    def test_towards_another_organisation(self, client, role, status):
        client.force_login(person(role))
        other = person(Role.CSP_EDITOR).organisation

        assert client.get(url("members", other)).status_code == status

    def test_it_shows_roles_days_deputies_and_what_has_ended(self, client, approver, editor):
        MembershipFactory(
            user=editor,
            organisation=approver.organisation,
            role=Role.CSP_APPROVER,
            starts_on=today(),
            ends_on=today(14),
            deputy_for=approver,
        )
        gone = MembershipFactory(
            user=UserFactory(name="見本 去った人"),
            organisation=approver.organisation,
            role=Role.CSP_EDITOR,
            ends_on=today(-1),
        )
        members = client.get(url("members", approver.organisation)).context["members"]

        by_name = {row.name: row for row in members.people}
        assert set(by_name) == {approver.name, editor.name}
        roles = [(role.label, role.deputy_for) for role in by_name[editor.name].roles]
        assert roles == [("言明担当者", ""), ("承認者", approver.name)]
        assert [row.name for row in members.past] == [gone.user.name]

    def test_acts_are_offered_for_others_and_not_for_oneself(self, client, approver, editor):
        members = client.get(url("members", approver.organisation)).context["members"]
        own = next(row for row in members.people if row.is_self).roles[0]
        others = next(row for row in members.people if not row.is_self).roles[0]

        assert (own.can_end, own.can_hand_over, own.can_have_deputy) == (False, False, True)
        assert (others.can_end, others.can_hand_over, others.can_have_deputy) == (
            True,
            True,
            False,
        )

    def test_open_and_expired_invitations_are_told_apart(self, client, approver):
        InvitationFactory(organisation=approver.organisation)
        InvitationFactory(organisation=approver.organisation, expired=True)
        InvitationFactory(organisation=approver.organisation, accepted=True)
        InvitationFactory(organisation=approver.organisation, withdrawn=True)
        members = client.get(url("members", approver.organisation)).context["members"]

        assert sorted(row.tag.label for row in members.invitations) == ["回答待ち", "期限切れ"]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_grow(
        self, client, approver, django_assert_num_queries, rows
    ):
        for _row in range(rows):
            person(Role.CSP_EDITOR, organisation=approver.organisation)
            InvitationFactory(organisation=approver.organisation, invited_by=approver)
        # session, user, memberships, organisation, its memberships, its invitations
        with django_assert_num_queries(6):
            client.get(url("members", approver.organisation))


class TestInvite:
    def test_it_invites_and_says_so(self, client, approver):
        answer = client.post(
            url("invite_person", approver.organisation),
            {"email": "Shinjin@example.jp", "roles": ["csp_editor", "csp_approver"]},
            follow=True,
        )

        invitation = Invitation.objects.get()
        assert invitation.roles == ["csp_editor", "csp_approver"]
        assert "shinjin@example.jp に招待のメールを送ります。" in answer.text
        assert invitation.token not in answer.text

    def test_it_offers_only_what_the_person_may_give(self, client):
        client.force_login(person(Role.SECRETARIAT))
        committee = person(Role.SECRETARIAT).organisation
        form = client.get(url("invite_person", committee)).context["form"]

        values = [value for value, _label in form.fields["roles"].choices]
        assert values == ["secretariat", "committee_member"]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"email": "だめ", "roles": ["csp_editor"]}, "メールアドレスとして読めません"),
            ({"email": "a@example.jp"}, "選んでください"),
            ({"email": "a@example.jp", "roles": ["audit_lead"]}, "一覧にあるものから選んで"),
            ({"email": "twice@example.jp", "roles": ["csp_editor"]}, "すでにあります"),
        ],
    )
    def test_bad_input_is_told_and_kept(self, client, approver, data, sentence):
        InvitationFactory(organisation=approver.organisation, email="twice@example.jp")
        answer = client.post(url("invite_person", approver.organisation), data)

        assert answer.status_code == 422
        assert sentence in answer.text
        assert data["email"] in answer.text

    @pytest.mark.parametrize("name", ["invite_person", "grant_role"])
    def test_colleagues_without_that_right_are_refused(self, client, name):
        editor = person(Role.CSP_EDITOR)
        client.force_login(editor)

        assert client.get(url(name, editor.organisation)).status_code == 403
        assert client.post(url(name, editor.organisation), {}).status_code == 403

    @pytest.mark.parametrize("name", ["invite_person", "grant_role"])
    def test_others_do_not_find_it(self, client, approver, name):
        assert client.post(url(name, OrganisationFactory()), {}).status_code == 404


class TestInvitationActs:
    def test_sending_again(self, client, approver):
        invitation = InvitationFactory(organisation=approver.organisation, expired=True)
        answer = client.post(url("resend_invitation", invitation), follow=True)

        invitation.refresh_from_db()
        assert invitation.expires_at > timezone.now()
        assert "もう一度送ります" in answer.text

    def test_taking_back(self, client, approver):
        invitation = InvitationFactory(organisation=approver.organisation)
        answer = client.post(url("withdraw_invitation", invitation), follow=True)

        assert not Invitation.objects.pending().exists()
        assert "招待を取り消しました" in answer.text

    @pytest.mark.parametrize("name", ["resend_invitation", "withdraw_invitation"])
    def test_a_second_click_is_told_what_happened(self, client, approver, name):
        invitation = InvitationFactory(organisation=approver.organisation, withdrawn=True)
        answer = client.post(url(name, invitation), follow=True)

        assert "取り消されています" in answer.text

    @pytest.mark.parametrize("name", ["resend_invitation", "withdraw_invitation"])
    def test_they_are_hidden_from_everybody_else(self, client, name):
        invitation = InvitationFactory()
        for role in (Role.CSP_APPROVER, Role.AUDIT_LEAD, Role.COMMITTEE_MEMBER):
            client.force_login(person(role))
            assert client.post(url(name, invitation)).status_code == 404
        colleague = person(Role.CSP_EDITOR, organisation=invitation.organisation)
        client.force_login(colleague)
        assert client.post(url(name, invitation)).status_code == 404

    @pytest.mark.parametrize("name", ["resend_invitation", "withdraw_invitation"])
    def test_reading_changes_nothing(self, client, approver, name):
        invitation = InvitationFactory(organisation=approver.organisation)

        assert client.get(url(name, invitation)).status_code == 405


class TestRoles:
    def test_granting(self, client, approver, editor):
        data = {"person": editor.pk, "role": "csp_approver", "starts_on": today().isoformat()}
        answer = client.post(url("grant_role", approver.organisation), data)

        assert answer.url == url("members", approver.organisation)
        assert editor.memberships.count() == 2

    def test_oneself_is_not_among_the_choices(self, client, approver, editor):
        data = {"person": approver.pk, "role": "csp_editor", "starts_on": today().isoformat()}
        answer = client.post(url("grant_role", approver.organisation), data)

        assert answer.status_code == 422
        assert approver.memberships.count() == 1

    def test_ending(self, client, approver, editor):
        membership = editor.memberships.get()
        data = {"ends_on": today(3).isoformat(), "reason": "異動のため"}
        answer = client.post(url("end_membership", membership), data)

        assert answer.url == url("members", approver.organisation)
        membership.refresh_from_db()
        assert membership.ends_on == today(3)

    def test_ending_the_last_approver_is_refused_with_a_sentence(self, client, approver):
        client.force_login(person(Role.SECRETARIAT))
        data = {"ends_on": today().isoformat(), "reason": "残す理由"}
        answer = client.post(url("end_membership", approver.memberships.get()), data)

        assert answer.status_code == 422
        assert "「承認者」がいなくなります" in answer.text
        assert "残す理由" in answer.text

    def test_handing_over(self, client, approver, editor):
        client.force_login(person(Role.SECRETARIAT))
        data = {"person": editor.pk, "on": today().isoformat()}
        client.post(url("hand_over", approver.memberships.get()), data)

        assert approver.memberships.get().ends_on == today()
        assert editor.memberships.filter(role=Role.CSP_APPROVER, ends_on=None).exists()

    def test_naming_a_deputy_for_oneself(self, client, approver, editor):
        data = {
            "person": editor.pk,
            "starts_on": today().isoformat(),
            "ends_on": today(14).isoformat(),
        }
        client.post(url("appoint_deputy", approver.memberships.get()), data)

        assert editor.memberships.get(role=Role.CSP_APPROVER).deputy_for == approver

    def test_a_deputy_needs_an_end(self, client, approver, editor):
        data = {"person": editor.pk, "starts_on": today().isoformat()}
        answer = client.post(url("appoint_deputy", approver.memberships.get()), data)

        assert answer.status_code == 422
        assert Membership.objects.filter(deputy_for=approver).exists() is False

    @pytest.mark.parametrize("name", ["end_membership", "hand_over"])
    def test_the_own_role_is_refused(self, client, approver, name):
        membership = approver.memberships.get()

        assert client.get(url(name, membership)).status_code == 403
        assert client.post(url(name, membership), {}).status_code == 403

    @pytest.mark.parametrize("name", ["end_membership", "hand_over", "appoint_deputy"])
    def test_colleagues_without_that_right_are_refused(self, client, approver, editor, name):
        client.force_login(editor)

        assert client.get(url(name, approver.memberships.get())).status_code == 403
        assert client.post(url(name, approver.memberships.get()), {}).status_code == 403

    @pytest.mark.parametrize("name", ["end_membership", "hand_over", "appoint_deputy"])
    def test_others_do_not_find_it(self, client, approver, name):
        stranger = person(Role.CSP_APPROVER).memberships.get()

        assert client.get(url(name, stranger)).status_code == 404
        assert client.post(url(name, stranger), {}).status_code == 404

    @pytest.mark.parametrize(
        "name", ["end_membership", "hand_over", "appoint_deputy", "grant_role"]
    )
    def test_every_form_can_be_opened(self, client, approver, editor, name):
        client.force_login(person(Role.SECRETARIAT))
        row = approver.organisation if name == "grant_role" else approver.memberships.get()

        assert client.get(url(name, row)).status_code == 200
        assert client.post(url(name, row), {}).status_code == 422

    def test_a_role_taken_away_is_gone_at_the_next_request(self, client, approver):
        assert client.get(url("invite_person", approver.organisation)).status_code == 200
        approver.memberships.update(ends_on=today(-1))

        assert client.get(url("invite_person", approver.organisation)).status_code == 404
