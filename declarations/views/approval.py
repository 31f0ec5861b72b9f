"""From draft to fixed: the pre-flight check, the request for approval, hand-back, approval."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import DomainError
from core.forms import refill
from core.views import posted
from declarations import policies
from declarations.enums import DeclarationMove
from declarations.facts import read_facts
from declarations.forms.declaration import FixForm, HandBackForm
from declarations.models import Declaration
from declarations.selectors.checks import check_result, numbers
from declarations.selectors.overview import body_items
from declarations.selectors.states import allowed_moves, state_tag
from declarations.services import fixing as acts
from declarations.views.answers import found_declaration, meta, refusal_status
from declarations.views.editor import breadcrumb


@require_safe
def preflight(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What stands between this draft and its approval; `?all=` shows every message of one rule."""
    found = found_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, found):
        raise PermissionDenied
    return _preflight_page(request, found)


@require_POST
def submit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for approval."""
    found = found_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, found):
        raise PermissionDenied
    try:
        submitted = acts.submit_declaration(declaration_id=pk, actor=request.user)
    except DomainError as error:
        return _preflight_page(request, found_declaration(request, pk), refused=error)
    messages.success(request, _("承認を依頼しました。承認者が確認して確定します。"))
    return redirect(submitted)


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The numbers of the declaration for its approver, who fixes it here."""
    found = found_declaration(request, pk)
    if not policies.can_approve_declaration(request.user, found):
        raise PermissionDenied
    form = FixForm(posted(request), initial={"version": found.row_version})
    if not form.is_valid():
        return _approval_page(request, found, fix_form=form, status=422 if form.is_bound else 200)
    try:
        fixed = acts.fix_declaration(
            declaration_id=pk, actor=request.user, version=form.cleaned_data["version"]
        )
    except DomainError as error:
        form.add_error(None, str(error))
        found = found_declaration(request, pk)
        refill(form, {"version": found.row_version, "confirmed": ""})
        return _approval_page(request, found, fix_form=form, status=refusal_status(error))
    messages.success(request, _("言明を確定しました。この版の内容は、これから変わりません。"))
    return redirect(fixed)


@require_POST
def hand_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return the declaration to its writers with a reason."""
    found = found_declaration(request, pk)
    if not policies.can_approve_declaration(request.user, found):
        raise PermissionDenied
    form = HandBackForm(request.POST)
    if not form.is_valid():
        return _approval_page(request, found, hand_back_form=form, status=422)
    try:
        returned = acts.hand_back_declaration(
            declaration_id=pk, actor=request.user, reason=form.cleaned_data["reason"]
        )
    except DomainError as error:
        form.add_error(None, str(error))
        found = found_declaration(request, pk)
        return _approval_page(request, found, hand_back_form=form, status=refusal_status(error))
    messages.success(request, _("言明を差し戻しました。理由は担当者の画面に表示されます。"))
    return redirect(returned)


def _preflight_page(
    request: HttpRequest, declaration: Declaration, *, refused: DomainError | None = None
) -> HttpResponse:
    facts = read_facts(declaration, today=timezone.localdate())
    result = check_result(facts, show_all=request.GET.get("all", ""))
    moves = allowed_moves(user=request.user, declaration=declaration)
    can_submit = DeclarationMove.SUBMIT in moves and not result.errors
    context = {
        "declaration": declaration,
        "tag": state_tag(declaration),
        "meta": meta(declaration),
        "result": result,
        "can_submit": can_submit,
        "lacks_approver": can_submit
        and not policies.users_who_can_fix_declaration(declaration).exists(),
        "breadcrumb": breadcrumb(declaration, (_("事前確認"), "")),
        "errors": [{"text": str(refused)}] if refused else [],
    }
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/preflight.html", context, status=status)


def _approval_page(
    request: HttpRequest,
    declaration: Declaration,
    *,
    fix_form: FixForm | None = None,
    hand_back_form: HandBackForm | None = None,
    status: int,
) -> HttpResponse:
    facts = read_facts(declaration, today=timezone.localdate())
    moves = allowed_moves(user=request.user, declaration=declaration)
    can_hand_back, can_fix = DeclarationMove.HAND_BACK in moves, DeclarationMove.FIX in moves
    others = policies.users_who_can_fix_declaration(declaration)
    context: dict[str, Any] = {
        "declaration": declaration,
        "tag": state_tag(declaration),
        "meta": meta(declaration),
        "numbers": numbers(facts),
        "result": check_result(facts),
        "body": body_items(declaration),
        "is_waiting": can_hand_back,
        "can_fix": can_fix,
        "other_approvers": [] if can_fix or not can_hand_back else list(others),
        "fix_form": fix_form or FixForm(initial={"version": declaration.row_version}),
        "hand_back_form": hand_back_form or HandBackForm(),
        "form": fix_form or hand_back_form,
        "breadcrumb": breadcrumb(declaration, (_("承認"), "")),
    }
    return render(request, "declarations/approval.html", context, status=status)
