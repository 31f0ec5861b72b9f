"""The coverage matrix of a declaration (網羅表)."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import OrganisationKind
from audits.enums import Coverage
from audits.selectors.engagement import internal_audit_of
from audits.selectors.internal.coverage import coverage
from audits.selectors.internal.page import audits_for
from audits.views.internal.common import breadcrumb, tabs
from declarations.models import Declaration


@require_safe
def matrix(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """By whom each control is looked at. For others than the provider from the filing of the internal audit on."""
    declaration = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service", "edition"), pk=pk
    )
    is_own = request.user.kind == OrganisationKind.CSP
    if not declaration.is_frozen:
        raise Http404
    if not is_own and internal_audit_of(declaration, request.user) is None:
        raise Http404
    only_open = request.GET.get("show") == "open"
    audit = audits_for(request.user).filter(declaration=declaration).first()
    context = {
        "declaration": declaration,
        "matrix": coverage(declaration, request.user, only_open=only_open),
        "columns": [str(one.label) for one in Coverage],
        "only_open": only_open,
        "tabs": tabs(audit, "audits:internal_coverage") if audit else [],
        "breadcrumb": breadcrumb(audit, (_("網羅表"), "")) if is_own else [],
    }
    return render(request, "audits/internal/coverage.html", context)
