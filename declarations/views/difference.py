"""Reading aids for a whole declaration: what changed since an earlier one, and where to look first."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from declarations.difference import DifferenceKind
from declarations.forms.difference import CompareForm
from declarations.selectors.difference import (
    chosen_earlier,
    difference_page,
    earlier_declarations,
)
from declarations.selectors.review_map import review_map_page
from declarations.selectors.states import state_tag
from declarations.views.answers import found_declaration, meta
from declarations.views.editor import breadcrumb


@require_safe
def difference(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What this version says otherwise than `?with=`, or than the one before it. `?kind=` narrows the rows, `?all=1`
    puts them all on one page for print."""
    declaration = found_declaration(request, pk)
    earlier = list(earlier_declarations(declaration, request.user))
    old = chosen_earlier(earlier, request.GET.get("with", ""))
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "")
    kind = kind if kind in set(DifferenceKind) else ""
    context = {
        "declaration": declaration,
        "tag": state_tag(declaration),
        "meta": meta(declaration),
        "form": CompareForm(initial={"with": str(old.pk) if old else ""}, earlier=earlier),
        "old": old,
        "kind": kind,
        "is_whole": request.GET.get("all") == "1",
        "query": request.GET,
        "breadcrumb": breadcrumb(declaration, (_("前の版との比較"), "")),
    }
    if old is not None:
        context["result"] = difference_page(
            old=old,
            new=declaration,
            kind=kind,
            page=int(page) if page.isdecimal() and len(page) < 4 else 1,
            whole=context["is_whole"],
        )
    return render(request, "declarations/difference/page.html", context)


@require_safe
def review_map(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Rows that changed much, say little, say the same, or repeat their title. Aids for readers, never verdicts."""
    declaration = found_declaration(request, pk)
    earlier = earlier_declarations(declaration, request.user).exclude(
        period_start=declaration.period_start
    )
    context = {
        "declaration": declaration,
        "tag": state_tag(declaration),
        "meta": meta(declaration),
        "map": review_map_page(declaration, earlier=earlier.first()),
        "breadcrumb": breadcrumb(declaration, (_("読みどころ"), "")),
    }
    return render(request, "declarations/review_map/page.html", context)
