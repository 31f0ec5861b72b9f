"""Every role against every policy."""

import pytest

from accounts.enums import Role
from controls import policies
from controls.models import CatalogueEdition, SchemeParameter
from tests.accounts.factories import UserFactory, person
from tests.controls.factories import CatalogueEditionFactory, SchemeParameterFactory, small_edition

pytestmark = pytest.mark.django_db

ALLOWED = {
    "can_load_catalogue": {Role.SECRETARIAT},
    "can_publish_edition": {Role.COMMITTEE_MEMBER},
    "can_see_parameters": {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN},
    "can_propose_parameter": {Role.SECRETARIAT, Role.COMMITTEE_MEMBER},
    "can_publish_parameter": {Role.COMMITTEE_MEMBER},
    "can_withdraw_parameter": {Role.COMMITTEE_MEMBER},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ALLOWED)
def test_role_may_or_may_not(name, role):
    about = {
        "can_publish_edition": CatalogueEditionFactory,
        "can_publish_parameter": SchemeParameterFactory,
        "can_withdraw_parameter": SchemeParameterFactory,
    }
    objects = [about[name]()] if name in about else []

    assert getattr(policies, name)(person(role), *objects) is (role in ALLOWED[name])


def test_one_person_with_both_roles_publishes_nothing_of_his_own():
    both = person(Role.SECRETARIAT, Role.COMMITTEE_MEMBER)

    assert policies.can_publish_edition(both, CatalogueEditionFactory(loaded_by=both)) is False
    proposal = SchemeParameterFactory(proposed_by=both)
    assert policies.can_publish_parameter(both, proposal) is False
    assert policies.can_withdraw_parameter(both, proposal) is True


def test_proposer_who_left_the_secretariat_withdraws_nothing():
    former = UserFactory()

    assert (
        policies.can_withdraw_parameter(former, SchemeParameterFactory(proposed_by=former)) is False
    )


@pytest.mark.parametrize("role", Role)
def test_drafts_are_visible_to_staff_only(role):
    published, draft = small_edition(), CatalogueEditionFactory()
    expected = {published, draft} if role in ALLOWED["can_see_parameters"] else {published}

    assert set(CatalogueEdition.objects.visible_to(person(role))) == expected


def test_person_without_organisation_sees_no_edition():
    small_edition()

    assert not CatalogueEdition.objects.visible_to(UserFactory()).exists()


@pytest.mark.parametrize("role", Role)
def test_parameters_are_visible_to_staff_only(role):
    visible = SchemeParameter.objects.visible_to(person(role)).exists()

    assert visible is (role in ALLOWED["can_see_parameters"])
