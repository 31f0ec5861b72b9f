"""Files of a statement (証跡): add, download, take off, put back."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from declarations import policies
from declarations.forms.statement import EvidenceForm
from declarations.models import Declaration, StatementEvidence
from declarations.selectors.statement import files_of
from declarations.services.evidence import add_evidence, remove_evidence, restore_evidence
from declarations.views.editor import page_context, visible_declaration
from declarations.views.statements import found_statement, statement_answer
from documents.answers import file_answer


@require_POST
def add(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Add a file to a statement."""
    declaration = _editable(request, pk)
    found_statement(declaration, number)
    form = EvidenceForm(request.POST, request.FILES, number=number)
    if form.is_valid():
        try:
            tie = add_evidence(
                declaration_id=pk, number=number, actor=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error("upload", str(error))
        else:
            said = _("「%(name)s」を追加しました。") % {"name": tie}
            warnings = form.cleaned_data["upload"].warnings
            return _done(request, declaration, tie, "".join([said, *warnings]))
    if request.htmx:
        return _files(request, declaration, number, form=form, status=422)
    return statement_answer(request, declaration, number, evidence_form=form, status=422)


@require_safe
def download(request: HttpRequest, pk: uuid.UUID, evidence: uuid.UUID) -> HttpResponseBase:
    """One file as an attachment; for the provider's own people."""
    declaration = visible_declaration(request, pk)
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    return file_answer(request, _tie(declaration, evidence).file)


@require_POST
def remove(request: HttpRequest, pk: uuid.UUID, evidence: uuid.UUID) -> HttpResponse:
    """Take a file off its statement."""
    return _change(request, pk, evidence, remove_evidence, _("「%(name)s」を外しました。"))


@require_POST
def restore(request: HttpRequest, pk: uuid.UUID, evidence: uuid.UUID) -> HttpResponse:
    """Put a removed file back."""
    return _change(request, pk, evidence, restore_evidence, _("「%(name)s」を元に戻しました。"))


def _editable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    return declaration


def _tie(declaration: Declaration, evidence: uuid.UUID) -> StatementEvidence:
    ties = StatementEvidence.objects.filter(statement__declaration=declaration)
    return get_object_or_404(
        ties.select_related("version__file", "statement__control"), pk=evidence
    )


def _change(request: HttpRequest, pk: uuid.UUID, evidence: uuid.UUID, act, said: str):
    declaration = _editable(request, pk)
    tie = _tie(declaration, evidence)
    try:
        act(declaration_id=pk, evidence_id=evidence, actor=request.user)
    except DomainError as error:
        if request.htmx:
            number = tie.statement.control.number
            return _files(request, declaration, number, said=str(error), status=422)
        messages.error(request, str(error))
        return redirect("declarations:statement", pk, tie.statement.control.number)
    return _done(request, declaration, tie, said % {"name": tie})


def _done(
    request: HttpRequest, declaration: Declaration, tie: StatementEvidence, said: str
) -> HttpResponse:
    number = tie.statement.control.number
    if request.htmx:
        return _files(request, declaration, number, said=said)
    messages.success(request, said)
    return redirect("declarations:statement", declaration.pk, number)


def _files(
    request: HttpRequest,
    declaration: Declaration,
    number: str,
    *,
    form: EvidenceForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    found = found_statement(declaration, number)
    context = page_context(request, declaration) | {
        "number": number,
        "files": files_of(found, today=timezone.localdate()),
        "evidence_form": form or EvidenceForm(number=number),
        "said": said,
    }
    return render(request, "declarations/editor/_files.html", context, status=status)
