"""Whether the numbers of an edition were compared with the official criteria: the page and its two acts."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from controls import policies
from controls.models import CatalogueEdition
from controls.selectors.comparison import comparison_page, editions_with_comparison
from controls.services.comparison import confirm_comparison, propose_comparison
from core.exceptions import DomainError, EditConflictError


@require_safe
def comparison(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the last import says of the numbers, and what is to be done next."""
    return _page(request, _visible(request, pk))


@require_POST
def propose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that the numbers are the official ones."""
    row = _visible(request, pk)
    if not policies.can_propose_comparison(request.user):
        raise PermissionDenied
    return _act(
        request,
        row,
        lambda: propose_comparison(edition_id=row.pk, actor=request.user),
        _("照合済みと提案しました。運営委員が確認すると確定します。"),
    )


@require_POST
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm it as a second person."""
    row = _visible(request, pk)
    if not policies.can_confirm_comparison(request.user, row):
        raise PermissionDenied
    seen = request.POST.get("seen", "")
    return _act(
        request,
        row,
        lambda: confirm_comparison(edition_id=row.pk, seen_sha256=seen, actor=request.user),
        _("照合済みと確認しました。"),
    )


def _visible(request: HttpRequest, pk: uuid.UUID) -> CatalogueEdition:
    row = get_object_or_404(editions_with_comparison(request.user), pk=pk)
    if not policies.can_see_text_imports(request.user):
        raise PermissionDenied
    return row


def _act(
    request: HttpRequest, row: CatalogueEdition, act: Callable[[], Any], said: str
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        status = 409 if isinstance(error, EditConflictError) else 422
        return _page(request, row, error=str(error), status=status)
    messages.success(request, said)
    return redirect("controls:comparison", row.pk)


def _page(
    request: HttpRequest, row: CatalogueEdition, *, error: str = "", status: int = 200
) -> HttpResponse:
    page = comparison_page(row)
    is_waiting = not row.is_compared and row.compared_by_id is not None
    context = {
        "edition": row,
        "page": page,
        "error": error,
        "is_waiting": is_waiting,
        "can_propose": page.is_borne_out
        and not row.is_compared
        and not page.is_proposed
        and policies.can_propose_comparison(request.user),
        "can_confirm": is_waiting and policies.can_confirm_comparison(request.user, row),
        "can_import": policies.can_import_texts(request.user),
        "history": row.history.order_by("-occurred_at", "-pk")[:10],
    }
    return render(request, "controls/texts/comparison.html", context, status=status)
