"""Pages of a declaration: opening it, its overview, its body, a new version."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from controls.models import CatalogueEdition
from controls.rules import Rules
from core.exceptions import DomainError, EditConflictError
from core.forms import refill
from core.views import act_page, posted
from declarations import policies
from declarations.enums import DeclarationState
from declarations.forms.declaration import BodyForm, OpenDeclarationForm
from declarations.models import Declaration
from declarations.selectors.conflicts import body_conflict
from declarations.selectors.opening import (
    opening_proposal,
    previous_declaration,
    unreachable_editions,
)
from declarations.selectors.period_guide import period_guide
from declarations.services import declaration as acts
from declarations.views import services
from declarations.views.answers import found_declaration, overview_page
from declarations.views.editor import breadcrumb


@require_http_methods(["GET", "HEAD", "POST"])
def create_declaration(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a declaration of the service `pk` for a period. The period that follows is proposed."""
    service = services.visible_service(request, pk)
    if not policies.can_open_declaration(request.user, service):
        raise PermissionDenied
    editions = list(CatalogueEdition.objects.in_force(timezone.localdate()))
    guide = SimpleLazyObject(lambda: period_guide(service))  # a successful POST needs none
    data = posted(request)
    # A form that was shown without the choice has nothing to carry over, so nobody looks again.
    asks = data is None or "start" in data
    previous = previous_declaration(service) if asks else None
    initial = {} if data is not None else opening_proposal(editions, previous) | guide.proposal
    form = OpenDeclarationForm(data, editions=editions, initial=initial, previous=previous)

    def create(_data: dict[str, Any]) -> Declaration:
        opened = acts.create_declaration(service_id=pk, actor=request.user, **form.facts)
        messages.success(request, _opened_sentence(form.facts))
        return opened

    page = {
        "service": service,
        "guide": guide,
        "unreachable": SimpleLazyObject(lambda: unreachable_editions(editions, previous)),
        "breadcrumb": services.breadcrumb(service, _("言明を始める")),
        "cancel_url": service.get_absolute_url(),
    }
    return act_page(request, form, create, page, template="declarations/declaration_create.html")


@require_safe
def declaration(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where a declaration stands and what is to do."""
    return overview_page(request, found_declaration(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_declaration(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the body. When somebody else saved first, both texts are shown and nothing typed is lost."""
    found = found_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, found):
        raise PermissionDenied
    data = posted(request)
    if data is None and found.state != DeclarationState.DRAFT:
        messages.info(request, acts.not_a_draft(found))
        return redirect(found)
    rules = Rules.at(timezone.localdate())
    form = BodyForm(data, rules=rules, initial=BodyForm.values_of(found))
    page: dict[str, Any] = {
        "declaration": found,
        "breadcrumb": breadcrumb(found, (_("記載事項"), "")),
        "cancel_url": found.get_absolute_url(),
        "conflict": None,
    }

    def save(cleaned: dict[str, Any]) -> Declaration:
        facts, seen = form.facts, cleaned["version"]
        try:
            saved = acts.edit_declaration(
                declaration_id=pk, actor=request.user, version=seen, facts=facts
            )
        except EditConflictError as error:
            page["conflict"] = conflict = body_conflict(error.current, facts, seen=seen)
            refill(form, conflict.values | {"version": error.current.row_version})
            raise
        messages.success(request, _("言明の記載事項を保存しました。"))
        return saved

    return act_page(request, form, save, page, template="declarations/declaration_edit.html")


@require_POST
def revise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a new version of a fixed declaration."""
    found = found_declaration(request, pk)
    if not policies.can_open_declaration(request.user, found.service):
        raise PermissionDenied
    try:
        new = acts.revise_declaration(declaration_id=pk, actor=request.user)
    except DomainError as error:
        return overview_page(request, found_declaration(request, pk), refused=error)
    messages.success(
        request,
        _("第%(version)s版を作りました。前の版の内容を引き継いでいます。")
        % {"version": new.version},
    )
    return redirect(new)


def _opened_sentence(facts: dict[str, Any]) -> str:
    if facts["carry_from"]:
        return _("前回の言明を引き継いで開始しました。引き継いだ内容を確認してください。")
    return _("言明を開始しました。記載事項と管理策ごとの言明を入力してください。")
