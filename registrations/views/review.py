"""Pages of the secretariat and the committee about a case: list, tabs, and the acts of the review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.views import posted
from registrations.enums import ApplicationMove, ClearanceKind
from registrations.forms.application import VersionForm
from registrations.forms.review import (
    CorrectionForm,
    InquiryForm,
    QueueFilterForm,
    QueueSearchForm,
)
from registrations.models import Application
from registrations.policies import application as policies
from registrations.policies import decision as decision_policies
from registrations.selectors import application as selectors
from registrations.selectors import queue as queue_selectors
from registrations.selectors import statements as statement_selectors
from registrations.selectors.particulars import clearance_items
from registrations.services import application as services
from registrations.services import inquiry as inquiry_services
from registrations.views.common import (
    application_act,
    permitted_application,
    tab_context,
    visible_application,
)

PAGE_SIZE = 50
SEARCH = "registrations.queue_search"


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """What has been filed. Codes stand in the address; free text is sent by POST and kept in the session."""
    if not decision_policies.can_see_proposals(request.user):
        raise PermissionDenied
    search = QueueSearchForm(posted(request), initial={"text": request.session.get(SEARCH, "")})
    if search.is_valid():
        request.session[SEARCH] = search.cleaned_data["text"]
        return redirect(request.get_full_path())
    filters = QueueFilterForm(request.GET, use_required_attribute=False)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    text = request.session.get(SEARCH, "")
    cases = queue_selectors.queue(
        request.user,
        state=wanted.get("state") or queue_selectors.OPEN,
        kind=wanted.get("kind", ""),
        text=text,
    )
    page = Paginator(cases, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "search": search,
        "text": text,
        "page": page,
        "rows": queue_selectors.queue_rows(page, today=timezone.localdate()),
        "today": timezone.localdate(),
    }
    status = 422 if search.is_bound or (filters.is_bound and filters.errors) else 200
    return render(request, "registrations/queue.html", context, status=status)


@require_safe
def statements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The frozen declaration, a section at a time."""
    found = visible_application(request, pk)
    show = request.GET.get("show", "")
    page = statement_selectors.statement_page(
        found.declaration,
        section=request.GET.get("section", ""),
        number=request.GET.get("number", ""),
        show=show,
    )
    context = tab_context(request, found, "statements") | {"page": page, "show": show}
    return render(request, "registrations/statements.html", context)


@require_safe
def audits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The finished audits on which the application stands."""
    found = permitted_application(request, pk, _sees_review)
    clearances = selectors.clearances_of(found.declaration)
    context = tab_context(request, found, "audits") | {
        "clearances": [
            (kind.label, clearance_items(clearances.get(kind)), clearances.get(kind))
            for kind in ClearanceKind
        ],
        "external_url": reverse("audits:engagements"),
        "internal_url": reverse("audits:internal_audit", args=[found.declaration_id]),
    }
    return render(request, "registrations/audits.html", context)


@require_safe
def requests(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Corrections and inquiries with their answers."""
    found = visible_application(request, pk)
    context = tab_context(request, found, "requests") | {
        "requests": [
            (
                one,
                [
                    (number, statement_selectors.statement_url(found, number))
                    for number in one.numbers
                ],
            )
            for one in selectors.requests_of(found)
        ],
    }
    return render(request, "registrations/requests.html", context)


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happened, as far as this reader may see it."""
    found = visible_application(request, pk)
    context = tab_context(request, found, "history") | {
        "lines": selectors.history_for(request.user, found),
        "next_step": selectors.next_step(found),
    }
    return render(request, "registrations/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Formally complete: the target time for the decision begins."""
    found = permitted_application(request, pk, policies.can_review)

    def act(data: dict[str, Any]) -> Application:
        done = services.accept_application(application_id=pk, actor=request.user, **data)
        messages.success(request, _("申請を受理しました。申請者に知らせます。"))
        return done

    page = {
        "title": _("申請を受理する"),
        "submit_label": _("受理する"),
        "lead": _("必要な書類がそろい、形式に不備がないことを確認してから受理してください。"),
        "note": _(
            "受理すると、決定の目標日の計算が始まり、運営委員もこの案件を読めるようになります。"
        ),
    }
    return application_act(
        request, found, _version_form(request, found), act, page, moves=(ApplicationMove.ACCEPT,)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def start_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the technical review."""
    found = permitted_application(request, pk, policies.can_review)

    def act(data: dict[str, Any]) -> Application:
        done = services.start_review(application_id=pk, actor=request.user, **data)
        messages.success(request, _("技術的審査を始めました。申請者に知らせます。"))
        return done

    page = {
        "title": _("技術的審査を始める"),
        "submit_label": _("審査を始める"),
        "lead": _("審査を始めると、申請者に照会できるようになります。"),
    }
    moves = (ApplicationMove.START_REVIEW,)
    return application_act(request, found, _version_form(request, found), act, page, moves=moves)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the applicant to repair what the acceptance check found."""
    found = permitted_application(request, pk, policies.can_review)
    form = CorrectionForm(posted(request), initial={"version": found.row_version})

    def act(data: dict[str, Any]) -> str:
        inquiry_services.request_correction(application_id=pk, actor=request.user, **data)
        messages.success(request, _("補正を求めました。申請者に知らせます。"))
        return reverse("registrations:requests", args=[pk])

    page = {"title": _("補正を求める"), "submit_label": _("補正を求める")}
    return application_act(
        request, found, form, act, page, moves=(ApplicationMove.REQUEST_CORRECTION,)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def inquire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a question during the technical review."""
    found = permitted_application(request, pk, policies.can_review)
    form = InquiryForm(posted(request), initial={"version": found.row_version})

    def act(data: dict[str, Any]) -> str:
        inquiry_services.inquire(application_id=pk, actor=request.user, **data)
        messages.success(request, _("照会を送りました。申請者に知らせます。"))
        return reverse("registrations:requests", args=[pk])

    page = {
        "title": _("申請者に照会する"),
        "submit_label": _("照会を送る"),
        "note": _("回答を受けるまで、審査の手続は進められません。"),
    }
    return application_act(request, found, form, act, page, moves=(ApplicationMove.INQUIRE,))


def _version_form(request: HttpRequest, found: Application) -> VersionForm:
    return VersionForm(posted(request), initial={"version": found.row_version})


def _sees_review(user: Any, _found: Application) -> bool:
    return decision_policies.can_see_proposals(user)
