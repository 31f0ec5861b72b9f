"""What the services refuse, the database refuses too: each rule tried by direct SQL or bare rows."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from registrations.enums import (
    ApplicationKind,
    DecisionKind,
    DecisionState,
    RegistrationMove,
    RequestKind,
)
from registrations.models import (
    Application,
    ApplicationRequest,
    Clearance,
    ConflictOfInterest,
    Decision,
    ListingEvent,
    Registration,
    Vote,
)
from registrations.services.conflict import declare_conflict, end_conflict
from tests.accounts.factories import person
from tests.registrations.factories import case, provider

pytestmark = pytest.mark.django_db


def sql(statement: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def bare_vote(decision: Decision, member, *, agrees: bool = True, reason: str = "") -> Vote:
    return Vote.objects.create(
        decision=decision, member=member, agrees=agrees, reason=reason, cast_at=timezone.now()
    )


def test_a_service_has_one_open_application(prepared):
    with pytest.raises(IntegrityError, match="application_one_open_per_service"):
        Application.objects.create(
            organisation=prepared.service.organisation,
            service=prepared.service,
            declaration=prepared.declaration,
            kind=ApplicationKind.NEW,
            created_at=timezone.now(),
        )


def test_a_filed_application_has_its_receipt(prepared):
    with pytest.raises(IntegrityError, match="application_filed_has_receipt"):
        sql(
            "UPDATE registrations_application SET state = 'filed' WHERE id = %s",
            prepared.application.pk,
        )


def test_the_filer_edited_nothing(prepared):
    with pytest.raises(IntegrityError, match="application_filer_edited_nothing"):
        sql(
            "UPDATE registrations_application SET state = 'filed', filed_at = now(), filing_number = 1,"
            " filed_by_id = %s WHERE id = %s",
            prepared.editor.pk,
            prepared.application.pk,
        )


def test_a_review_needs_the_acceptance(filed):
    with pytest.raises(IntegrityError, match="application_review_needs_acceptance"):
        sql(
            "UPDATE registrations_application SET state = 'under_review' WHERE id = %s",
            filed.application.pk,
        )


@pytest.mark.parametrize("state", ["granted", "refused"])
def test_an_end_needs_a_carried_decision_of_its_kind(reviewed, state):
    proposal = reviewed.propose(grant=state == "refused")
    assert proposal.state == DecisionState.OPEN
    with pytest.raises(IntegrityError, match="application_decided_by_committee"):
        sql(
            "UPDATE registrations_application SET state = %s, decided_at = now() WHERE id = %s",
            state,
            reviewed.application.pk,
        )


def test_an_ended_application_says_when(filed):
    with pytest.raises(IntegrityError, match="application_decided_iff_ended"):
        sql(
            "UPDATE registrations_application SET state = 'withdrawn' WHERE id = %s",
            filed.application.pk,
        )


@pytest.mark.parametrize(
    "table", ["application", "applicationrequest", "decision", "conflictofinterest"]
)
def test_rows_are_kept(reviewed, table):
    reviewed.inquire().answer().propose()
    declare_conflict(
        actor=reviewed.members[0],
        organisation_id=reviewed.service.organisation_id,
        reason="業務を受託している。",
    )
    with pytest.raises(DatabaseError, match="Cannot delete"):
        sql(f"DELETE FROM registrations_{table}")  # noqa: S608 -- a name from the list above


@pytest.mark.parametrize(
    "table", ["vote", "clearance", "registration", "listingevent", "validityperiod"]
)
def test_facts_never_change(reviewed, table):
    reviewed.decide()
    with pytest.raises(DatabaseError, match="Cannot update"):
        sql(f"UPDATE registrations_{table} SET id = id")  # noqa: S608 -- a name from the list above


def test_one_request_is_open_at_a_time(reviewed):
    reviewed.inquire()
    with pytest.raises(IntegrityError, match="request_one_open_per_application"):
        ApplicationRequest.objects.create(
            application=reviewed.application,
            kind=RequestKind.INQUIRY,
            question="？",
            asked_by=reviewed.secretary,
            asked_at=timezone.now(),
        )


def test_an_answered_request_is_final(reviewed):
    reviewed.inquire().answer()
    with pytest.raises(DatabaseError, match="answered_is_final"):
        sql("UPDATE registrations_applicationrequest SET answer = 'x'")


def test_an_audit_is_finished_once(prepared):
    first = Clearance.objects.first()
    with pytest.raises(IntegrityError, match="clearance_once_per_kind"):
        Clearance.objects.create(
            declaration=prepared.declaration,
            kind=first.kind,
            issuer="x",
            reference="x",
            issued_on=first.issued_on,
            recorded_at=timezone.now(),
        )


def test_the_proposer_has_no_vote(reviewed):
    proposal = reviewed.propose()
    with pytest.raises(IntegrityError, match="vote_only_on_an_open_proposal_of_somebody_else"):
        bare_vote(proposal, reviewed.secretary)


def test_a_member_with_a_conflict_has_no_vote(reviewed):
    proposal = reviewed.propose()
    declare_conflict(
        actor=reviewed.members[0],
        organisation_id=reviewed.service.organisation_id,
        reason="業務を受託している。",
    )
    with pytest.raises(IntegrityError, match="vote_without_conflict_of_interest"):
        bare_vote(proposal, reviewed.members[0])


def test_a_closed_proposal_takes_no_vote(reviewed):
    proposal = reviewed.decide()
    with pytest.raises(IntegrityError, match="vote_only_on_an_open_proposal_of_somebody_else"):
        bare_vote(proposal, reviewed.members[2])


def test_a_member_votes_once_and_a_dissent_says_why(reviewed):
    proposal = reviewed.propose()
    with pytest.raises(IntegrityError, match="vote_dissent_has_reason"), transaction.atomic():
        bare_vote(proposal, reviewed.members[0], agrees=False)
    bare_vote(proposal, reviewed.members[0])
    with pytest.raises(IntegrityError, match="vote_once_per_member"):
        bare_vote(proposal, reviewed.members[0])


def carry(decision: Decision) -> None:
    sql(
        "UPDATE registrations_decision SET state = 'carried', closed_at = now() WHERE id = %s",
        decision.pk,
    )


def test_one_vote_carries_nothing(reviewed):
    proposal = reviewed.propose()
    for member in (None, reviewed.members[0]):
        if member:
            bare_vote(proposal, member)
        with pytest.raises(IntegrityError, match="decision_carried_by_two_members"):
            carry(proposal)


def test_two_votes_with_a_dissent_carry_nothing(reviewed):
    proposal = reviewed.propose()
    for index, member in enumerate(reviewed.members):
        bare_vote(proposal, member, agrees=index > 0, reason="不足。")
    with pytest.raises(IntegrityError, match="decision_carried_by_two_members"):
        carry(proposal)


def test_the_vote_of_who_declared_a_conflict_since_carries_nothing(reviewed):
    proposal = reviewed.propose()
    for member in reviewed.members[:2]:
        bare_vote(proposal, member)
    declare_conflict(
        actor=reviewed.members[0],
        organisation_id=reviewed.service.organisation_id,
        reason="業務を受託している。",
    )
    with pytest.raises(IntegrityError, match="decision_carried_by_two_members"):
        carry(proposal)


def test_a_decision_is_not_born_carried(reviewed):
    with pytest.raises(IntegrityError, match="decision_carried_by_two_members"):
        Decision.objects.create(
            application=reviewed.application,
            kind=DecisionKind.REFUSE,
            proposal_version=1,
            state=DecisionState.CARRIED,
            reason="x",
            proposed_by=reviewed.secretary,
            proposed_at=timezone.now(),
            closed_at=timezone.now(),
        )


def test_a_proposal_is_fixed_and_a_closed_one_final(reviewed):
    proposal = reviewed.propose()
    with pytest.raises(DatabaseError, match="proposal_is_fixed"):
        sql("UPDATE registrations_decision SET reason = 'x' WHERE id = %s", proposal.pk)
    reviewed.vote(proposal, reviewed.members[0], agrees=False, reason="不足。")
    with pytest.raises(DatabaseError, match="closed_is_final"):
        sql("UPDATE registrations_decision SET state = 'open', closed_at = NULL")


def test_a_declared_conflict_is_fixed_and_ends_once(reviewed):
    member = reviewed.members[0]
    conflict = declare_conflict(
        actor=member,
        organisation_id=reviewed.service.organisation_id,
        reason="業務を受託している。",
    )
    with pytest.raises(DatabaseError, match="declared_is_fixed"):
        sql("UPDATE registrations_conflictofinterest SET reason = 'x'")
    end_conflict(conflict_id=conflict.pk, actor=member)
    with pytest.raises(DatabaseError, match="ended_is_final"):
        sql("UPDATE registrations_conflictofinterest SET ended_at = NULL")


def test_one_conflict_is_in_force_per_member_and_provider(reviewed):
    facts = {
        "member": person(Role.COMMITTEE_MEMBER),
        "organisation": reviewed.service.organisation,
        "reason": "x",
        "declared_at": timezone.now(),
    }
    ConflictOfInterest.objects.create(**facts)
    with pytest.raises(IntegrityError, match="conflict_once_per_member_and_csp"):
        ConflictOfInterest.objects.create(id=uuid.uuid4(), **facts)


def bare_event(registration: Registration, kind: str, decision: Decision | None) -> None:
    now = timezone.now()
    ListingEvent.objects.create(
        registration=registration,
        kind=kind,
        effective_at=now,
        recorded_at=now,
        entry={},
        decision=decision,
    )


@pytest.mark.parametrize("kind", [RegistrationMove.REGISTER, RegistrationMove.RENEW])
def test_nothing_is_listed_or_renewed_without_a_decision(reviewed, kind):
    registration = Registration.objects.create(
        service=reviewed.service, number="L26-0009", created_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="listing_event_as_decided"):
        bare_event(registration, kind, None)


def test_an_open_proposal_lists_nothing(reviewed):
    proposal = reviewed.propose(number="L26-0009")
    registration = Registration.objects.create(
        service=reviewed.service, number="L26-0009", created_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="listing_event_as_decided"):
        bare_event(registration, RegistrationMove.REGISTER, proposal)


def carried(reviewed) -> Decision:
    """A proposal carried by two bare votes, so that the service entered nothing."""
    proposal = reviewed.propose(number="L26-0009")
    for member in reviewed.members[:2]:
        bare_vote(proposal, member)
    carry(proposal)
    return proposal


@pytest.mark.parametrize(
    ("kind", "number"),
    [(RegistrationMove.RENEW, "L26-0009"), (RegistrationMove.REGISTER, "L26-0010")],
)
def test_a_decision_lists_what_it_says_and_nothing_else(reviewed, kind, number):
    decision = carried(reviewed)
    registration = Registration.objects.create(
        service=reviewed.service, number=number, created_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="listing_event_as_decided"):
        bare_event(registration, kind, decision)


def test_a_decision_lists_the_service_that_it_is_about(reviewed, small_edition):
    decision = carried(reviewed)
    other = case(small_edition, organisation=provider(name="別の組織", corporate_number=""))
    registration = Registration.objects.create(
        service=other.service, number="L26-0009", created_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="listing_event_as_decided"):
        bare_event(registration, RegistrationMove.REGISTER, decision)


def test_what_the_decision_says_is_listed(reviewed):
    decision = carried(reviewed)
    registration = Registration.objects.create(
        service=reviewed.service, number="L26-0009", created_at=timezone.now()
    )
    bare_event(registration, RegistrationMove.REGISTER, decision)
    assert registration.listing_events.get().decision == decision
