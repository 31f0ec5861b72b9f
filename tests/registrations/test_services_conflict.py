"""Declaring and ending conflicts of interest."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from core.exceptions import DomainError
from registrations.models import ConflictOfInterest
from registrations.services.conflict import declare_conflict, end_conflict
from tests.accounts.factories import person
from tests.registrations.factories import provider

pytestmark = pytest.mark.django_db


def declared(member, organisation):
    return declare_conflict(
        actor=member, organisation_id=organisation.pk, reason="業務を受託している。"
    )


def test_declaring_twice_finds_the_first_declaration():
    member, organisation = person(Role.COMMITTEE_MEMBER), provider()
    first = declared(member, organisation)
    assert declared(member, organisation) == first
    assert first.ended_at is None


def test_after_the_end_a_new_declaration_is_possible():
    member, organisation = person(Role.COMMITTEE_MEMBER), provider()
    first = end_conflict(conflict_id=declared(member, organisation).pk, actor=member)
    ended_at = first.ended_at
    assert end_conflict(conflict_id=first.pk, actor=member).ended_at == ended_at
    assert declared(member, organisation) != first


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.CSP_APPROVER, Role.AUDIT_LEAD])
def test_only_members_declare(role):
    with pytest.raises(PermissionDenied):
        declared(person(role), provider())


def test_only_the_declarer_ends():
    conflict = declared(person(Role.COMMITTEE_MEMBER), provider())
    with pytest.raises(PermissionDenied):
        end_conflict(conflict_id=conflict.pk, actor=person(Role.COMMITTEE_MEMBER))


def test_a_conflict_has_content_and_a_provider():
    member = person(Role.COMMITTEE_MEMBER)
    with pytest.raises(DomainError, match="内容"):
        declare_conflict(actor=member, organisation_id=provider().pk, reason=" ")
    with pytest.raises(DomainError, match="事業者を選んで"):
        declare_conflict(actor=member, organisation_id=member.organisation_id, reason="x")
    assert not ConflictOfInterest.objects.exists()
