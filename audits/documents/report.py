"""The papers of an audit: 経営者確認書 and 実施結果報告書, plain values from what was frozen and signed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from audits.enums import ReportState
from audits.models import AuditReport, ManagementConfirmation
from core.calendar import JST
from documents.registry import FormSpec, register

CONFIRMATION_FORM = register(
    FormSpec(
        key="management_confirmation",
        letter="M",
        title="経営者確認書",
        template="audits/pdf/confirmation.html",
        template_version="1",
    )
)
REPORT_FORM = register(
    FormSpec(
        key="audit_result_report",
        letter="R",
        title="実施結果報告書",
        template="audits/pdf/report.html",
        template_version="1",
    )
)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands for a step, and since when; empty while nobody does."""

    step: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class ConfirmationPaper:
    """Everything that the 経営者確認書 shows."""

    form_number: str
    author: str
    subtitle: str
    content: dict[str, Any]
    content_sha256: str
    signed: Signature

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Everything that the 実施結果報告書 shows. `status` is draft, signed or void; `dated_on` an ISO date."""

    form_number: str
    author: str
    subtitle: str
    status: str
    version: int
    reference: str
    dated_on: str
    content: dict[str, Any]
    content_sha256: str
    signatures: tuple[Signature, ...]

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


def confirmation_subject(confirmation: ManagementConfirmation) -> str:
    """How documents name this confirmation."""
    return f"confirmation:{confirmation.pk}"


def confirmation_data(confirmation: ManagementConfirmation) -> dict[str, Any]:
    """The data of a 経営者確認書. Load `signed_by` along."""
    content = confirmation.facts
    return ConfirmationPaper(
        form_number=content["form_number"],
        author=content["provider"]["name"],
        subtitle=content["service"],
        content=content,
        content_sha256=confirmation.content_sha256,
        signed=_signature("signed", confirmation.signed_by, confirmation.signed_at),
    ).to_data()


def report_subject(report: AuditReport) -> str:
    """How documents name this version of the report."""
    return f"report:{report.pk}"


def report_data(report: AuditReport) -> dict[str, Any]:
    """The data of a 実施結果報告書 as it is signed now. Issuing changes nothing in it: it is the signed paper that
    is issued. Load the people along.
    """
    content = report.facts
    signed = report.state in (ReportState.SIGNED, ReportState.ISSUED)
    return ReportPaper(
        form_number=content["form_number"],
        author=content["firm"]["name"],
        subtitle=content["service"]["name"],
        status="void" if report.state == ReportState.VOID else "signed" if signed else "draft",
        version=report.version,
        reference=report.reference,
        dated_on=report.dated_on.isoformat() if report.dated_on else "",
        content=content,
        content_sha256=report.content_sha256,
        signatures=(
            _signature("prepared", report.prepared_by, report.prepared_at),
            _signature("reviewed", report.reviewed_by, report.reviewed_at),
            _signature("signed", report.signed_by, report.signed_at),
        ),
    ).to_data()


def _signature(step: str, person: Any, at: datetime | None) -> Signature:
    if person is None or at is None:
        return Signature(step, "", "")
    return Signature(step, person.name, f"{at.astimezone(JST):%Y-%m-%d %H:%M} JST")
