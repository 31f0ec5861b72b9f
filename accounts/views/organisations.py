"""Pages of organisations."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policies
from accounts.enums import OrganisationKind
from accounts.forms.organisations import (
    NewOrganisationForm,
    OrganisationForm,
    SearchForm,
)
from accounts.models import Organisation
from accounts.selectors import organisations as selectors
from accounts.services import organisations as services
from accounts.views.frame import breadcrumb, list_crumb, organisation_tabs, visible_organisation
from core.exceptions import EditConflictError
from core.views import act_page, posted

PAGE_SIZE = 50
SEARCH = "accounts.organisation_search"


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_list(request) -> HttpResponse:
    """All organisations. The kind stands in the address; free text is sent by POST and kept in the session."""
    if not policies.can_see_organisations(request.user):
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    kind = kind if kind in OrganisationKind.values else ""
    text = request.session.get(SEARCH, "")
    form = SearchForm(posted(request), initial={"text": text})
    if form.is_valid():
        request.session[SEARCH] = form.cleaned_data["text"]
        return redirect(_list_url(kind))
    today = timezone.localdate()
    visible = Organisation.objects.visible_to(request.user)
    rows = selectors.organisation_rows(visible, kind=kind, text=text, today=today)
    context = {
        "form": form,
        "kind_tabs": _kind_tabs(kind),
        "text": text,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_create": policies.can_create_organisation(request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/organisations.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def create_organisation(request) -> HttpResponse:
    """Enter a cloud service provider or an audit body."""
    if not policies.can_create_organisation(request.user):
        raise PermissionDenied

    def create(data: dict[str, Any]) -> str:
        organisation = services.create_organisation(actor=request.user, **data)
        messages.success(request, _("組織を登録しました。続けて、最初の利用者を招待してください。"))
        return reverse("accounts:members", args=[organisation.pk])

    page = {
        "title": _("組織を登録する"),
        "submit_label": _("登録する"),
        "breadcrumb": [list_crumb(), {"label": _("登録")}],
        "cancel_url": reverse("accounts:organisations"),
    }
    return act_page(request, NewOrganisationForm(posted(request)), create, page)


@require_safe
def own_organisation(request) -> HttpResponse:
    """The way from the menu to the own organisation."""
    if request.user.organisation is None:
        raise Http404
    return redirect(request.user.organisation)


@require_safe
def organisation_detail(request, pk: UUID) -> HttpResponse:
    """What is known of an organisation; its people's page and history for those who may see them."""
    organisation = visible_organisation(request, pk)
    today = timezone.localdate()
    can_see_people = policies.can_see_people(request.user, organisation)
    is_staff = policies.can_see_organisations(request.user)
    listing = selectors.listing_tag(organisation, today)
    is_audit_body = organisation.kind == OrganisationKind.AUDIT_BODY
    context = {
        "organisation": organisation,
        "tabs": organisation_tabs(request, organisation, "organisation"),
        "breadcrumb": breadcrumb(request, organisation),
        "tags": [listing] if is_audit_body else [],
        "facts": selectors.organisation_facts(
            organisation, with_contact=can_see_people or is_staff
        ),
        "history": selectors.organisation_history(organisation) if can_see_people else (),
        "can_see_people": can_see_people,
        "can_edit": policies.can_edit_organisation(request.user, organisation),
        "can_list": policies.can_list_audit_body(request.user, organisation),
        "is_on_list": bool(organisation.listed_on and not organisation.delisted_on),
    }
    return render(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_organisation(request, pk: UUID) -> HttpResponse:
    """Correct the data. When somebody else saved first, both texts are shown and nothing typed is lost."""
    organisation = visible_organisation(request, pk)
    if not policies.can_edit_organisation(request.user, organisation):
        raise PermissionDenied
    form = OrganisationForm(posted(request), initial=selectors.editable_values(organisation))
    page: dict[str, Any] = {
        "title": _("組織の情報を変更する"),
        "submit_label": _("保存する"),
        "breadcrumb": breadcrumb(request, organisation, _("変更")),
        "cancel_url": organisation.get_absolute_url(),
        "differences": [],
    }

    def save(data: dict[str, Any]) -> Organisation:
        version = data.pop("version")
        try:
            saved = services.update_organisation(
                organisation_id=pk, actor=request.user, version=version, **data
            )
        except EditConflictError as error:
            page["differences"] = selectors.differences(error.current, data)
            raise
        messages.success(request, _("組織の情報を保存しました。"))
        return saved

    return act_page(request, form, save, page, template="accounts/edit_organisation.html")


def _list_url(kind: str) -> str:
    url = reverse("accounts:organisations")
    return f"{url}?{urlencode({'kind': kind})}" if kind else url


def _kind_tabs(current: str) -> list[dict[str, Any]]:
    kinds = [("", _("すべて")), *OrganisationKind.choices]
    return [
        {"label": label, "url": _list_url(kind), "is_current": kind == current}
        for kind, label in kinds
    ]
