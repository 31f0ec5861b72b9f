"""Two at once: real transactions in two threads that start together, and one outcome."""

from collections.abc import Callable
from typing import Any

import pytest

from core.exceptions import DomainError, EditConflictError
from registrations.enums import ApplicationState, DecisionState
from registrations.models import Application, ApplicationHistory, Registration
from registrations.services import application as applications
from registrations.services import decision as decisions
from tests.controls.factories import small_edition
from tests.racing import together
from tests.registrations.factories import Case, case, provider

pytestmark = pytest.mark.django_db(transaction=True)


def referred() -> tuple[Case, Any]:
    found = case(small_edition()).apply().file().accept().review()
    return found, found.propose()


def voting(found: Case, proposal: Any, index: int, *, agrees: bool) -> Callable[[], Any]:
    return lambda: decisions.cast_vote(
        decision_id=proposal.pk,
        actor=found.members[index],
        version=proposal.proposal_version,
        agrees=agrees,
        reason="" if agrees else "監査の範囲が狭い。",
    )


def filing(found: Case) -> Callable[[], Application]:
    return lambda: applications.file_application(
        application_id=found.application.pk, actor=found.approver, version=1
    )


def test_one_filing_sent_twice_at_once_gives_one_receipt():
    found = case(small_edition()).apply()
    first, second = together(filing(found), filing(found))
    assert first.filing_number == second.filing_number == 1
    assert first.filed_at == second.filed_at
    assert ApplicationHistory.objects.filter(action="file").count() == 1


def test_two_filings_of_one_applicant_at_once_get_two_numbers():
    edition, organisation = small_edition(), provider()
    one = case(edition, name="みなと文書共有", organisation=organisation).apply()
    other = case(edition, name="みなと電子申請", organisation=organisation).apply()
    filed = together(filing(one), filing(other))
    assert sorted(application.filing_number for application in filed) == [1, 2]


def test_opening_twice_at_once_gives_one_application():
    found = case(small_edition())
    first, second = together(
        *[
            lambda actor=actor: applications.open_application(
                service_id=found.service.pk, declaration_id=found.declaration.pk, actor=actor
            )
            for actor in (found.editor, found.approver)
        ]
    )
    assert first == second
    assert Application.objects.count() == 1


def test_two_agreeing_at_once_register_once():
    found, proposal = referred()
    together(voting(found, proposal, 0, agrees=True), voting(found, proposal, 1, agrees=True))
    proposal.refresh_from_db()
    assert proposal.state == DecisionState.CARRIED
    assert Registration.objects.count() == 1


def test_two_voting_opposite_ways_at_once_give_one_outcome():
    """Whichever comes first, a dissent among two votes never registers."""
    found, proposal = referred()
    outcomes = together(
        voting(found, proposal, 0, agrees=True), voting(found, proposal, 1, agrees=False)
    )
    proposal.refresh_from_db()
    found.application.refresh_from_db()
    assert proposal.state == DecisionState.DISSENTED
    assert found.application.state == ApplicationState.UNDER_REVIEW
    late = [one for one in outcomes if isinstance(one, EditConflictError)]
    assert proposal.votes.count() == 2 - len(late)


def test_the_last_agreement_against_a_dissent_gives_one_outcome():
    found, proposal = referred()
    found.vote(proposal, found.members[2])
    outcomes = together(
        voting(found, proposal, 0, agrees=True), voting(found, proposal, 1, agrees=False)
    )
    proposal.refresh_from_db()
    registered = Registration.objects.count()
    assert (proposal.state, registered) in {
        (DecisionState.CARRIED, 1),
        (DecisionState.DISSENTED, 0),
    }
    assert sum(isinstance(one, EditConflictError) for one in outcomes) == 1


def test_withdrawing_against_the_last_vote_gives_one_outcome():
    found, proposal = referred()
    found.vote(proposal, found.members[0])
    outcomes = together(
        voting(found, proposal, 1, agrees=True),
        lambda: decisions.withdraw_application(
            application_id=found.application.pk,
            actor=found.approver,
            version=found.application.row_version,
            reason="提供を見合わせるため。",
        ),
    )
    found.application.refresh_from_db()
    assert (found.application.state, Registration.objects.count()) in {
        (ApplicationState.GRANTED, 1),
        (ApplicationState.WITHDRAWN, 0),
    }
    assert sum(isinstance(one, DomainError) for one in outcomes) == 1
