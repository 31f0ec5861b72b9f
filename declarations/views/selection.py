"""What the pages for acts over many rows have in common: who may come here, and with which rows."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from declarations import policies
from declarations.enums import DeclarationState
from declarations.forms.selection import Selection, read_selection
from declarations.models import Declaration
from declarations.services.declaration import not_a_draft
from declarations.views.editor import breadcrumb, visible_declaration


def editable_declaration(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    """The declaration for whoever may edit it: 404 for strangers, 403 for readers."""
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    return declaration


def selected_rows(
    request: HttpRequest, declaration: Declaration
) -> tuple[Selection, HttpResponse | None]:
    """The chosen rows; with the way back to the list where there are none, or where nothing can be edited."""
    data = request.POST if request.method == "POST" else request.GET
    selection = read_selection(data, request.GET, declaration, request.user)
    if declaration.state != DeclarationState.DRAFT:
        messages.info(request, not_a_draft(declaration))
    elif not selection.numbers:
        messages.warning(
            request,
            _("項目が選ばれていません。一覧の左の欄で選ぶか、「絞り込んだ全件」を選んでください。"),
        )
    else:
        return selection, None
    return selection, redirect(list_url(declaration, selection))


def list_url(declaration: Declaration, selection: Selection) -> str:
    """The list as it was when the rows were chosen."""
    address = reverse("declarations:overview", args=[declaration.pk])
    return f"{address}?{selection.query}" if selection.query else address


def applied(request: HttpRequest) -> QueryDict | None:
    """Data for the form of such a page: the list sends the rows alone, the form itself says that it was filled in."""
    return request.POST if request.POST.get("step") == "apply" else None


def selected_page(
    declaration: Declaration, selection: Selection, title: str, submit_label: str
) -> dict[str, Any]:
    """Context of declarations/team/selected.html."""
    back = list_url(declaration, selection)
    return {
        "declaration": declaration,
        "selection": selection,
        "title": title,
        "submit_label": submit_label,
        "cancel_url": back,
        "breadcrumb": breadcrumb(declaration, (_("全項目の一覧"), back), (title, "")),
    }
