"""One change to many rows: say what, look at before and after, apply."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.exceptions import DomainError
from core.fields import VERSION_LOST
from declarations.forms.bulk import BulkForm
from declarations.forms.selection import ConfirmForm, Selection, versions_field
from declarations.models import Declaration
from declarations.selectors.base_services import offered_bases
from declarations.selectors.statement import field_change
from declarations.services.bulk import BulkChange, PlannedRow, plan_bulk_edit
from declarations.services.bulk import bulk_edit as act
from declarations.views.answers import refusal_status
from declarations.views.editor import breadcrumb
from declarations.views.selection import editable_declaration, list_url, selected_rows


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Three steps at one address: what shall change, what that does to each row (`check`), doing it (`apply`)."""
    declaration = editable_declaration(request, pk)
    selection, elsewhere = selected_rows(request, declaration)
    if elsewhere:
        return elsewhere
    bases = offered_bases(declaration)
    step = request.POST.get("step", "")
    if step not in ("check", "apply"):
        initial = {
            name: request.POST[name] for name in BulkForm.base_fields if name in request.POST
        }
        return _input_page(request, declaration, selection, BulkForm(bases=bases, initial=initial))
    form = BulkForm(request.POST, bases=bases)
    if not form.is_valid():
        return _input_page(request, declaration, selection, form, status=422)
    if step == "apply":
        return _apply(request, declaration, selection, form)
    return _check_page(request, declaration, selection, form)


def _apply(
    request: HttpRequest, declaration: Declaration, selection: Selection, form: BulkForm
) -> HttpResponse:
    confirmed = ConfirmForm(request.POST)
    if not confirmed.is_valid():
        refused = DomainError(VERSION_LOST)
        return _check_page(request, declaration, selection, form, refused=refused)
    versions = confirmed.cleaned_data["rows"]
    try:
        batch = act(
            declaration_id=declaration.pk,
            actor=request.user,
            versions=versions,
            change=form.change,
            batch_id=confirmed.cleaned_data["batch"],
        )
    except DomainError as error:
        return _check_page(request, declaration, selection, form, versions, refused=error)
    messages.success(
        request,
        _("%(count)s件をまとめて変更しました。取り消すときは、この画面のボタンを使ってください。")
        % {"count": f"{batch.rows:,}"},
    )
    return redirect("declarations:batch", declaration.pk, batch.pk)


def _input_page(
    request: HttpRequest,
    declaration: Declaration,
    selection: Selection,
    form: BulkForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = _context(declaration, selection) | {"form": form}
    return render(request, "declarations/bulk/input.html", context, status=status)


def _check_page(
    request: HttpRequest,
    declaration: Declaration,
    selection: Selection,
    form: BulkForm,
    shown: dict[str, int] | None = None,
    *,
    refused: DomainError | None = None,
) -> HttpResponse:
    """Before and after of every row. `shown`: versions on an earlier such page; rows that moved on are marked."""
    plan = plan_bulk_edit(declaration, selection.numbers, form.change)
    moved = plan.moved_since(shown) & set(shown) if shown else set()
    context = _context(declaration, selection) | {
        "form": form,
        "plan": plan,
        "change": form.change,
        "rows": [
            _shown(planned, form.change, is_moved=planned.number in moved) for planned in plan.rows
        ],
        "moved": len(moved),
        "confirm": ConfirmForm(initial={"rows": versions_field(plan.versions)}),
        "errors": [{"text": str(refused)}] if refused else [],
    }
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/bulk/check.html", context, status=status)


def _context(declaration: Declaration, selection: Selection) -> dict[str, Any]:
    back = list_url(declaration, selection)
    return {
        "declaration": declaration,
        "selection": selection,
        "cancel_url": back,
        "breadcrumb": breadcrumb(declaration, (_("全項目の一覧"), back), (_("一括編集"), "")),
    }


def _shown(planned: PlannedRow, change: BulkChange, *, is_moved: bool) -> dict[str, Any]:
    """A row as the page shows it: each changing field in short, in full where somebody else wrote meanwhile."""
    row, control = planned.row, planned.row.control
    changes = [
        field_change(name, str(row.base_service or ""), change.base_name)
        if name == "base_service"
        else field_change(name, getattr(row, name), after, whole=is_moved)
        for name, after in planned.after.items()
    ]
    return {
        "number": planned.number,
        "title": control.title or control.parent.title,
        "changes": changes,
        "moved_by": row.updated_by.name if is_moved and row.updated_by else "",
        "moved_at": row.updated_at,
    }
