"""Marking an edition as compared with the official criteria takes two persons and a file that bears it out."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from controls.models import CatalogueEdition
from controls.services.comparison import confirm_comparison, propose_comparison
from core.exceptions import DomainError, EditConflictError
from tests.accounts.factories import person
from tests.controls.factories import small_edition
from tests.controls.workbooks import applied_import, official_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return small_edition()


def propose(edition, actor=None):
    return propose_comparison(edition_id=edition.pk, actor=actor or person(Role.SECRETARIAT))


def confirm(edition, actor=None, **kwargs):
    edition.refresh_from_db()
    asked = {
        "edition_id": edition.pk,
        "seen_sha256": edition.compared_sha256,
        "actor": actor or person(Role.COMMITTEE_MEMBER),
    }
    return confirm_comparison(**asked | kwargs)


def test_two_persons_mark_an_edition_and_both_are_recorded(edition):
    source = applied_import(edition).file.sha256
    proposer, member = person(Role.SECRETARIAT), person(Role.COMMITTEE_MEMBER)

    propose(edition, proposer)
    edition.refresh_from_db()
    assert (edition.is_compared, edition.compared_by) == (False, proposer)
    confirm(edition, member)

    edition.refresh_from_db()
    assert (edition.is_compared, edition.compared_confirmed_by) == (True, member)
    assert edition.compared_sha256 == source
    actions = list(edition.history.values_list("action", "actor"))[-2:]
    assert actions == [("comparison_proposed", proposer.pk), ("comparison_confirmed", member.pk)]


def test_saying_it_twice_is_one_proposal(edition):
    applied_import(edition)
    propose(edition)
    propose(edition)
    assert edition.history.filter(action="comparison_proposed").count() == 1


def test_a_file_that_lacks_or_adds_a_detail_bears_nothing_out(edition):
    with pytest.raises(DomainError, match="一致していません"):
        propose(edition)
    applied_import(edition, official_rows(edition)[:-1])
    with pytest.raises(DomainError, match="一致していません"):
        propose(edition)
    applied_import(edition, [*official_rows(edition), ["", "9.2.3.1", "欠番の疑い"]])
    with pytest.raises(DomainError, match="一致していません"):
        propose(edition)


def test_a_later_file_that_differs_takes_the_ground_away(edition):
    applied_import(edition)
    propose(edition)
    applied_import(edition, official_rows(edition)[:-1])
    with pytest.raises(DomainError, match="もう一度照合"):
        confirm(edition)


def test_confirmation_needs_a_proposal_and_what_was_seen(edition):
    with pytest.raises(DomainError, match="待っている照合"):
        confirm(edition)
    applied_import(edition)
    propose(edition)
    with pytest.raises(EditConflictError):
        confirm(edition, seen_sha256="0" * 64)
    confirm(edition)
    with pytest.raises(DomainError, match="待っている照合"):
        confirm(edition)
    with pytest.raises(DomainError, match="すでに照合済み"):
        propose(edition)


@pytest.mark.parametrize("role", list(Role))
def test_roles(edition, role):
    applied_import(edition)
    if role != Role.SECRETARIAT:
        with pytest.raises(PermissionDenied):
            propose(edition, person(role))
    propose(edition)
    if role != Role.COMMITTEE_MEMBER:
        with pytest.raises(PermissionDenied):
            confirm(edition, person(role))


def test_who_proposed_does_not_confirm(edition):
    applied_import(edition)
    both = person(Role.SECRETARIAT, Role.COMMITTEE_MEMBER)
    propose(edition, both)
    with pytest.raises(PermissionDenied):
        confirm(edition, both)


def test_database_refuses_a_mark_by_one_person_or_without_a_file(edition):
    someone, now = person(Role.SECRETARIAT), timezone.now()
    first = {"compared_by": someone, "compared_at": now, "compared_sha256": "0" * 64}
    second = {"is_compared": True, "compared_confirmed_by": someone, "compared_confirmed_at": now}
    for wrong in (
        {"is_compared": True},
        first | second,
        {"compared_by": someone, "compared_at": now},
    ):
        with pytest.raises(IntegrityError, match="edition_compar"), transaction.atomic():
            CatalogueEdition.objects.filter(pk=edition.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_members_confirm_at_once_and_one_does(edition):
    applied_import(edition)
    propose(edition)
    members = [person(Role.COMMITTEE_MEMBER), person(Role.COMMITTEE_MEMBER)]
    barrier, refused = threading.Barrier(2), []
    edition.refresh_from_db()

    def act(member):
        barrier.wait()
        try:
            confirm_comparison(
                edition_id=edition.pk, seen_sha256=edition.compared_sha256, actor=member
            )
        except DomainError:
            refused.append(member)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert edition.history.filter(action="comparison_confirmed").count() == 1
