"""Pages of the lineages (新旧対照): list, one lineage, its lines, proposal and publication."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from controls import policies
from controls.enums import EditionState
from controls.forms.lineage import LineFilterForm, LineForm, ProposeLineageForm, initial_line
from controls.models import ControlLineage, Lineage
from controls.selectors import lineage as selectors
from controls.selectors.texts import text_in_force
from controls.services import lineage as services
from core.exceptions import DomainError, EditConflictError
from core.views import act_page, posted
from core.wording import difference

LINES_PER_PAGE = 80
SHOWN_ACTS = 10


@require_safe
def lineages(request: HttpRequest) -> HttpResponse:
    """All visible lineages, newest first."""
    context = {
        "lineages": list(selectors.lineages_with_changes(request.user)),
        "can_propose": policies.can_prepare_lineage(request.user),
    }
    return render(request, "controls/lineage/lineages.html", context)


@require_safe
def lineage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One lineage: how much changed, and the lines, those that changed first."""
    row = _visible(request, pk)
    form = LineFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    relation, text = wanted.get("relation", ""), wanted.get("q", "")
    lines = selectors.lineage_lines(row, relation=relation, text=text)
    is_draft = row.state == EditionState.DRAFT
    context = {
        "lineage": row,
        "counts": selectors.relation_counts(row),
        "form": form,
        "is_filtered": bool(relation or text),
        "page": Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "missing": selectors.details_without_line(row) if is_draft else [],
        "can_correct": is_draft and policies.can_prepare_lineage(request.user),
        "can_publish": is_draft and policies.can_publish_lineage(request.user, row),
        "history": row.history.order_by("-occurred_at", "-pk")[:SHOWN_ACTS]
        if policies.can_see_acts(request.user)
        else [],
    }
    return render(request, "controls/lineage/lineage.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Draft the lineage between two editions, or bring a draft up to date with the official texts."""
    if not policies.can_prepare_lineage(request.user):
        raise PermissionDenied

    def act(data: dict[str, Any]) -> Lineage:
        made = services.propose_lineage(
            old_edition_id=data["old"].pk, new_edition_id=data["new"].pk, actor=request.user
        )
        messages.success(request, _("新旧対照の案を、番号と本文に合わせました。"))
        return made

    page = {
        "title": _("新旧対照を作成する"),
        "lead": _("2つの版を番号と本文で比べ、各項目がどう変わったかの案を作成します。"),
        "breadcrumb": [*_crumbs(), {"label": _("新旧対照を作成する")}],
        "submit_label": _("案を作成する"),
        "cancel_url": reverse("controls:lineages"),
    }
    return act_page(request, ProposeLineageForm(posted(request)), act, page)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: uuid.UUID, line: int) -> HttpResponse:
    """Correct one line."""
    row = _correctable(request, pk)
    found = get_object_or_404(row.lines.select_related("old", "new"), pk=line)
    form = LineForm(posted(request), lineage=row, initial=initial_line(found))
    return _line_page(request, row, form, found)


@require_http_methods(["GET", "POST"])
def add_line(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a line, as splits and mergers need it; `?old=` and `?new=` fill in the numbers."""
    row = _correctable(request, pk)
    initial = {name: request.GET.get(name, "")[:64] for name in ("old", "new")}
    return _line_page(request, row, LineForm(posted(request), lineage=row, initial=initial), None)


@require_POST
def remove_line(request: HttpRequest, pk: uuid.UUID, line: int) -> HttpResponse:
    """Take a line away."""
    row = _correctable(request, pk)
    found = get_object_or_404(row.lines, pk=line)
    try:
        services.remove_line(
            lineage_id=row.pk, version=_version(request), actor=request.user, line_id=found.pk
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("controls:lineage-line", row.pk, found.pk)
    messages.success(request, _("行を取り除きました。"))
    return redirect(row)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a draft says in figures, and the act of publishing it."""
    row = _visible(request, pk)
    if not policies.can_publish_lineage(request.user, row):
        raise PermissionDenied
    error, status = "", 200
    if request.method == "POST":
        try:
            services.publish_lineage(
                lineage_id=row.pk, version=_version(request), actor=request.user
            )
        except DomainError as refusal:
            error, status = str(refusal), 409 if isinstance(refusal, EditConflictError) else 422
        else:
            messages.success(request, _("新旧対照を公開しました。"))
            return redirect(row)
    context = {
        "lineage": row,
        "counts": selectors.relation_counts(row),
        "missing": selectors.details_without_line(row),
        "error": error,
        "title": _("新旧対照を公開する"),
    }
    return render(request, "controls/lineage/publish.html", context, status=status)


def _visible(request: HttpRequest, pk: uuid.UUID) -> Lineage:
    return get_object_or_404(selectors.lineages_with_changes(request.user), pk=pk)


def _correctable(request: HttpRequest, pk: uuid.UUID) -> Lineage:
    row = _visible(request, pk)
    if not policies.can_prepare_lineage(request.user):
        raise PermissionDenied
    return row


def _version(request: HttpRequest) -> int:
    """The version that the screen showed; 0, which no lineage has, when it is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _line_page(
    request: HttpRequest, row: Lineage, form: LineForm, found: ControlLineage | None
) -> HttpResponse:
    def act(_data: dict[str, Any]) -> Lineage:
        services.correct_line(
            lineage_id=row.pk,
            version=_version(request),
            actor=request.user,
            facts=form.facts,
            line_id=found.pk if found else None,
        )
        messages.success(request, _("新旧対照の行を保存しました。"))
        return row

    title = _("行を訂正する") if found else _("行を加える")
    old = text_in_force(found.old) if found else None
    new = text_in_force(found.new) if found else None
    page = {
        "title": title,
        "lineage": row,
        "line": found,
        "wording": difference(old.text, new.text) if old and new else None,
        "breadcrumb": [
            *_crumbs(),
            {"label": str(row), "url": row.get_absolute_url()},
            {"label": title},
        ],
        "submit_label": _("保存する"),
        "cancel_url": row.get_absolute_url(),
    }
    return act_page(request, form, act, page, template="controls/lineage/line.html")


def _crumbs() -> list[dict[str, str]]:
    return [
        {"label": _("管理基準"), "url": reverse("controls:editions")},
        {"label": _("新旧対照"), "url": reverse("controls:lineages")},
    ]
