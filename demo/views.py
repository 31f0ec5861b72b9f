"""Tools for whoever tries the demo. These addresses exist in the demo alone."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from declarations import policies
from declarations.models import Declaration
from demo.filling import fill_undecided
from demo.mailbox import recent_mails


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """The own drafts that can be filled, and the mails that would have been sent."""
    drafts = Declaration.objects.visible_to(request.user).open().select_related("service")
    return render(request, "demo/tools.html", {"drafts": drafts, "mails": recent_mails()})


@require_POST
def fill_draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fill in what nobody has decided on with demo texts."""
    draft = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service"), pk=pk
    )
    if not policies.can_edit_declaration(request.user, draft):
        raise PermissionDenied
    try:
        count = fill_undecided(draft, request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(count)s件の管理策を見本の文で埋めました。") % {"count": f"{count:,}"}
        )
    return redirect(draft)
