"""Pages of the declaration editor: a chapter, a section."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.calendar import format_wareki
from core.charts import donut
from declarations import policies
from declarations.enums import DeclarationState
from declarations.models import Declaration
from declarations.selectors.editor import chapter_index, section_page
from declarations.selectors.progress import Progress
from declarations.selectors.rows import FILTERS, EditorRow
from declarations.selectors.states import state_tag


@require_safe
def chapter(request: HttpRequest, pk: uuid.UUID, chapter: int) -> HttpResponse:
    """A chapter: its sections with their progress."""
    declaration = visible_declaration(request, pk)
    index = chapter_index(declaration, str(chapter))
    if index is None:
        raise Http404
    context = page_context(request, declaration) | {
        "index": index,
        "donut": _donut(index.chapter),
        "next_section": next((row for row in index.sections if not row.is_done), None),
        "breadcrumb": breadcrumb(declaration, (_chapter_label(index.chapter), "")),
    }
    return render(request, "declarations/editor/chapter.html", context)


@require_safe
def section(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """A section, or one part of a long one, with its rows. `?at=` finds the part that holds a detail."""
    declaration = visible_declaration(request, pk)
    part = request.GET.get("part", "")
    page = section_page(
        declaration,
        section,
        part=int(part) if part.isdecimal() and len(part) < 4 else 1,
        at=request.GET.get("at", ""),
    )
    if page is None:
        raise Http404
    show = request.GET.get("show", "")
    chapter = page.index.chapter
    context = page_context(request, declaration) | {
        "page": page,
        "index": page.index,
        "show": show if show in FILTERS else "",
        "filters": _filters(page.rows, show),
        "breadcrumb": breadcrumb(
            declaration,
            (
                _chapter_label(chapter),
                reverse("declarations:chapter", args=[pk, int(chapter.number)]),
            ),
            (f"{page.section.number} {page.section.title}", ""),
        ),
    }
    return render(request, "declarations/editor/section.html", context)


def visible_declaration(request: HttpRequest, pk: uuid.UUID, *more: str) -> Declaration:
    """The declaration with its service and what else is asked for, or 404 for whoever may not know that it exists."""
    return get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service", *more), pk=pk
    )


def page_context(request: HttpRequest, declaration: Declaration) -> dict:
    """What every page of the editor shows."""
    may_edit = policies.can_edit_declaration(request.user, declaration)
    return {
        "declaration": declaration,
        "can_edit": may_edit and declaration.state == DeclarationState.DRAFT,
        "can_read_work": policies.can_read_work(request.user, declaration),
        "state_tag": state_tag(declaration),
    }


def breadcrumb(declaration: Declaration, *places: tuple[str, str]) -> list[dict[str, str]]:
    """From the service down to this page; the last place has no address."""
    above = [
        (str(declaration.service), declaration.service.get_absolute_url()),
        (
            _("言明（%(end)sまで・第%(version)s版）")
            % {
                "end": format_wareki(declaration.period_end, weekday=False),
                "version": declaration.version,
            },
            declaration.get_absolute_url(),
        ),
    ]
    return [{"label": label, "url": url} for label, url in [*above, *places]]


def _filters(rows: list[EditorRow], show: str) -> list[dict[str, Any]]:
    """The toolbar's filters with their counts. Most declarations have nothing to confirm and need no filter for it."""
    counts = {name: sum(name in row.filters for row in rows) for name in FILTERS}
    return [
        {
            "name": name,
            "label": label,
            "count": counts[name],
            "is_offered": name != "unconfirmed" or counts[name] or show == name,
        }
        for name, label in FILTERS.items()
    ]


def _chapter_label(chapter: Progress) -> str:
    return f"{chapter.number} {chapter.title}"


def _donut(chapter: Progress):
    return donut(
        [
            (_("採用する"), chapter.adopted, "main"),
            (_("選択しない"), chapter.not_selected, "gray"),
            (_("統制目標を除外"), chapter.released, "second"),
            (_("未入力"), chapter.undecided, "rest"),
        ]
    )
