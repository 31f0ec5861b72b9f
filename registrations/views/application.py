"""Pages of the applicant: list, begin, overview, file, receipt, answer, withdraw."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.forms import StrictForm
from core.views import act_page, posted
from declarations.models import Declaration
from registrations.enums import ApplicationMove, ApplicationState
from registrations.forms.application import AnswerForm, FileForm, ResubmitForm, WithdrawForm
from registrations.models import Application
from registrations.policies import application as policies
from registrations.selectors import application as selectors
from registrations.selectors import begin as begin_selectors
from registrations.selectors.particulars import application_facts
from registrations.services import application as services
from registrations.services import decision as decision_services
from registrations.services import inquiry as inquiry_services
from registrations.views.common import (
    act_context,
    application_act,
    permitted_application,
    tab_context,
    visible_application,
)
from registrations.views.papers import papers_for

PAGE_SIZE = 50


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The applications of the own services, and the declarations for which one can begin."""
    if not policies.can_see_own_applications(request.user):
        raise PermissionDenied
    page = Paginator(begin_selectors.own_applications(request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [(row, selectors.state_tag(row)) for row in page],
        "ready": begin_selectors.declarations_to_apply_with(request.user),
    }
    return render(request, "registrations/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm kind and declaration, then begin the application."""
    visible = Declaration.objects.visible_to(request.user).select_related("service__organisation")
    declaration = get_object_or_404(visible, pk=pk)
    if not policies.can_prepare_application(request.user, declaration.service):
        raise PermissionDenied

    def act(_data: dict[str, Any]) -> Application:
        return services.open_application(
            service_id=declaration.service_id, declaration_id=pk, actor=request.user
        )

    plan = begin_selectors.plan(declaration, now=timezone.now())
    page = {
        "plan": plan,
        "declaration": declaration,
        "title": _("登録申請の準備を始める"),
        "submit_label": _("準備を始める"),
        "breadcrumb": [
            {"label": _("登録申請"), "url": reverse("registrations:applications")},
            {"label": _("準備を始める")},
        ],
        "cancel_url": reverse("registrations:applications"),
    }
    return act_page(
        request, StrictForm(posted(request)), act, page, template="registrations/begin.html"
    )


@require_safe
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first page of an application, for the applicant and for reviewers."""
    found = visible_application(request, pk)
    context = tab_context(request, found, "application")
    clearances = selectors.clearances_of(found.declaration)
    context |= {
        "steps": selectors.journey(found, clearances),
        "facts": application_facts(found, clearances),
        "papers": papers_for(request.user, found),
        "may_request_paper": policies.can_request_paper(request.user, found),
    }
    if context["is_reviewer"]:
        return render(request, "registrations/review.html", context)
    context |= {
        "checklist": selectors.checklist(request.user, found, now=timezone.now())
        if _is_editable(found)
        else [],
        "question": selectors.open_request(found) if found.is_open else None,
        "who_files": _who_files(request, found),
        "outcome": begin_selectors.outcome(found),
    }
    return render(request, "registrations/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything once more, then file. Sent twice it leads to the same receipt."""
    found = permitted_application(request, pk, policies.can_file_application)
    form = FileForm(posted(request), initial={"version": found.row_version, "note": found.note})

    def act(data: dict[str, Any]) -> str:
        services.file_application(application_id=pk, actor=request.user, **data)
        return reverse("registrations:receipt", args=[pk])

    clearances = selectors.clearances_of(found.declaration)
    page = {
        "title": _("申請の内容を確認する"),
        "facts": application_facts(found, clearances),
        "unmet": [
            item
            for item in selectors.checklist(request.user, found, now=timezone.now())
            if not item.requirement.is_met
        ],
    }
    return application_act(
        request, found, form, act, page,
        moves=(ApplicationMove.FILE,), template="registrations/file.html",
    )  # fmt: skip


@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Number and time of the filing, and what comes next."""
    found = permitted_application(request, pk, policies.is_applicant)
    if found.filed_at is None:
        return redirect(found)
    context = act_context(request, found, _("受付")) | {"filed_by": found.filed_by}
    return render(request, "registrations/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer a correction and file again."""
    found = permitted_application(request, pk, policies.can_resubmit_application)
    versions = selectors.versions_to_file(found)
    initial = {"version": found.row_version}
    if versions:
        initial["declaration_id"] = str(versions[-1].pk)
    form = ResubmitForm(posted(request), initial=initial, versions=versions)

    def act(data: dict[str, Any]) -> Application:
        done = inquiry_services.resubmit(application_id=pk, actor=request.user, **data)
        messages.success(request, _("補正した申請を再提出しました。事務局が確認します。"))
        return done

    page = {
        "title": _("補正して再提出する"),
        "submit_label": _("再提出する"),
        "question": selectors.open_request(found),
        "note": _(
            "自分が編集した版の言明は提出できません。その場合は、別の承認者が再提出してください。"
        ),
    }
    return application_act(request, found, form, act, page, moves=(ApplicationMove.RESUBMIT,))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the open inquiry."""
    found = permitted_application(request, pk, policies.can_answer)
    form = AnswerForm(posted(request), initial={"version": found.row_version})

    def act(data: dict[str, Any]) -> str:
        inquiry_services.answer_inquiry(application_id=pk, actor=request.user, **data)
        messages.success(request, _("照会への回答を送りました。"))
        return reverse("registrations:requests", args=[pk])

    page = {
        "title": _("照会に回答する"),
        "submit_label": _("回答を送る"),
        "question": selectors.open_request(found),
    }
    return application_act(request, found, form, act, page, moves=(ApplicationMove.ANSWER,))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the application back, with a reason, on a page that says what this means."""
    found = permitted_application(request, pk, policies.can_withdraw_application)
    form = WithdrawForm(posted(request), initial={"version": found.row_version})

    def act(data: dict[str, Any]) -> Application:
        done = decision_services.withdraw_application(application_id=pk, actor=request.user, **data)
        messages.success(request, _("申請を取り下げました。"))
        return done

    page = {
        "title": _("申請を取り下げる"),
        "submit_label": _("取り下げる"),
        "is_danger": True,
        "note": begin_selectors.withdrawal_effect(found, now=timezone.now()),
    }
    return application_act(request, found, form, act, page, moves=(ApplicationMove.WITHDRAW,))


def _is_editable(found: Application) -> bool:
    return found.state in (ApplicationState.PREPARING, ApplicationState.IN_CORRECTION)


def _who_files(request: HttpRequest, found: Application) -> str:
    """For those who cannot file this version: who can."""
    if found.state != ApplicationState.PREPARING or policies.can_file_application(
        request.user, found
    ):
        return ""
    if policies.can_withdraw_application(request.user, found):
        return _(
            "この版の言明を編集した人は申請できません。編集していない別の承認者が申請してください。"
        )
    return _(
        "申請するのは、この版の言明を編集していない承認者です。必要なものがそろったら依頼してください。"
    )
