"""The plan of a cycle: the whole grid, one chapter to work on, inclusion, rebalancing, other numbers of years."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.forms.cycle import IncludeForm, MoveForm
from audits.forms.engagement import VersionForm
from audits.models import AuditCycle
from audits.planning.balance import Balance
from audits.planning.fresh import fresh_plan
from audits.selectors.cycle_list import variants
from audits.selectors.cycle_page import area_lines, year_lines
from audits.selectors.plan_facts import PlanFacts, plan_facts
from audits.selectors.plan_grid import plan_grid, planned_chapters, shifts
from audits.services import plan as services
from audits.views.cycles import breadcrumb, tabs, visible_cycle
from core.exceptions import DomainError, EditConflictError
from core.views import refused


@require_safe
def grid(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every control and its year, for reading and printing."""
    cycle, facts = _planned(request, pk)
    context = {
        "cycle": cycle,
        "years": year_lines(cycle, facts.plan, cycle.starts_on),
        "chapters": plan_grid(cycle, facts.plan),
        "breadcrumb": _breadcrumb(cycle, _("全項目の一覧")),
        "tabs": tabs(cycle, "audits:cycle_grid"),
    }
    return render(request, "audits/cycle/grid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter(request: HttpRequest, pk: uuid.UUID, chapter: int) -> HttpResponse:
    """One chapter of the grid; whoever plans moves its controls here, by keyboard or by dragging."""
    cycle, facts = _planned(request, pk)
    found = plan_grid(cycle, facts.plan, chapter=chapter)
    if not found:
        raise Http404
    may_plan = policies.can_plan(request.user, cycle.declaration)
    posted = request.method == "POST"
    if posted and not may_plan:
        raise PermissionDenied
    numbers = [row.number for objective in found[0].objectives for row in objective.rows]
    form = MoveForm(
        request.POST if posted else None,
        initial={"version": cycle.row_version},
        years=facts.request.open_years,
        numbers=numbers,
    )
    status = 422 if posted else 200
    if form.is_valid():
        facts_sent = form.cleaned_data
        try:
            services.move_controls(
                cycle_id=pk,
                actor=request.user,
                version=facts_sent["version"],
                numbers=facts_sent["n"],
                to=facts_sent["to"],
            )
        except EditConflictError as error:
            form.add_error(None, str(error))
            status = 409
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _moved(facts_sent))
            return redirect("audits:cycle_chapter", pk, chapter)
    chapters = planned_chapters(facts.plan)
    place = chapters.index(chapter)
    context = {
        "cycle": cycle,
        "chapter": found[0],
        "years": year_lines(cycle, facts.plan, cycle.starts_on),
        "form": form,
        "ticked": request.POST.getlist("n") if posted else [],
        "target": request.POST.get("to", "") if posted else "",
        "may_move": may_plan and cycle.is_draft and found[0].is_movable,
        "is_conflict": status == 409,
        "before": chapters[place - 1] if place else None,
        "after": chapters[place + 1] if place + 1 < len(chapters) else None,
        "breadcrumb": _breadcrumb(cycle, _("%(chapter)s章") % {"chapter": chapter}),
    }
    return render(request, "audits/cycle/chapter.html", context, status=status)


def _moved(sent: dict[str, Any]) -> str:
    facts = {"count": len(sent["n"]), "year": sent["to"]}
    if sent["to"]:
        return _("%(count)s項目を%(year)s年目に移しました。") % facts
    return _("%(count)s項目を計画から外しました。") % facts


@require_http_methods(["GET", "HEAD", "POST"])
def include(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The auditor puts a control into a year, with a reason."""
    cycle, facts = _planned(request, pk)
    if not policies.can_include(request.user, cycle.declaration):
        raise PermissionDenied
    form = IncludeForm(
        request.POST if request.method == "POST" else None,
        initial={"version": cycle.row_version},
        years=facts.request.open_years,
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.include_control(cycle_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            status = refused(form, error)
        else:
            messages.success(
                request,
                _("%(number)sを%(year)s年目に追加しました。") % form.cleaned_data,
            )
            return redirect(cycle)
    context = {
        "form": form,
        "title": _("監査する項目の追加"),
        "lead": _(
            "重点領域の外の項目や、先に監査したい項目を、理由を付けて計画に加えます。"
            "ほかの年度に割り当てていた項目は、選んだ年度に移ります。"
        ),
        "submit_label": _("追加する"),
        "cancel_url": cycle.get_absolute_url(),
        "breadcrumb": _breadcrumb(cycle, _("監査する項目の追加")),
    }
    return render(request, "forms/form_page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rebalance(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Before and after of allocating the open years anew, and doing it."""
    cycle, facts = _planned(request, pk)
    if not policies.can_plan(request.user, cycle.declaration):
        raise PermissionDenied
    form = VersionForm(
        request.POST if request.method == "POST" else None, initial={"version": cycle.row_version}
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.rebalance_plan(cycle_id=pk, actor=request.user, **form.cleaned_data)
        except EditConflictError as error:
            form = VersionForm(initial={"version": cycle.row_version})
            messages.error(request, str(error))
            status = 409
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("割当てをやり直しました。"))
            return redirect(cycle)
    after = fresh_plan(facts.request)
    moving = shifts(cycle, facts.plan, after)
    context = {
        "cycle": cycle,
        "form": form,
        "shifts": moving,
        "count": sum(len(shift.numbers) for shift in moving),
        "sides": [
            _side(cycle, facts, facts.plan, _("いまの計画")),
            _side(cycle, facts, after, _("やり直した計画")),
        ],
        "breadcrumb": _breadcrumb(cycle, _("割当てのやり直し")),
    }
    return render(request, "audits/cycle/rebalance.html", context, status=status)


def _side(cycle: AuditCycle, facts: PlanFacts, plan, label: str) -> dict[str, Any]:
    loads = tuple(plan.load(year) for year in facts.request.open_years)
    return {
        "label": label,
        "years": year_lines(cycle, plan, cycle.starts_on),
        "areas": area_lines(plan),
        "balance": Balance(loads),
    }


@require_safe
def cycle_variants(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What other numbers of years would mean. Changes nothing."""
    cycle, facts = _planned(request, pk)
    context = {
        "cycle": cycle,
        "variants": variants(facts, current=cycle.years),
        "breadcrumb": _breadcrumb(cycle, _("年数を変えた場合")),
        "tabs": tabs(cycle, "audits:cycle_variants"),
    }
    return render(request, "audits/cycle/variants.html", context)


def _planned(request: HttpRequest, pk: uuid.UUID) -> tuple[AuditCycle, PlanFacts]:
    """A visible cycle that has a plan."""
    cycle = visible_cycle(request, pk)
    if not cycle.is_planned:
        raise Http404
    return cycle, plan_facts(cycle, cycle.declaration)


def _breadcrumb(cycle: AuditCycle, here: str) -> list[dict[str, str]]:
    return breadcrumb((cycle.service.name, reverse("audits:cycle", args=[cycle.pk])), (here, ""))
