"""The internal-audit record of a declaration: file it, read it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.engagement import InternalAuditForm
from audits.models import InternalAudit
from audits.selectors.engagement import internal_audit_of
from audits.selectors.internal.report import approved_here
from audits.services.internal.filing import file_internal_audit
from core.exceptions import DomainError
from core.views import posted
from declarations.models import Declaration
from documents.answers import file_answer


@require_http_methods(["GET", "HEAD", "POST"])
def internal_audit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The record where there is one; else, for who may file it, the form."""
    declaration = _visible(request, pk)
    submission = internal_audit_of(declaration, request.user)
    if submission and request.method != "POST":
        return render(
            request,
            "audits/internal_audit.html",
            {"declaration": declaration, "submission": submission},
        )
    if not policies.can_file_internal_audit(request.user, declaration):
        raise PermissionDenied
    files = request.FILES if request.method == "POST" else None
    form = InternalAuditForm(posted(request), files)
    run = InternalAudit.objects.visible_to(request.user).filter(declaration=declaration).first()
    if form.is_valid():
        try:
            file_internal_audit(declaration_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("内部監査の記録を提出しました。"))
            return redirect("audits:internal_audit", pk=pk)
    context = {
        "form": form,
        "title": _("紙・Wordで実施した内部監査の記録の提出"),
        "declaration": declaration,
        "run": run,
        "note": approved_here() if run and run.is_reported else "",
        "lead": _(
            "「%(service)s」の言明について行った内部監査を記録します。提出した後は変更できません。"
        )
        % {"service": declaration.service.name},
        "submit_label": _("提出する"),
        "cancel_url": declaration.get_absolute_url(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "audits/internal_audit_form.html", context, status=status)


@require_safe
def internal_audit_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The filed report, as an attachment."""
    submission = internal_audit_of(_visible(request, pk), request.user)
    if submission is None:
        raise Http404
    return file_answer(request, submission.file)


def _visible(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    return get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service__organisation"), pk=pk
    )
