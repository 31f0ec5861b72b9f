"""Pages of listed services (基盤クラウドサービス): the list for who builds on them, and keeping it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.calendar import format_wareki
from core.exceptions import EditConflictError
from core.forms import StrictForm, refill
from core.views import act_page, posted
from declarations import policies
from declarations.enums import ListedOrigin
from declarations.forms.listed_service import (
    CorrectListedServiceForm,
    EndListingForm,
    EnterListedServiceForm,
    ListedSearchForm,
)
from declarations.models import ListedService
from declarations.selectors import listed_services as selectors
from declarations.services import listed_services as acts

PAGE_SIZE = 50
SEARCH = "declarations.listed_search"


@require_http_methods(["GET", "HEAD", "POST"])
def listed_services(request: HttpRequest) -> HttpResponse:
    """Services that others may build on. The state stands in the address; free text is sent by POST and kept in the
    session."""
    if not policies.can_see_listed_services(request.user):
        raise PermissionDenied
    state = request.GET.get("state", "")
    state = state if state in selectors.STATES else ""
    text = request.session.get(SEARCH, "")
    form = ListedSearchForm(posted(request), initial={"text": text})
    if form.is_valid():
        request.session[SEARCH] = form.cleaned_data["text"]
        return redirect(_list_url(state))
    today = timezone.localdate()
    found = selectors.listed_services(request.user, state=state, text=text, today=today)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tabs": _tabs(state),
        "state": state,
        "text": text,
        "page": page,
        "rows": [{"listed": row, "tag": selectors.standing(row, today=today)} for row in page],
        "can_keep": policies.can_keep_listed_services(request.user),
        "query": request.GET,
    }
    status = 422 if form.is_bound else 200
    return render(request, "declarations/listed/list.html", context, status=status)


@require_safe
def listed_service(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One listed service; its history for the committee side."""
    found = _visible(request, pk)
    reads_history = policies.can_read_listed_history(request.user)
    context = {
        "listed": found,
        "tag": selectors.standing(found, today=timezone.localdate()),
        "is_of_register": found.origin == ListedOrigin.REGISTER,
        "can_keep": policies.can_keep_listed_services(request.user),
        "reads_history": reads_history,
        "history": selectors.history_of(found) if reads_history else [],
        "breadcrumb": _crumbs(found),
    }
    return render(request, "declarations/listed/item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a service from a published list."""
    if not policies.can_keep_listed_services(request.user):
        raise PermissionDenied
    form = EnterListedServiceForm(posted(request))

    def act(data: dict[str, Any]) -> ListedService:
        listed = acts.enter_listed_service(
            actor=request.user, creation_key=data["creation_key"], facts=form.facts
        )
        messages.success(request, _("「%(listed)s」を登録しました。") % {"listed": listed})
        return listed

    page = {
        "title": _("基盤クラウドサービスを登録する"),
        "lead": _("公表されているリストのとおりに登録します。事業者が言明で選べるようになります。"),
        "submit_label": _("登録する"),
        "breadcrumb": [_list_crumb(), {"label": _("登録")}],
        "cancel_url": reverse("declarations:listed-services"),
    }
    return act_page(request, form, act, page)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct what was entered. When somebody else saved first, both are shown and nothing typed is lost."""
    found = _kept(request, pk)
    shown = {name: getattr(found, name) for name in acts.FACTS}
    form = CorrectListedServiceForm(posted(request), initial=shown | {"version": found.row_version})
    page = _page(found, _("記載を訂正する"), _("訂正する"), _("訂正")) | {
        "note": _(
            "確定した言明書の記載は変わりません。作成中の言明には、訂正した内容が表示されます。"
        ),
    }

    def act(data: dict[str, Any]) -> ListedService:
        with _conflicts(form, page, form.facts):
            saved = acts.correct_listed_service(
                listed_id=pk,
                actor=request.user,
                version=data["version"],
                facts=form.facts,
                reason=data["reason"],
            )
        messages.success(request, _("訂正しました。"))
        return saved

    return act_page(request, form, act, page, template="declarations/listed/edit.html")


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the last day on the list. When somebody else saved first, both are shown."""
    found = _kept(request, pk)
    initial = {"listed_until": found.listed_until, "version": found.row_version}
    form = EndListingForm(posted(request), initial=initial)
    page = _page(found, _("掲載の終了を記録する"), _("記録する"), _("掲載の終了")) | {
        "note": _("継承している言明の記載は残り、事前確認で注意が表示されます。"),
    }

    def act(data: dict[str, Any]) -> ListedService:
        with _conflicts(form, page, {"listed_until": data["listed_until"]}):
            saved = acts.end_listing(
                listed_id=pk,
                actor=request.user,
                version=data["version"],
                last_day=data["listed_until"],
                reason=data["reason"],
            )
        day = format_wareki(saved.listed_until, weekday=False)
        messages.success(request, _("掲載の終了（%(day)sまで）を記録しました。") % {"day": day})
        return saved

    return act_page(request, form, act, page, template="declarations/listed/edit.html")


@contextmanager
def _conflicts(form: StrictForm, page: dict[str, Any], mine: dict[str, Any]) -> Iterator[None]:
    """Put both versions on the page when somebody else saved first, and let the refusal go on."""
    try:
        yield
    except EditConflictError as error:
        seen = form.cleaned_data["version"]
        page["conflict"] = conflict = selectors.listed_conflict(error.current, mine, seen=seen)
        refill(form, conflict.values | {"version": error.current.row_version})
        raise


def _page(found: ListedService, title: str, submit_label: str, here: str) -> dict[str, Any]:
    return {
        "title": title,
        "lead": str(found),
        "submit_label": submit_label,
        "breadcrumb": _crumbs(found, here),
        "cancel_url": found.get_absolute_url(),
        "conflict": None,
    }


def _visible(request: HttpRequest, pk: uuid.UUID) -> ListedService:
    """The listed service, or 404 for whoever may not know that it exists."""
    return get_object_or_404(ListedService.objects.visible_to(request.user), pk=pk)


def _kept(request: HttpRequest, pk: uuid.UUID) -> ListedService:
    found = _visible(request, pk)
    if not policies.can_keep_listed_services(request.user):
        raise PermissionDenied
    return found


def _list_crumb() -> dict[str, str]:
    return {"label": _("基盤クラウドサービス"), "url": reverse("declarations:listed-services")}


def _crumbs(found: ListedService, here: str = "") -> list[dict[str, str]]:
    own = {"label": str(found)}
    if not here:
        return [_list_crumb(), own]
    return [_list_crumb(), own | {"url": found.get_absolute_url()}, {"label": here}]


def _list_url(state: str) -> str:
    url = reverse("declarations:listed-services")
    return f"{url}?state={state}" if state else url


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _list_url(state), "is_current": state == current}
        for state, label in selectors.STATES.items()
    ]
