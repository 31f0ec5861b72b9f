"""Forms of the auditor on a finding: edit, issue, drop, retest."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import policies
from audits.enums import FindingState
from audits.forms.engagement import ReasonForm, VersionForm
from audits.forms.finding import EditForm, RetestForm
from audits.selectors.finding_conflicts import draft_conflict
from audits.selectors.findings import retesting_engagement
from audits.services import finding as services
from audits.services.finding_retest import retest_finding
from audits.views.finding_pages import form_answer, status_of
from audits.views.findings import files_of, said, visible_finding
from core.exceptions import DomainError, EditConflictError
from core.forms import refill
from core.views import refused

FACTS = ("evaluation", "severity", "fact", "effect", "sample_note")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write a draft anew."""
    found = visible_finding(request, pk)
    if not policies.can_audit(request.user, found.engagement):
        raise PermissionDenied
    initial = {name: getattr(found, name) for name in FACTS} | {
        "version": found.row_version,
        "evidence": [str(file) for file in found.shown_by.values_list("file", flat=True)],
    }
    form = EditForm(
        request.POST if request.method == "POST" else None,
        files=files_of(found.test),
        initial=initial,
    )
    status, conflict = status_of(form), None
    if form.is_valid():
        sent = form.cleaned_data
        seen = sent["version"]
        try:
            services.edit_finding(finding_id=pk, actor=request.user, version=seen, **said(sent))
        except EditConflictError as error:
            mine = {name: sent[name] for name in FACTS}
            conflict = draft_conflict(error.current, mine, seen=seen)
            refill(form, conflict.values | {"version": error.current.row_version})
            status = 409
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("発見事項を保存しました。"))
            return redirect(found)
    return form_answer(
        request,
        found,
        form,
        status=status,
        conflict=conflict,
        title=_("発見事項の変更"),
        submit_label=_("保存する"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the provider will read, and the button that tells it."""
    found = visible_finding(request, pk)
    if not policies.can_issue_finding(request.user, found.engagement):
        raise PermissionDenied
    form = VersionForm(
        request.POST if request.method == "POST" else None, initial={"version": found.row_version}
    )
    status = status_of(form)
    if form.is_valid():
        try:
            services.issue_finding(finding_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("事業者に通知しました。回答を待っています。"))
        return redirect(found)
    context = {
        "finding": found,
        "form": form,
        "evidence": list(found.evidence.order_by("label", "pk")),
        "may_issue": found.state == FindingState.DRAFT,
    }
    return render(request, "audits/findings/issue.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a finding back, with the reason."""
    found = visible_finding(request, pk)
    if not policies.can_issue_finding(request.user, found.engagement):
        raise PermissionDenied
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"version": found.row_version}
    )
    status = status_of(form)
    if form.is_valid():
        try:
            services.drop_finding(finding_id=pk, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            status = refused(form, error)
        else:
            messages.success(request, _("発見事項を取り下げました。"))
            return redirect(found)
    lead = (
        _("取り下げた発見事項は元に戻せません。事業者には知らせません。")
        if found.is_draft
        else _("取り下げた発見事項は元に戻せません。事業者は、取下げとその理由を読みます。")
    )
    return form_answer(
        request,
        found,
        form,
        status=status,
        title=_("発見事項の取下げ"),
        lead=lead,
        submit_label=_("取り下げる"),
        is_danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def retest(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What looking again showed: closed, or back to the provider."""
    found = visible_finding(request, pk)
    engagement = retesting_engagement(found, request.user)
    if engagement is None:
        raise PermissionDenied
    form = RetestForm(
        request.POST if request.method == "POST" else None, initial={"version": found.row_version}
    )
    status = status_of(form)
    if form.is_valid():
        try:
            after = retest_finding(
                finding_id=pk,
                engagement_id=engagement.pk,
                actor=request.user,
                **form.cleaned_data,
            )
        except DomainError as error:
            status = refused(form, error)
        else:
            messages.success(
                request,
                _("改善を確認し、発見事項を完了にしました。")
                if after.state == FindingState.CLOSED
                else _("再評価の結果を記録し、事業者に知らせました。"),
            )
            return redirect(found)
    return form_answer(
        request,
        found,
        form,
        status=status,
        title=_("発見事項の再評価"),
        submit_label=_("再評価の結果を記録する"),
        shows_answer=True,
    )
