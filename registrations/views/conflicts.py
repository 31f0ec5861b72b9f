"""Pages on which a committee member declares and ends conflicts of interest."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core.forms import StrictForm
from core.views import act_page, posted
from registrations.forms.decision import ConflictForm
from registrations.models import ConflictOfInterest
from registrations.policies import decision as policies
from registrations.selectors import decision as selectors
from registrations.services import conflict as services


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """What this member declared, in force and ended."""
    if not policies.can_declare_conflict(request.user):
        raise PermissionDenied
    context = {"conflicts": selectors.own_conflicts(request.user)}
    return render(request, "registrations/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def declare_conflict(request: HttpRequest) -> HttpResponse:
    """Declare a conflict with one provider; a case's page names the provider in the address."""
    if not policies.can_declare_conflict(request.user):
        raise PermissionDenied
    providers = Organisation.objects.visible_to(request.user).filter(kind=OrganisationKind.CSP)
    form = ConflictForm(
        posted(request),
        initial={"organisation": request.GET.get("organisation", "")},
        providers=providers,
    )

    def act(data: dict[str, Any]) -> str:
        services.declare_conflict(
            actor=request.user, organisation_id=data["organisation"].pk, reason=data["reason"]
        )
        messages.success(request, _("利益相反を申告しました。この事業者の案件には表決できません。"))
        return reverse("registrations:conflicts")

    page = _page(_("利益相反を申告する"), _("申告する")) | {
        "note": _(
            "申告すると、この事業者の案件に表決できなくなります。終わっていない決定案への表決は、数えません。"
        ),
    }
    return act_page(request, form, act, page)


@require_http_methods(["GET", "HEAD", "POST"])
def end_conflict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End an own declaration."""
    visible = ConflictOfInterest.objects.visible_to(request.user).select_related("organisation")
    conflict = get_object_or_404(visible, pk=pk)
    if not policies.can_end_conflict(request.user, conflict):
        raise PermissionDenied

    def act(_data: dict[str, Any]) -> str:
        services.end_conflict(conflict_id=pk, actor=request.user)
        messages.success(request, _("利益相反の申告を終えました。"))
        return reverse("registrations:conflicts")

    page = _page(_("利益相反の申告を終える"), _("申告を終える")) | {
        "lead": _("%(provider)s との利益相反がなくなったときに終えてください。記録は残ります。")
        % {"provider": conflict.organisation.name},
    }
    return act_page(request, StrictForm(posted(request)), act, page)


def _page(title: str, submit_label: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit_label": submit_label,
        "breadcrumb": [
            {"label": _("利益相反"), "url": reverse("registrations:conflicts")},
            {"label": title},
        ],
        "cancel_url": reverse("registrations:conflicts"),
    }
