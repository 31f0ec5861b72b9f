"""Services and declarations in every state, made by the real services and by the people who may."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.enums import Role
from accounts.models import Organisation, User
from controls.models import CatalogueEdition
from declarations.enums import Adoption
from declarations.models import (
    CloudService,
    Declaration,
    EvidenceVersion,
    ListedService,
    StatementComment,
)
from declarations.services.cloud_service import create_service
from declarations.services.comments import post_comment
from declarations.services.declaration import (
    create_declaration,
    edit_declaration,
    revise_declaration,
)
from declarations.services.evidence_library import (
    Renewed,
    VersionFacts,
    keep_evidence,
    renew_evidence,
)
from declarations.services.fixing import fix_declaration, submit_declaration
from declarations.services.listed_services import enter_listed_service
from declarations.services.statements import Saved, StatementEdit, save_statements
from documents.uploads import check_upload
from tests.accounts.factories import OrganisationFactory, person
from tests.documents.files import pdf, uploaded

START, END = date(2025, 4, 1), date(2026, 3, 31)
TEXT = "情報セキュリティ部が四半期ごとに点検し、結果を管理台帳に記録して責任者が確認しています。"
REASON = "基盤クラウドサービスの機能で代替しており、当社で個別に実施する必要がないため。"
FACTS: dict[str, Any] = {
    "name": "みなと文書共有（見本）",
    "name_kana": "ミナトブンショキョウユウ",
    "delivery_model": "saas",
    "overview": "行政機関と民間の関係者が、検討中の資料を安全に共有するためのサービスです。",
    "regions": "東京リージョン、大阪リージョン",
    "base_services": "",
    "uncovered_services": "",
    "target_businesses": [],
    "data_locations": "日本国内のデータセンターだけに保管します。",
    "foreign_law_risk": "",
    "governing_law": "日本法、東京地方裁判所",
    "capital_and_officers": "",
    "third_party_tests": "",
    "other_certifications": "",
    "generative_ai": "",
    "contact_name": "情報セキュリティ部",
    "contact_email": "security@example.jp",
    "contact_phone": "03-0000-0000",
}
BODY = {
    "scope": "みなと文書共有のすべての機能と、その開発・運用を行う部門。",
    "signer_title": "執行役員 CISO",
    "signer_name": "髙橋 葛󠄀子",
}
PROVIDER = {
    "address": "見本県見本市港町1丁目2番3号",
    "representative_name": "髙橋 葛󠄀子",
    "profile": "行政機関向けの文書共有サービスを提供しています。",
}


@dataclass
class Team:
    """A provider with somebody who writes and somebody who approves."""

    organisation: Organisation
    editor: User
    approver: User


def team(**organisation: Any) -> Team:
    """A provider whose own data are complete."""
    provider = OrganisationFactory(**(PROVIDER | organisation))
    return Team(
        provider,
        person(Role.CSP_EDITOR, organisation=provider),
        person(Role.CSP_APPROVER, organisation=provider),
    )


def service_of(members: Team, **facts: Any) -> CloudService:
    """A described service."""
    return create_service(actor=members.editor, creation_key=uuid.uuid4(), facts=FACTS | facts)


def listed(
    number: str = "見本-C1",
    name: str = "見本基盤クラウド",
    *,
    since: date = date(2022, 4, 1),
    until: date | None = None,
    by: User | None = None,
) -> ListedService:
    """A service on the list, entered by the secretariat."""
    return enter_listed_service(
        actor=by or person(Role.SECRETARIAT),
        creation_key=uuid.uuid4(),
        facts={
            "list_name": "ismap",
            "number": number,
            "name": name,
            "provider_name": "見本基盤株式会社",
            "listed_from": since,
            "listed_until": until,
            "source": "公表されたリスト（見本）",
        },
    )


def inherit(
    draft: Declaration, actor: User, base: ListedService | None, *numbers: str, **also: str
) -> Saved:
    """These statements name the service, or none; `also` are further changes of each."""
    rows = draft.statements.filter(control__number__in=numbers).select_related("control")
    changes = {"base_service": str(base.pk) if base else ""} | also
    edits = [StatementEdit(row.control.number, row.row_version, changes) for row in rows]
    return save_statements(declaration_id=draft.pk, actor=actor, edits=edits)


def draft(
    members: Team,
    edition: CatalogueEdition,
    *,
    service: CloudService | None = None,
    start: date = START,
    end: date = END,
) -> Declaration:
    """A declaration with empty statements."""
    service = service or service_of(members)
    return create_declaration(
        service_id=service.pk,
        actor=members.editor,
        edition_id=edition.pk,
        period_start=start,
        period_end=end,
    )


def answer(declaration: Declaration, actor: User, *, not_selected: tuple[str, ...] = ()) -> None:
    """Answer every statement: adopted with its text, or 選択しない with a reason."""
    edits = []
    for row in declaration.statements.select_related("control"):
        if row.control.number in not_selected:
            changes = {"adoption": Adoption.NOT_SELECTED.value, "reason": REASON}
        else:
            changes = {"adoption": Adoption.ADOPTED.value, "individual_control": TEXT}
        edits.append(StatementEdit(row.control.number, row.row_version, changes))
    save_statements(declaration_id=declaration.pk, actor=actor, edits=edits)


def complete(members: Team, edition: CatalogueEdition, **where: Any) -> Declaration:
    """A draft in which the pre-flight check finds no error."""
    declaration = draft(members, edition, **where)
    answer(declaration, members.editor)
    return edit_declaration(
        declaration_id=declaration.pk, actor=members.editor, version=1, facts=BODY
    )


def waiting(members: Team, edition: CatalogueEdition, **where: Any) -> Declaration:
    """A declaration that waits for approval."""
    declaration = complete(members, edition, **where)
    return submit_declaration(declaration_id=declaration.pk, actor=members.editor)


def fixed(members: Team, edition: CatalogueEdition, **where: Any) -> Declaration:
    """A fixed declaration."""
    declaration = waiting(members, edition, **where)
    return approved(declaration, members)


def approved(declaration: Declaration, members: Team) -> Declaration:
    """The same after approval."""
    return fix_declaration(
        declaration_id=declaration.pk, actor=members.approver, version=declaration.row_version
    )


def superseded(members: Team, edition: CatalogueEdition) -> Declaration:
    """A fixed version that a second one has replaced."""
    first = fixed(members, edition)
    second = revise_declaration(declaration_id=first.pk, actor=members.editor)
    approved(submit_declaration(declaration_id=second.pk, actor=members.editor), members)
    first.refresh_from_db()
    return first


def kept(
    members: Team, name: str = "点検記録.pdf", *, content: bytes = b"", **facts: Any
) -> EvidenceVersion:
    """Evidence in the library of the provider; `facts` are those of `VersionFacts`, and title and owner."""
    about = {key: facts.pop(key) for key in ("title", "owner_id") if key in facts}
    return keep_evidence(
        organisation_id=members.organisation.pk,
        actor=members.editor,
        upload=check_upload(uploaded(name, pdf(content))),
        creation_key=uuid.uuid4(),
        facts=VersionFacts(**facts),
        **about,
    )


def renewed(
    version: EvidenceVersion, members: Team, name: str = "点検記録（改）.pdf", **facts: Any
) -> Renewed:
    """A further version of the same evidence, which takes the place of the earlier one in drafts."""
    replace = facts.pop("replace", True)
    return renew_evidence(
        evidence_id=version.evidence_id,
        actor=members.editor,
        upload=check_upload(uploaded(name, pdf(b"renewed"))),
        creation_key=uuid.uuid4(),
        facts=VersionFacts(**facts),
        replace=replace,
    )


def said(
    declaration: Declaration,
    author: User,
    text: str = "頻度を確かめてください。",
    *to: User,
    number: str = "9.2.3.2",
    thread: StatementComment | None = None,
) -> StatementComment:
    """A comment on a row, addressed to some people; a reply where `thread` is given."""
    return post_comment(
        declaration_id=declaration.pk,
        number=number,
        actor=author,
        creation_key=uuid.uuid4(),
        body=text,
        mentions=[one.pk for one in to],
        thread_id=thread.pk if thread else None,
    )
