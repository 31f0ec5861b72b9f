"""Confirming carried statements: one from its panel, many from a filter, and taking a batch back."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError, EditConflictError
from declarations import policies
from declarations.enums import BatchKind
from declarations.filters import StatementFilter
from declarations.forms.confirming import ConfirmForm, SeenForm
from declarations.models import Declaration, StatementBatch
from declarations.selectors.unconfirmed import Unconfirmed, unconfirmed
from declarations.services.batches import undo_batch
from declarations.services.confirming import confirm_statements
from declarations.views.editor import breadcrumb, page_context, visible_declaration
from declarations.views.statements import found_statement, statement_answer


@require_POST
def confirm_statement(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """One row: it still holds. The script gets the row with its panel, a person without script the page."""
    declaration = _editable(request, pk)
    found = found_statement(declaration, number)
    form = SeenForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        confirm_statements(
            declaration_id=pk, actor=request.user, versions={found.control.number: seen}
        )
    except DomainError as error:
        status = 409 if isinstance(error, EditConflictError) else 422
        if request.htmx:
            refused = {"sentence": str(error)}
            template = "declarations/carrying/_refused.html"
            return render(request, template, refused, status=status)
        messages.error(request, str(error))
        return statement_answer(request, declaration, number, status=status)
    if request.htmx:
        return statement_answer(request, declaration, number)
    messages.success(request, _("%(number)s の内容を確認済みにしました。") % {"number": number})
    return redirect("declarations:statement", pk, number)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_rows(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All carried rows that a filter leaves: shown, then confirmed. The address takes the filter's parameters."""
    declaration = _editable(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    rows = StatementFilter(data, declaration=declaration, user=request.user)
    found = unconfirmed(rows.qs)
    form = ConfirmForm(request.POST if request.method == "POST" else None, found=found)
    if not form.is_valid():
        return _rows_page(request, declaration, rows, found, form, 422 if form.is_bound else 200)
    try:
        done = confirm_statements(
            declaration_id=pk,
            actor=request.user,
            versions=found.versions,
            summary=_summary(rows),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        status = 409 if isinstance(error, EditConflictError) else 422
        return _rows_page(request, declaration, rows, found, form, status)
    messages.success(request, _("%(count)s件を確認済みにしました。") % {"count": f"{len(done):,}"})
    return redirect("declarations:carried", pk)


@require_POST
def withdraw(request: HttpRequest, pk: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """Take a batch of confirmations back."""
    declaration = _editable(request, pk)
    kept = get_object_or_404(
        StatementBatch.objects.filter(declaration=declaration, kind=BatchKind.CONFIRM), pk=batch
    )
    try:
        undone = undo_batch(batch_id=kept.pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("%(count)s件を「引継・未確認」に戻しました。") % {"count": f"{undone.batch.rows:,}"},
        )
    return redirect("declarations:carried", pk)


def _editable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    return declaration


def _summary(rows: StatementFilter) -> str:
    """What was confirmed, in the words of the filter."""
    named = [
        str(dict(rows.form.fields[name].choices).get(value, value)).strip()
        for name, value in rows.form.cleaned_data.items()
        if value and name != "state"
    ]
    return "、".join(named) or _("すべての章")


def _rows_page(
    request: HttpRequest,
    declaration: Declaration,
    rows: StatementFilter,
    found: Unconfirmed,
    form: ConfirmForm,
    status: int,
) -> HttpResponse:
    context = page_context(request, declaration) | {
        "found": found,
        "form": form,
        "narrowed": [
            {"name": name, "value": value}
            for name, value in (rows.form.cleaned_data if rows.form.is_valid() else {}).items()
            if value
        ],
        "summary": _summary(rows) if rows.form.is_valid() else "",
        "breadcrumb": breadcrumb(declaration, (_("引継ぎの一括確認"), "")),
    }
    return render(request, "declarations/carrying/confirm.html", context, status=status)
