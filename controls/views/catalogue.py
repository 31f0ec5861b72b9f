"""Pages of the catalogue: editions, chapters, one control, publication."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from controls import policies
from controls.enums import EditionState
from controls.forms.catalogue import ControlSearchForm
from controls.models import CatalogueEdition, Control
from controls.selectors import catalogue as selectors
from controls.services.catalogue import publish_edition as publish
from core.exceptions import DomainError, EditConflictError

RESULTS_PER_PAGE = 50


@require_safe
def editions(request):
    """All visible editions, newest first."""
    rows = list(selectors.editions_with_counts(request.user))
    context = {
        "editions": rows,
        "notice": selectors.catalogue_notice(rows),
        "can_see_imports": policies.can_see_text_imports(request.user),
    }
    return render(request, "controls/editions.html", context)


@require_safe
def edition(request, pk):
    """One edition: its chapters, or what a search in it finds."""
    row = get_object_or_404(selectors.editions_with_counts(request.user), pk=pk)
    form = ControlSearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "edition": row,
        "notice": selectors.catalogue_notice([row]),
        "form": form,
        "text": text,
        "can_see_imports": policies.can_see_text_imports(request.user),
        "can_publish": row.state == EditionState.DRAFT
        and policies.can_publish_edition(request.user, row),
    }
    if text:
        results = Paginator(selectors.search_controls(row, text), RESULTS_PER_PAGE)
        page = results.get_page(request.GET.get("page"))
        context |= {"page": page, "lines": selectors.result_lines(page.object_list)}
    else:
        context["chapters"] = selectors.chapter_index(row)
    return render(request, "controls/edition.html", context)


@require_safe
def chapter(request, pk, number: int):
    """One chapter with its sections, objectives and details."""
    row = get_object_or_404(CatalogueEdition.objects.visible_to(request.user), pk=pk)
    roots = selectors.control_tree(row.pk, chapter=number)
    if not roots:
        raise Http404
    chapters = selectors.chapter_index(row)
    context = {
        "edition": row,
        "chapter": roots[0],
        "number": number,
        "chapters": chapters,
        "neighbours": selectors.chapter_neighbours(chapters, number),
        "is_always_audited": selectors.is_always_audited(
            roots[0].standard, on=timezone.localdate()
        ),
        "area_sources": selectors.area_sources(roots[0]),
        "notice": selectors.catalogue_notice([row]),
    }
    return render(request, "controls/chapter.html", context)


@require_safe
def control(request, pk):
    """One control: where it stands, what it is, which editions have it."""
    controls = Control.objects.visible_to(request.user)
    controls = controls.select_related("edition", "parent__parent__parent")
    row = get_object_or_404(controls.prefetch_related("areas", "parent__areas"), pk=pk)
    context = {
        "control": row,
        "page": selectors.control_page(row, request.user),
        "is_always_audited": selectors.is_always_audited(row.standard, on=timezone.localdate()),
    }
    return render(request, "controls/control.html", context)


@require_http_methods(["GET", "POST"])
def publish_edition(request, pk):
    """What a draft changes against the edition before it, and the act of publishing it."""
    row = get_object_or_404(selectors.editions_with_counts(request.user), pk=pk)
    if not policies.can_publish_edition(request.user, row):
        raise PermissionDenied
    error, status = "", 200
    if request.method == "POST":
        try:
            publish(edition_id=row.pk, actor=request.user, seen_sha256=request.POST.get("seen", ""))
        except EditConflictError as refusal:
            error, status = str(refusal), 409
        except DomainError as refusal:
            error, status = str(refusal), 422
        else:
            return redirect(row)
    context = {
        "edition": row,
        "comparison": selectors.comparison_with_previous(row),
        "error": error,
        "title": _("版を公開する"),
    }
    return render(request, "controls/publish_edition.html", context, status=status)
