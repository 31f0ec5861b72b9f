"""Pages of internal audits: list, programme, plan, one audit, auditors, start."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import policies
from audits.forms.engagement import VersionForm
from audits.forms.internal import AuditorForm, EditPlanForm, PlanForm, ProgrammeForm
from audits.models import InternalAuditProgramme
from audits.selectors.internal.page import audit_page, audits_for, plannable_declarations
from audits.services.internal import plan as services
from audits.views.internal.common import (
    breadcrumb,
    form_page,
    planned_by,
    tabs,
    visible_audit,
)
from audits.views.tabs import list_tabs
from core.exceptions import DomainError
from core.views import posted
from declarations.models import CloudService, Declaration
from declarations.selectors.colleagues import colleagues

PAGE_SIZE = 50
PROGRAMME_FIELDS = (
    "purpose", "scope", "management", "frequency_months", "weighting", "valid_from",
)  # fmt: skip
PLAN_FIELDS = ("starts_on", "ends_on", "place", "methods")


@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """The internal audits of the own organisation, and the declarations that have none yet."""
    plannable = list(plannable_declarations(request.user)[:PAGE_SIZE])
    context = {
        "page": Paginator(audits_for(request.user), PAGE_SIZE).get_page(request.GET.get("page")),
        "query": request.GET,
        "tabs": list_tabs("audits:internal_audits", request.user),
        "plannable": plannable,
        "may_plan": any(policies.can_plan_internal_audit(request.user, one) for one in plannable),
    }
    return render(request, "audits/internal/list.html", context)


@require_safe
def programme(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The programme of a service in all its versions, the newest first."""
    service = _own_service(request, pk)
    context = {
        "service": service,
        "versions": InternalAuditProgramme.objects.filter(service=service)
        .select_related("decided_by")
        .order_by("-version"),
        "may_decide": policies.can_decide_programme(request.user, service),
        "breadcrumb": breadcrumb(None, (service.name, "")),
    }
    return render(request, "audits/internal/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Decide on the programme or its next version."""
    service = _own_service(request, pk)
    if not policies.can_decide_programme(request.user, service):
        raise PermissionDenied
    newest = InternalAuditProgramme.objects.current(service.pk)
    initial = {name: getattr(newest, name) for name in PROGRAMME_FIELDS} if newest else {}
    form = ProgrammeForm(
        posted(request), initial=initial | {"version": newest.version if newest else 0}
    )
    page_url = reverse("audits:internal_programme", args=[service.pk])

    def act(sent):
        version = sent.pop("version")
        services.decide_programme(
            service_id=pk,
            actor=request.user,
            version=version,
            facts=services.ProgrammeFacts(**sent),
        )

    page = {
        "title": _("内部監査基本計画"),
        "lead": _("変更すると新しい版になり、それまでの版は残ります。"),
        "submit_label": _("決定する"),
        "cancel_url": page_url,
        "breadcrumb": breadcrumb(None, (service.name, page_url), (_("基本計画の変更"), "")),
        "conflict_of": _other_programme,
        "version_of": lambda current: current.version if current else 0,
    }
    return form_page(
        request, form, act, page=page, done=_("内部監査基本計画を決定しました。"), then=page_url
    )


def _other_programme(current: InternalAuditProgramme) -> str:
    return _(
        "先に%(name)sさんが第%(version)s版を決定しています。目的：%(purpose)s　対象範囲：%(scope)s　"
        "管理体制：%(management)s　重み付け：%(weighting)s。"
        "もう一度「決定する」を押すと、入力した内容が次の版になります。"
    ) % {
        "name": current.decided_by.name,
        "version": current.version,
        "purpose": current.purpose,
        "scope": current.scope,
        "management": current.management,
        "weighting": current.weighting,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan the internal audit of a fixed declaration."""
    declaration = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("service__organisation"), pk=pk
    )
    if not policies.can_plan_internal_audit(request.user, declaration):
        raise PermissionDenied
    existing = audits_for(request.user).filter(declaration=declaration).first()
    if existing and request.method != "POST":
        return redirect(existing)
    form = PlanForm(posted(request))
    is_ready = InternalAuditProgramme.objects.current(declaration.service_id) is not None
    page = {
        "title": _("内部監査実施計画"),
        "lead": _("「%(service)s」の言明について、いつ、どこで、どのように監査するかを決めます。")
        % {"service": declaration.service.name},
        "submit_label": _("計画を作成する"),
        "cancel_url": reverse("audits:internal_audits"),
        "breadcrumb": breadcrumb(None, (_("実施計画の作成"), "")),
    }
    if not is_ready:
        page["note"] = _(
            "このサービスには内部監査基本計画がありません。先に基本計画を作成してください。"
        )

    def act(sent):
        services.plan_audit(declaration_id=pk, actor=request.user, facts=services.PlanFacts(**sent))

    return form_page(
        request,
        form,
        act,
        page=page,
        done=_("内部監査実施計画を作成しました。内部監査人を指名してください。"),
        then=reverse("audits:internal_plan", args=[pk]),
    )


@require_safe
def internal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One audit: how far it is, what comes next, who audits what."""
    audit = visible_audit(request, pk)
    context = {
        "page": audit_page(audit, request.user),
        "breadcrumb": breadcrumb(None, (audit.declaration.service.name, "")),
        "tabs": tabs(audit, "audits:internal"),
    }
    return render(request, "audits/internal/audit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change when, where and how."""
    audit = planned_by(request, pk)
    initial = {name: getattr(audit, name) for name in PLAN_FIELDS} | {"version": audit.row_version}
    form = EditPlanForm(posted(request), initial=initial)

    def act(sent):
        version = sent.pop("version")
        services.edit_plan(
            audit_id=pk, actor=request.user, version=version, facts=services.PlanFacts(**sent)
        )

    page = {
        "title": _("内部監査実施計画の変更"),
        "lead": _("保存すると、基本計画の最新の版に基づく計画になります。"),
        "submit_label": _("変更する"),
        "cancel_url": audit.get_absolute_url(),
        "breadcrumb": breadcrumb(audit, (_("実施計画の変更"), "")),
        "conflict_of": lambda current: (
            _(
                "最新の計画は、%(start)sから%(end)sまで、場所「%(place)s」、方法「%(methods)s」です。"
                "もう一度「変更する」を押すと、入力した内容で保存します。"
            )
            % {
                "start": current.starts_on,
                "end": current.ends_on,
                "place": current.place,
                "methods": current.methods,
            }
        ),
    }
    return form_page(
        request,
        form,
        act,
        page=page,
        done=_("実施計画を変更しました。"),
        then=audit.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def auditors(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who audits: nominate colleagues and take a nomination back."""
    audit = planned_by(request, pk)
    form = AuditorForm(posted(request), people=colleagues(audit.declaration))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.add_auditor(
                audit_id=pk,
                actor=request.user,
                person_id=form.cleaned_data["person"].pk,
                share=form.cleaned_data["share"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("内部監査人を指名しました。"))
            return redirect("audits:internal_auditors", pk)
    context = {
        "audit": audit,
        "form": form,
        "auditors": audit_page(audit, request.user).auditors,
        "breadcrumb": breadcrumb(audit, (_("内部監査人"), "")),
    }
    return render(request, "audits/internal/auditors.html", context, status=status)


@require_POST
def auditor_remove(request: HttpRequest, pk: uuid.UUID, auditor: int) -> HttpResponse:
    """Take a nomination back."""
    planned_by(request, pk)
    try:
        services.remove_auditor(audit_id=pk, actor=request.user, auditor_id=auditor)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("指名を取り消しました。"))
    return redirect("audits:internal_auditors", pk)


@require_POST
def start(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin the fieldwork."""
    audit = planned_by(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面が古くなっています。もう一度操作してください。"))
        return redirect(audit)
    try:
        services.start_audit(audit_id=pk, actor=request.user, version=form.cleaned_data["version"])
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("内部監査を開始しました。"))
    return redirect(audit)


def _own_service(request: HttpRequest, pk: uuid.UUID) -> CloudService:
    """A service of the own organisation: others are not told that a programme might exist."""
    services_of = CloudService.objects.visible_to(request.user).filter(
        organisation=request.user.organisation_id
    )
    return get_object_or_404(services_of.select_related("organisation"), pk=pk)
