"""Who may know of what, and the searches."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Invitation, Membership, Organisation, User
from core.normalise import search_key
from tests.accounts.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)
STAFF = (Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN)


@pytest.fixture
def world():
    """A CSP, a listed and an unlisted audit body, the committee: none of them the reader's own."""
    return {
        "csp": OrganisationFactory(name="見本の他社"),
        "listed": OrganisationFactory(audit_body=True, name="見本の掲載法人"),
        "unlisted": OrganisationFactory(audit_body=True, name="見本の未掲載法人", listed_on=None),
        "committee": OrganisationFactory(committee=True),
    }


def seen(user, world):
    rows = set(Organisation.objects.visible_to(user))
    return {name for name, organisation in world.items() if organisation in rows}


@pytest.mark.parametrize("role", STAFF)
def test_staff_see_every_organisation(world, role):
    assert seen(person(role), world) == {"csp", "listed", "unlisted", "committee"}


@pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.CSP_APPROVER])
def test_csp_people_see_listed_audit_bodies_and_the_own_organisation(world, role):
    user = person(role)

    assert seen(user, world) == {"listed"}
    assert user.organisation in Organisation.objects.visible_to(user)


@pytest.mark.parametrize("role", [Role.AUDIT_LEAD, Role.AUDIT_MEMBER])
def test_auditors_see_only_the_own_firm(world, role):
    user = person(role)

    assert seen(user, world) == set()
    assert user.organisation in Organisation.objects.visible_to(user)


def test_a_person_without_a_role_sees_nothing(world):
    assert not Organisation.objects.visible_to(UserFactory()).exists()
    assert not Membership.objects.visible_to(UserFactory()).exists()
    assert not Invitation.objects.visible_to(UserFactory()).exists()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.CSP_EDITOR, {"own"}),
        (Role.CSP_APPROVER, {"own"}),
        (Role.AUDIT_LEAD, {"own"}),
        (Role.AUDIT_MEMBER, {"own"}),
        (Role.COMMITTEE_MEMBER, {"own"}),
        (Role.SECRETARIAT, {"own", "csp", "audit_body"}),
        (Role.SYSTEM_ADMIN, {"own", "csp", "audit_body"}),
    ],
)
def test_visible_memberships(role, expected):
    user = person(role)
    rows = {
        "own": user.memberships.get(),
        "csp": person(Role.CSP_EDITOR).memberships.get(),
        "audit_body": person(Role.AUDIT_MEMBER).memberships.get(),
    }

    visible = set(Membership.objects.visible_to(user))
    assert {name for name, row in rows.items() if row in visible} == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.CSP_EDITOR, set()),
        (Role.CSP_APPROVER, {"own"}),
        (Role.AUDIT_LEAD, {"own"}),
        (Role.AUDIT_MEMBER, set()),
        (Role.COMMITTEE_MEMBER, set()),
        (Role.SECRETARIAT, {"own", "other"}),
        (Role.SYSTEM_ADMIN, {"own", "other"}),
    ],
)
def test_visible_invitations_and_managed_organisations(role, expected):
    user = person(role)
    rows = {
        "own": InvitationFactory(organisation=user.organisation),
        "other": InvitationFactory(),
    }

    visible = set(Invitation.objects.visible_to(user))
    managed = set(Organisation.objects.manageable_by(user))
    assert {name for name, row in rows.items() if row in visible} == expected
    assert {name for name, row in rows.items() if row.organisation in managed} == expected


def test_the_secretariat_manages_no_people_of_another_committee_kind():
    secretariat = person(Role.SECRETARIAT)
    admin = person(Role.SYSTEM_ADMIN)

    assert admin.organisation in Organisation.objects.manageable_by(secretariat)
    assert not Organisation.objects.manageable_by(person(Role.CSP_APPROVER)).filter(
        kind=OrganisationKind.COMMITTEE
    )


def test_memberships_hold_on_their_first_and_last_day():
    user, organisation = UserFactory(), OrganisationFactory()
    MembershipFactory(
        user=user,
        organisation=organisation,
        role=Role.CSP_EDITOR,
        starts_on=DAY,
        ends_on=DAY + timedelta(10),
    )

    def holds(offset):
        return Membership.objects.in_force(DAY + timedelta(offset)).exists()

    assert [holds(-1), holds(0), holds(10), holds(11)] == [False, True, True, False]
    assert Membership.objects.not_ended(DAY - timedelta(1)).exists() is True
    assert Membership.objects.not_ended(DAY + timedelta(11)).exists() is False


def test_lasting_leaves_out_deputies_ends_and_inactive_people():
    approver = person(Role.CSP_APPROVER)
    organisation = approver.organisation
    for extra in (
        {"ends_on": DAY + timedelta(30)},
        {"ends_on": DAY + timedelta(30), "deputy_for": approver},
        {"starts_on": DAY + timedelta(1)},
        {"user": UserFactory(is_active=False)},
    ):
        columns = {"user": UserFactory(), "organisation": organisation, "role": Role.CSP_APPROVER}
        MembershipFactory(**columns | extra)

    assert [row.user for row in organisation.memberships.lasting(DAY)] == [approver]


@pytest.mark.parametrize(
    "text",
    ["ﾐﾅﾄ", "みなと クラウド", "ＭＩＮＡＴＯ", "minato", "8-9999-0000-0001", "８９９９９", ""],
)
def test_search_does_not_mind_width_case_and_blanks(text):
    OrganisationFactory(
        name="みなとクラウド Minato",
        name_kana="ミナト",
        corporate_number="8999900000001",
        search_key=search_key("みなとクラウド Minato", "ミナト", "8999900000001"),
    )

    assert Organisation.objects.matching(text).count() == 1


@pytest.mark.parametrize("text", ["やまびこ", "%", "_", "\\", "' OR 1=1--"])
def test_search_takes_signs_literally(text):
    OrganisationFactory(name="みなとクラウド")

    assert Organisation.objects.matching(text).count() == 0


def test_people_sign_in_without_minding_case():
    hanako = UserFactory(email="hanako@example.jp")

    assert User.objects.get_by_natural_key("Hanako@Example.JP") == hanako


def test_open_invitations_are_neither_answered_nor_expired():
    now = timezone.now()
    fresh = InvitationFactory()
    expired = InvitationFactory(expired=True)
    InvitationFactory(accepted=True)
    InvitationFactory(withdrawn=True)

    assert list(Invitation.objects.open(now)) == [fresh]
    assert set(Invitation.objects.pending()) == {fresh, expired}
