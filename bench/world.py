"""What the operations work on: one provider, its people, and the declarations that are measured."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.services.organisations import list_audit_body
from controls.models import CatalogueEdition
from controls.services.catalogue import load_shipped_editions
from core.months import add_months
from core.normalise import search_key
from declarations.models import CloudService, Declaration
from declarations.services.cloud_service import create_service
from declarations.services.declaration import create_declaration, edit_declaration
from declarations.services.fixing import fix_declaration, submit_declaration
from demo import cloud_services
from demo.filling import fill_undecided

PERIOD_END = timezone.localdate().replace(day=1) - timedelta(days=1)
PERIOD_START = add_months(PERIOD_END + timedelta(days=1), -12)
BODY = {
    "scope": "全機能と、その開発、運用、利用者支援を行う組織を対象とします。",
    "signer_title": "代表取締役社長",
    "signer_name": "浜野 すみれ",
}


@dataclass(frozen=True, slots=True)
class World:
    """The people, an empty service, a draft, a declaration that waits for approval, one that is fixed, and another one
    that other audits are copied from.

    Declarations have 1,156 statements each, every one of them decided.
    """

    committee: Organisation
    editor: User
    approver: User
    edition: CatalogueEdition
    empty: CloudService
    draft: Declaration
    submitted: Declaration
    fixed: Declaration
    audited: Declaration
    firm: Organisation
    lead: User


def build() -> World:
    """The world without company: what else an installation holds comes from `bench.company`."""
    committee = organisation(OrganisationKind.COMMITTEE, "見本運営委員会")
    load_shipped_editions(publisher=person(committee, Role.COMMITTEE_MEMBER))
    provider = organisation(OrganisationKind.CSP, "株式会社みなと雲技術")
    editor, approver = person(provider, Role.CSP_EDITOR), person(provider, Role.CSP_APPROVER)
    edition = CatalogueEdition.objects.get(code="2024-07")
    firm = organisation(OrganisationKind.AUDIT_BODY, "見本監査法人")
    list_audit_body(
        organisation_id=firm.pk,
        actor=person(committee, Role.SECRETARIAT),
        on=timezone.localdate() - timedelta(days=1),
        reason="登録の確認。",
    )

    def fixed(name: str) -> Declaration:
        sent = _submitted(editor, edition, name)
        return fix_declaration(declaration_id=sent.pk, actor=approver, version=sent.row_version)

    return World(
        committee=committee,
        editor=editor,
        approver=approver,
        edition=edition,
        empty=_service(editor, "空のサービス"),
        draft=_filled(editor, edition, "入力中のサービス"),
        submitted=_submitted(editor, edition, "承認を待つサービス"),
        fixed=fixed("申請するサービス"),
        audited=fixed("監査中のサービス"),
        firm=firm,
        lead=person(firm, Role.AUDIT_LEAD),
    )


def organisation(kind: OrganisationKind, name: str) -> Organisation:
    """The organisation of this name with everything that an application asks of it."""
    found, _created = Organisation.objects.get_or_create(
        kind=kind,
        name=name,
        defaults={
            "search_key": search_key(name),
            "corporate_number": "8999900000001",
            "address": "見本県架空市1-2-3",
            "representative_title": "代表取締役社長",
            "representative_name": "浜野 すみれ",
            "profile": "クラウドサービスを提供しています。",
        },
    )
    return found


def person(of: Organisation, role: Role) -> User:
    """Somebody new in this role."""
    someone = User.objects.create(name=str(role.label), email=f"{uuid.uuid4()}@example.jp")
    Membership.objects.create(user=someone, organisation=of, role=role, starts_on=date(2024, 4, 1))
    return someone


def _service(editor: User, name: str) -> CloudService:
    facts = cloud_services.MINATO_DOCS | {"name": name}
    return create_service(actor=editor, creation_key=uuid.uuid4(), facts=facts)


def _filled(editor: User, edition: CatalogueEdition, name: str) -> Declaration:
    draft = create_declaration(
        service_id=_service(editor, name).pk,
        actor=editor,
        edition_id=edition.pk,
        period_start=PERIOD_START,
        period_end=PERIOD_END,
    )
    fill_undecided(draft, editor)
    return edit_declaration(
        declaration_id=draft.pk, actor=editor, version=draft.row_version, facts=BODY
    )


def _submitted(editor: User, edition: CatalogueEdition, name: str) -> Declaration:
    draft = _filled(editor, edition, name)
    return submit_declaration(declaration_id=draft.pk, actor=editor)
