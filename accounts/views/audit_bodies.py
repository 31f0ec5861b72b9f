"""監査機関リスト: which firms may be commissioned."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import policies
from accounts.forms.organisations import DelistingForm, ListingForm
from accounts.models import Organisation
from accounts.selectors import organisations as selectors
from accounts.services import organisations as services
from accounts.views.frame import visible_organisation
from core.views import act_page, posted

PAGE_SIZE = 50


@require_safe
def audit_body_list(request) -> HttpResponse:
    """監査機関リスト: the firms that may be commissioned, and for staff also those that are not listed."""
    today = timezone.localdate()
    visible = Organisation.objects.visible_to(request.user)
    rows = selectors.audit_body_rows(visible, today=today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {
                "organisation": row,
                "tag": selectors.listing_tag(row, today),
                "can_list": policies.can_list_audit_body(request.user, row),
            }
            for row in page
        ],
        "today": today,
        "can_create": policies.can_create_organisation(request.user),
    }
    return render(request, "accounts/audit_bodies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def list_audit_body(request, pk: UUID) -> HttpResponse:
    """Put a firm on the list of audit bodies."""
    organisation = _listable(request, pk)

    def put_on_list(data: dict[str, Any]) -> str:
        services.list_audit_body(organisation_id=pk, actor=request.user, **data)
        messages.success(request, _("監査機関リストへの掲載を記録しました。"))
        return reverse("accounts:audit_bodies")

    page = _listing_page(organisation, _("監査機関リストに掲載する"), _("掲載する"))
    initial = {"on": timezone.localdate()}
    return act_page(request, ListingForm(posted(request), initial=initial), put_on_list, page)


@require_http_methods(["GET", "HEAD", "POST"])
def delist_audit_body(request, pk: UUID) -> HttpResponse:
    """Take a firm off the list of audit bodies."""
    organisation = _listable(request, pk)

    def take_off_list(data: dict[str, Any]) -> str:
        services.delist_audit_body(organisation_id=pk, actor=request.user, **data)
        messages.success(request, _("監査機関リストからの削除を記録しました。"))
        return reverse("accounts:audit_bodies")

    page = _listing_page(organisation, _("監査機関リストから削除する"), _("削除する"))
    page |= {
        "is_danger": True,
        "note": _("削除日から、この監査機関には監査を委嘱できなくなります。"),
    }
    initial = {"on": timezone.localdate()}
    return act_page(request, DelistingForm(posted(request), initial=initial), take_off_list, page)


def _listable(request, pk: UUID) -> Organisation:
    organisation = visible_organisation(request, pk)
    if not policies.can_list_audit_body(request.user, organisation):
        raise PermissionDenied
    return organisation


def _listing_page(organisation: Organisation, title: str, submit_label: str) -> dict[str, Any]:
    return {
        "title": title,
        "lead": organisation.name,
        "submit_label": submit_label,
        "breadcrumb": [
            {"label": _("監査機関リスト"), "url": reverse("accounts:audit_bodies")},
            {"label": organisation.name, "url": organisation.get_absolute_url()},
            {"label": submit_label.removesuffix("する")},
        ],
        "cancel_url": reverse("accounts:audit_bodies"),
    }
