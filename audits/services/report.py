"""Acts on the report of an engagement (実施結果報告書): prepare, review, send back, sign, issue, take back."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.documents.report import REPORT_FORM, report_data, report_subject
from audits.enums import LIVE_REPORTS, EngagementState, ReportMove, ReportState
from audits.models import (
    AuditReport,
    AuditReportHistory,
    Engagement,
    ManagementConfirmation,
)
from audits.selectors.report import (
    changed_parts,
    current_confirmation,
    leads_beside,
    obstacles,
)
from audits.selectors.report_content import report_content
from audits.services.engagement import (
    conclude,
    locked_engagement,
    refuse_report_date,
    report_reference,
    stated_reason,
)
from audits.workflow import REPORT
from core import history, jobs
from core.calendar import jst_date
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from documents.enums import DocumentState
from documents.models import Document, StoredFile
from documents.registry import data_digest
from documents.services import request_document


@transaction.atomic
def prepare_report(*, engagement_id: uuid.UUID, actor: User) -> AuditReport:
    """Freeze what the records say as a new version. Preparing twice gives the same version (double click).

    DomainError names everything that is missing, and a preparer who would leave nobody to sign.
    """
    engagement = locked_engagement(engagement_id)
    require(policies.can_prepare_report, actor, engagement)
    _require_fieldwork(engagement)
    live = engagement.reports.filter(state__in=LIVE_REPORTS).first()
    if live and live.state == ReportState.PREPARED and live.prepared_by_id == actor.pk:
        return live
    if live:
        raise DomainError(_("この監査の報告書はすでに作成されています。画面を読み直してください。"))
    confirmation = _complete(engagement)
    _require_lead_beside(engagement, {actor.pk})
    last = engagement.reports.order_by("-version").values_list("version", flat=True).first()
    version = (last or 0) + 1
    now = timezone.now()
    content = canonical_json(
        report_content(engagement, confirmation, version=version, prepared_on=jst_date(now))
    )
    report = AuditReport.objects.create(
        engagement=engagement,
        version=version,
        confirmation=confirmation,
        content=content,
        content_sha256=sha256_hex(content),
        prepared_by=actor,
        prepared_at=now,
    )
    _record(report, actor, report.prepared_at, ReportMove.PREPARE, from_state="")
    _request_paper(report, actor)
    return report


@transaction.atomic
def review_report(*, report_id: uuid.UUID, actor: User, version: int) -> AuditReport:
    """A second person has read it and agrees (査閲)."""
    report = _locked(report_id)
    require(policies.can_review_report, actor, report)
    _check(report, ReportMove.REVIEW, version)
    _require_lead_beside(report.engagement, {report.prepared_by_id, actor.pk})
    report.reviewed_by, report.reviewed_at = actor, timezone.now()
    return _advance(report, ReportMove.REVIEW, actor, report.reviewed_at)


@transaction.atomic
def return_report(*, report_id: uuid.UUID, actor: User, version: int, reason: str) -> AuditReport:
    """The reviewer sends it back with a reason: this version is void."""
    report = _locked(report_id)
    require(policies.can_review_report, actor, report)
    return _void(report, ReportMove.RETURN, actor, version, reason)


@transaction.atomic
def sign_report(
    *, report_id: uuid.UUID, actor: User, version: int, reference: str, dated_on: date
) -> AuditReport:
    """An audit lead signs the hash of the content, with number and date of the report.

    DomainError when the records are open again or no longer say what was frozen: then it has to be prepared anew.
    """
    report = _locked(report_id)
    require(policies.can_sign_report, actor, report)
    _check(report, ReportMove.SIGN, version)
    _complete(report.engagement)
    _refuse_changed(report)
    refuse_report_date(report.engagement, dated_on)
    if dated_on < report.confirmation.dated_on:
        raise DomainError(_("報告書の日付が経営者確認書の日付より前です。日付を確認してください。"))
    report.reference, report.dated_on = report_reference(reference), dated_on
    report.signed_by, report.signed_at = actor, timezone.now()
    report.signed_sha256 = report.content_sha256
    return _advance(report, ReportMove.SIGN, actor, report.signed_at)


@transaction.atomic
def issue_report(*, report_id: uuid.UUID, actor: User, version: int) -> AuditReport:
    """Hand the signed paper to provider and committee: it ends the engagement and clears the declaration.

    DomainError while the paper is not made.
    """
    report = _locked(report_id)
    require(policies.can_issue_report, actor, report)
    _check(report, ReportMove.ISSUE, version)
    report.file = _paper_file(report)
    report.issued_at = timezone.now()
    conclude(
        report.engagement,
        actor=actor,
        reference=report.reference,
        issued_on=report.dated_on or timezone.localdate(),
        file=report.file,
    )
    return _advance(report, ReportMove.ISSUE, actor, report.issued_at, has_paper=True)


@transaction.atomic
def reopen_report(*, report_id: uuid.UUID, actor: User, version: int, reason: str) -> AuditReport:
    """An audit lead takes a version back, with a reason: it is void, its signature stays to be seen.

    DomainError after the issue: the clearance of the declaration rests on it.
    """
    report = _locked(report_id)
    require(policies.can_reopen_report, actor, report)
    if report.state == ReportState.ISSUED:
        raise DomainError(
            _(
                "発行した報告書は取り消せません。監査完了の記録がこの報告書に基づいているためです。内容を変えるときは、事業者が言明の新しい版を確定し、その版の監査を新たに委嘱してください。"
            )
        )
    return _void(report, ReportMove.REOPEN, actor, version, reason)


def _locked(report_id: uuid.UUID) -> AuditReport:
    """Engagement first, as every act on its records takes the locks in this order."""
    found = AuditReport.objects.values_list("engagement_id", flat=True).get(pk=report_id)
    engagement = locked_engagement(found)
    report = (
        AuditReport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("confirmation", "prepared_by", "reviewed_by", "signed_by")
        .get(pk=report_id)
    )
    report.engagement = engagement
    return report


def _check(report: AuditReport, move: ReportMove, version: int) -> None:
    if report.state != ReportState.ISSUED:
        _require_fieldwork(report.engagement)
    if report.row_version != version:
        raise EditConflictError(current=report)
    REPORT.check(move, report.state)


def _require_fieldwork(engagement: Engagement) -> None:
    if engagement.state != EngagementState.FIELDWORK:
        raise DomainError(_("この監査は実施中ではないため、報告書の手続はできません。"))


def _require_lead_beside(engagement: Engagement, people: set[uuid.UUID | int]) -> None:
    if not leads_beside(engagement, people):
        raise DomainError(
            _(
                "作成者と査閲者のほかに、独立性を確認した監査責任者がいないため、署名できる人がいなくなります。ほかの人が行うか、別の監査責任者が監査チームで独立性を確認してから進めてください。"
            )
        )


def _complete(engagement: Engagement) -> ManagementConfirmation:
    """The confirmation on which the report rests; DomainError that names everything still missing."""
    confirmation = current_confirmation(engagement)
    found = obstacles(engagement, confirmation)
    if found or confirmation is None:
        raise DomainError("\n".join(map(str, found)))
    return confirmation


def _refuse_changed(report: AuditReport) -> None:
    parts = changed_parts(report)
    if parts:
        raise DomainError(
            _(
                "作成した後に監査の記録が変わりました（%(parts)s）。この版を取り消し、報告書を作り直してください。"
            )
            % {"parts": "、".join(parts)}
        )


def _void(
    report: AuditReport, move: ReportMove, actor: User, version: int, reason: str
) -> AuditReport:
    _check(report, move, version)
    report.voided_by, report.voided_at = actor, timezone.now()
    report.void_reason = stated_reason(reason)
    return _advance(
        report, move, actor, report.voided_at, reason=report.void_reason, has_paper=True
    )


def _advance(
    report: AuditReport,
    move: ReportMove,
    actor: User,
    at: datetime,
    *,
    reason: str = "",
    has_paper: bool = False,
) -> AuditReport:
    before, report.state = report.state, ReportState(REPORT.check(move, report.state).target)
    report.row_version += 1
    report.save()
    _record(report, actor, at, move, from_state=before, reason=reason)
    if not has_paper:
        _request_paper(report, actor)
    return report


def _record(report: AuditReport, actor: User, at: datetime, move: ReportMove, **facts: str) -> None:
    entry = AuditReportHistory.objects.create(
        report=report,
        **history.line(actor=actor, at=at, action=move, to_state=report.state, **facts),
    )
    if move in (ReportMove.RETURN, ReportMove.REOPEN):
        jobs.enqueue(
            tasks.send_report_mail,
            subject=f"engagement:{report.engagement_id}",
            history_id=entry.pk,
        )


def _request_paper(report: AuditReport, actor: User) -> None:
    request_document(
        form=REPORT_FORM,
        subject=report_subject(report),
        organisation_id=report.engagement.firm_id,
        data=report_data(report),
        actor=actor,
    )


def _paper_file(report: AuditReport) -> StoredFile:
    """The file of the signed paper; DomainError while there is none."""
    paper = (
        Document.objects.about(report_subject(report))
        .filter(form=REPORT_FORM.key, data_sha256=data_digest(report_data(report)))
        .filter(state=DocumentState.ISSUED)
        .first()
    )
    if paper is None or paper.file is None:
        raise DomainError(
            _(
                "署名した報告書のPDFがまだできていません。しばらく待ってから、もう一度発行してください。作成に失敗しているときは「もう一度作る」を押してください。"
            )
        )
    return paper.file
