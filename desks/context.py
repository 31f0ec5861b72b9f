"""What every signed-in page shows around its content: navigation by party, the person, the organisation."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, Role
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation.

    `under` are the addresses that belong to it beside its own; `roles` empty means everybody of the party.
    """

    label: Promise
    route: str
    under: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()


STAFF = frozenset({Role.SECRETARIAT, Role.COMMITTEE_MEMBER})
MEMBERS = frozenset({Role.COMMITTEE_MEMBER})

HOME = Link(_("ホーム"), "desks:home")
CATALOGUE = Link(_("管理基準"), "controls:editions", ("/app/controls/",))
OWN_ORGANISATION = Link(
    _("組織と利用者"),
    "accounts:own_organisation",
    ("/app/organisations/", "/app/memberships/", "/app/invitations/"),
)

# Below these stand the pages of audits.
INTERNAL_AUDITS = ("/app/internal-audits/", "/app/nonconformities/")
AUDITS = ("/app/cycles/", "/app/evidence-requests/", "/app/findings/", "/app/tests/")
NAVIGATION: dict[str, tuple[Link, ...]] = {
    OrganisationKind.CSP: (
        HOME,
        Link(_("自分の作業"), "declarations:my-work"),
        Link(_("サービスと言明"), "declarations:services", ("/app/declarations/",)),
        Link(_("証跡"), "declarations:evidence-library"),
        Link(_("監査"), "audits:engagements", (*AUDITS, *INTERNAL_AUDITS)),
        Link(_("申請"), "registrations:applications"),
        CATALOGUE,
        OWN_ORGANISATION,
    ),
    OrganisationKind.AUDIT_BODY: (
        HOME,
        Link(_("監査業務"), "audits:engagements", AUDITS),
        CATALOGUE,
        OWN_ORGANISATION,
    ),
    OrganisationKind.COMMITTEE: (
        HOME,
        Link(_("申請"), "registrations:queue", ("/app/applications/",), STAFF),
        Link(_("表決"), "registrations:cases", ("/app/decisions/",), MEMBERS),
        Link(_("利益相反"), "registrations:conflicts", (), MEMBERS),
        Link(_("監査計画"), "audits:cycles", (), STAFF),
        Link(_("組織"), "accounts:organisations", ("/app/memberships/", "/app/invitations/")),
        Link(_("監査機関"), "accounts:audit_bodies"),
        CATALOGUE,
        Link(_("基盤サービス"), "declarations:listed-services", (), STAFF),
        Link(_("制度パラメータ"), "controls:parameters"),
    ),
}


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page for one person."""

    nav: list[dict[str, Any]]
    person: str
    organisation: str
    kind: str
    kind_label: str
    is_demo: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for signed-in people; nothing on public pages, which read no session."""
    if getattr(request, "is_public_path", False) or not hasattr(request, "user"):
        return {}
    if not request.user.is_authenticated:
        return {}
    # Most answers to a script are a part of a page, which has no frame.
    return {"shell": SimpleLazyObject(lambda: _shell(request.path, request.user))}


def _shell(path: str, user: User) -> Shell:
    return Shell(
        nav=_navigation(path, user),
        person=user.name,
        organisation=user.organisation.name if user.organisation else "",
        kind=user.kind,
        kind_label=user.organisation.get_kind_display() if user.organisation else "",
        is_demo=settings.IS_DEMO,
    )


def _navigation(path: str, user: User) -> list[dict[str, Any]]:
    home = reverse(HOME.route)
    entries = []
    for link in NAVIGATION.get(user.kind, ()):
        if link.roles and not link.roles & user.roles:
            continue
        url = reverse(link.route)
        # Every page lies below the start page, so that one is current only when it is open itself.
        is_current = path == home if url == home else path.startswith((url, *link.under))
        entries.append({"label": link.label, "url": url, "is_current": is_current})
    return entries
