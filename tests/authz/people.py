"""The actors of the table, by their short names. What each of them is stands in table.yaml."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.services.memberships import end_membership
from tests.accounts.factories import OrganisationFactory, UserFactory, person
from tests.authz.canaries import Canaries
from tests.registrations.factories import provider

STRANGER = "AN"
OWN = ("CE", "CA", "ED")
OTHER = ("CE2", "CA2")
FIRM = ("AL", "AM")
# Of the same audit body: in the teams without having confirmed, and in none.
NEWCOMERS, OUTSIDERS = ("AU",), ("AO",)
HOUSE = (*FIRM, *NEWCOMERS, *OUTSIDERS)
DESK = ("SS", "PR")
STAFF = ("SS", "PR", "CM", "CX")
OFFICE = (*STAFF, "SA")


@dataclass
class People:
    """Organisations and people. `spare` are people whom acts need as the other party and who never act themselves."""

    canaries: Canaries
    actors: dict[str, User] = field(default_factory=dict)
    spare: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def __getitem__(self, actor: str) -> User:
        return self.actors[actor]

    def build(self) -> "People":
        """Everybody."""
        self._organisations()
        own, other = self.organisations["provider"], self.organisations["other"]
        firm, firm2 = self.organisations["audit_body"], self.organisations["other_firm"]
        secretariat, member, named = Role.SECRETARIAT, Role.COMMITTEE_MEMBER, self._named
        self.actors = {
            "NO": UserFactory(),
            "CE": person(Role.CSP_EDITOR, organisation=own),
            "CA": person(Role.CSP_APPROVER, organisation=own),
            "ED": named(
                "a-writer", (*OWN, *OFFICE), Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=own
            ),
            "CE2": person(Role.CSP_EDITOR, organisation=other),
            "CA2": person(Role.CSP_APPROVER, organisation=other),
            "AL": person(Role.AUDIT_LEAD, organisation=firm),
            "AM": person(Role.AUDIT_MEMBER, organisation=firm),
            # The provider never learns who is in a team before that person has confirmed.
            "AU": named("firm-newcomer", (*HOUSE, *OFFICE), Role.AUDIT_MEMBER, organisation=firm),
            "AO": person(Role.AUDIT_MEMBER, organisation=firm),
            "AL2": person(Role.AUDIT_LEAD, organisation=firm2),
            "SS": person(secretariat),
            "PR": person(secretariat, member),
            "CM": person(member),
            "CX": person(member),
            "SA": person(Role.SYSTEM_ADMIN),
        }
        self.spare = {
            "approver": person(Role.CSP_APPROVER, organisation=own),
            "lead": person(Role.AUDIT_LEAD, organisation=firm),
            "secretary": person(secretariat),
            # A provider never learns who voted.
            "member": named("c-member", OFFICE, member),
            "voter": named("c-voter", OFFICE, member),
        }
        self.actors["RM"] = self._removed_yesterday()
        return self

    def _named(
        self, name: str, readers: tuple[str, ...], *roles: Role, **where: Organisation
    ) -> User:
        """A person whose name is a canary."""
        user = person(*roles, **where)
        user.name = self.canaries.text(name, readers)
        user.save()
        return user

    def _organisations(self) -> None:
        keep = self.canaries.text
        self.organisations = {
            "provider": provider(profile=keep("a-profile", (*OWN, *OFFICE))),
            "other": provider(
                corporate_number="7999900000002", profile=keep("b-profile", (*OTHER, *OFFICE))
            ),
            "audit_body": OrganisationFactory(
                audit_body=True, profile=keep("firm-profile", (*HOUSE, *OFFICE))
            ),
            "other_firm": OrganisationFactory(
                audit_body=True, profile=keep("firm2-profile", ("AL2", *OFFICE))
            ),
            "unlisted": OrganisationFactory(
                audit_body=True, listed_on=None, profile=keep("unlisted-profile", OFFICE)
            ),
            "committee": OrganisationFactory(
                committee=True, profile=keep("committee-profile", OFFICE)
            ),
        }

    def _removed_yesterday(self) -> User:
        """An approver of the provider until yesterday."""
        removed = person(Role.CSP_APPROVER, organisation=self.organisations["provider"])
        end_membership(
            membership_id=removed.memberships.get().pk,
            actor=self["CA"],
            ends_on=timezone.localdate() - timedelta(days=1),
            reason=self.canaries.text("a-role-end", (*OWN, *DESK, "SA")),
        )
        return User.objects.get(pk=removed.pk)

    def membership(self, actor: str) -> Membership:
        """The first role of an actor or of a spare person."""
        return (self.actors | self.spare)[actor].memberships.order_by("role").first()
