"""Organisations and people; `person(Role.SECRETARIAT)` is a person who may act."""

import uuid
from datetime import date, timedelta

import factory
from django.utils import timezone

from accounts.enums import ROLES_OF_KIND, OrganisationAction, OrganisationKind, Role
from accounts.models import Invitation, Membership, Organisation, OrganisationHistory, User
from core.canonical import sha256_hex
from core.normalise import search_key

LONG_AGO = date(2024, 4, 1)
# Long enough, like nobody and in no list.
PASSPHRASE = "みなとの朝は早く始まります2026"  # noqa: S105 -- of test people


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A cloud service provider unless `kind` says otherwise; there is one committee."""

    class Meta:
        model = Organisation
        django_get_or_create = ("kind", "name")

    kind = OrganisationKind.CSP
    name = factory.Sequence(lambda n: f"見本組織{n}")
    search_key = factory.LazyAttribute(lambda o: search_key(o.name))

    class Params:
        committee = factory.Trait(kind=OrganisationKind.COMMITTEE, name="見本運営委員会")
        audit_body = factory.Trait(kind=OrganisationKind.AUDIT_BODY, listed_on=LONG_AGO)


def organisation_for(role: Role) -> Organisation:
    """An organisation in which that role exists: the one committee, or a new CSP or audit body."""
    kind = next(kind for kind, roles in ROLES_OF_KIND.items() if role in roles)
    if kind == OrganisationKind.COMMITTEE:
        return OrganisationFactory(committee=True)
    return OrganisationFactory(audit_body=kind == OrganisationKind.AUDIT_BODY)


class MembershipFactory(factory.django.DjangoModelFactory):
    """A membership in force since long ago."""

    class Meta:
        model = Membership

    starts_on = LONG_AGO


class UserFactory(factory.django.DjangoModelFactory):
    """A person without any membership."""

    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"見本 太郎{n}")
    email = factory.Sequence(lambda n: f"person{n}@example.jp")


def person(*roles: Role, organisation: Organisation | None = None) -> User:
    """A person with these roles in one organisation."""
    user = UserFactory()
    organisation = organisation or organisation_for(roles[0])
    for role in roles:
        MembershipFactory(user=user, role=role, organisation=organisation)
    return user


class InvitationFactory(factory.django.DjangoModelFactory):
    """An open invitation into a new cloud service provider; its token works."""

    class Meta:
        model = Invitation

    id = factory.LazyFunction(uuid.uuid4)
    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.jp")
    roles = factory.LazyFunction(lambda: [Role.CSP_EDITOR.value])
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda o: o.created_at + timedelta(hours=72))
    token_sha256 = factory.LazyAttribute(
        lambda o: sha256_hex(Invitation(id=o.id, expires_at=o.expires_at).token.encode())
    )

    class Params:
        expired = factory.Trait(
            created_at=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=73))
        )
        accepted = factory.Trait(accepted_at=factory.LazyFunction(timezone.now))
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))


class OrganisationHistoryFactory(factory.django.DjangoModelFactory):
    """A line of act history about a new organisation."""

    class Meta:
        model = OrganisationHistory

    organisation = factory.SubFactory(OrganisationFactory)
    occurred_at = factory.LazyFunction(timezone.now)
    actor_label = "システム"
    action = OrganisationAction.CREATED
