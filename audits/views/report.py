"""The report of an engagement: where it is, what it says, and each step on the way to its issue."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as rendered
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import policies
from audits.enums import ReportMove
from audits.forms.engagement import ReasonForm
from audits.forms.report import IssueForm, ReviewForm, SignForm
from audits.models import AuditReport
from audits.selectors.report import (
    report_history,
    report_moves,
    report_page,
    report_steps,
    waiting_for,
)
from audits.services import report as services
from audits.views.confirmation import engagement_crumbs
from audits.views.papers import report_paper, visible_engagement
from core.exceptions import DomainError, EditConflictError
from core.views import act_page, posted


@require_safe
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The steps, what is missing, and every version."""
    found = visible_engagement(request, pk)
    if not policies.can_read_report_work(request.user, found):
        raise PermissionDenied
    context = {
        "page": report_page(found, request.user),
        "breadcrumb": engagement_crumbs(found, _("実施結果報告書")),
    }
    return rendered(request, "audits/report/report.html", context)


@require_POST
def report_prepare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Freeze the records as a new version."""
    found = visible_engagement(request, pk)
    if not policies.can_prepare_report(request.user, found):
        raise PermissionDenied
    try:
        made = services.prepare_report(engagement_id=pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("audits:report", pk=pk)
    messages.success(request, _("監査の記録から報告書を作成しました。別の監査人が査閲します。"))
    return redirect(made)


@require_safe
def report_version(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One version as it was frozen, with its signatures, its paper and what can be done now."""
    found = _found(request, pk)
    if not policies.can_read_report_work(request.user, found.engagement):
        raise PermissionDenied
    title = _("第%(version)s版") % {"version": found.version}
    context = {
        "report": found,
        "content": found.facts,
        "paper": report_paper(found),
        "steps": report_steps(found) if found.is_live else [],
        "moves": report_moves(request.user, found),
        "waiting": waiting_for(found, request.user),
        "history": report_history(found),
        "breadcrumb": engagement_crumbs(found.engagement, title),
    }
    return rendered(request, "audits/report/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A second person agrees."""
    return _act(
        request, pk, ReportMove.REVIEW, policies.can_review_report, ReviewForm, services.review_report,
        title=_("報告書の査閲"),
        lead=_("査閲すると、作成者、査閲者とは別の監査責任者が署名できるようになります。"),
        submit_label=_("査閲を終える"),
        done=_("査閲を終えました。監査責任者の署名を待っています。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def report_return(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The reviewer sends it back."""
    return _act(
        request, pk, ReportMove.RETURN, policies.can_review_report, ReasonForm, services.return_report,
        title=_("報告書の差戻し"),
        lead=_("差し戻すと、この版は無効になります。理由は作成者に伝わり、この版に残ります。"),
        submit_label=_("差し戻す"),
        done=_("差し戻しました。記録を直してから、報告書を作り直してください。"),
        is_danger=True,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def report_sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The audit lead signs the hash."""
    return _act(
        request, pk, ReportMove.SIGN, policies.can_sign_report, SignForm, services.sign_report,
        title=_("報告書への署名"),
        lead=_("署名は、この版の内容のハッシュに結び付きます。署名した後は、取り消すまで監査の記録を変えられません。"),
        submit_label=_("署名する"),
        done=_("署名しました。PDFができたら発行できます。"),
        initial={"dated_on": timezone.localdate()},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def report_issue(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand it over."""
    return _act(
        request, pk, ReportMove.ISSUE, policies.can_issue_report, IssueForm, services.issue_report,
        title=_("報告書の発行"),
        lead=_("発行すると、外部監査が完了し、事業者と事務局が報告書を閲覧できるようになります。発行した後は取り消せません。"),
        submit_label=_("発行する"),
        done=_("報告書を発行しました。この言明の外部監査は完了です。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def report_reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a version back."""
    return _act(
        request, pk, ReportMove.REOPEN, policies.can_reopen_report, ReasonForm, services.reopen_report,
        title=_("報告書の取消し"),
        lead=_("取り消すと、この版は無効になり、監査の記録を直せるようになります。署名と理由は、この版に残ります。"),
        submit_label=_("取り消す"),
        done=_("取り消しました。記録を直してから、報告書を作り直してください。"),
        is_danger=True,
    )  # fmt: skip


def _found(request: HttpRequest, pk: uuid.UUID) -> AuditReport:
    reports = AuditReport.objects.visible_to(request.user).select_related(
        "engagement__firm", "engagement__declaration__service", "prepared_by", "reviewed_by", "signed_by",
        "voided_by",
    )  # fmt: skip
    return get_object_or_404(reports, pk=pk)


def _act(
    request: HttpRequest,
    pk: uuid.UUID,
    move: ReportMove,
    policy: Any,
    form_class: type[Form],
    service: Any,
    *,
    done: str,
    initial: dict[str, Any] | None = None,
    **page: Any,
) -> HttpResponse:
    """The page of one step. Opened when the step is not possible, it leads back with a sentence."""
    found = _found(request, pk)
    if not policy(request.user, found):
        raise PermissionDenied
    if request.method != "POST" and move not in report_moves(request.user, found):
        messages.warning(
            request,
            _("この手続は、いまの状態（%(state)s）では行えません。")
            % {"state": found.get_state_display()},
        )
        return redirect(found)
    form = form_class(posted(request), initial={"version": found.row_version} | (initial or {}))

    context = page | {
        "breadcrumb": engagement_crumbs(found.engagement, page["title"]),
        "meta": _facts(found),
        "cancel_url": found.get_absolute_url(),
    }

    def act(data: dict[str, Any]) -> AuditReport:
        data.pop("confirmed", None)
        try:
            acted = service(report_id=pk, actor=request.user, **data)
        except EditConflictError as error:
            context["note"] = _present(error.current)
            raise
        messages.success(request, done)
        return acted

    return act_page(request, form, act, context)


def _present(report: AuditReport) -> str:
    """What became of the version meanwhile; who signs looks at it first."""
    return _(
        "第%(version)s版は、いま「%(state)s」です。「やめて戻る」から内容を確認し、必要なときだけもう一度操作してください。"
    ) % {"version": report.version, "state": report.get_state_display()}


def _facts(found: AuditReport) -> list[dict[str, str]]:
    facts = [
        (_("サービス"), found.engagement.declaration.service.name),
        (_("版"), _("第%(version)s版") % {"version": found.version}),
        (_("作成者"), found.prepared_by.name),
        (_("査閲者"), found.reviewed_by.name if found.reviewed_by else ""),
        (_("署名者"), found.signed_by.name if found.signed_by else ""),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]
