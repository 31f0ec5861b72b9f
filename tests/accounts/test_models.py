"""What the database itself refuses, and what is derived from dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.enums import AuditBodyListing, InvitationState, OrganisationKind, Role
from accounts.models import Invitation, Organisation
from tests.accounts.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationHistoryFactory,
    UserFactory,
    person,
)

DAY = date(2026, 4, 1)


@pytest.mark.django_db
class TestOrganisation:
    def test_corporate_number_is_unique_within_a_kind(self):
        OrganisationFactory(corporate_number="8999900000001")
        OrganisationFactory(corporate_number="8999900000001", kind=OrganisationKind.AUDIT_BODY)
        with pytest.raises(IntegrityError, match="organisation_corporate_number_once_per_kind"):
            OrganisationFactory(corporate_number="8999900000001")

    def test_an_unknown_corporate_number_may_stand_often(self):
        OrganisationFactory.create_batch(2, corporate_number="")

        assert Organisation.objects.count() == 2

    def test_there_is_one_committee(self):
        OrganisationFactory(committee=True)
        with pytest.raises(IntegrityError, match="organisation_one_committee"):
            OrganisationFactory(kind=OrganisationKind.COMMITTEE, name="見本第二委員会")

    def test_only_audit_bodies_are_listed(self):
        with pytest.raises(IntegrityError, match="organisation_only_audit_bodies_are_listed"):
            OrganisationFactory(listed_on=DAY)

    def test_delisting_comes_after_listing(self):
        with pytest.raises(IntegrityError, match="organisation_delisted_after_listed"):
            OrganisationFactory(audit_body=True, listed_on=DAY, delisted_on=DAY)


@pytest.mark.parametrize(
    ("listed_on", "delisted_on", "expected"),
    [
        (None, None, AuditBodyListing.UNLISTED),
        (DAY + timedelta(1), None, AuditBodyListing.SCHEDULED),
        (DAY, None, AuditBodyListing.LISTED),
        (DAY - timedelta(9), DAY + timedelta(1), AuditBodyListing.LISTED),
        (DAY - timedelta(9), DAY, AuditBodyListing.DELISTED),
    ],
)
@pytest.mark.django_db
def test_listing_agrees_in_python_and_in_sql(listed_on, delisted_on, expected):
    body = OrganisationFactory(audit_body=True, listed_on=listed_on, delisted_on=delisted_on)

    assert body.listing_on(DAY) == expected
    in_sql = Organisation.objects.listed_audit_bodies(DAY).filter(pk=body.pk).exists()
    assert in_sql is (expected == AuditBodyListing.LISTED)


@pytest.mark.django_db
class TestMembership:
    def test_end_lies_not_before_start(self):
        with pytest.raises(IntegrityError, match="membership_ends_after_start"):
            MembershipFactory(
                user=UserFactory(),
                organisation=OrganisationFactory(),
                role=Role.CSP_EDITOR,
                starts_on=DAY,
                ends_on=DAY - timedelta(1),
            )

    def test_the_same_role_does_not_overlap(self):
        editor = person(Role.CSP_EDITOR)
        with pytest.raises(IntegrityError, match="membership_role_once"):
            MembershipFactory(
                user=editor, organisation=editor.organisation, role=Role.CSP_EDITOR, starts_on=DAY
            )

    def test_a_person_acts_for_one_organisation_at_a_time(self):
        editor = person(Role.CSP_EDITOR)
        with pytest.raises(IntegrityError, match="membership_one_organisation_at_a_time"):
            MembershipFactory(
                user=editor, organisation=OrganisationFactory(), role=Role.CSP_APPROVER
            )

    def test_a_person_may_change_the_organisation(self):
        mover = person(Role.CSP_EDITOR)
        mover.memberships.update(ends_on=DAY - timedelta(1))
        other = OrganisationFactory()
        MembershipFactory(user=mover, organisation=other, role=Role.CSP_EDITOR, starts_on=DAY)

        assert [row.organisation for row in mover.memberships.in_force(DAY)] == [other]

    def test_a_deputy_has_a_last_day(self):
        absent, deputy = person(Role.CSP_APPROVER), UserFactory()
        with pytest.raises(IntegrityError, match="membership_deputy_is_temporary"):
            MembershipFactory(
                user=deputy,
                organisation=absent.organisation,
                role=Role.CSP_APPROVER,
                deputy_for=absent,
            )

    def test_nobody_stands_in_for_oneself(self):
        someone = UserFactory()
        with pytest.raises(IntegrityError, match="membership_deputy_for_somebody_else"):
            MembershipFactory(
                user=someone,
                organisation=OrganisationFactory(),
                role=Role.CSP_APPROVER,
                deputy_for=someone,
                ends_on=DAY,
            )


@pytest.mark.django_db
class TestInvitation:
    def test_one_open_invitation_per_address(self):
        first = InvitationFactory()
        with pytest.raises(IntegrityError, match="invitation_one_open_per_address"):
            InvitationFactory(organisation=first.organisation, email=first.email)

    def test_an_answered_one_leaves_room_for_another(self):
        first = InvitationFactory(withdrawn=True)
        InvitationFactory(organisation=first.organisation, email=first.email)

        assert Invitation.objects.filter(email=first.email).count() == 2

    def test_it_is_not_both_accepted_and_withdrawn(self):
        with pytest.raises(IntegrityError, match="invitation_accepted_or_withdrawn"):
            InvitationFactory(accepted=True, withdrawn=True)

    def test_it_offers_a_role(self):
        with pytest.raises(IntegrityError, match="invitation_offers_a_role"):
            InvitationFactory(roles=[])

    def test_the_token_is_256_bits_and_survives_the_database(self):
        invitation = InvitationFactory()
        token = invitation.token

        assert len(bytes.fromhex(token)) == 32
        assert Invitation.objects.for_token(token).get().token == token

    def test_the_token_moves_with_the_expiry(self):
        invitation = InvitationFactory()
        before = invitation.token
        invitation.expires_at += timedelta(microseconds=1)

        assert invitation.token != before

    def test_the_token_needs_the_secret_key(self, settings):
        invitation = InvitationFactory()
        before = invitation.token
        settings.SECRET_KEY = "y" * 50

        assert invitation.token != before

    @pytest.mark.parametrize(
        ("trait", "expected"),
        [
            ({}, InvitationState.OPEN),
            ({"expired": True}, InvitationState.EXPIRED),
            ({"accepted": True}, InvitationState.ACCEPTED),
            ({"withdrawn": True}, InvitationState.WITHDRAWN),
        ],
    )
    def test_state_agrees_in_python_and_in_sql(self, trait, expected):
        now = timezone.now()
        invitation = InvitationFactory(**trait)

        assert invitation.state_at(now) == expected
        assert Invitation.objects.open(now).exists() is (expected == InvitationState.OPEN)

    def test_it_ends_at_the_very_instant(self):
        end = datetime(2026, 4, 1, 12, tzinfo=UTC)
        invitation = InvitationFactory(expires_at=end)

        assert invitation.state_at(end - timedelta(seconds=1)) == InvitationState.OPEN
        assert invitation.state_at(end) == InvitationState.EXPIRED


@pytest.mark.django_db
def test_addresses_are_unique_without_case():
    UserFactory(email="hanako@example.jp")
    with pytest.raises(IntegrityError, match="user_email_once_without_case"):
        UserFactory(email="Hanako@example.jp")


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda line: line.save(), lambda line: line.delete()])
def test_history_is_append_only(change):
    line = OrganisationHistoryFactory()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        change(line)


@pytest.mark.django_db
def test_texts_of_the_models():
    editor = person(Role.CSP_EDITOR)
    membership = editor.memberships.get()
    invitation = InvitationFactory(email="a@example.jp", roles=["csp_editor", "csp_approver"])
    line = OrganisationHistoryFactory()

    assert str(membership) == f"{editor.name} 言明担当者"
    assert str(editor.organisation) == editor.organisation.name
    assert str(invitation) == f"a@example.jp → {invitation.organisation.name}"
    assert invitation.get_roles_display() == "言明担当者、承認者"
    assert line.get_action_display() == "組織を登録"
