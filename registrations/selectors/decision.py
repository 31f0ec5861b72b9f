"""Reads about deciding: who may vote, the proposals of a case with their votes, the cases of a member."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from registrations.enums import ApplicationState, DecisionState
from registrations.models import Application, ConflictOfInterest, Decision, Vote
from registrations.policies import decision as policies
from registrations.workflow import AGREEING_VOTES_NEEDED


@dataclass(frozen=True, slots=True)
class Voters:
    """The committee members of today, seen from one case: who of them can carry a proposal."""

    members: int
    conflicted: int
    eligible: frozenset[UUID]

    @property
    def can_decide(self) -> bool:
        """Two members must be able to agree, neither the proposer and neither with a declared conflict."""
        return len(self.eligible) >= AGREEING_VOTES_NEEDED

    @property
    def sentence(self) -> str:
        """Why nothing can be decided, and what helps; empty when it can."""
        if self.can_decide:
            return ""
        return _(
            "この案件で表決できる運営委員は%(count)d名です。決定には、利益相反がなく提案者でもない委員が%(needed)d名必要なため、"
            "いまは付議も表決もできません。委員の追加か、利益相反の終了を待ってください。"
        ) % {"count": len(self.eligible), "needed": AGREEING_VOTES_NEEDED}


def voters(organisation_id: UUID, *, proposer_id: UUID, voted: Iterable[UUID] = ()) -> Voters:
    """Who can vote on a case of this provider. `voted` have cast their vote already and count without a role today."""
    in_force = Membership.objects.in_force(timezone.localdate()).filter(
        role=Role.COMMITTEE_MEMBER, user__is_active=True
    )
    members = set(in_force.values_list("user", flat=True))
    conflicted = set(
        ConflictOfInterest.objects.in_force()
        .with_provider(organisation_id)
        .values_list("member", flat=True)
    )
    eligible = (members | set(voted)) - conflicted - {proposer_id}
    return Voters(len(members), len(members & conflicted), frozenset(eligible))


@dataclass(frozen=True, slots=True)
class Proposal:
    """One version of a proposal. Votes are shown when it is closed; until then a member sees the own one."""

    decision: Decision
    tag_kind: str
    votes: list[Vote]
    own_vote: Vote | None
    votes_cast: int

    @property
    def is_open(self) -> bool:
        """Being voted on."""
        return self.decision.state == DecisionState.OPEN


_TAGS = {
    DecisionState.OPEN: "run",
    DecisionState.CARRIED: "solid",
    DecisionState.DISSENTED: "ng",
}


def proposals(user: User, application: Application) -> list[Proposal]:
    """Every version of the proposal, newest first, with as much of the votes as this person may see."""
    versions = (
        application.decisions.select_related("application", "proposed_by")
        .prefetch_related(Prefetch("votes", Vote.objects.select_related("member")))
        .order_by("-proposal_version")
    )
    return [_proposal(user, decision) for decision in versions]


def _proposal(user: User, decision: Decision) -> Proposal:
    votes = list(decision.votes.all())
    state = DecisionState(decision.state)
    return Proposal(
        decision=decision,
        tag_kind=_TAGS.get(state, "wait"),
        votes=[] if state == DecisionState.OPEN else votes,
        own_vote=next((vote for vote in votes if vote.member_id == user.pk), None),
        votes_cast=len(votes),
    )


def voters_on(proposal: Proposal) -> Voters:
    """Who can carry this open proposal, those who agreed already included."""
    decision = proposal.decision
    agreed = [vote.member_id for vote in decision.votes.all() if vote.agrees]
    return voters(
        decision.application.organisation_id, proposer_id=decision.proposed_by_id, voted=agreed
    )


@dataclass(frozen=True, slots=True)
class VotingPanel:
    """What one member can do about the open proposal; `obstacle` says why not, empty when voting is possible."""

    is_member: bool
    obstacle: str
    conflict: ConflictOfInterest | None

    @property
    def can_vote(self) -> bool:
        """The form is shown."""
        return self.is_member and not self.obstacle


def voting_panel(user: User, proposal: Proposal, able: Voters) -> VotingPanel:
    """The panel of this person for an open proposal of which `decision.application` is loaded."""
    decision = proposal.decision
    is_member = policies.can_declare_conflict(user)
    conflict = own_conflict(user, decision.application.organisation_id) if is_member else None
    return VotingPanel(is_member, _obstacle(user, proposal, able, conflict), conflict)


def _obstacle(
    user: User, proposal: Proposal, able: Voters, conflict: ConflictOfInterest | None
) -> str:
    if proposal.own_vote:
        return _("「%(vote)s」で表決しました。ほかの委員の表決を待っています。") % {
            "vote": proposal.own_vote.get_agrees_display()
        }
    if conflict:
        return _("この事業者との利益相反を申告しているため、表決できません。")
    if proposal.decision.proposed_by_id == user.pk:
        return _("自分が作った決定案には表決できません。")
    return able.sentence


def own_conflict(user: User, organisation_id: UUID) -> ConflictOfInterest | None:
    """This member's conflict in force with one provider."""
    return (
        ConflictOfInterest.objects.visible_to(user)
        .in_force()
        .with_provider(organisation_id)
        .first()
    )


def own_conflicts(user: User) -> list[ConflictOfInterest]:
    """What this member declared, those in force first."""
    found = ConflictOfInterest.objects.visible_to(user).select_related("organisation")
    return sorted(found, key=lambda conflict: conflict.ended_at is not None)


def member_cases(user: User) -> list[Any]:
    """The cases before the committee, with whether this member voted on the open proposal or has a conflict."""
    vote = Vote.objects.filter(decision=OuterRef("pk"), member=user.pk)
    conflict = (
        ConflictOfInterest.objects.in_force()
        .filter(member=user.pk)
        .with_provider(OuterRef("application__organisation"))
    )
    return list(
        Decision.objects.visible_to(user)
        .open()
        .filter(application__state=ApplicationState.REFERRED)
        .select_related(
            "application__organisation", "application__service", "application__declaration"
        )
        .annotate(has_voted=Exists(vote), has_conflict=Exists(conflict))
        .order_by("proposed_at", "pk")
    )


def open_decision(application: Application) -> Decision | None:
    """The proposal that is being voted on."""
    return application.decisions.open().select_related("proposed_by").first()
