from datetime import date, datetime

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Q

from accounts.enums import MANAGING_ROLE, OrganisationKind, Role
from core.canonical import sha256_hex
from core.normalise import search_key

NOTHING = Q(pk__in=[])
LOOKS_AFTER_PEOPLE = frozenset({*MANAGING_ROLE.values(), Role.SYSTEM_ADMIN})


def _managed_by(user, prefix: str = "") -> Q:
    """The organisations whose people this person looks after; `prefix` leads to the organisation."""
    if Role.SYSTEM_ADMIN in user.roles:
        return ~NOTHING  # an empty Q() would vanish from an "or" and take the rest along
    if not LOOKS_AFTER_PEOPLE & user.roles:
        return NOTHING
    managed = Q(**{f"{prefix}id": user.organisation_id})
    if Role.SECRETARIAT in user.roles:
        managed |= ~Q(**{f"{prefix}kind": OrganisationKind.COMMITTEE})
    return managed


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff see all; everybody sees the own organisation; CSP people also the listed audit bodies."""
        if user.roles & {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN}:
            return self
        own = Q(pk=user.organisation_id)
        if user.kind == OrganisationKind.CSP:
            own |= Q(kind=OrganisationKind.AUDIT_BODY, listed_on__isnull=False)
        return self.filter(own)

    def manageable_by(self, user):
        """The organisations whose people this person looks after."""
        return self.filter(_managed_by(user))

    def listed_audit_bodies(self, on: date):
        """Firms on the list of audit bodies (監査機関リスト) on that day."""
        return self.filter(kind=OrganisationKind.AUDIT_BODY, listed_on__lte=on).filter(
            Q(delisted_on__isnull=True) | Q(delisted_on__gt=on)
        )

    def matching(self, text: str):
        """Name, reading or corporate number contains `text`; width, case and blanks do not matter."""
        key = search_key(text)
        found = Q(search_key__contains=key)
        digits = key.replace("-", "")
        if digits.isascii() and digits.isdigit():
            found |= Q(corporate_number__contains=digits)
        return self.filter(found)


class UserManager(BaseUserManager):
    """People are made by accepting an invitation; e-mail addresses are compared without case."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Roles of colleagues, and of the organisations whose people this person looks after."""
        return self.filter(
            Q(organisation=user.organisation_id) | _managed_by(user, "organisation__")
        )

    def in_force(self, on: date):
        """Memberships that hold on that day; the last day is included."""
        return self.filter(starts_on__lte=on).not_ended(on)

    def not_ended(self, on: date):
        """Memberships that hold on that day or begin after it."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def lasting(self, since: date):
        """In force on that day and without an end from then on, held by an active person who is no deputy."""
        return self.filter(
            starts_on__lte=since,
            ends_on__isnull=True,
            deputy_for__isnull=True,
            user__is_active=True,
        )


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Invitations into the organisations whose people this person looks after."""
        return self.filter(_managed_by(user, "organisation__"))

    def for_token(self, token: str):
        """The invitation whose link carries this token, if there is one."""
        return self.filter(token_sha256=sha256_hex(token.encode()))

    def pending(self):
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self, now: datetime):
        """Neither accepted nor withdrawn nor expired."""
        return self.pending().filter(expires_at__gt=now)
