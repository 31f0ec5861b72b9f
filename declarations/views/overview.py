"""All rows of a declaration on one page, narrowed by a filter whose address can be shared."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from declarations.filters import INTERNAL, StatementFilter
from declarations.models import Declaration
from declarations.selectors.all_rows import sections, tallies
from declarations.views.editor import breadcrumb, page_context, visible_declaration

# Acts on selected rows, by route.
BULK_ACTS = {
    "bulk-edit": gettext_lazy("一括編集"),
    "assign": gettext_lazy("担当者を決める"),
    "review-request": gettext_lazy("確認を依頼"),
}


@require_safe
def overview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every statement in one read-only table."""
    declaration = visible_declaration(request, pk)
    rows = StatementFilter(request.GET, declaration=declaration, user=request.user)
    context = page_context(request, declaration)
    found = sections(rows.qs, internal=context["can_read_work"])
    total, counts = tallies(declaration, request.user)
    context |= {
        "filter": rows,
        "sections": found,
        "shown": sum(len(section.lines) for section in found),
        "total": total,
        "tallies": _offered(counts, request, internal=context["can_read_work"]),
        "errors": unknown_conditions(rows),
        "acts": bulk_acts(declaration) if context["can_edit"] else [],
        "clear_url": reverse("declarations:overview", args=[pk]) if request.GET else "",
        "breadcrumb": breadcrumb(declaration, (_("全項目の一覧"), "")),
    }
    return render(request, "declarations/overview/page.html", context)


def bulk_acts(declaration: Declaration) -> list[dict[str, str]]:
    """What can be done with selected rows, as components/bulk_bar.html shows it."""
    return [
        {"label": label, "url": reverse(f"declarations:{name}", args=[declaration.pk])}
        for name, label in BULK_ACTS.items()
    ]


def unknown_conditions(rows: StatementFilter) -> list[dict[str, str]]:
    """A sentence for each condition of the address that does not exist; such a condition narrows nothing."""
    unknown = sorted(set(rows.data) - set(rows.filters))
    sentences = [
        _("「%(name)s」という条件はありません。下の欄で選び直してください。") % {"name": name[:40]}
        for name in unknown
    ]
    sentences += [
        _("「%(label)s」の条件に「%(value)s」はありません。下の欄で選び直してください。")
        % {"label": rows.filters[name].label, "value": rows.data[name][:40]}
        for name in rows.form.errors
    ]
    return [{"text": sentence} for sentence in sentences]


def _offered(counts: list[Any], request: HttpRequest, *, internal: bool) -> list[dict[str, Any]]:
    """The tallies that lead somewhere, without those about the provider's people for others."""
    return [
        {
            "label": tally.label,
            "url": f"?{tally.query}",
            "count": tally.count,
            "is_current": request.GET.urlencode() == tally.query,
        }
        for tally in counts
        if tally.count and (internal or tally.query.partition("=")[0] not in INTERNAL)
    ]
