"""Pages of the evidence library: the list, keeping something new, one piece with its versions."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from controls.rules import Rules
from core.exceptions import DomainError, EditConflictError
from core.views import act_page, posted
from declarations import policies
from declarations.coverage import reminder_days
from declarations.forms.evidence import (
    EditEvidenceForm,
    LibrarySearchForm,
    NewEvidenceForm,
    RenewForm,
)
from declarations.models import Evidence
from declarations.selectors import evidence_library as selectors
from declarations.selectors.colleagues import writers_of
from declarations.selectors.conflicts import evidence_conflict
from declarations.services import evidence_library as acts
from documents.answers import file_answer

PAGE_SIZE = 50
SEARCH = "declarations.evidence_search"


@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest) -> HttpResponse:
    """The provider's evidence. The state stands in the address; free text is sent by POST and kept in the session."""
    require_keeper(request)
    state = request.GET.get("state", "")
    state = state if state in selectors.STATES else ""
    text = request.session.get(SEARCH, "")
    form = LibrarySearchForm(posted(request), initial={"text": text})
    if form.is_valid():
        request.session[SEARCH] = form.cleaned_data["text"]
        return redirect(_list_url(state))
    today, notice = timezone.localdate(), notice_days()
    found = selectors.library(request.user, state=state, text=text, today=today, notice=notice)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tabs": _tabs(state),
        "state": state,
        "text": text,
        "page": page,
        "rows": selectors.library_rows(page, today=today, notice=notice),
    }
    status = 422 if form.is_bound else 200
    return render(request, "declarations/evidence/library.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a file as new evidence."""
    require_keeper(request)
    organisation = request.user.organisation_id
    form = NewEvidenceForm(posted(request), _files(request), colleagues=writers_of(organisation))

    def act(data: dict[str, Any]) -> Evidence:
        version = acts.keep_evidence(
            organisation_id=organisation,
            actor=request.user,
            upload=data["upload"],
            creation_key=data["creation_key"],
            title=data["title"],
            owner_id=data["owner"].pk if data["owner"] else None,
            facts=form.facts,
        )
        _tell(
            request, _("「%(name)s」を登録しました。") % {"name": version.evidence}, data["upload"]
        )
        return version.evidence

    page = {
        "title": _("証跡を登録する"),
        "lead": _("一度登録すると、複数の管理策と年度の言明に紐付けられます。"),
        "submit_label": _("登録する"),
        "breadcrumb": [list_crumb(), {"label": _("登録")}],
        "cancel_url": reverse("declarations:evidence-library"),
    }
    return act_page(request, form, act, page)


@require_safe
def item(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One piece of evidence: its versions, where it is used, what was done to it."""
    return item_page(request, visible_evidence(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Title and owner. When somebody else saved first, both are shown and nothing typed is lost."""
    found = visible_evidence(request, pk)
    initial = {"title": found.title, "owner": found.owner_id, "version": found.row_version}
    people = writers_of(found.organisation_id)
    form = EditEvidenceForm(posted(request), initial=initial, colleagues=people)
    page: dict[str, Any] = {
        "title": _("名称と担当者を変更する"),
        "submit_label": _("保存する"),
        "breadcrumb": crumbs(found, _("変更")),
        "cancel_url": found.get_absolute_url(),
        "conflict": None,
    }

    def save(data: dict[str, Any]) -> Evidence:
        owner = data["owner"]
        try:
            saved = acts.edit_evidence(
                evidence_id=pk,
                actor=request.user,
                version=data["version"],
                title=data["title"],
                owner_id=owner.pk if owner else None,
            )
        except EditConflictError as error:
            page["conflict"] = evidence_conflict(error.current, title=data["title"], owner=owner)
            raise
        messages.success(request, _("名称と担当者を保存しました。"))
        return saved

    return act_page(request, form, save, page, template="declarations/evidence/edit.html")


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a version, and let it take the place of earlier ones in drafts."""
    found = visible_evidence(request, pk)
    form = RenewForm(posted(request), _files(request), links=selectors.draft_links(found))

    def act(data: dict[str, Any]) -> Evidence:
        renewed = acts.renew_evidence(
            evidence_id=pk,
            actor=request.user,
            upload=data["upload"],
            creation_key=data["creation_key"],
            facts=form.facts,
            replace=data.get("replace", False),
        )
        said = _("第%(number)s版を追加しました。") % {"number": renewed.version.number}
        if renewed.replaced:
            said += _("作成中の言明の%(count)s件の管理策で、これまでの版を差し替えました。") % {
                "count": renewed.replaced
            }
        _tell(request, said, data["upload"])
        return found

    page = {
        "title": _("新しい版を追加する"),
        "lead": found.title,
        "note": _("承認待ちと確定した言明は、これまでの版のまま変わりません。"),
        "submit_label": _("追加する"),
        "breadcrumb": crumbs(found, _("新しい版")),
        "cancel_url": found.get_absolute_url(),
    }
    return act_page(request, form, act, page)


@require_safe
def download(request: HttpRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponseBase:
    """One version as an attachment."""
    found = visible_evidence(request, pk)
    stored = get_object_or_404(found.versions.select_related("file"), pk=version)
    return file_answer(request, stored.file)


@require_POST
def retire(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tie it to nothing new from now on."""
    visible_evidence(request, pk)
    evidence = acts.retire_evidence(evidence_id=pk, actor=request.user)
    messages.success(request, _("使用を終了しました。紐付け済みの管理策はそのままです。"))
    return redirect(evidence)


@require_POST
def reinstate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let it be tied again."""
    visible_evidence(request, pk)
    evidence = acts.reinstate_evidence(evidence_id=pk, actor=request.user)
    messages.success(request, _("使用を再開しました。"))
    return redirect(evidence)


def require_keeper(request: HttpRequest) -> None:
    """403 for whoever keeps no evidence."""
    if not policies.can_keep_evidence(request.user, request.user.organisation):
        raise PermissionDenied


def visible_evidence(request: HttpRequest, pk: uuid.UUID) -> Evidence:
    """The evidence, or 404 for whoever may not know that it exists. Who may know it may work on it."""
    found = get_object_or_404(
        Evidence.objects.visible_to(request.user).select_related("organisation", "owner"), pk=pk
    )
    if not policies.can_keep_evidence(request.user, found.organisation):
        raise PermissionDenied
    return found


def item_page(
    request: HttpRequest, found: Evidence, *, refused: DomainError | None = None
) -> HttpResponse:
    """The page of one piece of evidence; with the sentence of a refusal when an act from it was not possible."""
    today, notice = timezone.localdate(), notice_days()
    versions = selectors.versions_of(found)
    context = {
        "evidence": found,
        "versions": versions,
        "tag": selectors.lapse_tag(versions[0].covers_until, today=today, notice=notice),
        "uses": selectors.uses_of(found),
        "batches": selectors.undoable_batches(found),
        "history": selectors.history_of(found),
        "breadcrumb": crumbs(found),
        "errors": [{"text": str(refused)}] if refused else [],
    }
    status = 422 if refused else 200
    return render(request, "declarations/evidence/item.html", context, status=status)


def notice_days() -> int | None:
    """From how many days before its end evidence counts as about to lapse; None when the parameter has no value."""
    return max(reminder_days(Rules.at(timezone.localdate())), default=None)


def list_crumb() -> dict[str, str]:
    """The way back to the list."""
    return {"label": _("証跡"), "url": reverse("declarations:evidence-library")}


def crumbs(evidence: Evidence, here: str = "") -> list[dict[str, str]]:
    """Where a page of a piece of evidence stands; `here` names a page below it."""
    own = {"label": evidence.title}
    if not here:
        return [list_crumb(), own]
    return [list_crumb(), own | {"url": evidence.get_absolute_url()}, {"label": here}]


def _files(request: HttpRequest) -> MultiValueDict | None:
    """Files for a form, which a GET must not bind."""
    return request.FILES if request.method == "POST" else None


def _tell(request: HttpRequest, said: str, upload: Any) -> None:
    messages.success(request, said)
    for warning in upload.warnings:
        messages.warning(request, warning)


def _list_url(state: str) -> str:
    url = reverse("declarations:evidence-library")
    return f"{url}?state={state}" if state else url


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _list_url(state), "is_current": state == current}
        for state, label in selectors.STATES.items()
    ]
