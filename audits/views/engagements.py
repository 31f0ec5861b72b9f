"""Pages of engagements: commission, list, one engagement and its acts."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.engagement import AuditReportForm, CommissionForm, ReasonForm, VersionForm
from audits.models import Engagement
from audits.selectors.engagement import (
    declarations_to_commission,
    engagement_page,
    engagements_for,
)
from audits.selectors.requests import request_card
from audits.services import engagement as services
from audits.views.tabs import list_tabs
from core.exceptions import DomainError
from core.views import act_page, posted
from declarations.models import Declaration
from documents.answers import file_answer

PAGE_SIZE = 50


@require_safe
def engagements(request: HttpRequest) -> HttpResponse:
    """The engagements of the own organisation."""
    page = Paginator(engagements_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": request.GET,
        "ready": declarations_to_commission(request.user),
        "tabs": list_tabs("audits:engagements", request.user),
    }
    return render(request, "audits/engagements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commission(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Commission an audit body with a fixed declaration."""
    declaration = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service"), pk=pk
    )
    if not policies.can_commission(request.user, declaration):
        raise PermissionDenied
    form = CommissionForm(posted(request), on=timezone.localdate())

    def act(sent: dict[str, Any]) -> Engagement:
        commissioned = services.commission(
            declaration_id=pk,
            actor=request.user,
            firm_id=sent["firm"].pk,
            message=sent["message"],
        )
        messages.success(request, _("監査を委嘱しました。監査機関の返答を待っています。"))
        return commissioned

    page = {
        "title": _("監査の委嘱"),
        "lead": _("「%(service)s」の確定した言明を、監査機関に示して監査を委嘱します。")
        % {"service": declaration.service.name},
        "submit_label": _("委嘱する"),
        "cancel_url": declaration.get_absolute_url(),
    }
    return act_page(request, form, act, page)


@require_safe
def engagement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One engagement: facts, report, history, and what this person can do next."""
    page = engagement_page(_visible(request, pk), request.user)
    context = {
        "page": page,
        "requests": request_card(page.engagement, request.user, today=timezone.localdate()),
    }
    return render(request, "audits/engagement.html", context)


@require_http_methods(["POST"])
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The firm takes the engagement."""
    found = _visible(request, pk)
    if not policies.can_respond(request.user, found):
        raise PermissionDenied
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect(found)
    try:
        services.accept_engagement(
            engagement_id=pk, actor=request.user, version=form.cleaned_data["version"]
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("受嘱しました。独立性を確認すると、確定した言明を閲覧できます。")
        )
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The firm declines with a reason."""
    found = _visible(request, pk)
    if not policies.can_respond(request.user, found):
        raise PermissionDenied
    return _reason_act(
        request,
        found,
        services.decline_engagement,
        title=_("監査の辞退"),
        submit_label=_("辞退する"),
        done=_("辞退しました。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The provider ends the commission with a reason."""
    found = _visible(request, pk)
    if not policies.can_commission(request.user, found.declaration):
        raise PermissionDenied
    return _reason_act(
        request,
        found,
        services.terminate_engagement,
        title=_("委嘱の中止"),
        submit_label=_("委嘱を中止する"),
        done=_("委嘱を中止しました。ほかの監査機関に委嘱できます。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def file_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The firm files its report."""
    found = _visible(request, pk)
    if not policies.can_report(request.user, found):
        raise PermissionDenied
    files = request.FILES if request.method == "POST" else None
    form = AuditReportForm(posted(request), files, initial={"version": found.row_version})

    def act(sent: dict[str, Any]) -> Engagement:
        filed = services.file_audit_report(engagement_id=pk, actor=request.user, **sent)
        messages.success(request, _("実施結果報告書を提出しました。"))
        return filed

    page = {
        "title": _("実施結果報告書の提出"),
        "lead": _(
            "本システムの外で作成した報告書を提出します。提出すると、この言明の外部監査が完了し、提出した後は差し替えられません。"
        ),
        "submit_label": _("提出する"),
        "cancel_url": found.get_absolute_url(),
    }
    return act_page(request, form, act, page)


@require_safe
def report_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The filed report, as an attachment."""
    found = _visible(request, pk)
    if not policies.can_read_report(request.user, found):
        raise PermissionDenied
    if found.report_file is None:
        raise Http404
    return file_answer(request, found.report_file)


def _visible(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    return get_object_or_404(engagements_for(request.user), pk=pk)


def _reason_act(
    request: HttpRequest,
    found: Engagement,
    act: Callable[..., Engagement],
    *,
    done: str,
    **texts: str,
) -> HttpResponse:
    form = ReasonForm(posted(request), initial={"version": found.row_version})

    def attempt(sent: dict[str, Any]) -> Engagement:
        moved = act(engagement_id=found.pk, actor=request.user, **sent)
        messages.success(request, done)
        return moved

    page = {"cancel_url": found.get_absolute_url(), "is_danger": True, **texts}
    return act_page(request, form, attempt, page)
