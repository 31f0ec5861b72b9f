"""Signing in as a demo person with one click. Nothing of this exists outside the settings module `demo`."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.models import Membership, User

DEMO_DOMAIN = "@demo.example.jp"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A button of the sign-in page."""

    key: UUID
    name: str
    organisation: str
    roles: str


@dataclass(frozen=True, slots=True)
class DemoParty:
    """The demo people of one party of the scheme."""

    label: str
    people: tuple[DemoPerson, ...]


def demo_users():
    """The people made for the demo: they are known by the domain of their addresses."""
    return User.objects.filter(is_active=True, email__endswith=DEMO_DOMAIN)


def demo_parties() -> list[DemoParty]:
    """Demo people with a role today, by party and organisation; one query."""
    rows = (
        Membership.objects.in_force(timezone.localdate())
        .filter(user__in=demo_users())
        .select_related("user", "organisation")
        .order_by("organisation__name_kana", "organisation__name", "user__name", "role", "pk")
    )
    by_person: dict[UUID, list[Membership]] = {}
    for row in rows:
        by_person.setdefault(row.user_id, []).append(row)
    return [
        DemoParty(str(kind.label), tuple(map(_person, memberships)))
        for kind in OrganisationKind
        if (
            memberships := [
                rows for rows in by_person.values() if rows[0].organisation.kind == kind
            ]
        )
    ]


@require_POST
@login_not_required
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo person of the pressed button."""
    if not settings.IS_DEMO:
        raise Http404
    try:
        person = get_object_or_404(demo_users(), pk=request.POST.get("person"))
    except ValidationError as error:
        raise Http404 from error
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = settings.LOGIN_REDIRECT_URL
    return redirect(target)


def _person(memberships: list[Membership]) -> DemoPerson:
    first = memberships[0]
    return DemoPerson(
        key=first.user_id,
        name=first.user.name,
        organisation=first.organisation.name,
        roles="、".join(row.get_role_display() for row in memberships),
    )
