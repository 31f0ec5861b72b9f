"""Pages of evidence requests: lists, asking, one request with its thread, and the acts of the auditors."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import OrganisationKind
from audits import policies
from audits.forms.engagement import ReasonForm, VersionForm
from audits.forms.requests import NUMBERS_LENGTH, AskForm, ReturnForm
from audits.models import Engagement, EvidenceRequest
from audits.selectors import requests as selectors
from audits.selectors.engagement import engagements_for
from audits.selectors.request_clock import DUE_DAYS, due_day
from audits.services import requests as services
from audits.views.tabs import list_tabs
from controls.rules import Rules
from core.calendar import format_wareki
from core.exceptions import DomainError
from core.views import act_page, posted
from declarations.policies import can_see_own_work
from documents.answers import file_answer

PAGE_SIZE = 50


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What the auditors ask of the provider, over all its audits."""
    if not can_see_own_work(request.user):
        raise PermissionDenied
    found = EvidenceRequest.objects.visible_to(request.user)
    page = {
        "list_url": reverse("audits:requests"),
        "tabs": list_tabs("audits:requests", request.user),
    }
    return _list(request, found, page)


@require_safe
def of_engagement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The requests of one audit, for either side."""
    engagement = _engagement(request, pk)
    found = EvidenceRequest.objects.visible_to(request.user).filter(engagement=engagement)
    page = {
        "engagement": engagement,
        "list_url": reverse("audits:engagement_requests", args=[pk]),
        "may_ask": selectors.may_ask(request.user, engagement),
        "breadcrumb": crumbs(engagement, _("資料の依頼")),
    }
    return _list(request, found, page)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for something; `?controls=` fills in the numbers."""
    engagement = _engagement(request, pk)
    if not policies.can_audit(request.user, engagement):
        raise PermissionDenied
    initial = {"numbers": request.GET.get("controls", "")[:NUMBERS_LENGTH]}
    form = AskForm(posted(request), initial=initial, due_hint=_due_hint())

    def act(data: dict[str, Any]) -> EvidenceRequest:
        asked = services.ask_evidence(
            engagement_id=pk,
            actor=request.user,
            creation_key=data["creation_key"],
            title=data["title"],
            text=data["text"],
            codes=form.codes,
            due_on=data["due_on"],
        )
        messages.success(request, _("資料を依頼しました。事業者にお知らせします。"))
        return asked

    page = {
        "title": _("資料の依頼"),
        "lead": _("「%(service)s」の事業者に資料を求めます。")
        % {"service": engagement.declaration.service.name},
        "note": _("依頼の内容は事業者に示されます。監査の手続やサンプルは書かないでください。"),
        "submit_label": _("依頼する"),
        "breadcrumb": crumbs(engagement, _("依頼する")),
        "cancel_url": reverse("audits:engagement_requests", args=[pk]),
    }
    return act_page(request, form, act, page)


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One request: what was asked, what came back, what happened."""
    return detail_page(request, visible_request(request, pk))


@require_POST
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was provided is what was asked for."""
    found = _audited(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return detail_page(
            request, found, refused=_("画面が古くなっています。もう一度操作してください。")
        )
    try:
        services.accept_evidence(request_id=pk, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        return detail_page(request, visible_request(request, pk), refused=str(error))
    messages.success(request, _("資料を受領しました。"))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what is missing."""
    found = _audited(request, pk)
    initial = {"version": found.row_version}
    form = ReturnForm(posted(request), initial=initial, due_hint=_due_hint())
    page = {
        "title": _("資料の差戻し"),
        "lead": _("足りないものを事業者に伝え、もう一度提出を求めます。"),
        "submit_label": _("差し戻す"),
    }
    said = _("差し戻しました。事業者にお知らせします。")
    return _closing(request, found, form, services.return_evidence, page, said)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The request is needed no more."""
    found = _audited(request, pk)
    form = ReasonForm(posted(request), initial={"version": found.row_version})
    page = {
        "title": _("依頼の取消し"),
        "lead": _("取り消した依頼は元に戻せません。提出された資料と履歴は残ります。"),
        "submit_label": _("取り消す"),
        "is_danger": True,
    }
    said = _("依頼を取り消しました。事業者にお知らせします。")
    return _closing(request, found, form, services.withdraw_request, page, said)


@require_safe
def download(request: HttpRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponseBase:
    """A file that was given in answer, as an attachment, for both sides."""
    given = selectors.provided_version(visible_request(request, pk), version)
    if given is None:
        raise Http404
    return file_answer(request, given.version.file)


def visible_request(request: HttpRequest, pk: uuid.UUID) -> EvidenceRequest:
    """The request, or 404 for whoever may not know of it, 403 for whoever has no part in it."""
    found = get_object_or_404(
        EvidenceRequest.objects.visible_to(request.user).select_related(
            "asked_by", "engagement__firm", "engagement__declaration__service__organisation"
        ),
        pk=pk,
    )
    if not policies.can_read_requests(request.user, found.engagement):
        raise PermissionDenied
    return found


def detail_page(request: HttpRequest, found: EvidenceRequest, *, refused: str = "") -> HttpResponse:
    """The page of one request; with the sentence of a refusal when an act from it was not possible."""
    page = selectors.request_page(found, request.user, today=timezone.localdate())
    context = {
        "page": page,
        "errors": [{"text": refused}] if refused else [],
        "breadcrumb": crumbs(found.engagement, str(found.number)),
    }
    status = 422 if refused else 200
    return render(request, "audits/request/detail.html", context, status=status)


def crumbs(engagement: Engagement, *here: str) -> list[dict[str, str]]:
    """Where a page of requests stands: the engagement, the list, and the pages below it."""
    requests = {
        "label": _("資料の依頼"),
        "url": reverse("audits:engagement_requests", args=[engagement.pk]),
    }
    below = (
        [requests, {"label": here[-1]}] if here[-1] != requests["label"] else [{"label": here[-1]}]
    )
    return [
        {"label": _("監査業務"), "url": reverse("audits:engagements")},
        {"label": engagement.declaration.service.name, "url": engagement.get_absolute_url()},
        *below,
    ]


def _engagement(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    """An engagement of which this person reads the requests; not found before the firm has taken it."""
    found = get_object_or_404(engagements_for(request.user), pk=pk)
    if not policies.can_read_requests(request.user, found):
        raise PermissionDenied
    if request.user.kind == OrganisationKind.AUDIT_BODY and not found.is_accepted:
        raise Http404
    return found


def _audited(request: HttpRequest, pk: uuid.UUID) -> EvidenceRequest:
    found = visible_request(request, pk)
    if not policies.can_audit(request.user, found.engagement):
        raise PermissionDenied
    return found


def _list(
    request: HttpRequest, found: QuerySet[EvidenceRequest], page: dict[str, Any]
) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in selectors.FILTERS else ""
    today = timezone.localdate()
    counts = selectors.counts(found, today=today)
    rows = selectors.request_list(found, state=state, today=today)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = page | {
        "page": shown,
        "query": request.GET,
        "rows": selectors.request_rows(shown, today=today),
        "counts": counts,
        "filters": [
            {
                "label": label,
                "url": f"{page['list_url']}?state={name}" if name else page["list_url"],
                "is_current": name == state,
                "count": counts.of(name),
            }
            for name, label in selectors.FILTERS.items()
        ],
    }
    return render(request, "audits/request/list.html", context)


def _closing(
    request: HttpRequest,
    found: EvidenceRequest,
    form: Any,
    act: Callable[..., EvidenceRequest],
    page: dict[str, Any],
    said: str,
) -> HttpResponse:
    """A page for an act of the auditors that needs a reason."""

    def done(data: dict[str, Any]) -> EvidenceRequest:
        moved = act(request_id=found.pk, actor=request.user, **data)
        messages.success(request, said)
        return moved

    page |= {
        "meta": [{"label": _("依頼"), "value": str(found)}],
        "breadcrumb": crumbs(found.engagement, page["title"]),
        "cancel_url": found.get_absolute_url(),
    }
    return act_page(request, form, done, page)


def _due_hint() -> str:
    """What an empty last day means, with the status of the number behind it."""
    today = timezone.localdate()
    rules = Rules.at(today)
    day = due_day(today, rules)
    example = _("営業日を指定します。例：令和8年4月1日 または 2026-04-01。")
    if day is None:
        return example + _("空欄のときは期限を設けません。")
    fact = rules.fact(DUE_DAYS)
    return example + _("空欄のときは%(days)s営業日後の%(day)sになります［%(status)s］。") % {
        "days": fact.value,
        "day": format_wareki(day),
        "status": fact.status_label,
    }
