"""Engagements in every state, made by the real services."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from audits.models import Engagement
from audits.services import engagement as acts
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

    def accept(self) -> "Audit":
        """Fieldwork."""
        self.engagement = acts.accept_engagement(**self.by(self.lead))
        return self

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


def audit(edition: CatalogueEdition, *, organisation: Organisation | None = None) -> Audit:
    """Nothing commissioned yet."""
    organisation = organisation or provider()
    editor = person(Role.CSP_EDITOR, organisation=organisation)
    approver = person(Role.CSP_APPROVER, organisation=organisation)
    service = create_service(
        actor=editor, creation_key=uuid.uuid4(), facts={"name": "みなと文書共有クラウド"} | SERVICE
    )
    declaration = fixed_declaration(service, edition, editor, approver)
    firm = OrganisationFactory(audit_body=True)
    return Audit(declaration, editor, approver, firm, person(Role.AUDIT_LEAD, organisation=firm))


def yesterday():
    """The date of a report."""
    return timezone.localdate() - timedelta(days=1)
