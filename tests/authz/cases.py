"""One provider's services, each in another place of the way to the list, every private text with its canary.

A case goes on by calling its methods in the order of the journey; all of them are the real services.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from audits.models import Engagement, EvidenceRequest, Finding
from audits.services import engagement as engagements
from controls.models import CatalogueEdition
from declarations.enums import Adoption, ChangeKind
from declarations.models import (
    CloudService,
    ControlChange,
    Declaration,
    StatementBatch,
    StatementEvidence,
)
from declarations.services import changes, evidence, fixing
from declarations.services import declaration as declarations
from declarations.services.bulk import BulkChange, Mode, bulk_edit
from declarations.services.cloud_service import create_service
from declarations.services.exclusions import exclude_objective
from declarations.services.review import request_review, return_review
from declarations.services.statements import StatementEdit, save_statements
from declarations.services.team import assign_statements
from documents.uploads import CheckedUpload, check_upload
from registrations.models import Application
from registrations.services import application as applications
from registrations.services import inquiry
from tests.authz.canaries import Canaries
from tests.authz.fieldwork import work_on
from tests.authz.findings import issue_one
from tests.authz.internal_records import file_record
from tests.authz.people import DESK, NEWCOMERS, STAFF
from tests.authz.requests import settle
from tests.authz.teams import put_team
from tests.documents.files import pdf, uploaded
from tests.registrations.factories import PERIOD_END, PERIOD_START, SERVICE

# The detail with the canaries, and the objective that is excluded.
DETAIL, SECTION, OBJECTIVE = "6.1.1.1", "6.1", "9.4.2"
# Other details: one to which evidence is tied by an act over many statements, one that was edited in bulk.
SECOND_DETAIL, NEIGHBOUR = "9.2.3.2", "6.1.1.13.PB"


@dataclass(frozen=True)
class Party:
    """Who acts for a provider, and who audits it. `own` and `firm` are those of them that the table knows.

    `firm` begins with the lead, and reads what the team reads; `newcomer` is in the team and has confirmed nothing.
    """

    key: str
    editor: User
    approver: User
    second_editor: User
    lead: User
    secretary: User
    own: tuple[str, ...]
    firm: tuple[str, ...]
    auditor: User | None = None
    newcomer: User | None = None


@dataclass
class Case:
    """One service. `stage` is how far it has come when the tests look: own, asked, firm, filed, accepted or public.

    The leads of a firm that was asked know the service and read nothing of it before they accept and confirm.
    """

    party: Party
    state: str
    edition: CatalogueEdition
    canaries: Canaries
    stage: str = "own"
    service: CloudService = field(init=False)
    declaration: Declaration = field(init=False)
    tie: StatementEvidence = field(init=False)
    removed_tie: StatementEvidence = field(init=False)
    change: ControlChange = field(init=False)
    removed_change: ControlChange = field(init=False)
    batch: StatementBatch = field(init=False)
    engagement: Engagement | None = None
    request: EvidenceRequest | None = None
    application: Application | None = None
    finding: Finding | None = None

    def readers(self, *, firm: bool = True) -> tuple[str, ...]:
        """Who may read what is part of the case: its provider, its firm, desk or staff once it got there."""
        committee = {"filed": DESK, "accepted": STAFF, "public": STAFF}.get(self.stage, ())
        audited = firm and self.stage not in ("own", "asked")
        return (*self.party.own, *(self.party.firm if audited else ()), *committee)

    def knowers(self) -> tuple[str, ...]:
        """Who may know that the service exists."""
        is_audited = self.stage not in ("own", "asked")
        return (*self.asked(), *(NEWCOMERS if self.party.newcomer and is_audited else ()))

    def asked(self) -> tuple[str, ...]:
        """Who reads what the firm is asked."""
        return (*self.readers(), *(self.party.firm[:1] if self.stage == "asked" else ()))

    def judges(self) -> tuple[str, ...]:
        """Who reads what the firm's people say of their independence."""
        return tuple(actor for actor in self.readers() if actor not in self.party.own)

    def keep(self, name: str, readers: tuple[str, ...]) -> str:
        """A canary of this case."""
        return self.canaries.text(f"{self.party.key}-{self.state}-{name}", readers)

    def upload(self, name: str, readers: tuple[str, ...], content: bytes) -> CheckedUpload:
        """A file whose name is a canary."""
        return check_upload(uploaded(f"{self.keep(name, readers)}.pdf", pdf(content)))

    def begin(self) -> "Case":
        """The service and its draft, complete, with texts, an exclusion and files."""
        public = self.stage == "public"
        name = "見本の公開サービス" if public else self.keep("service", self.knowers())
        facts = SERVICE | {"name": name, "contact_name": self.keep("contact", self.readers())}
        editor = self.party.editor
        self.service = create_service(actor=editor, creation_key=uuid.uuid4(), facts=facts)
        self.declaration = declarations.create_declaration(
            service_id=self.service.pk,
            actor=editor,
            edition_id=self.edition.pk,
            period_start=PERIOD_START,
            period_end=PERIOD_END,
        )
        self.write()
        self._edit_in_bulk()
        self._organise()
        self._exclude()
        self._attach()
        self._change()
        return self

    def write(self) -> None:
        """The body and every statement; the text that is replaced stays in the history alone."""
        draft, first, second = self.declaration, self.party.editor, self.party.second_editor
        # Nothing in common at either end: the history shows what differs, and half a token is none.
        before, after = self.keep("before", self.party.own), self.keep("statement", self.readers())
        self._save(first, f"以前は{before}でした")
        self._save(second, f"現在は{after}です", numbers={DETAIL})
        body = {
            "scope": "全体",
            "out_of_scope": self.keep("body", self.readers()),
            "signer_title": "執行役員",
            "signer_name": "見本 責任者",
        }
        self.declaration = declarations.edit_declaration(
            declaration_id=draft.pk, actor=first, version=draft.row_version, facts=body
        )

    def _edit_in_bulk(self) -> None:
        """One act over many rows; what it says stands in its own page and in the history."""
        rows = self.declaration.statements
        self.batch = bulk_edit(
            declaration_id=self.declaration.pk,
            actor=self.party.editor,
            versions={NEIGHBOUR: rows.get(control__number=NEIGHBOUR).row_version},
            change=BulkChange(text_mode=Mode.REPLACE, text=self.keep("bulk", self.party.own)),
            batch_id=uuid.uuid4(),
        )
        if self.stage != "own":  # others will read the row, and not what was done with it before
            self._save(self.party.editor, "手順どおり。", numbers={NEIGHBOUR})

    def _save(self, writer: User, text: str, numbers: set[str] | None = None) -> None:
        rows = self.declaration.statements.select_related("control")
        edits = [
            StatementEdit(
                row.control.number,
                row.row_version,
                {
                    "adoption": Adoption.ADOPTED,
                    "individual_control": text if row.control.number == DETAIL else "手順どおり。",
                },
            )
            for row in rows
            if numbers is None or row.control.number in numbers
        ]
        save_statements(declaration_id=self.declaration.pk, actor=writer, edits=edits)

    def _organise(self) -> None:
        """A row with an owner that waits for the approver, and one that the approver sent back with a reason."""
        # Later the reason stands in the history of that row alone, which no target opens.
        shows_reviews = self.state in ("draft", "in_approval")
        party, where = self.party, {"declaration_id": self.declaration.pk}
        assign_statements(actor=party.editor, numbers=[DETAIL], owner_id=party.editor.pk, **where)
        request_review(
            actor=party.editor,
            numbers=[DETAIL, NEIGHBOUR],
            reviewer_id=party.approver.pk,
            note=self.keep("review-note", party.own),
            **where,
        )
        return_review(
            actor=party.approver,
            number=NEIGHBOUR,
            reason=self.keep("review-return", party.own) if shows_reviews else "見本の理由",
            **where,
        )

    def _exclude(self) -> None:
        exclude_objective(
            declaration_id=self.declaration.pk,
            actor=self.party.editor,
            number=OBJECTIVE,
            reason=self.keep("exclusion", self.readers()),
            version=0,
        )

    def _attach(self) -> None:
        """A file with a note, and one that was taken off again."""
        own = self.party.own
        audited = () if self.stage in ("own", "asked") else self.party.firm
        content = self.keep("bytes", (*own, *audited)).encode()
        self.tie = self.attach(
            self.upload("evidence", self.readers(), content), note=self.keep("note", own)
        )
        self.removed_tie = self.attach(self.upload("removed", own, self.state.encode()))
        evidence.remove_evidence(
            declaration_id=self.declaration.pk,
            evidence_id=self.removed_tie.pk,
            actor=self.party.editor,
        )

    def _change(self) -> None:
        """A change inside the period, and one that was taken off again."""
        own, readers = self.party.own, self.readers()
        self.change = self._record_change(self.keep("change", readers))
        self.removed_change = self._record_change(self.keep("removed-change", own))
        changes.remove_change(
            declaration_id=self.declaration.pk,
            change_id=self.removed_change.pk,
            actor=self.party.editor,
        )

    def _record_change(self, text: str) -> ControlChange:
        facts = changes.ChangeFacts(ChangeKind.OPERATION, PERIOD_START, "年に一度でした", text)
        return changes.record_change(
            declaration_id=self.declaration.pk,
            number=DETAIL,
            actor=self.party.editor,
            creation_key=uuid.uuid4(),
            facts=facts,
        )

    def attach(self, upload: CheckedUpload, note: str = "") -> StatementEvidence:
        """Tie a file to the detail with the canaries."""
        return evidence.add_evidence(
            declaration_id=self.declaration.pk,
            number=DETAIL,
            actor=self.party.editor,
            upload=upload,
            note=note,
        )

    def submit(self) -> "Case":
        """Waiting for approval."""
        self.declaration = fixing.submit_declaration(
            declaration_id=self.declaration.pk, actor=self.party.editor
        )
        return self

    def hand_back(self) -> "Case":
        """A draft again, with the approver's reason."""
        fixing.hand_back_declaration(
            declaration_id=self.declaration.pk,
            actor=self.party.approver,
            reason=self.keep("hand-back", self.party.own),
        )
        return self

    def fix(self) -> "Case":
        """Approved and fixed."""
        self.submit()
        self.declaration = fixing.fix_declaration(
            declaration_id=self.declaration.pk,
            actor=self.party.approver,
            version=self.declaration.row_version,
        )
        return self

    def commission(self) -> "Case":
        """Commissioned with the party's firm."""
        self._commission(self.party.lead, self.keep("message", self.asked()))
        return self

    def declined_by(self, lead: User, actor: str) -> Engagement:
        """Commissioned with another firm and declined; what both said is for that firm and the provider."""
        readers = (*self.party.own, actor)
        self._commission(lead, self.keep("message-in-vain", readers))
        reason = self.keep("decline", readers)
        return self._engage(engagements.decline_engagement, lead, reason=reason)

    def _commission(self, lead: User, message: str) -> None:
        self.engagement = engagements.commission(
            declaration_id=self.declaration.pk,
            firm_id=lead.organisation_id,
            actor=self.party.approver,
            message=message,
        )

    def accept_engagement(self) -> "Case":
        """Fieldwork: a confirmed team, and a newcomer in it."""
        self._engage(engagements.accept_engagement, self.party.lead)
        put_team(self)
        work_on(self, DETAIL)
        return self

    def find(self) -> "Case":
        """The firm tells of what it found."""
        self.finding = issue_one(self)
        return self

    def report(self) -> "Case":
        """Both audits finished."""
        readers, without_firm = self.readers(), self.readers(firm=False)
        today = timezone.localdate()
        self._engage(
            engagements.file_audit_report,
            self.party.lead,
            reference=self.keep("reference", readers),
            issued_on=today,
            upload=self.upload("report", readers, self.keep("report-bytes", readers).encode()),
        )
        content = self.keep("internal-bytes", without_firm).encode()
        file_record(
            self.declaration,
            self.party.approver,
            summary=self.keep("internal", without_firm),
            upload=self.upload("internal-report", without_firm, content),
        )
        return self

    def _engage(self, act: Any, lead: User, **facts: Any) -> Engagement:
        self.engagement = act(
            engagement_id=self.engagement.pk,
            actor=lead,
            version=self.engagement.row_version,
            **facts,
        )
        return self.engagement

    def audited(self) -> "Case":
        """From nothing to both audits finished."""
        self.begin().fix().commission().accept_engagement()
        self.request = settle(self)
        return self.find().report()

    def prepare(self) -> "Case":
        """An application that is being prepared."""
        self.application = applications.open_application(
            service_id=self.service.pk, declaration_id=self.declaration.pk, actor=self.party.editor
        )
        return self

    def file(self) -> "Case":
        """Filed."""
        note = self.keep("application-note", self.readers(firm=False))
        return self._move(applications.file_application, self.party.approver, note=note)

    def ask_correction(self) -> "Case":
        """In correction."""
        question = self.keep("correction", self.readers(firm=False))
        return self._move(inquiry.request_correction, self.party.secretary, question=question)

    def accept(self) -> "Case":
        """Accepted: the committee reads it from now on."""
        return self._move(applications.accept_application, self.party.secretary)

    def review(self) -> "Case":
        """Under review."""
        return self._move(applications.start_review, self.party.secretary)

    def inquire(self) -> "Case":
        """In inquiry."""
        question = self.keep("inquiry", self.readers(firm=False))
        return self._move(inquiry.inquire, self.party.secretary, question=question)

    def answer(self) -> "Case":
        """Under review again."""
        answer = self.keep("answer", self.readers(firm=False))
        return self._move(inquiry.answer_inquiry, self.party.editor, answer=answer)

    def _move(self, act: Any, actor: User, **facts: Any) -> "Case":
        self.application = act(
            application_id=self.application.pk,
            actor=actor,
            version=self.application.row_version,
            **facts,
        )
        return self
