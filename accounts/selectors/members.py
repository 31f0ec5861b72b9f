"""Reads for the pages of people: who has which role, who was invited, who may be chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts import policies
from accounts.enums import DEPUTISED_ROLES, ROLES_OF_KIND, InvitationState, OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.selectors.organisations import Tag


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role of a person, with what the reader may do about it."""

    membership_id: UUID
    label: str
    starts_on: date
    ends_on: date | None
    deputy_for: str
    is_planned: bool
    can_end: bool
    can_hand_over: bool
    can_have_deputy: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of an organisation with the roles that hold today or later."""

    name: str
    email: str
    is_self: bool
    roles: tuple[RoleRow, ...]


@dataclass(frozen=True, slots=True)
class PastRole:
    """A role that has ended."""

    name: str
    label: str
    starts_on: date
    ends_on: date | None
    deputy_for: str


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that was neither accepted nor withdrawn."""

    invitation_id: UUID
    email: str
    roles: str
    invited_by: str
    expires_at: datetime
    is_expired: bool
    tag: Tag


@dataclass(frozen=True, slots=True)
class MembersPage:
    """The people of an organisation; invitations only for those who look after them."""

    people: tuple[PersonRow, ...]
    past: tuple[PastRole, ...]
    invitations: tuple[InvitationRow, ...]
    can_manage: bool


def offered_roles(user: User, organisation: Organisation) -> tuple[Role, ...]:
    """The roles of this organisation that this person may offer to somebody else."""
    return tuple(
        role
        for role in ROLES_OF_KIND[OrganisationKind(organisation.kind)]
        if policies.can_offer_role(user, organisation, role)
    )


def colleagues(organisation: Organisation, *, today: date, without: Iterable[User]) -> list[User]:
    """Active people who belong to the organisation today, by name."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__in=organisation.memberships.in_force(today),
        )
        .exclude(pk__in=[person.pk for person in without])
        .distinct()
        .order_by("name", "pk")
    )


def is_known_person(email: str) -> bool:
    """Whether somebody has that address already."""
    return User.objects.filter(email__iexact=email).exists()


def members_page(
    user: User, organisation: Organisation, *, now: datetime, today: date
) -> MembersPage:
    """Everybody of the organisation, what the reader may do, and the invitations that wait."""
    memberships = list(
        organisation.memberships.select_related("user", "organisation", "deputy_for").order_by(
            "user__name", "user_id", "starts_on", "role", "pk"
        )
    )
    can_manage = policies.can_manage_people(user, organisation)
    ended = [row for row in memberships if row.ends_on is not None and row.ends_on < today]
    current = [row for row in memberships if row not in ended]
    return MembersPage(
        people=tuple(_people(user, current, today)),
        past=tuple(_past(row) for row in ended),
        invitations=tuple(_invitations(organisation, now)) if can_manage else (),
        can_manage=can_manage,
    )


def _people(user: User, memberships: list[Membership], today: date) -> Iterable[PersonRow]:
    by_person: dict[UUID, list[Membership]] = {}
    for membership in memberships:
        by_person.setdefault(membership.user_id, []).append(membership)
    for rows in by_person.values():
        person = rows[0].user
        yield PersonRow(
            name=person.name,
            email=person.email,
            is_self=person.pk == user.pk,
            roles=tuple(_role(user, row, today) for row in rows),
        )


def _role(user: User, membership: Membership, today: date) -> RoleRow:
    can_end = policies.can_end_membership(user, membership)
    is_own = membership.deputy_for_id is None
    in_force = membership.starts_on <= today
    return RoleRow(
        membership_id=membership.pk,
        label=membership.get_role_display(),
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        deputy_for=membership.deputy_for.name if membership.deputy_for else "",
        is_planned=not in_force,
        can_end=can_end,
        can_hand_over=can_end and is_own and in_force,
        can_have_deputy=is_own
        and in_force
        and membership.role in DEPUTISED_ROLES
        and policies.can_offer_role(user, membership.organisation, membership.role),
    )


def _past(membership: Membership) -> PastRole:
    return PastRole(
        name=membership.user.name,
        label=membership.get_role_display(),
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        deputy_for=membership.deputy_for.name if membership.deputy_for else "",
    )


def _invitations(organisation: Organisation, now: datetime) -> Iterable[InvitationRow]:
    for row in organisation.invitations.pending().select_related("invited_by"):
        state = row.state_at(now)
        is_expired = state == InvitationState.EXPIRED
        yield InvitationRow(
            invitation_id=row.pk,
            email=row.email,
            roles=row.get_roles_display(),
            invited_by=row.invited_by.name if row.invited_by else "",
            expires_at=row.expires_at,
            is_expired=is_expired,
            tag=Tag("warn" if is_expired else "run", str(state.label)),
        )
