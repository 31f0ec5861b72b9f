"""What the pages of internal audits share: finding the audit, the way back, one page with one form."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies
from audits.models import InternalAudit
from audits.selectors.internal.page import audits_for
from core.exceptions import EditConflictError
from core.forms import StrictForm
from core.views import act_page, row_version


def visible_audit(request: HttpRequest, pk: uuid.UUID) -> InternalAudit:
    """The audit, or 404."""
    return get_object_or_404(audits_for(request.user), pk=pk)


def planned_by(request: HttpRequest, pk: uuid.UUID) -> InternalAudit:
    """The audit for who plans it: 404 for who may not know it, 403 for who may not plan."""
    audit = visible_audit(request, pk)
    if not policies.can_plan_internal_audit(request.user, audit.declaration):
        raise PermissionDenied
    return audit


def breadcrumb(audit: InternalAudit | None, *places: tuple[str, str]) -> list[dict[str, str]]:
    """From the list down; a place without an address is this page."""
    items = [(_("内部監査"), reverse("audits:internal_audits"))]
    if audit is not None:
        items.append((audit.declaration.service.name, audit.get_absolute_url()))
    return [{"label": label, "url": url} for label, url in (*items, *places)]


def tabs(audit: InternalAudit, current: str) -> list[dict[str, Any]]:
    """The sibling pages of an audit."""
    pages = {
        "audits:internal": (_("概要"), audit.pk),
        "audits:nonconformities": (_("不適合と是正処置"), audit.pk),
        "audits:internal_report": (_("報告書"), audit.pk),
        "audits:internal_coverage": (_("網羅表"), audit.declaration_id),
    }
    return [
        {"label": label, "url": reverse(name, args=[key]), "is_current": name == current}
        for name, (label, key) in pages.items()
    ]


def form_page(
    request: HttpRequest,
    form: StrictForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    page: dict[str, Any],
    done: str,
    then: str,
) -> HttpResponse:
    """One form, one act: done and on to `then`, or the form again with the sentence that says why not.

    A conflict answers 409 with everything typed; `conflict_of` in `page` tells what the others saved, `version_of`
    the version that the form goes on from.
    """
    describe, version_of = page.pop("conflict_of", None), page.pop("version_of", row_version)

    def attempt(sent: dict[str, Any]) -> str:
        try:
            act(sent)
        except EditConflictError as error:
            if describe and error.current:
                page["note"] = describe(error.current)
            raise
        messages.success(request, done)
        return then

    return act_page(request, form, attempt, page, version_of=version_of)
