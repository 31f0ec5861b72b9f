"""A page of the editor says that it is open, and is told who else is in the chapter."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from declarations import policies
from declarations.enums import DeclarationState
from declarations.models import Declaration
from declarations.selectors.presence import SHOWN, colleagues_in_chapter, with_section
from declarations.services.presence import note_presence


@require_POST
def presence(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """For scripts: the colleagues in the chapter. 409 without a word once the declaration is no draft any more.

    Writes nothing into the session, so a page that is only left open does not prolong it.
    """
    visible = Declaration.objects.visible_to(request.user).select_related("service")
    declaration = get_object_or_404(with_section(visible, section), pk=pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    if declaration.open_section is None:
        raise Http404
    if declaration.state != DeclarationState.DRAFT:
        return HttpResponse(status=409)
    now = timezone.now()
    note_presence(declaration, request.user, section_id=declaration.open_section, at=now)
    colleagues = colleagues_in_chapter(declaration, section, reader=request.user, now=now)
    context = {
        "declaration_id": pk,
        "colleagues": colleagues[:SHOWN],
        "others": len(colleagues[SHOWN:]),
    }
    return render(request, "declarations/editor/_colleagues.html", context)
