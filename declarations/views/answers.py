"""What the pages of a declaration have in common: finding it, saying where it stands, answering a refusal."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core.calendar import format_wareki
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from declarations import policies
from declarations.models import Declaration
from declarations.selectors.overview import declaration_overview
from declarations.views.editor import breadcrumb
from declarations.views.papers import papers


def found_declaration(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    """The declaration with what its pages show, or 404 for whoever may not know that it exists."""
    return get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related(
            "service__organisation", "edition", "fixed_by"
        ),
        pk=pk,
    )


def refusal_status(error: DomainError) -> int:
    """409 when the declaration has moved on since the page was shown, 422 when the act is not possible."""
    return 409 if isinstance(error, EditConflictError | TransitionNotAllowedError) else 422


def meta(declaration: Declaration) -> list[dict[str, str]]:
    """Period, version and edition, for the line below the title."""
    return [
        {
            "label": _("監査対象期間"),
            "value": _("%(start)sから%(end)sまで")
            % {
                "start": format_wareki(declaration.period_start, weekday=False),
                "end": format_wareki(declaration.period_end, weekday=False),
            },
        },
        {"label": _("版"), "value": _("第%(version)s版") % {"version": declaration.version}},
        {"label": _("管理基準"), "value": declaration.edition.name},
    ]


def overview_page(
    request: HttpRequest, declaration: Declaration, *, refused: DomainError | None = None
) -> HttpResponse:
    """The page of a declaration; with the sentence of a refusal when an act from it was not possible."""
    own = policies.can_edit_declaration(request.user, declaration)
    issued = papers(declaration)
    context: dict[str, Any] = {
        "declaration": declaration,
        "overview": declaration_overview(user=request.user, declaration=declaration),
        "breadcrumb": _here(breadcrumb(declaration)),
        "meta": meta(declaration),
        "documents": issued,
        "can_edit": own,
        "can_issue": policies.can_issue_document(request.user, declaration)
        and all(paper.row.is_stale for paper in issued),
        "errors": [{"text": str(refused)}] if refused else [],
    }
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/declaration.html", context, status=status)


def _here(crumbs: list[dict[str, str]]) -> list[dict[str, str]]:
    return [*crumbs[:-1], {"label": crumbs[-1]["label"]}]
