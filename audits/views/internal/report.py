"""The report of an internal audit: what is missing, preview, approval, paper, filing."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import policies
from audits.documents.internal_audit import internal_audit_data
from audits.enums import InternalAuditAct
from audits.forms.engagement import ReasonForm, VersionForm
from audits.forms.internal import ApproveForm
from audits.models import InternalAudit
from audits.selectors.internal.page import allowed_moves
from audits.selectors.internal.report import filed_elsewhere, gaps
from audits.services.internal import report as services
from audits.views.internal.common import breadcrumb, form_page, tabs, visible_audit
from core.exceptions import DomainError
from core.views import posted, refused
from documents import views as answers
from documents.models import Document
from documents.selectors import DocumentUrls, document_row


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the report will say, what is missing, and its approval."""
    audit = visible_audit(request, pk)
    moves = allowed_moves(request.user, audit)
    elsewhere = filed_elsewhere(audit)
    may_approve = InternalAuditAct.APPROVE in moves and not elsewhere
    if request.method == "POST" and not policies.can_approve_internal_audit(request.user, audit):
        raise PermissionDenied
    form = ApproveForm(
        posted(request),
        initial={
            "version": audit.row_version,
            "reference": audit.reference,
            "conclusion": audit.conclusion,
            "reported_to": audit.reported_to,
        },
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        sent = form.cleaned_data
        version = sent.pop("version")
        try:
            services.approve_report(
                audit_id=pk,
                actor=request.user,
                version=version,
                facts=services.ReportFacts(**sent),
            )
        except DomainError as error:
            status = refused(form, error)
        else:
            messages.success(request, _("報告書を承認しました。PDFを作成しています。"))
            return redirect("audits:internal_report", pk)
    document = audit.document
    context = {
        "audit": audit,
        "data": document.data if document else internal_audit_data(audit),
        "gaps": gaps(audit),
        "form": form,
        "may_approve": may_approve,
        "approver_audits": audit.is_running
        and not may_approve
        and policies.can_plan_internal_audit(request.user, audit.declaration),
        "may_reopen": InternalAuditAct.REOPEN in moves,
        "may_file": InternalAuditAct.FILE in moves
        and not elsewhere
        and document
        and document.file_id,
        "filed_elsewhere": elsewhere,
        "row": document_row(document) if document else None,
        "urls": _urls(audit),
        "breadcrumb": breadcrumb(audit, (_("報告書"), "")),
        "tabs": tabs(audit, "audits:internal_report"),
    }
    return render(request, "audits/internal/report.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the approval back, with a reason."""
    audit = visible_audit(request, pk)
    if not policies.can_approve_internal_audit(request.user, audit):
        raise PermissionDenied
    page = {
        "title": _("報告書の承認の取消し"),
        "lead": _(
            "取り消すと、監査の結果と不適合をもう一度変更できます。作成したPDFは使えなくなります。"
        ),
        "submit_label": _("承認を取り消す"),
        "cancel_url": reverse("audits:internal_report", args=[pk]),
        "breadcrumb": breadcrumb(audit, (_("承認の取消し"), "")),
        "is_danger": True,
    }
    return form_page(
        request,
        ReasonForm(posted(request), initial={"version": audit.row_version}),
        lambda sent: services.reopen_report(audit_id=pk, actor=request.user, **sent),
        page=page,
        done=_("報告書の承認を取り消しました。"),
        then=audit.get_absolute_url(),
    )


@require_POST
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """File the approved paper."""
    audit = visible_audit(request, pk)
    if not policies.can_file_internal_audit(request.user, audit.declaration):
        raise PermissionDenied
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect("audits:internal_report", pk)
    try:
        services.file_report(audit_id=pk, actor=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("audits:internal_report", pk)
    messages.success(request, _("内部監査の記録を提出しました。"))
    return redirect("audits:internal_audit", audit.declaration_id)


@require_safe
def paper_status(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The row of the paper, asked for every two seconds while it is being made."""
    audit, document = _paper(request, pk)
    if document.file_id and request.htmx:
        # Filing becomes possible: the page itself has something new to say.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return answers.document_status(request, document_row(document), _urls(audit))


@require_safe
def paper_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The issued file."""
    audit, document = _paper(request, pk)
    return answers.download(request, document, _urls(audit))


@require_POST
def paper_retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Try again what could not be made."""
    audit, document = _paper(request, pk)
    if not policies.can_file_internal_audit(request.user, audit.declaration):
        raise PermissionDenied
    return answers.retry(request, document, _urls(audit))


def _paper(request: HttpRequest, pk: uuid.UUID) -> tuple[InternalAudit, Document]:
    audit = visible_audit(request, pk)
    if audit.document is None:
        raise Http404
    return audit, audit.document


def _urls(audit: InternalAudit) -> DocumentUrls:
    address = partial(reverse, args=[audit.pk])
    return DocumentUrls(
        page=address("audits:internal_report"),
        status=address("audits:internal_paper_status"),
        download=address("audits:internal_paper_file"),
        retry=address("audits:internal_paper_retry"),
    )
