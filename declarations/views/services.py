"""Pages of cloud services: the list, one service, describing it."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from controls.rules import Rules
from core.exceptions import EditConflictError
from core.forms import refill
from core.views import act_page, posted
from declarations import policies
from declarations.forms.service import EditServiceForm, NewServiceForm
from declarations.models import CloudService
from declarations.selectors import service_pages
from declarations.selectors.conflicts import service_conflict
from declarations.services import cloud_service as acts
from declarations.snapshot import SERVICE_FIELDS
from declarations.standing import standing_of

PAGE_SIZE = 50


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The own services of a provider; for the committee side those that have reached it."""
    if not policies.can_see_services(request.user):
        raise PermissionDenied
    rows = service_pages.services_for(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [service_pages.service_row(service) for service in page],
        "query": request.GET,
        "can_create": policies.can_create_service(request.user),
    }
    return render(request, "declarations/services.html", context)


@require_safe
def service(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One service: its description, its declarations, what comes next."""
    found = visible_service(request, pk)
    rows = service_pages.declaration_rows(found, request.user)
    own, end = policies.can_edit_service(request.user, found), service_pages.last_period_end(rows)
    context = {
        "service": found,
        "breadcrumb": breadcrumb(found),
        "facts": service_pages.description(found),
        "rows": rows,
        "can_edit": own,
        "can_open": policies.can_open_declaration(request.user, found)
        and not any(row.declaration.is_open for row in rows),
        "standing": standing_of(found, period_end=end, now=timezone.now()),
        "next_start": end + timedelta(days=1) if own and end else None,
        "history": service_pages.service_history(found) if own else [],
    }
    return render(request, "declarations/service.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create_service(request: HttpRequest) -> HttpResponse:
    """Describe a new service."""
    if not policies.can_create_service(request.user):
        raise PermissionDenied
    form = NewServiceForm(posted(request), rules=Rules.at(timezone.localdate()))

    def create(_data: dict[str, Any]) -> CloudService:
        made = acts.create_service(actor=request.user, creation_key=form.key, facts=form.facts)
        messages.success(request, _("サービスを登録しました。続けて、言明を開始できます。"))
        return made

    page = {
        "title": _("サービスを登録する"),
        "submit_label": _("登録する"),
        "breadcrumb": [_list_crumb(), {"label": _("登録")}],
        "cancel_url": reverse("declarations:services"),
        "conflict": None,
    }
    return act_page(request, form, create, page, template="declarations/service_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_service(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the description. When somebody else saved first, both texts are shown and nothing typed is lost."""
    found = visible_service(request, pk)
    if not policies.can_edit_service(request.user, found):
        raise PermissionDenied
    rules = Rules.at(timezone.localdate())
    form = EditServiceForm(posted(request), rules=rules, initial=_shown(found, rules))
    page: dict[str, Any] = {
        "title": _("サービスの情報を変更する"),
        "submit_label": _("保存する"),
        "breadcrumb": breadcrumb(found, _("変更")),
        "cancel_url": found.get_absolute_url(),
        "conflict": None,
    }

    def save(data: dict[str, Any]) -> CloudService:
        facts, seen = form.facts, data["version"]
        try:
            saved = acts.update_service(
                service_id=pk, actor=request.user, version=seen, facts=facts
            )
        except EditConflictError as error:
            page["conflict"] = conflict = service_conflict(error.current, facts, seen=seen)
            values = EditServiceForm.values_of(conflict.values, rules)
            refill(form, values | {"version": error.current.row_version})
            raise
        messages.success(request, _("サービスの情報を保存しました。"))
        return saved

    return act_page(request, form, save, page, template="declarations/service_form.html")


def visible_service(request: HttpRequest, pk: uuid.UUID) -> CloudService:
    """The service, or 404 for whoever may not know that it exists."""
    return get_object_or_404(
        CloudService.objects.visible_to(request.user).select_related("organisation"), pk=pk
    )


def breadcrumb(service: CloudService, here: str = "") -> list[dict[str, str]]:
    """Where a page of a service stands; `here` names a page below it."""
    own = {"label": service.name}
    if not here:
        return [_list_crumb(), own]
    return [_list_crumb(), own | {"url": service.get_absolute_url()}, {"label": here}]


def _list_crumb() -> dict[str, str]:
    return {"label": _("クラウドサービス"), "url": reverse("declarations:services")}


def _shown(service: CloudService, rules: Rules) -> dict[str, Any]:
    facts = {name: getattr(service, name) for name in SERVICE_FIELDS}
    return EditServiceForm.values_of(facts, rules) | {"version": service.row_version}
