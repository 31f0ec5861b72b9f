"""Acts over many rows: what was done, by whom, to which rows, and taking it back."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from declarations import policies
from declarations.models import Declaration
from declarations.selectors.batches import BatchRow, batch_lines, batch_page, found_batch
from declarations.services.batches import undo_batch
from declarations.views.answers import refusal_status
from declarations.views.editor import breadcrumb, page_context, visible_declaration
from declarations.views.selection import editable_declaration


@require_safe
def batches(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The acts over many rows of this declaration, newest first."""
    declaration = _readable(request, pk)
    page, rows = batch_page(declaration, request.GET.get("page", "1"))
    context = page_context(request, declaration) | {
        "page": page,
        "rows": rows,
        "query": request.GET,
        "breadcrumb": breadcrumb(declaration, (_("まとめて行った操作"), "")),
    }
    return render(request, "declarations/batches/list.html", context)


@require_safe
def batch(request: HttpRequest, pk: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """One act with its rows."""
    declaration = _readable(request, pk)
    return _page(request, declaration, _found(declaration, batch))


@require_POST
def undo(request: HttpRequest, pk: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """Take an act back. Rows that somebody changed since stay as they are."""
    declaration = editable_declaration(request, pk)
    found = _found(declaration, batch)
    try:
        undone = undo_batch(batch_id=batch, actor=request.user)
    except DomainError as error:
        return _page(request, declaration, found, refused=error)
    messages.success(
        request, _("%(count)s件を元に戻しました。") % {"count": f"{undone.batch.rows:,}"}
    )
    if undone.left:
        messages.warning(
            request,
            _("その後に変更された%(count)s件は、そのままにしました：%(numbers)s")
            % {"count": f"{len(undone.left):,}", "numbers": "、".join(undone.left[:20])},
        )
    return redirect("declarations:batch", pk, undone.batch.pk)


def _readable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    return declaration


def _found(declaration: Declaration, batch: uuid.UUID) -> BatchRow:
    found = found_batch(declaration, batch)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    declaration: Declaration,
    row: BatchRow,
    *,
    refused: DomainError | None = None,
) -> HttpResponse:
    page, lines = batch_lines(row.batch, request.GET.get("page", "1"))
    every = reverse("declarations:batches", args=[declaration.pk])
    context = page_context(request, declaration) | {
        "row": row,
        "page": page,
        "lines": lines,
        "query": request.GET,
        "errors": [{"text": str(refused)}] if refused else [],
        "breadcrumb": breadcrumb(
            declaration,
            (_("まとめて行った操作"), every),
            (str(row.batch.get_kind_display()), ""),
        ),
    }
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/batches/batch.html", context, status=status)
