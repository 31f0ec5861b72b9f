"""Pages of audit cycles: list, begin, one cycle, fix and reopen its plan, end it early."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.cycle import OpenCycleForm
from audits.forms.engagement import ReasonForm, VersionForm
from audits.models import AuditCycle
from audits.selectors.cycle_list import (
    cycles_for,
    declarations_without_cycle,
    opening,
    plannable_declaration,
)
from audits.selectors.cycle_page import cycle_page
from audits.selectors.plan_facts import last_year_declared, newest_declaration, was_ended_by
from audits.services import cycle as services
from audits.services import plan as plans
from audits.views.tabs import list_tabs
from core.calendar import format_wareki
from core.exceptions import DomainError
from core.views import act_page, posted

PAGE_SIZE = 50


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    """The cycles that this person may know, and the declarations that one could begin with."""
    context = {
        "page": Paginator(cycles_for(request.user), PAGE_SIZE).get_page(request.GET.get("page")),
        "query": request.GET,
        "tabs": list_tabs("audits:cycles", request.user),
        "openable": declarations_without_cycle(request.user)[:PAGE_SIZE],
    }
    return render(request, "audits/cycle/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_cycle(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a cycle with a fixed declaration."""
    declaration = plannable_declaration(request.user, pk)
    if declaration is None:
        raise Http404
    if not policies.can_plan(request.user, declaration):
        raise PermissionDenied
    page = opening(declaration)
    form = OpenCycleForm(
        request.POST if request.method == "POST" else None,
        initial={"years": page.suggested.value},
        years=[variant.years for variant in page.variants],
    )
    if form.is_valid():
        try:
            cycle = services.open_cycle(
                declaration_id=pk, actor=request.user, years=form.cleaned_data["years"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("監査サイクルを始めました。計画案を作成してください。"))
            return redirect(cycle)
    context = {
        "page": page,
        "form": form,
        "breadcrumb": breadcrumb((_("監査サイクルを始める"), "")),
        "cancel_url": reverse("audits:cycles"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "audits/cycle/open.html", context, status=status)


@require_safe
def cycle(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One cycle: how full its years are, what cannot wait, and what this person can do next."""
    found = visible_cycle(request, pk)
    context = {
        "page": cycle_page(found, request.user),
        "breadcrumb": breadcrumb((found.service.name, "")),
        "tabs": tabs(found, "audits:cycle"),
    }
    return render(request, "audits/cycle/cycle.html", context)


@require_http_methods(["POST"])
def propose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose the first plan, or bring it up to date with the newest declaration."""
    found = visible_cycle(request, pk)
    if not policies.can_plan(request.user, newest_declaration(found)):
        raise PermissionDenied
    done = (
        _("計画を最新の言明に合わせました。") if found.is_planned else _("計画案を作成しました。")
    )
    return _act(request, found, plans.propose_plan, done=done)


@require_http_methods(["POST"])
def agree(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fix the plan."""
    found = visible_cycle(request, pk)
    if not policies.can_settle_plan(request.user, found.declaration):
        raise PermissionDenied
    return _act(request, found, services.agree_plan, done=_("計画を確定しました。"))


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Work on a fixed plan again, with a reason."""
    found = visible_cycle(request, pk)
    parties = (found.declaration, newest_declaration(found))
    if not any(policies.can_settle_plan(request.user, one) for one in parties):
        raise PermissionDenied
    return _with_reason(
        request,
        found,
        services.reopen_plan,
        title=_("計画の確定を解除"),
        lead=_("解除すると、項目を移したり、計画を新しい言明に合わせたりできます。"),
        submit_label=_("解除する"),
        done=_("計画の確定を解除しました。"),
        then=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a cycle early, with a reason, and go on to the declarations with which the next one may begin."""
    found = visible_cycle(request, pk)
    newest = newest_declaration(found)
    if not (policies.can_plan(request.user, newest) or was_ended_by(found, request.user)):
        raise PermissionDenied
    last = format_wareki(found.last_day_of(last_year_declared(found)), weekday=False)
    return _with_reason(
        request,
        found,
        services.end_cycle,
        title=_("監査サイクルを打ち切る"),
        lead=_(
            "サイクルの最後の日を%(last)sに改めます。それより後の年度の計画は取り消し、履歴に残します。打ち切ったサイクルは元に戻せません。"
        )
        % {"last": last},
        submit_label=_("打ち切る"),
        done=_(
            "監査サイクルを打ち切りました。続けて、新しい版の言明から次のサイクルを始めてください。"
        ),
        then=reverse("audits:cycles"),
    )


def visible_cycle(request: HttpRequest, pk: uuid.UUID) -> AuditCycle:
    """The cycle, or 404."""
    return get_object_or_404(cycles_for(request.user), pk=pk)


def breadcrumb(*places: tuple[str, str]) -> list[dict[str, str]]:
    """From the list of cycles down; a place without an address is this page."""
    items = [(_("監査計画"), reverse("audits:cycles")), *places]
    return [{"label": label, "url": url} for label, url in items]


def tabs(found: AuditCycle, current: str) -> list[dict[str, object]]:
    """The sibling pages of a cycle, once it has a plan."""
    if not found.is_planned:
        return []
    pages = {
        "audits:cycle": _("概要"),
        "audits:cycle_grid": _("全項目の一覧"),
        "audits:cycle_coverage": _("監査の実施状況"),
        "audits:cycle_variants": _("年数を変えた場合"),
    }
    return [
        {"label": label, "url": reverse(name, args=[found.pk]), "is_current": name == current}
        for name, label in pages.items()
    ]


def _act(request: HttpRequest, found: AuditCycle, act, *, done: str) -> HttpResponse:
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect(found)
    try:
        act(cycle_id=found.pk, actor=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(found)


def _with_reason(
    request: HttpRequest,
    found: AuditCycle,
    act,
    *,
    title: str,
    lead: str,
    submit_label: str,
    done: str,
    then: str,
) -> HttpResponse:
    """The page of an act that asks for a reason; `then` is where it leads."""
    form = ReasonForm(posted(request), initial={"version": found.row_version})

    def do(sent: dict[str, Any]) -> str:
        act(cycle_id=found.pk, actor=request.user, **sent)
        messages.success(request, done)
        return then

    page = {
        "title": title,
        "lead": lead,
        "submit_label": submit_label,
        "cancel_url": found.get_absolute_url(),
        "breadcrumb": breadcrumb((found.service.name, found.get_absolute_url()), (title, "")),
    }
    return act_page(request, form, do, page)
