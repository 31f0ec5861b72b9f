"""The start page: one address, a desk for each party, and one for who looks after the installation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import OrganisationKind
from audits.selectors.requests import waiting_requests, waiting_text
from declarations.selectors.my_work import waiting_work
from desks import selectors
from desks.context import STAFF


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs doing, for the party that the person acts for; a sentence for who acts for none."""
    user, now = request.user, timezone.now()
    if user.kind == OrganisationKind.CSP:
        context = {
            "cards": selectors.service_cards(user, now=now),
            "lapsing": selectors.lapsing(user, today=timezone.localdate(now)),
            "waiting": waiting_work(user),
            "requests_text": waiting_text(waiting_requests(user, today=timezone.localdate(now))),
        }
        return render(request, "desks/csp.html", context)
    if user.kind == OrganisationKind.AUDIT_BODY:
        return render(request, "desks/audit_body.html", {"desk": selectors.audit_desk(user)})
    if user.kind == OrganisationKind.COMMITTEE and not user.roles & STAFF:
        return render(request, "desks/administrator.html")
    if user.kind == OrganisationKind.COMMITTEE:
        context = {"desk": selectors.committee_desk(user, now=now)}
        return render(request, "desks/committee.html", context)
    return render(request, "desks/nowhere.html")
