"""The papers of an engagement, 経営者確認書 and 実施結果報告書: how far each is, its file, and another try."""

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits import policies
from audits.documents.report import (
    confirmation_data,
    confirmation_subject,
    report_data,
    report_subject,
)
from audits.models import AuditReport, Engagement, ManagementConfirmation
from audits.selectors.engagement import engagements_for
from documents import views as answers
from documents.models import Document
from documents.selectors import DocumentRow, DocumentUrls, document_row


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its addresses."""

    row: DocumentRow
    urls: DocumentUrls


def confirmation_paper(confirmation: ManagementConfirmation) -> Paper | None:
    """The paper of a confirmation."""
    return _paper(
        confirmation_subject(confirmation),
        confirmation.engagement_id,
        reverse("audits:confirmation", args=[confirmation.engagement_id]),
        partial(confirmation_data, confirmation),
    )


def report_paper(report: AuditReport) -> Paper | None:
    """The newest paper of a version; one from before the last step is stale."""
    return _paper(
        report_subject(report),
        report.engagement_id,
        report.get_absolute_url(),
        partial(report_data, report),
    )


def _paper(subject: str, engagement_id: uuid.UUID, page: str, current: Any) -> Paper | None:
    document = Document.objects.about(subject).first()
    if document is None:
        return None
    return Paper(document_row(document, current_data=current), _urls(engagement_id, document, page))


def _urls(engagement_id: uuid.UUID, document: Document, page: str) -> DocumentUrls:
    status, download, retry = (
        reverse(f"audits:{name}", args=[engagement_id, document.pk])
        for name in ("paper_status", "paper_file", "paper_retry")
    )
    return DocumentUrls(page=f"{page}#paper", status=status, download=download, retry=retry)


@require_safe
def paper_status(request: HttpRequest, pk: uuid.UUID, paper: uuid.UUID) -> HttpResponse:
    """The row of one paper, asked for every two seconds while it is being made."""
    document, urls, current = _found(request, pk, paper)
    return answers.document_status(request, document_row(document, current_data=current), urls)


@require_safe
def paper_file(request: HttpRequest, pk: uuid.UUID, paper: uuid.UUID) -> HttpResponseBase:
    """The file."""
    document, urls, _current = _found(request, pk, paper)
    return answers.download(request, document, urls)


@require_POST
def paper_retry(request: HttpRequest, pk: uuid.UUID, paper: uuid.UUID) -> HttpResponse:
    """Try again what could not be made."""
    document, urls, _current = _found(request, pk, paper)
    return answers.retry(request, document, urls)


def _found(
    request: HttpRequest, pk: uuid.UUID, paper: uuid.UUID
) -> tuple[Document, DocumentUrls, Any]:
    """A paper of this very engagement: a report is for the firm, a confirmation for both sides."""
    engagement = get_object_or_404(engagements_for(request.user), pk=pk)
    document = get_object_or_404(Document.objects.with_progress().defer("data"), pk=paper)
    kind, _colon, subject = document.subject.partition(":")
    if kind == "report":
        report = _of(
            engagement.reports.select_related("prepared_by", "reviewed_by", "signed_by"), subject
        )
        _permit(policies.can_read_report_work(request.user, engagement))
        return (
            document,
            _urls(pk, document, report.get_absolute_url()),
            partial(report_data, report),
        )
    if kind == "confirmation":
        confirmation = _of(engagement.confirmations.select_related("signed_by"), subject)
        _permit(policies.can_read_confirmation(request.user, engagement))
        page = reverse("audits:confirmation", args=[pk])
        return document, _urls(pk, document, page), partial(confirmation_data, confirmation)
    raise Http404


def _of(rows: Any, pk: str) -> Any:
    return get_object_or_404(rows, pk=pk)


def _permit(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied


def visible_engagement(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    """The engagement with what its papers show, or 404."""
    found = engagements_for(request.user).select_related(
        "firm", "report_file", "declaration__service__organisation", "declaration__edition"
    )
    return get_object_or_404(found, pk=pk)
