"""Pages of an engagement's team: who is in it, who joins, who leaves, and the own confirmation of independence."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.team import AssignForm, EndMemberForm, IndependenceForm, answers_said
from audits.models import Engagement
from audits.selectors.engagement import engagements_for
from audits.selectors.team import OwnPage, candidates, own_page, team_page
from audits.services import team as services
from core.exceptions import DomainError, EditConflictError
from core.forms import refill


@require_safe
def team(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The result of the independence checks, member by member, for reading and printing."""
    engagement = _visible(request, pk)
    if not policies.can_read_team(request.user, engagement):
        raise PermissionDenied
    context = {
        "engagement": engagement,
        "page": team_page(engagement, request.user),
        "today": timezone.localdate(),
        "breadcrumb": _breadcrumb(engagement, _("独立性の確認結果")),
    }
    return render(request, "audits/team/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The people of the firm with their standing; an audit lead puts one into the team."""
    engagement = _visible(request, pk)
    if not policies.can_lead_team(request.user, engagement):
        raise PermissionDenied
    rows = candidates(engagement, timezone.localdate())
    form = AssignForm(
        request.POST if request.method == "POST" else None, people=[row.person for row in rows]
    )
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            services.assign_member(engagement_id=pk, person_id=person.pk, actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("%(name)sさんを監査チームに加えました。") % {"name": person.name}
            )
            return redirect("audits:team_assign", pk)
    context = {
        "engagement": engagement,
        "rows": rows,
        "form": form,
        "breadcrumb": _breadcrumb(engagement, _("監査チームの割当て")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "audits/team/assign.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: uuid.UUID, member: uuid.UUID) -> HttpResponse:
    """An audit lead takes a person out of the team."""
    engagement = _visible(request, pk)
    if not policies.can_lead_team(request.user, engagement):
        raise PermissionDenied
    found = get_object_or_404(engagement.members.select_related("person"), pk=member)
    form = EndMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.end_member(
                engagement_id=pk,
                member_id=member,
                actor=request.user,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("%(name)sさんを監査チームから外しました。") % {"name": found.person.name}
            )
            # Who takes him- or herself out may no longer know the engagement, unless as a lead.
            return redirect(engagement)
    context = {
        "form": form,
        "title": _("監査チームから外す"),
        "lead": _(
            "%(name)sさんを監査チームから外します。外すと、この監査業務の言明を読めなくなります。"
        )
        % {"name": found.person.name},
        "submit_label": _("外す"),
        "is_danger": True,
        "cancel_url": engagement.get_absolute_url(),
        "breadcrumb": _breadcrumb(engagement, _("監査チームから外す")),
    }
    return render(request, "forms/form_page.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def independence(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A member confirms the own independence, and reads what became of it."""
    engagement = _visible(request, pk)
    if not policies.can_confirm_independence(request.user, engagement):
        raise PermissionDenied
    page = own_page(engagement, request.user, timezone.localdate())
    form = _independence_form(request, page)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            said = services.confirm_independence(
                engagement_id=pk,
                actor=request.user,
                version=form.cleaned_data["version"],
                answers=form.answers(),
            )
        except EditConflictError:
            status = 409
            message = _("ほかの画面で先に確認しています。上の結果と見比べ、送信し直してください。")
            form.add_error(None, message)
            refill(form, {"version": page.version})
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if said.is_passed:
                messages.success(request, _("独立性を確認しました。確定した言明を閲覧できます。"))
                return redirect(engagement)
            messages.error(request, _("独立性の条件を満たしていません。理由を確認してください。"))
            return redirect("audits:independence", pk)
    context = {
        "engagement": engagement,
        "page": page,
        "form": form,
        "breadcrumb": _breadcrumb(engagement, _("独立性の確認")),
    }
    return render(request, "audits/team/independence.html", context, status=status)


def _independence_form(request: HttpRequest, page: OwnPage) -> IndependenceForm:
    said = answers_said(page.newest.statement) if page.newest else {}
    posted = request.POST if request.method == "POST" else None
    return IndependenceForm(posted, initial=said | {"version": page.version})


def _visible(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    return get_object_or_404(engagements_for(request.user), pk=pk)


def _breadcrumb(engagement: Engagement, here: str) -> list[dict[str, str]]:
    service = engagement.declaration.service.name
    return [
        {"label": _("監査業務"), "url": reverse("audits:engagements")},
        {"label": service, "url": engagement.get_absolute_url()},
        {"label": here, "url": ""},
    ]
