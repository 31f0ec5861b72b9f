"""Pages of findings to read: those of an engagement, those of a provider, one finding; and the form that raises one."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import policies
from audits.enums import EngagementState, Evaluation, TestResult
from audits.forms.finding import ChooseTestForm, RaiseForm, control_label
from audits.models import ControlTest, Engagement, Finding
from audits.selectors.engagement import engagements_for
from audits.selectors.findings import (
    engagement_findings,
    finding_lines,
    finding_page,
    findings_for,
    own_findings,
)
from audits.services.finding import FindingFacts, raise_finding
from audits.views.tabs import list_tabs
from core.exceptions import DomainError
from documents.models import StoredFile

PAGE_SIZE = 50


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The provider's findings across all audits, those that wait for it first."""
    if not policies.can_see_own_findings(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    page = Paginator(own_findings(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": request.GET,
        "lines": finding_lines(page, today),
        "today": today,
        "tabs": list_tabs("audits:findings", request.user),
    }
    return render(request, "audits/findings/list.html", context)


@require_safe
def engagement_list(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What an engagement found, and what earlier ones left to it."""
    engagement = _readable(request, pk)
    may_raise = (
        policies.can_audit(request.user, engagement)
        and engagement.state == EngagementState.FIELDWORK
    )
    context = {
        "engagement": engagement,
        "found": engagement_findings(engagement, request.user),
        "may_raise": may_raise,
        "is_firm": request.user.organisation_id == engagement.firm_id,
        "today": timezone.localdate(),
        "breadcrumb": breadcrumb((_("発見事項"), ""), engagement=engagement),
    }
    return render(request, "audits/findings/engagement.html", context)


@require_safe
def choose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which control a new finding is about: one of those in the scope."""
    engagement = _readable(request, pk)
    if not policies.can_audit(request.user, engagement):
        raise PermissionDenied
    tests = engagement.tests.select_related("control__parent")
    form = ChooseTestForm(request.GET if "test" in request.GET else None, tests=tests)
    if form.is_valid():
        return redirect("audits:finding_raise", form.cleaned_data["test"].pk)
    context = {
        "form": form,
        "engagement": engagement,
        "has_tests": tests.exists(),
        "breadcrumb": breadcrumb((_("起票"), ""), engagement=engagement),
    }
    status = 422 if form.is_bound else 200
    return render(request, "audits/findings/choose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_new(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write down what a test showed."""
    test = get_object_or_404(
        ControlTest.objects.visible_to(request.user).select_related(
            "control__parent", "engagement__firm", "engagement__declaration__service"
        ),
        pk=pk,
    )
    if not policies.can_audit(request.user, test.engagement):
        raise PermissionDenied
    form = RaiseForm(
        request.POST if request.method == "POST" else None,
        files=files_of(test),
        initial=_from_test(test),
    )
    if form.is_valid():
        try:
            made = raise_finding(
                test_id=pk,
                actor=request.user,
                creation_key=form.cleaned_data["creation_key"],
                **said(form.cleaned_data),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("発見事項を起票しました。通知するまで、事業者には見えません。")
            )
            return redirect(made)
    context = {
        "form": form,
        "title": _("発見事項の起票"),
        "lead": control_label(test),
        "submit_label": _("起票する"),
        "cancel_url": reverse("audits:engagement_findings", args=[test.engagement_id]),
        "breadcrumb": breadcrumb((_("起票"), ""), engagement=test.engagement),
    }
    status = 422 if form.is_bound else 200
    return render(request, "forms/form_page.html", context, status=status)


@require_safe
def finding(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One finding: the fact of the auditor, the answers of the provider, the retests, and what happened."""
    found = visible_finding(request, pk)
    page = finding_page(found, request.user)
    engagement = found.engagement if page.shows_engagement else None
    context = {
        "page": page,
        "finding": found,
        "today": timezone.localdate(),
        "breadcrumb": breadcrumb((found.code, ""), engagement=engagement),
    }
    return render(request, "audits/findings/finding.html", context)


def visible_finding(request: HttpRequest, pk: uuid.UUID) -> Finding:
    """404 for one that this person may not know, 403 for one of an audit that he or she does not work on."""
    found = get_object_or_404(findings_for(request.user), pk=pk)
    if not policies.can_read_finding(request.user, found):
        raise PermissionDenied
    return found


def files_of(test: ControlTest) -> list[StoredFile]:
    """The files that were reviewed in the test."""
    return [one.file for one in test.reviewed.select_related("file")]


def said(cleaned: dict) -> dict:
    """What a form about a finding holds, as the services take it."""
    names = ("evaluation", "severity", "fact", "effect", "sample_note")
    return {
        "facts": FindingFacts(**{name: cleaned[name] for name in names}),
        "evidence": [uuid.UUID(pk) for pk in cleaned.get("evidence", [])],
    }


def breadcrumb(*places: tuple[str, str], engagement: Engagement | None) -> list[dict[str, str]]:
    """From the list of engagements down; a place without an address is this page."""
    items = [(_("監査業務"), reverse("audits:engagements"))]
    if engagement:
        items.append((engagement.declaration.service.name, engagement.get_absolute_url()))
        if places[0][0] != _("発見事項"):
            items.append(
                (_("発見事項"), reverse("audits:engagement_findings", args=[engagement.pk]))
            )
    return [{"label": label, "url": url} for label, url in (*items, *places)]


def _readable(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    engagement = get_object_or_404(engagements_for(request.user), pk=pk)
    if not policies.can_read_findings(request.user, engagement):
        raise PermissionDenied
    return engagement


def _from_test(test: ControlTest) -> dict[str, str]:
    """What the test says already: the evaluation that was deficient, and the sample."""
    is_design = test.design_result == TestResult.DEFICIENT
    is_operating = test.operating_result == TestResult.DEFICIENT
    initial = {}
    if is_design != is_operating:
        initial["evaluation"] = Evaluation.DESIGN if is_design else Evaluation.OPERATING
    if test.sample_size:
        initial["sample_note"] = _(
            "母集団%(population)s件から%(sample)s件を%(method)sで抽出しました。"
        ) % {
            "population": f"{test.population_size:,}",
            "sample": f"{test.sample_size:,}",
            "method": test.get_sample_method_display() or _("選定"),
        }
    return initial
