"""Who does what: owners of selected rows, handing over, and each person's own page."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.views import act_page, posted
from declarations import policies
from declarations.enums import DeclarationState
from declarations.forms.team import AssignForm, HandOverForm
from declarations.selectors.colleagues import colleagues
from declarations.selectors.my_work import my_work as work_of
from declarations.selectors.team import holders
from declarations.services.declaration import not_a_draft
from declarations.services.team import assign_statements, hand_over_statements
from declarations.views.editor import breadcrumb
from declarations.views.selection import (
    applied,
    editable_declaration,
    selected_page,
    selected_rows,
)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the selected rows an owner."""
    declaration = editable_declaration(request, pk)
    selection, elsewhere = selected_rows(request, declaration)
    if elsewhere:
        return elsewhere
    form = AssignForm(applied(request), people=colleagues(declaration))

    def give(_data: dict[str, Any]) -> Any:
        done = assign_statements(
            declaration_id=pk,
            actor=request.user,
            numbers=selection.numbers,
            owner_id=form.owner_id,
        )
        if done.batch is None:
            messages.info(request, _("選んだ項目は、すでにその担当者になっています。"))
            return redirect("declarations:overview", pk).url
        messages.success(
            request, _("%(count)s件の担当者を変えました。") % {"count": f"{done.batch.rows:,}"}
        )
        return redirect("declarations:batch", pk, done.batch.pk).url

    page = selected_page(declaration, selection, _("担当者を決める"), _("担当者を決める"))
    return act_page(request, form, give, page, template="declarations/team/selected.html")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who holds what, and giving all of one person's rows to another."""
    declaration = editable_declaration(request, pk)
    if declaration.state != DeclarationState.DRAFT:
        messages.info(request, not_a_draft(declaration))
        return redirect(declaration)
    held = holders(declaration)
    form = HandOverForm(
        posted(request),
        holders=[holder.person for holder in held],
        people=colleagues(declaration),
        initial={"one": next((str(h.person.pk) for h in held if h.has_left), "")},
    )

    def give(data: dict[str, Any]) -> Any:
        done = hand_over_statements(
            declaration_id=pk,
            actor=request.user,
            from_id=uuid.UUID(data["one"]),
            to_id=uuid.UUID(data["other"]),
        )
        messages.success(
            request, _("%(count)s件を引き継ぎました。") % {"count": f"{done.batch.rows:,}"}
        )
        if done.left:
            messages.warning(request, _left(done.left))
        return redirect("declarations:batch", pk, done.batch.pk).url

    page = {
        "declaration": declaration,
        "holders": held,
        "cancel_url": declaration.get_absolute_url(),
        "breadcrumb": breadcrumb(declaration, (_("担当の引継ぎ"), "")),
    }
    return act_page(request, form, give, page, template="declarations/team/hand_over.html")


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for the person who looks."""
    if not policies.can_see_own_work(request.user):
        raise PermissionDenied
    return render(request, "declarations/team/my_work.html", {"work": work_of(request.user)})


def _left(numbers: tuple[str, ...]) -> str:
    return _(
        "次の確認依頼は、引き継ぐ相手が最後に書いた項目のため、そのままにしました：%(numbers)s"
    ) % {"numbers": "、".join(numbers[:20])}
