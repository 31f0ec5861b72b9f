"""What the pages of one organisation share: the organisation itself, its tabs, the way back."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import Organisation


def visible_organisation(request, pk: UUID) -> Organisation:
    """The organisation, or 404 when this person may not know of it."""
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


def breadcrumb(request, organisation: Organisation, here: str = "") -> list[dict[str, str]]:
    """Where a page of an organisation stands; `here` names a page below it. Empty at the top."""
    crumbs = []
    if policies.can_see_organisations(request.user):
        crumbs.append(list_crumb())
    elif organisation.pk != request.user.organisation_id:
        crumbs.append({"label": _("監査機関リスト"), "url": reverse("accounts:audit_bodies")})
    own = {"label": organisation.name}
    if here:
        return [*crumbs, own | {"url": organisation.get_absolute_url()}, {"label": here}]
    return [*crumbs, own] if crumbs else []


def organisation_tabs(request, organisation: Organisation, current: str) -> list[dict[str, Any]]:
    """The sibling pages of an organisation; none for those who see only its facts."""
    if not policies.can_see_people(request.user, organisation):
        return []
    return [
        {
            "label": label,
            "url": reverse(f"accounts:{name}", args=[organisation.pk]),
            "is_current": name == current,
        }
        for name, label in (("organisation", _("組織の情報")), ("members", _("利用者")))
    ]


def list_crumb() -> dict[str, str]:
    """The way back to the list of all organisations."""
    return {"label": _("組織"), "url": reverse("accounts:organisations")}
