"""The wizard that moves a declaration to another edition, and the page of what was carried over."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from controls.models import CatalogueEdition
from core.exceptions import DomainError
from declarations import policies
from declarations.models import Declaration
from declarations.selectors.carried_page import carried_page, move_preview, move_targets
from declarations.services.moving import move_to_edition, not_movable
from declarations.views.answers import meta, refusal_status
from declarations.views.editor import breadcrumb, page_context, visible_declaration


@require_safe
def choose_edition(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """First step: which edition."""
    declaration = _movable(request, pk)
    context = page_context(request, declaration) | {
        "meta": meta(declaration),
        "targets": move_targets(declaration),
        "obstacle": not_movable(declaration),
        "breadcrumb": breadcrumb(declaration, (_("管理基準の版の移行"), "")),
    }
    return render(request, "declarations/carrying/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: uuid.UUID, edition: uuid.UUID) -> HttpResponse:
    """Second step: what the move touches; its POST moves."""
    declaration = _movable(request, pk)
    target = CatalogueEdition.objects.published().filter(pk=edition).first()
    if target is None:
        raise Http404
    refused = None
    if request.method == "POST":
        try:
            new = move_to_edition(declaration_id=pk, actor=request.user, edition_id=edition)
        except DomainError as error:
            refused = error
        else:
            messages.success(
                request, _("「%(edition)s」の言明を作りました。") % {"edition": target.name}
            )
            return redirect("declarations:carried", new.pk)
    return _preview_page(request, declaration, target, refused)


@require_safe
def carried(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was carried over, and what is left to do. For the provider's own people."""
    declaration = visible_declaration(request, pk)
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    context = page_context(request, declaration) | {
        "meta": meta(declaration),
        "page": carried_page(declaration),
        "breadcrumb": breadcrumb(declaration, (_("引継ぎの確認"), "")),
    }
    return render(request, "declarations/carrying/carried.html", context)


def _movable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_open_declaration(request.user, declaration.service):
        raise PermissionDenied
    return declaration


def _preview_page(
    request: HttpRequest,
    declaration: Declaration,
    target: CatalogueEdition,
    refused: DomainError | None,
) -> HttpResponse:
    obstacle, preview = not_movable(declaration), None
    try:
        preview = move_preview(declaration, target.pk) if not obstacle else None
    except DomainError as error:
        obstacle = str(error)
    context = page_context(request, declaration) | {
        "target": target,
        "preview": preview,
        "obstacle": obstacle,
        "errors": [{"text": str(refused)}] if refused and str(refused) != obstacle else [],
        "breadcrumb": breadcrumb(declaration, (_("管理基準の版の移行"), "")),
    }
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/carrying/preview.html", context, status=status)
