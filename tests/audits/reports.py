"""Engagements whose fieldwork is done, and reports on them in every state, by the real services."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from audits.enums import Evaluation, ScopeBasis, Severity, TestResult
from audits.models import AuditReport, ControlTest, EvidenceRequest, Finding
from audits.selectors.confirmation import TOLD, ConfirmationFacts, points_on
from audits.services import report as acts
from audits.services.confirmation import sign_confirmation
from audits.services.finding import FindingFacts, issue_finding, raise_finding
from audits.services.finding_answer import AnswerFacts, answer_finding
from audits.services.requests import ask_evidence
from controls.models import CatalogueEdition
from core import jobs
from core.models import Job
from documents.enums import DocumentState
from documents.models import Document
from documents.services import store_issued
from tests.audits.factories import Audit, audit, auditor_of
from tests.documents.files import pdf

NUMBERS = ("3.1.2.1", "4.4.1.1", "9.2.3.2", "6.1.1.1")


@dataclass
class Reported:
    """An engagement with three auditors beside the lead of its engagement: preparer, reviewer, and a second lead."""

    audit: Audit
    preparer: User
    reviewer: User
    signer: User
    report: AuditReport | None = None

    @property
    def engagement(self):
        return self.audit.engagement

    def confirm(self, **changes: Any) -> "Reported":
        """The provider signs its confirmation."""
        version = self.engagement.confirmations.count() + 1
        sign_confirmation(
            engagement_id=self.engagement.pk,
            actor=self.audit.approver,
            version=version,
            facts=confirmed(**changes),
        )
        return self

    def prepare(self) -> "Reported":
        self.report = acts.prepare_report(engagement_id=self.engagement.pk, actor=self.preparer)
        return self

    def review(self) -> "Reported":
        self.report = acts.review_report(**self.by(self.reviewer))
        return self

    def sign(self, **changes: Any) -> "Reported":
        self.report = acts.sign_report(**self.by(self.signer), **(numbered() | changes))
        return self

    def make_paper(self) -> "Reported":
        """A short PDF stands for the typeset one."""
        document = Document.objects.about(f"report:{self.report.pk}").first()
        made(document, pdf(str(document.pk).encode()))
        return self

    def issue(self) -> "Reported":
        self.report = acts.issue_report(**self.by(self.signer))
        return self

    def by(self, actor: User) -> dict[str, Any]:
        """The arguments that every act on the report takes."""
        return {
            "report_id": self.report.pk,
            "actor": actor,
            "version": self.report.row_version,
        }


def numbered() -> dict[str, Any]:
    """What the signer enters."""
    return {"reference": "監報-7", "dated_on": timezone.localdate()}


def made(document: Document, content: bytes) -> Document:
    """The document as its worker leaves it, with these bytes."""
    document.file = store_issued(
        content=content, label="見本.pdf", organisation_id=document.organisation_id
    )
    document.state, document.pages = DocumentState.ISSUED, 1
    document.issued_at = timezone.now()
    document.save(update_fields=["file", "state", "pages", "issued_at"])
    return document


def confirmed(**changes: Any) -> ConfirmationFacts:
    """A proper confirmation, dated today."""
    today = timezone.localdate()
    points, _fact = points_on(today)
    proper = {
        "dated_on": today,
        "confirmed": [point.code for point in points if point.code not in TOLD],
        "subsequent_events": "",
        "fraud": "",
        "signer_title": "代表取締役社長",
        "signer_name": "浜野 すみれ",
    }
    return ConfirmationFacts(**(proper | changes))


def fieldwork(edition: CatalogueEdition) -> Reported:
    """Accepted, every control of its small scope tested, one finding issued and answered; nothing confirmed yet."""
    found = audit(edition).commission().accept()
    case = Reported(
        found,
        auditor_of(found.engagement),
        auditor_of(found.engagement),
        auditor_of(found.engagement, Role.AUDIT_LEAD),
    )
    for number in NUMBERS:
        tested(case, number)
    finding(case, "9.2.3.2")
    return case


def ready(edition: CatalogueEdition) -> Reported:
    """Nothing stands in the way of the report."""
    return fieldwork(edition).confirm()


def tested(case: Reported, number: str, **changes: Any) -> ControlTest:
    """One control of the scope with its results."""
    proper = {
        "basis": ScopeBasis.PLAN,
        "design_procedure": "規程を閲覧し、担当者に質問しました。",
        "design_result": TestResult.EFFECTIVE,
        "operating_procedure": "記録を抽出し、承認の有無を確かめました。",
        "operating_result": TestResult.EFFECTIVE,
        "population": "承認の記録",
        "population_size": 120,
        "sample_size": 25,
        "sample_method": "judgement",
        "sample": list(range(1, 26)),
        "tested_by": case.preparer,
        "tested_at": timezone.now(),
    }
    engagement = case.engagement
    control = engagement.declaration.edition.controls.get(number=number)
    return ControlTest.objects.create(engagement=engagement, control=control, **(proper | changes))


def draft_finding(case: Reported, number: str) -> Finding:
    """A finding that the provider has not been told of."""
    return raise_finding(
        test_id=case.engagement.tests.get(control__number=number).pk,
        actor=case.signer,
        creation_key=uuid.uuid4(),
        facts=FindingFacts(
            evaluation=Evaluation.OPERATING,
            severity=Severity.MEDIUM,
            fact="25件のうち2件で、承認の記録がありませんでした。",
            effect="承認のない変更が行われるおそれがあります。",
        ),
    )


def finding(case: Reported, number: str) -> Finding:
    """A finding that was issued and answered."""
    draft = draft_finding(case, number)
    issued = issue_finding(finding_id=draft.pk, actor=case.signer, version=draft.row_version)
    return answer_finding(
        finding_id=issued.pk,
        actor=case.audit.editor,
        version=issued.row_version,
        facts=AnswerFacts(
            "代行の手順がありませんでした。",
            "承認の代行者を定めます。",
            case.audit.editor.pk,
            timezone.localdate(),
        ),
    )


def request(case: Reported) -> EvidenceRequest:
    """A request for evidence that the provider has not answered."""
    return ask_evidence(
        engagement_id=case.engagement.pk,
        actor=case.preparer,
        creation_key=uuid.uuid4(),
        title="特権IDの棚卸の記録",
        text="直近2回分の記録をお願いします。",
        codes=["9.2.3.2"],
    )


def send_mails() -> None:
    """Every mail that waits."""
    for job in Job.objects.filter(queue="mail"):
        jobs.run(job.pk)
