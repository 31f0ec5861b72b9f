"""Who may do what with organisations and people (docs/workflows.md, table of permissions)."""

from accounts.enums import MANAGING_ROLE, ROLES_OF_KIND, OrganisationKind, Role
from accounts.models import Membership, Organisation, User


def can_see_organisations(user: User) -> bool:
    """The list of all organisations is for the committee side."""
    return bool(user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN})


def can_create_organisation(user: User) -> bool:
    """The administrator and the secretariat enter organisations."""
    return bool(user.roles & {Role.SECRETARIAT, Role.SYSTEM_ADMIN})


def can_list_audit_body(user: User, organisation: Organisation) -> bool:
    """The secretariat keeps the list of audit bodies (監査機関リスト)."""
    return Role.SECRETARIAT in user.roles and organisation.kind == OrganisationKind.AUDIT_BODY


def can_edit_organisation(user: User, organisation: Organisation) -> bool:
    """Its own people who look after it; staff may correct any organisation's master data."""
    if user.roles & {Role.SECRETARIAT, Role.SYSTEM_ADMIN}:
        return True
    return (
        user.organisation_id == organisation.pk
        and MANAGING_ROLE[OrganisationKind(organisation.kind)] in user.roles
    )


def can_manage_people(user: User, organisation: Organisation) -> bool:
    """Approver, audit lead and secretariat invite their people; the administrator invites the first of each."""
    if Role.SYSTEM_ADMIN in user.roles:
        return True
    if Role.SECRETARIAT in user.roles and organisation.kind != OrganisationKind.COMMITTEE:
        return True
    return (
        user.organisation_id == organisation.pk
        and MANAGING_ROLE[OrganisationKind(organisation.kind)] in user.roles
    )


def can_see_people(user: User, organisation: Organisation) -> bool:
    """Everybody sees the colleagues of the own organisation; who manages an organisation sees its people."""
    return user.organisation_id == organisation.pk or can_manage_people(user, organisation)


def can_offer_role(user: User, organisation: Organisation, role: str) -> bool:
    """Who looks after the people offers their roles; only an administrator makes another administrator."""
    if role not in ROLES_OF_KIND[OrganisationKind(organisation.kind)]:
        return False
    if role == Role.SYSTEM_ADMIN and Role.SYSTEM_ADMIN not in user.roles:
        return False
    return can_manage_people(user, organisation)


def can_grant_role(user: User, organisation: Organisation, role: str, person: User) -> bool:
    """The same, and nobody changes the own roles, neither to more nor to less."""
    return user.pk != person.pk and can_offer_role(user, organisation, role)


def can_end_membership(user: User, membership: Membership) -> bool:
    """Whoever may grant that role to that person may end it."""
    return can_grant_role(user, membership.organisation, membership.role, membership.user)


def can_hand_over(user: User, membership: Membership, successor: User) -> bool:
    """Taking a role from one and giving it to another is for a third person."""
    return can_end_membership(user, membership) and can_grant_role(
        user, membership.organisation, membership.role, successor
    )
