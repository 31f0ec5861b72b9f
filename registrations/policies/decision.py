"""Who may propose, vote, and see what the committee does."""

from accounts.enums import Role
from accounts.models import User
from registrations.models import Application, ConflictOfInterest, Decision


def can_propose(user: User, application: Application) -> bool:
    """The secretariat puts a proposal before the committee."""
    return Role.SECRETARIAT in user.roles


def can_see_proposals(user: User) -> bool:
    """Proposals, votes and conflicts are for secretariat and committee alone."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER})


def can_vote(user: User, decision: Decision) -> bool:
    """A committee member who neither made the proposal nor declared a conflict with the applicant."""
    return (
        Role.COMMITTEE_MEMBER in user.roles
        and user.pk != decision.proposed_by_id
        and not has_conflict(user, decision)
    )


def has_conflict(user: User, decision: Decision) -> bool:
    """Whether the member has declared a conflict of interest with the provider that this is about."""
    return (
        ConflictOfInterest.objects.in_force()
        .filter(member=user, organisation=decision.application.organisation_id)
        .exists()
    )


def can_declare_conflict(user: User) -> bool:
    """Committee members declare their own."""
    return Role.COMMITTEE_MEMBER in user.roles


def can_end_conflict(user: User, conflict: ConflictOfInterest) -> bool:
    """Only who declared it ends it."""
    return can_declare_conflict(user) and conflict.member_id == user.pk
