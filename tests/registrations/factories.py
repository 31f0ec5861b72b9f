"""Cases in every state, made by the real services, so that each keeps what its state promises.

`case()` is a provider with a fixed and audited declaration; `Case.apply()` begins its application, and the methods
after it carry the application on. The audited period ended lately, whatever day it is.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from controls.models import CatalogueEdition
from core.months import add_months
from declarations.enums import Adoption
from declarations.models import CloudService, Declaration
from declarations.services import declaration as declaration_services
from declarations.services import fixing
from declarations.services.cloud_service import create_service
from declarations.services.statements import StatementEdit, save_statements
from registrations.enums import ClearanceKind
from registrations.models import Application, Decision
from registrations.services import application as applications
from registrations.services import decision as decisions
from registrations.services import inquiry
from registrations.services.clearance import record_clearance
from tests.accounts.factories import OrganisationFactory, person

# The last day of the month two months ago, and the year that ended with it.
PERIOD_END = add_months(timezone.localdate().replace(day=1), -1) - timedelta(days=1)
PERIOD_START = add_months(PERIOD_END + timedelta(days=1), -12)

SERVICE = {
    "name_kana": "ミナトブンショキョウユウクラウド",
    "overview": "行政機関の職員が文書を共有し、承認するためのサービスです。",
    "regions": "東日本、西日本",
    "data_locations": "国内（東日本・西日本の二拠点）",
    "foreign_law_risk": "国外の法令により情報の開示を求められる可能性はありません。",
    "governing_law": "日本法。東京地方裁判所を専属的合意管轄裁判所とします。",
    "capital_and_officers": "国内資本のみ。役員は全員が国内に居住しています。",
    "third_party_tests": "年1回、外部の専門家によるペネトレーションテストを受けています。",
    "contact_name": "品質保証室 北条 いづみ",
    "contact_email": "contact@example.jp",
}
BODY = {
    "scope": "文書共有機能と電子承認機能、これらを提供する基盤を対象とします。",
    "signer_title": "情報セキュリティ統括責任者",
    "signer_name": "浜野 すみれ",
}


def provider(**facts: Any) -> Organisation:
    """A cloud service provider with everything that an application asks of it."""
    return OrganisationFactory(
        **{
            "corporate_number": "8999900000001",
            "address": "見本県架空市1-2-3",
            "representative_title": "代表取締役社長",
            "representative_name": "浜野 すみれ",
            "profile": "行政機関向けのクラウドサービスを提供しています。",
        }
        | facts
    )


@dataclass
class Case:
    """One application with the people around it. `approver` edited nothing, `editor` wrote the declaration."""

    service: CloudService
    declaration: Declaration
    editor: User
    approver: User
    secretary: User
    members: list[User]
    application: Application = field(default=None)  # type: ignore[assignment]

    def apply(self) -> "Case":
        """Preparing."""
        self.application = applications.open_application(
            service_id=self.service.pk, declaration_id=self.declaration.pk, actor=self.editor
        )
        return self

    def file(self, **facts: Any) -> "Case":
        """Filed."""
        return self._move(applications.file_application, self.approver, **facts)

    def ask_correction(self, question: str = "役員名簿が足りません。", **facts: Any) -> "Case":
        """In correction."""
        return self._move(inquiry.request_correction, self.secretary, question=question, **facts)

    def resubmit(self, answer: str = "役員名簿を追加しました。", **facts: Any) -> "Case":
        """Filed again."""
        return self._move(inquiry.resubmit, self.approver, answer=answer, **facts)

    def accept(self) -> "Case":
        """Accepted."""
        return self._move(applications.accept_application, self.secretary)

    def review(self) -> "Case":
        """Under review."""
        return self._move(applications.start_review, self.secretary)

    def inquire(
        self, question: str = "特権IDの棚卸しの頻度を教えてください。", **facts: Any
    ) -> "Case":
        """In inquiry."""
        return self._move(inquiry.inquire, self.secretary, question=question, **facts)

    def answer(self, answer: str = "四半期ごとに行っています。") -> "Case":
        """Under review again."""
        return self._move(inquiry.answer_inquiry, self.editor, answer=answer)

    def propose(
        self, *, grant: bool = True, reason: str = "登録要件を満たしています。", number: str = ""
    ) -> Decision:
        """Referred, or with a new version of the proposal."""
        number = number or f"C{uuid.uuid4().hex[:6]}"
        proposal = decisions.propose_decision(
            application_id=self.application.pk,
            actor=self.secretary,
            version=self.application.row_version,
            grant=grant,
            reason=reason,
            registration_number=number,
        )
        self.application.refresh_from_db()
        return proposal

    def vote(
        self, proposal: Decision, member: User, *, agrees: bool = True, reason: str = ""
    ) -> Decision:
        """One vote."""
        done = decisions.cast_vote(
            decision_id=proposal.pk,
            actor=member,
            version=proposal.proposal_version,
            agrees=agrees,
            reason=reason,
        )
        self.application.refresh_from_db()
        return done

    def decide(self, **facts: Any) -> Decision:
        """Granted, or refused with `grant=False`."""
        proposal = self.propose(**facts)
        for member in self.members[:2]:
            self.vote(proposal, member)
        proposal.refresh_from_db()
        return proposal

    def withdraw(self, reason: str = "提供を見合わせるため。") -> "Case":
        """Withdrawn."""
        return self._move(decisions.withdraw_application, self.approver, reason=reason)

    def revise(self, *, editor: User | None = None, approver: User | None = None) -> Declaration:
        """A newer version of the declaration, fixed and audited. `approver` edited nothing in it."""
        editor, approver = editor or self.editor, approver or self.approver
        new = declaration_services.revise_declaration(
            declaration_id=self.declaration.pk, actor=editor
        )
        return audited(approved(new, editor, approver))

    def next_year(self) -> "Case":
        """The same provider with the declaration of the following period, fixed and audited."""
        start = self.declaration.period_end + timedelta(days=1)
        end = add_months(start, 12) - timedelta(days=1)
        following = fixed_declaration(
            self.service, self.declaration.edition, self.editor, self.approver, start=start, end=end
        )
        return Case(
            self.service,
            audited(following),
            self.editor,
            self.approver,
            self.secretary,
            self.members,
        )

    def _move(self, act: Any, actor: User, **facts: Any) -> "Case":
        self.application = act(
            application_id=self.application.pk,
            actor=actor,
            version=self.application.row_version,
            **facts,
        )
        return self


def case(
    edition: CatalogueEdition,
    *,
    members: int = 3,
    name: str = "みなと文書共有クラウド",
    start: date = PERIOD_START,
    end: date = PERIOD_END,
    organisation: Organisation | None = None,
) -> Case:
    """A provider with a fixed and audited declaration, a secretary and committee members."""
    organisation = organisation or provider()
    editor = person(Role.CSP_EDITOR, organisation=organisation)
    approver = person(Role.CSP_APPROVER, organisation=organisation)
    service = create_service(
        actor=editor, creation_key=uuid.uuid4(), facts={"name": name} | SERVICE
    )
    declaration = fixed_declaration(service, edition, editor, approver, start=start, end=end)
    return Case(
        service,
        audited(declaration),
        editor,
        approver,
        person(Role.SECRETARIAT),
        [person(Role.COMMITTEE_MEMBER) for _index in range(members)],
    )


def fixed_declaration(
    service: CloudService,
    edition: CatalogueEdition,
    editor: User,
    approver: User,
    *,
    start: date = PERIOD_START,
    end: date = PERIOD_END,
) -> Declaration:
    """A declaration in which every detail is adopted, approved by somebody who edited nothing."""
    draft = declaration_services.create_declaration(
        service_id=service.pk,
        actor=editor,
        edition_id=edition.pk,
        period_start=start,
        period_end=end,
    )
    edits = [
        StatementEdit(
            row.control.number,
            row.row_version,
            {"adoption": Adoption.ADOPTED, "individual_control": "手順を定めて実施しています。"},
        )
        for row in draft.statements.select_related("control")
    ]
    save_statements(declaration_id=draft.pk, actor=editor, edits=edits)
    declaration_services.edit_declaration(
        declaration_id=draft.pk, actor=editor, version=draft.row_version, facts=BODY
    )
    return approved(draft, editor, approver)


def audited(declaration: Declaration) -> Declaration:
    """With the external and the internal audit finished."""
    for kind, issuer in (
        (ClearanceKind.EXTERNAL_AUDIT, "見本監査法人"),
        (ClearanceKind.INTERNAL_AUDIT, "内部監査室"),
    ):
        record_clearance(
            declaration_id=declaration.pk,
            kind=kind,
            issuer=issuer,
            reference=f"報告-{kind.value}",
            issued_on=timezone.localdate(),
            file_id=None,
            recorded_at=timezone.now(),
        )
    return declaration


def approved(draft: Declaration, editor: User, approver: User) -> Declaration:
    submitted = fixing.submit_declaration(declaration_id=draft.pk, actor=editor)
    return fixing.fix_declaration(
        declaration_id=draft.pk, actor=approver, version=submitted.row_version
    )
