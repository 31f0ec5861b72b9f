"""Evidence requests in every state, made by the real services in an engagement in fieldwork."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from audits.models import Engagement, EvidenceRequest
from audits.services import requests as acts
from audits.services.requests import Answer
from core import jobs
from core.models import Job
from declarations.models import EvidenceVersion
from declarations.services.evidence_library import keep_evidence
from documents.uploads import CheckedUpload, check_upload
from tests.audits.factories import Audit, audit
from tests.documents.files import pdf, uploaded


def auditor_of(found: Audit) -> User:
    """Who audits this engagement for the firm."""
    return found.lead


def a_file(name: str = "棚卸し記録.pdf", content: bytes = b"") -> CheckedUpload:
    """A PDF that the gate lets through."""
    return check_upload(uploaded(name, pdf(content)))


def kept(found: Audit, name: str = "点検記録.pdf") -> EvidenceVersion:
    """Evidence in the library of the provider."""
    return keep_evidence(
        organisation_id=found.editor.organisation_id,
        actor=found.editor,
        upload=a_file(name, name.encode()),
        creation_key=uuid.uuid4(),
    )


def send_mails() -> None:
    """Let the worker send what waits."""
    for job in Job.objects.filter(queue="mail"):
        jobs.run(job.pk)


@dataclass
class Asking:
    """An engagement in fieldwork and its latest request."""

    audit: Audit
    request: EvidenceRequest = field(init=False)

    @property
    def engagement(self) -> Engagement:
        """The engagement."""
        assert self.audit.engagement is not None
        return self.audit.engagement

    @property
    def auditor(self) -> User:
        """Who asks."""
        return auditor_of(self.audit)

    def ask(self, **facts: Any) -> "Asking":
        """Asked."""
        self.request = acts.ask_evidence(
            **{
                "engagement_id": self.engagement.pk,
                "actor": self.auditor,
                "creation_key": uuid.uuid4(),
                "title": "特権IDの棚卸し記録",
                "text": "上期の記録をすべて示してください。",
                "codes": ["9.2.3.2"],
            }
            | facts
        )
        return self

    def provide(
        self,
        *uploads: CheckedUpload,
        text: str = "記録を添えます。",
        versions: tuple[uuid.UUID, ...] = (),
        **facts: Any,
    ) -> "Asking":
        """Provided."""
        self.request = acts.provide_evidence(
            **self.by(self.audit.editor)
            | {"creation_key": uuid.uuid4(), "answer": Answer(text, uploads, versions)}
            | facts
        )
        return self

    def accept(self, **facts: Any) -> "Asking":
        """Accepted."""
        self.request = acts.accept_evidence(**self.by(self.auditor) | facts)
        return self

    def send_back(self, reason: str = "承認日がわかりません。", **facts: Any) -> "Asking":
        """Returned."""
        self.request = acts.return_evidence(**self.by(self.auditor) | {"reason": reason} | facts)
        return self

    def withdraw(self, reason: str = "別の資料で足りました。", **facts: Any) -> "Asking":
        """Withdrawn."""
        self.request = acts.withdraw_request(**self.by(self.auditor) | {"reason": reason} | facts)
        return self

    def by(self, actor: User) -> dict[str, Any]:
        """The arguments that every act on the request takes."""
        return {
            "request_id": self.request.pk,
            "actor": actor,
            "version": self.request.row_version,
        }


def asking(edition, **facts: Any) -> Asking:
    """In fieldwork, nothing asked for yet."""
    return Asking(audit(edition, **facts).commission().accept())
