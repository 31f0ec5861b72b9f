"""What the operations work on: one provider, its people, and as many declarations as are asked for."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from controls.models import CatalogueEdition
from controls.services.catalogue import load_shipped_editions
from core.months import add_months
from core.normalise import search_key
from declarations.models import CloudService, Declaration
from declarations.services.cloud_service import create_service
from declarations.services.declaration import create_declaration, edit_declaration
from declarations.services.fixing import submit_declaration
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
    """The people, an empty service, a draft half filled and one that waits for approval."""

    editor: User
    approver: User
    edition: CatalogueEdition
    empty: CloudService
    draft: Declaration
    submitted: Declaration


def build(declarations: int) -> World:
    """A world with this many declarations of 1,156 statements beside the two that are measured."""
    committee = _organisation(OrganisationKind.COMMITTEE, "見本運営委員会")
    load_shipped_editions(publisher=_person(committee, Role.COMMITTEE_MEMBER))
    provider = _organisation(OrganisationKind.CSP, "株式会社みなと雲技術")
    editor, approver = _person(provider, Role.CSP_EDITOR), _person(provider, Role.CSP_APPROVER)
    edition = CatalogueEdition.objects.get(code="2024-07")
    for number in range(declarations - 1):
        _declaration(editor, edition, f"サービス{number}")
    draft = _declaration(editor, edition, "入力中のサービス")
    submitted = _declaration(editor, edition, "承認を待つサービス")
    fill_undecided(submitted, editor)
    edit_declaration(
        declaration_id=submitted.pk, actor=editor, version=submitted.row_version, facts=BODY
    )
    return World(
        editor=editor,
        approver=approver,
        edition=edition,
        empty=_service(editor, "空のサービス"),
        draft=draft,
        submitted=submit_declaration(declaration_id=submitted.pk, actor=editor),
    )


def _organisation(kind: OrganisationKind, name: str) -> Organisation:
    organisation, _created = Organisation.objects.get_or_create(
        kind=kind,
        name=name,
        defaults={
            "search_key": search_key(name),
            "address": "見本県架空市1-2-3",
            "representative_name": "浜野 すみれ",
            "profile": "クラウドサービスを提供しています。",
        },
    )
    return organisation


def _person(organisation: Organisation, role: Role) -> User:
    person = User.objects.create(name=role.label, email=f"{uuid.uuid4()}@example.jp")
    Membership.objects.create(
        user=person, organisation=organisation, role=role, starts_on=date(2024, 4, 1)
    )
    return person


def _service(editor: User, name: str) -> CloudService:
    facts = cloud_services.MINATO_DOCS | {"name": name}
    return create_service(actor=editor, creation_key=uuid.uuid4(), facts=facts)


def _declaration(editor: User, edition: CatalogueEdition, name: str) -> Declaration:
    return create_declaration(
        service_id=_service(editor, name).pk,
        actor=editor,
        edition_id=edition.pk,
        period_start=PERIOD_START,
        period_end=PERIOD_END,
    )
