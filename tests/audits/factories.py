"""Engagements in every state, made by the real services."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from audits.models import Engagement, EngagementMember, IndependenceStatement
from audits.services import engagement as acts
from audits.services import team
from controls.models import CatalogueEdition
from declarations.models import Declaration
from declarations.services.cloud_service import create_service
from documents.uploads import CheckedUpload, check_upload
from tests.accounts.factories import OrganisationFactory, person
from tests.documents.files import pdf, uploaded
from tests.registrations.factories import SERVICE, fixed_declaration, provider


def report() -> CheckedUpload:
    """A PDF that the gate lets through."""
    return check_upload(uploaded("実施結果報告書.pdf", pdf()))


@dataclass
class Audit:
    """A fixed declaration, its provider's people and a listed firm."""

    declaration: Declaration
    editor: User
    approver: User
    firm: Organisation
    lead: User
    engagement: Engagement | None = None

    def commission(self, firm: Organisation | None = None) -> "Audit":
        """Commissioned."""
        self.engagement = acts.commission(
            declaration_id=self.declaration.pk,
            firm_id=(firm or self.firm).pk,
            actor=self.approver,
            message="変更した管理策の確認をお願いします。",
        )
        return self

    def take(self) -> "Audit":
        """Fieldwork; nobody has confirmed to be independent."""
        self.engagement = acts.accept_engagement(**self.by(self.lead))
        return self

    def accept(self) -> "Audit":
        """Fieldwork, and the lead reads the declaration."""
        return self.take().confirm(self.lead)

    def assign(self, person: User) -> EngagementMember:
        """In the team."""
        return team.assign_member(
            engagement_id=self.engagement.pk, person_id=person.pk, actor=self.lead
        )

    def confirm(self, person: User, **facts) -> "Audit":
        """Confirmed anew by a member, with the answers that nothing stands against unless `facts` says otherwise."""
        said = IndependenceStatement.objects.filter(
            member__engagement=self.engagement, member__person=person, member__ended_at=None
        )
        confirm(self.engagement, person, version=said.count(), **facts)
        return self

    def auditor(self) -> User:
        """A confirmed member who is no lead."""
        return auditor_of(self.engagement)

    def file_report(self) -> "Audit":
        """Reported."""
        self.engagement = acts.file_audit_report(
            **self.by(self.lead), reference="監報-1", issued_on=yesterday(), upload=report()
        )
        return self

    def by(self, actor: User) -> dict:
        """The arguments that every act on the engagement takes."""
        return {
            "engagement_id": self.engagement.pk,
            "actor": actor,
            "version": self.engagement.row_version,
        }


def auditor_of(engagement: Engagement, role: Role = Role.AUDIT_MEMBER) -> User:
    """One more confirmed member of the team, assigned by who took the engagement."""
    lead = engagement.members.order_by("assigned_at").first().assigned_by
    member = person(role, organisation=engagement.firm)
    team.assign_member(engagement_id=engagement.pk, person_id=member.pk, actor=lead)
    confirm(engagement, member)
    return member


def confirm(engagement: Engagement, member: User, *, version: int = 0, **facts) -> None:
    """The member's answers, with nothing against them unless `facts` says otherwise."""
    team.confirm_independence(
        engagement_id=engagement.pk,
        actor=member,
        version=version,
        answers=team.Answers(**{"advisory_work": False, "years_in_role": 1} | facts),
    )


def audit(
    edition: CatalogueEdition,
    *,
    organisation: Organisation | None = None,
    name: str = "みなと文書共有クラウド",
) -> Audit:
    """Nothing commissioned yet."""
    organisation = organisation or provider()
    editor = person(Role.CSP_EDITOR, organisation=organisation)
    approver = person(Role.CSP_APPROVER, organisation=organisation)
    service = create_service(
        actor=editor, creation_key=uuid.uuid4(), facts={"name": name} | SERVICE
    )
    declaration = fixed_declaration(service, edition, editor, approver)
    firm = OrganisationFactory(audit_body=True)
    return Audit(declaration, editor, approver, firm, person(Role.AUDIT_LEAD, organisation=firm))


def yesterday():
    """The date of a report."""
    return timezone.localdate() - timedelta(days=1)
