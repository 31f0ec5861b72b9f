"""Proposing, voting, withdrawing: two members decide, the first dissent returns the case."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from core import jobs
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from registrations.enums import ApplicationState, DecisionKind, DecisionState
from registrations.models import Registration, Vote
from registrations.services import decision as services
from registrations.services.conflict import declare_conflict
from tests.accounts.factories import MembershipFactory, person
from tests.registrations.factories import case, provider

pytestmark = pytest.mark.django_db


def test_proposing_refers_the_case_with_kind_number_and_article(reviewed):
    proposal = reviewed.propose(number="C24-0107-L")
    assert (proposal.kind, proposal.registration_number) == (DecisionKind.REGISTER, "C24-0107-L")
    assert (proposal.proposal_version, proposal.article) == (1, "登録規則 7［未確認］")
    assert reviewed.application.state == ApplicationState.REFERRED
    line = reviewed.application.history.last()
    assert (line.action, line.actor) == ("refer", reviewed.secretary)


def test_a_referral_is_told_to_every_member(reviewed):
    reviewed.propose(reason="決定案の理由の本文")
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert {message.to[0] for message in mail.outbox} == {m.email for m in committee()}
    assert all("決定案の理由の本文" not in message.body for message in mail.outbox)


@pytest.mark.parametrize("facts", [{"reason": "　"}, {"number": " "}, {"number": "C" * 41}])
def test_a_proposal_without_reason_or_proper_number_is_refused(reviewed, facts):
    with pytest.raises(DomainError):
        reviewed.propose(**facts)


def test_a_number_that_is_taken_is_refused(reviewed, small_edition):
    reviewed.decide(number="C24-0107-L")
    other = (
        case(small_edition, organisation=provider(corporate_number="7999900000002"))
        .apply()
        .file()
        .accept()
        .review()
    )
    with pytest.raises(DomainError, match="すでに使われています"):
        other.propose(number="C24-0107-L")


def test_demo_numbers_begin_with_mihon(reviewed, settings):
    settings.IS_DEMO = True
    with pytest.raises(DomainError, match="見本-"):
        reviewed.propose(number="C24-0107-L")
    assert reviewed.propose(number="見本-0107").registration_number == "見本-0107"


def test_two_agreeing_votes_register_the_service(reviewed):
    proposal = reviewed.propose(number="C24-0107-L")
    first = reviewed.vote(proposal, reviewed.members[0])
    assert first.state == DecisionState.OPEN
    second = reviewed.vote(proposal, reviewed.members[1], reason="異議ありません。")
    assert second.state == DecisionState.CARRIED
    assert reviewed.application.state == ApplicationState.GRANTED
    registration = Registration.objects.get(service=reviewed.service)
    assert (registration.number, registration.listing_events.get().kind) == (
        "C24-0107-L",
        "register",
    )
    line = reviewed.application.history.last()
    assert (line.action, line.actor, line.reason) == (
        "grant",
        reviewed.members[1],
        proposal.reason,
    )


def test_a_refusal_registers_nothing_and_tells_the_reason(reviewed):
    reviewed.decide(grant=False, reason="基本言明要件を満たしていません。")
    assert reviewed.application.state == ApplicationState.REFUSED
    assert not Registration.objects.exists()
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert {m.to[0] for m in mail.outbox} == {reviewed.editor.email, reviewed.approver.email}
    assert "基本言明要件を満たしていません。" in mail.outbox[0].body
    assert "操作した人：運営委員会" in mail.outbox[0].body
    assert not any(
        member.name in message.body for message in mail.outbox for member in reviewed.members
    )


def test_the_first_dissent_returns_the_case_with_both_reasons(reviewed):
    proposal = reviewed.propose()
    reviewed.vote(proposal, reviewed.members[0], reason="要件を満たす。")
    done = reviewed.vote(proposal, reviewed.members[1], agrees=False, reason="監査の範囲が狭い。")
    assert done.state == DecisionState.DISSENTED
    assert reviewed.application.state == ApplicationState.UNDER_REVIEW
    line = reviewed.application.history.last()
    assert line.action == "return"
    assert "要件を満たす。" in line.reason
    assert "監査の範囲が狭い。" in line.reason


def test_a_dissent_says_why(reviewed):
    with pytest.raises(DomainError, match="反対の理由"):
        reviewed.vote(reviewed.propose(), reviewed.members[0], agrees=False)
    assert not Vote.objects.exists()


def test_after_a_return_a_new_version_can_be_proposed(reviewed):
    reviewed.vote(reviewed.propose(), reviewed.members[0], agrees=False, reason="不足。")
    assert reviewed.propose().proposal_version == 2


def test_amending_voids_the_votes_on_the_version_before(reviewed):
    first = reviewed.propose()
    reviewed.vote(first, reviewed.members[0])
    second = reviewed.propose(reason="理由を補いました。")
    first.refresh_from_db()
    assert (first.state, second.proposal_version) == (DecisionState.SUPERSEDED, 2)
    assert reviewed.vote(second, reviewed.members[1]).state == DecisionState.OPEN
    assert reviewed.application.history.last().action == "amend"


def test_a_vote_on_a_superseded_version_is_a_conflict(reviewed):
    first = reviewed.propose()
    reviewed.propose(reason="理由を補いました。")
    with pytest.raises(EditConflictError):
        reviewed.vote(first, reviewed.members[0])


def test_the_same_vote_again_finds_the_vote_and_another_is_refused(reviewed):
    proposal = reviewed.propose()
    reviewed.vote(proposal, reviewed.members[0])
    assert reviewed.vote(proposal, reviewed.members[0]).state == DecisionState.OPEN
    with pytest.raises(DomainError, match="変えられません"):
        reviewed.vote(proposal, reviewed.members[0], agrees=False, reason="やはり反対。")
    assert proposal.votes.count() == 1


def test_the_second_vote_sent_twice_decides_once(reviewed):
    proposal = reviewed.propose()
    for member in (reviewed.members[0], reviewed.members[1], reviewed.members[1]):
        reviewed.vote(proposal, member)
    assert Registration.objects.count() == 1


def test_voting_is_refused_to_the_proposer(reviewed):
    """A person may be secretary and member at once, and still does not vote on the own proposal."""
    MembershipFactory(
        user=reviewed.secretary,
        role=Role.COMMITTEE_MEMBER,
        organisation=reviewed.secretary.organisation,
    )
    del reviewed.secretary.affiliation
    with pytest.raises(PermissionDenied):
        reviewed.vote(reviewed.propose(), reviewed.secretary)


def test_voting_is_refused_to_a_member_with_a_conflict(reviewed):
    _conflict(reviewed, reviewed.members[0])
    with pytest.raises(PermissionDenied):
        reviewed.vote(reviewed.propose(), reviewed.members[0])


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.CSP_APPROVER, Role.AUDIT_LEAD])
def test_voting_is_refused_to_others(reviewed, role):
    with pytest.raises(PermissionDenied):
        reviewed.vote(reviewed.propose(), person(role))


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.CSP_APPROVER])
def test_proposing_is_refused_to_others(reviewed, role):
    reviewed.secretary = person(role)
    with pytest.raises(PermissionDenied):
        reviewed.propose()


def test_proposing_is_refused_from_other_states(filed):
    with pytest.raises(TransitionNotAllowedError):
        filed.propose()


def test_proposing_a_stale_page_is_a_conflict(reviewed):
    with pytest.raises(EditConflictError):
        services.propose_decision(
            application_id=reviewed.application.pk,
            actor=reviewed.secretary,
            version=1,
            grant=False,
            reason="理由",
        )


def test_nothing_is_referred_while_fewer_than_two_members_are_free(reviewed):
    for member in committee().exclude(pk=reviewed.members[2].pk):
        _conflict(reviewed, member)
    with pytest.raises(DomainError, match="1名"):
        reviewed.propose()


def test_nothing_is_voted_while_fewer_than_two_members_are_free(reviewed):
    proposal = reviewed.propose()
    for member in committee().exclude(pk=reviewed.members[2].pk):
        _conflict(reviewed, member)
    for agrees in (True, False):
        with pytest.raises(DomainError, match="表決できる運営委員は1名"):
            reviewed.vote(proposal, reviewed.members[2], agrees=agrees, reason="理由")


def test_who_voted_counts_even_when_the_role_has_ended_since(small_edition):
    found = case(small_edition, members=2).apply().file().accept().review()
    proposal = found.propose()
    found.vote(proposal, found.members[0])
    found.members[0].memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert found.vote(proposal, found.members[1]).state == DecisionState.CARRIED


def test_a_vote_counts_no_more_when_its_member_declares_a_conflict(reviewed):
    proposal = reviewed.propose()
    reviewed.vote(proposal, reviewed.members[0])
    _conflict(reviewed, reviewed.members[0])
    assert reviewed.vote(proposal, reviewed.members[1]).state == DecisionState.OPEN
    assert reviewed.vote(proposal, reviewed.members[2]).state == DecisionState.CARRIED


def test_withdrawing_ends_the_open_proposal(reviewed):
    proposal = reviewed.propose()
    application = reviewed.withdraw().application
    proposal.refresh_from_db()
    assert (application.state, proposal.state) == (
        ApplicationState.WITHDRAWN,
        DecisionState.DROPPED,
    )
    line = application.history.last()
    assert (line.reason, line.actor) == ("提供を見合わせるため。", reviewed.approver)


def test_withdrawing_tells_the_secretariat_what_was_filed_and_nothing_else(prepared):
    prepared.withdraw()
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert mail.outbox == []
    again = prepared.apply().file().withdraw()
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert [message.to for message in mail.outbox] == [[again.secretary.email]]


def test_withdrawing_needs_a_reason_the_right_person_and_an_open_application(filed):
    with pytest.raises(DomainError, match="理由"):
        filed.withdraw(reason="")
    for role in (Role.SECRETARIAT, Role.CSP_APPROVER):
        with pytest.raises(PermissionDenied):
            services.withdraw_application(
                application_id=filed.application.pk, actor=person(role), version=2, reason="x"
            )
    filed.withdraw()
    with pytest.raises(TransitionNotAllowedError):
        filed.withdraw()


def committee():
    """Everybody who is a member today, the person who published the edition included."""
    return User.objects.filter(memberships__role=Role.COMMITTEE_MEMBER)


def _conflict(found, member):
    declare_conflict(
        actor=member, organisation_id=found.service.organisation_id, reason="業務を受託している。"
    )
