"""What the pages about one application share: finding it, its head and tabs, the shape of an act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.rules import Rules
from core.calendar import format_wareki
from core.corporate_number import format_corporate_number
from core.exceptions import EditConflictError
from core.views import act_page
from registrations.models import Application
from registrations.policies import application as policies
from registrations.policies import decision as decision_policies
from registrations.selectors import application as selectors
from registrations.selectors.particulars import period_text
from registrations.workflow import APPLICATION

Policy = Callable[[Any, Application], bool]


def visible_application(request: HttpRequest, pk: UUID) -> Application:
    """The application, or 404 when this person may not know of it."""
    cases = Application.objects.visible_to(request.user).select_related(
        "organisation", "service", "declaration__edition", "declaration__service", "filed_by"
    )
    return get_object_or_404(cases, pk=pk)


def permitted_application(request: HttpRequest, pk: UUID, policy: Policy) -> Application:
    """The application, 404 when not visible, 403 when this person may not do what the page is for."""
    application = visible_application(request, pk)
    if not policy(request.user, application):
        raise PermissionDenied
    return application


def application_act(
    request: HttpRequest,
    application: Application,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    page: dict[str, Any],
    *,
    moves: tuple[str, ...],
    template: str = "registrations/act.html",
) -> HttpResponse:
    """The page of one act. Opened when none of `moves` is possible it leads back with a sentence.

    After a conflict (409) the page carries the present version: whoever has read it may send again what was typed.
    """
    possible = {move.name for move in APPLICATION.moves_from(application.state)}
    if not form.is_bound and not possible.intersection(moves):
        messages.warning(
            request,
            _("この手続は、いまの状態（%(state)s）では行えません。")
            % {"state": application.get_state_display()},
        )
        return redirect(application)

    def attempt(data: dict[str, Any]) -> Any:
        try:
            return act(data)
        except EditConflictError:
            application.refresh_from_db()
            form.data = form.data.copy()
            form.data["version"] = application.row_version
            raise

    page = act_context(request, application, page["title"]) | page
    return act_page(request, form, attempt, page, template=template)


def act_context(request: HttpRequest, application: Application, title: str) -> dict[str, Any]:
    """Breadcrumb, head and way back of a page below an application."""
    return {
        "application": application,
        "breadcrumb": [*crumbs(request, application, is_here=False), {"label": title}],
        "cancel_url": application.get_absolute_url(),
    }


def crumbs(
    request: HttpRequest, application: Application, *, is_here: bool
) -> list[dict[str, str]]:
    """List of applications, then this one."""
    if policies.is_applicant(request.user, application):
        start = {"label": _("登録申請"), "url": reverse("registrations:applications")}
    else:
        start = {"label": _("登録申請"), "url": reverse("registrations:queue")}
    here = {"label": application.service.name}
    return [start, here if is_here else here | {"url": application.get_absolute_url()}]


def tab_context(request: HttpRequest, application: Application, current: str) -> dict[str, Any]:
    """Head, tabs and buttons of the sibling pages of an application."""
    is_reviewer = decision_policies.can_see_proposals(request.user)
    return {
        "application": application,
        "is_reviewer": is_reviewer,
        "breadcrumb": crumbs(request, application, is_here=True),
        "tags": [selectors.state_tag(application)],
        "meta": head_facts(application, is_reviewer=is_reviewer),
        "tabs": _tabs(application, current, is_reviewer=is_reviewer),
        "moves": selectors.allowed_moves(request.user, application),
        "today": timezone.localdate(),
    }


def head_facts(application: Application, *, is_reviewer: bool) -> list[dict[str, str]]:
    """What identifies the case, in one line."""
    provider = application.organisation
    facts = [
        (_("申請の区分"), application.get_kind_display()),
        (_("申請番号"), application.receipt_number or _("未申請")),
        (_("監査対象期間"), period_text(application)),
    ]
    if is_reviewer:
        facts[1:1] = [
            (_("申請者"), provider.name),
            (_("法人番号"), format_corporate_number(provider.corporate_number)),
        ]
        facts += _clock(application)
    return [{"label": label, "value": value} for label, value in facts]


def _clock(application: Application) -> list[tuple[str, str]]:
    if application.accepted_at is None:
        return []
    accepted_on = timezone.localdate(application.accepted_at)
    facts = [(_("受理日"), format_wareki(accepted_on))]
    target = selectors.target_of(application, Rules.at(timezone.localdate()))
    if target and application.is_open:
        text = _("%(day)s［%(status)s］") % {
            "day": format_wareki(target.on),
            "status": target.status_label,
        }
        facts.append((_("決定の目標日"), text))
    return facts


def _tabs(application: Application, current: str, *, is_reviewer: bool) -> list[dict[str, Any]]:
    pages = [
        ("application", _("申請内容") if is_reviewer else _("概要")),
        ("statements", _("言明")),
        ("audits", _("監査")),
        ("requests", _("補正・照会")),
        ("decision", _("決定")),
        ("history", _("履歴")),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"registrations:{name}", args=[application.pk]),
            "is_current": name == current,
        }
        for name, label in pages
        if is_reviewer or name not in ("audits", "decision")
    ]
