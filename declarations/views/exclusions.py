"""Excluding an objective of a declaration, on a page of its own: reason, what it releases, the way back."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError, EditConflictError
from declarations import policies
from declarations.forms.statement import ExclusionForm
from declarations.models import Declaration
from declarations.selectors.objective import ObjectivePage, objective_page
from declarations.services.exclusions import exclude_objective, include_objective
from declarations.views.editor import breadcrumb, page_context, visible_declaration


@require_http_methods(["GET", "HEAD", "POST"])
def exclusion(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Exclude an objective with a reason, or change the reason."""
    declaration = visible_declaration(request, pk)
    page = _found(declaration, number)
    if request.method != "POST":
        return _page(request, declaration, page, form=_unbound(page))
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    form = ExclusionForm(request.POST)
    if not form.is_valid():
        return _page(request, declaration, page, form=form, status=422)
    try:
        exclude_objective(declaration_id=pk, number=number, actor=request.user, **form.cleaned_data)
    except EditConflictError:
        return _conflict(request, declaration, page, form.cleaned_data["reason"])
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, declaration, page, form=form, status=422)
    messages.success(request, _("統制目標 %(number)s を除外しました。") % {"number": number})
    return redirect(_back(declaration, page))


@require_POST
def exclusion_end(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Take an exclusion back."""
    declaration = visible_declaration(request, pk)
    page = _found(declaration, number)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    try:
        include_objective(declaration_id=pk, actor=request.user, number=number)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("declarations:exclusion", pk, number)
    messages.success(
        request,
        _("統制目標 %(number)s の除外を取り消しました。記載はそのまま残っています。")
        % {"number": number},
    )
    return redirect(_back(declaration, page))


def _found(declaration: Declaration, number: str) -> ObjectivePage:
    page = objective_page(declaration, number)
    if page is None:
        raise Http404
    return page


def _unbound(page: ObjectivePage) -> ExclusionForm:
    stored = page.exclusion
    return ExclusionForm(
        initial={
            "version": stored.row_version if stored else 0,
            "reason": stored.reason if stored else "",
        }
    )


def _conflict(
    request: HttpRequest, declaration: Declaration, page: ObjectivePage, reason: str
) -> HttpResponse:
    """Show the other text beside the own one; sending again, now knowingly, replaces it."""
    now = _found(declaration, page.number)
    version = now.exclusion.row_version if now.exclusion else 0
    form = ExclusionForm(initial={"version": version, "reason": reason})
    theirs = now.exclusion.reason if now.exclusion else _("（除外は取り消されています）")
    return _page(request, declaration, now, form=form, theirs=theirs, status=409)


def _page(
    request: HttpRequest,
    declaration: Declaration,
    page: ObjectivePage,
    *,
    form: ExclusionForm,
    theirs: str = "",
    status: int = 200,
) -> HttpResponse:
    back = _back(declaration, page)
    context = page_context(request, declaration) | {
        "page": page,
        "form": form,
        "theirs": theirs,
        "back": back,
        "breadcrumb": breadcrumb(
            declaration,
            (f"{page.section_number} {page.section_title}", back),
            (_("統制目標 %(number)s の除外") % {"number": page.number}, ""),
        ),
    }
    return render(request, "declarations/editor/exclusion.html", context, status=status)


def _back(declaration: Declaration, page: ObjectivePage) -> str:
    address = reverse("declarations:section", args=[declaration.pk, page.section_number])
    return f"{address}?at={page.rows[0].number}#o-{page.number}"
