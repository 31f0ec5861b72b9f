"""Every role × every policy, in the own organisation and towards another one of each kind."""

import pytest

from accounts import policies
from accounts.enums import ROLES_OF_KIND, OrganisationKind, Role
from tests.accounts.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    organisation_for,
    person,
)

pytestmark = pytest.mark.django_db

MANAGERS = {Role.CSP_APPROVER, Role.AUDIT_LEAD, Role.SECRETARIAT, Role.SYSTEM_ADMIN}
STAFF = {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN}
KEEPERS = {Role.SECRETARIAT, Role.SYSTEM_ADMIN}


def another(kind):
    """An organisation of that kind to which the person does not belong."""
    return OrganisationFactory(kind=kind, name=f"見本のほかの{kind}")


@pytest.mark.parametrize("role", Role)
def test_list_and_creation_of_organisations(role):
    user = person(role)

    assert policies.can_see_organisations(user) is (role in STAFF)
    assert policies.can_create_organisation(user) is (role in KEEPERS)


@pytest.mark.parametrize("role", Role)
def test_towards_the_own_organisation(role):
    user = person(role)
    own = user.organisation

    assert policies.can_edit_organisation(user, own) is (role in MANAGERS)
    assert policies.can_manage_people(user, own) is (role in MANAGERS)
    assert policies.can_see_people(user, own) is True


@pytest.mark.parametrize("kind", [OrganisationKind.CSP, OrganisationKind.AUDIT_BODY])
@pytest.mark.parametrize("role", Role)
def test_towards_another_organisation(role, kind):
    user = person(role)
    other = another(kind)

    assert policies.can_edit_organisation(user, other) is (role in KEEPERS)
    assert policies.can_manage_people(user, other) is (role in KEEPERS)
    assert policies.can_see_people(user, other) is (role in KEEPERS)


@pytest.mark.parametrize(
    "role", [*ROLES_OF_KIND[OrganisationKind.CSP], *ROLES_OF_KIND[OrganisationKind.AUDIT_BODY]]
)
def test_outsiders_do_nothing_in_the_committee(role):
    user = person(role)
    committee = OrganisationFactory(committee=True)

    assert policies.can_edit_organisation(user, committee) is False
    assert policies.can_manage_people(user, committee) is False
    assert policies.can_see_people(user, committee) is False


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("role", Role)
def test_the_list_of_audit_bodies_is_kept_by_the_secretariat(role, kind):
    user = person(role)
    organisation = user.organisation if user.kind == kind else another(kind)

    allowed = role == Role.SECRETARIAT and kind == OrganisationKind.AUDIT_BODY
    assert policies.can_list_audit_body(user, organisation) is allowed


@pytest.mark.parametrize("offered", Role)
@pytest.mark.parametrize("role", Role)
def test_roles_offered_in_the_own_organisation(role, offered):
    user = person(role)
    fits = offered in ROLES_OF_KIND[OrganisationKind(user.kind)]

    allowed = role in MANAGERS and fits
    if offered == Role.SYSTEM_ADMIN:
        allowed = role == Role.SYSTEM_ADMIN
    assert policies.can_offer_role(user, user.organisation, offered) is allowed


@pytest.mark.parametrize("offered", Role)
@pytest.mark.parametrize("role", Role)
def test_roles_offered_in_another_organisation(role, offered):
    user = person(role)
    other = organisation_for(offered)
    inside = other == user.organisation

    if offered == Role.SYSTEM_ADMIN:
        allowed = role == Role.SYSTEM_ADMIN
    else:
        allowed = role in KEEPERS or (inside and role in MANAGERS)
    assert policies.can_offer_role(user, other, offered) is allowed


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_the_own_roles(role):
    user = person(role)
    membership = user.memberships.get()

    assert policies.can_grant_role(user, user.organisation, role, user) is False
    assert policies.can_end_membership(user, membership) is False
    assert policies.can_hand_over(user, membership, UserFactory()) is False


@pytest.mark.parametrize("role", Role)
def test_colleagues_roles_are_changed_by_those_who_look_after_them(role):
    user = person(role)
    colleague, third = UserFactory(), UserFactory()
    plain = ROLES_OF_KIND[OrganisationKind(user.kind)][0]
    membership = MembershipFactory(user=colleague, organisation=user.organisation, role=plain)

    allowed = role in MANAGERS
    assert policies.can_grant_role(user, user.organisation, plain, colleague) is allowed
    assert policies.can_end_membership(user, membership) is allowed
    assert policies.can_hand_over(user, membership, third) is allowed
    assert policies.can_hand_over(user, membership, user) is False


def test_a_person_whose_roles_have_ended_may_do_nothing():
    former = person(Role.CSP_APPROVER)
    organisation = former.organisation
    former.memberships.update(ends_on="2024-12-31")
    former = type(former).objects.get(pk=former.pk)

    assert policies.can_see_people(former, organisation) is False
    assert policies.can_manage_people(former, organisation) is False
    assert policies.can_edit_organisation(former, organisation) is False
