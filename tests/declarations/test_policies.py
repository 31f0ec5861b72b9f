"""Who may do what with services and declarations: every role against every policy, in the own and in another house."""

import pytest

from accounts.enums import Role
from declarations import policies
from tests.accounts.factories import person
from tests.declarations.builders import draft, service_of, team

pytestmark = pytest.mark.django_db

WRITERS = {Role.CSP_EDITOR, Role.CSP_APPROVER}
ON_SERVICES = {
    policies.can_edit_service: WRITERS,
    policies.can_open_declaration: WRITERS,
}
ON_DECLARATIONS = {
    policies.can_edit_declaration: WRITERS,
    policies.can_read_work: WRITERS,
    policies.can_approve_declaration: {Role.CSP_APPROVER},
    policies.can_fix_declaration: {Role.CSP_APPROVER},
    policies.can_issue_document: WRITERS,
}


@pytest.mark.parametrize("role", Role)
def test_services_are_described_by_providers(role):
    assert policies.can_create_service(person(role)) is (role in WRITERS)


@pytest.mark.parametrize("role", Role)
def test_services_are_seen_by_providers_and_the_committee_side(role):
    seen_by = WRITERS | {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}
    assert policies.can_see_services(person(role)) is (role in seen_by)


@pytest.mark.parametrize("role", Role)
def test_nobody_acts_on_what_belongs_to_another_provider(small_edition, role):
    declaration, user = draft(team(), small_edition), person(role)
    for policy in ON_SERVICES:
        assert policy(user, declaration.service) is False
    for policy in ON_DECLARATIONS:
        assert policy(user, declaration) is False


@pytest.mark.parametrize("role", [Role.CSP_EDITOR, Role.CSP_APPROVER])
def test_the_own_people_act_by_their_role(small_edition, role):
    members = team()
    declaration = draft(members, small_edition)
    user = person(role, organisation=members.organisation)
    for policy, roles in ON_SERVICES.items():
        assert policy(user, declaration.service) is (role in roles)
    for policy, roles in ON_DECLARATIONS.items():
        assert policy(user, declaration) is (role in roles)


def test_a_role_that_ended_yesterday_is_gone():
    members = team()
    service = service_of(members)
    members.editor.memberships.update(ends_on="2024-12-31")
    left = type(members.editor).objects.get(pk=members.editor.pk)
    assert policies.can_edit_service(left, service) is False


def test_who_edited_is_known_by_the_history_of_this_version(small_edition):
    members = team()
    declaration = draft(members, small_edition)
    assert policies.has_edited(members.editor, declaration) is True
    assert policies.has_edited(members.approver, declaration) is False


def test_who_could_fix_are_the_approvers_in_force_who_edited_nothing(small_edition):
    members = team()
    declaration = draft(members, small_edition)
    person(Role.CSP_APPROVER)
    inactive = person(Role.CSP_APPROVER, organisation=members.organisation)
    inactive.is_active = False
    inactive.save()
    assert list(policies.users_who_can_fix_declaration(declaration)) == [members.approver]
