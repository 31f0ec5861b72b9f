"""The 経営者確認書 of an engagement: read it, and for the provider fill it in, look at it once more, sign it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.enums import EngagementState
from audits.forms.report import ConfirmationForm
from audits.models import Engagement, ManagementConfirmation
from audits.selectors.confirmation import (
    Point,
    confirmation_page,
    is_report_signed,
    points_on,
    points_unknown,
)
from audits.services.confirmation import confirmation_to_sign, sign_confirmation
from audits.views.papers import confirmation_paper, visible_engagement
from controls.rules import MissingParameterError
from core.exceptions import DomainError, EditConflictError
from core.views import posted, refused


@require_safe
def confirmation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The newest confirmation in full, its paper, and the versions before it."""
    found = visible_engagement(request, pk)
    if not policies.can_read_confirmation(request.user, found):
        raise PermissionDenied
    page = confirmation_page(found, request.user)
    context = {
        "page": page,
        "paper": confirmation_paper(page.current) if page.current else None,
        "breadcrumb": engagement_crumbs(found, _("経営者確認書")),
    }
    return render(request, "audits/confirmation/confirmation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation_sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fill in (`step=edit`), see it as it will be signed (`step=check`), sign (`step=sign`)."""
    found = visible_engagement(request, pk)
    if not policies.can_sign_confirmation(request.user, found):
        raise PermissionDenied
    if request.method != "POST" and (refusal := _why_not(found)):
        messages.warning(request, refusal)
        return redirect("audits:confirmation", pk=pk)
    points, status_label, unknown = _points()
    form = ConfirmationForm(posted(request), points=points, initial=_initial(found))
    context = {
        "form": form,
        "engagement": found,
        "points_status": status_label,
        "unknown": unknown,
        "breadcrumb": engagement_crumbs(found, _("経営者確認書への署名")),
    }
    step = request.POST.get("step")
    if step == "edit" or not form.is_valid():
        is_refused = form.is_bound and step != "edit"
        return _form(request, context, status=422 if is_refused else 200)
    version, facts = form.cleaned_data["version"], form.facts()
    try:
        if step != "sign":
            content = confirmation_to_sign(found, facts, version=version)
            return _check(request, context | {"content": content})
        sign_confirmation(engagement_id=pk, actor=request.user, version=version, facts=facts)
    except DomainError as error:
        status = refused(form, error, version_of=_next_version)
        if isinstance(error, EditConflictError):
            context["signed"] = error.current
        return _form(request, context, status=status)
    messages.success(request, _("経営者確認書に署名しました。監査機関に知らせます。"))
    return redirect("audits:confirmation", pk=pk)


def _why_not(found: Engagement) -> str:
    if found.state != EngagementState.FIELDWORK:
        return _("経営者確認書に署名できるのは、監査の実施中だけです。")
    if is_report_signed(found):
        return _(
            "監査機関が報告書に署名したため、確認書を出し直せません。監査機関に署名の取消しを依頼してください。"
        )
    return ""


def _points() -> tuple[list[Point], str, str]:
    """The points of today, how sure we are of them, and why there are none."""
    try:
        points, fact = points_on(timezone.localdate())
    except MissingParameterError as error:
        return [], "", str(error)
    return points, fact.status_label, "" if points else points_unknown(fact)


def _next_version(last: ManagementConfirmation | None) -> int:
    return last.version + 1 if last else 1


def _initial(found: Engagement) -> dict[str, Any]:
    """The declaration's signer, or what the version before said."""
    last = found.confirmations.order_by("-version").first()
    signer = last or found.declaration
    return {
        "version": _next_version(last),
        "dated_on": timezone.localdate(),
        "signer_title": signer.signer_title,
        "signer_name": signer.signer_name,
    }


def _form(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "audits/confirmation/form.html", context, status=status)


def _check(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    sent = [(name, request.POST[name]) for name in context["form"].fields if request.POST.get(name)]
    return render(request, "audits/confirmation/check.html", context | {"sent": sent})


def engagement_crumbs(found: Engagement, title: str) -> list[dict[str, str]]:
    """List, engagement, this page."""
    return [
        {"label": _("監査業務"), "url": reverse("audits:engagements")},
        {"label": found.declaration.service.name, "url": found.get_absolute_url()},
        {"label": title},
    ]
