"""The provider's page for answering an evidence request: choose from the library, upload, say something."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import policies
from audits.enums import RequestMove
from audits.forms.requests import ProvideForm
from audits.models import EvidenceRequest
from audits.selectors.request_library import offer, own_versions
from audits.selectors.requests import allowed_moves, request_page
from audits.services.requests import Answer, provide_evidence
from audits.views.requests import crumbs, visible_request
from core.exceptions import DomainError
from core.views import posted, refused
from declarations.forms.evidence import LibrarySearchForm

PAGE, CHOICES = "audits/request/provide.html", "audits/request/_library.html"


@require_http_methods(["GET", "HEAD", "POST"])
def provide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """POST with `step=search` looks into the library and keeps what was typed; any other POST provides.

    Out of turn a GET leads to the request, which says whose turn it is.
    """
    found = visible_request(request, pk)
    if not policies.can_answer(request.user, found.engagement):
        raise PermissionDenied
    if request.method != "POST" and RequestMove.PROVIDE not in allowed_moves(found, request.user):
        return redirect(found)
    if request.POST.get("step") == "search":
        return _searched(request, found)
    form = ProvideForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"version": found.row_version},
        versions=own_versions(request.user),
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            done = _provide(request, found, form.cleaned_data)
        except DomainError as error:
            status = refused(form, error)
        else:
            return redirect(done)
    return _page(request, found, form, status=status)


def _provide(request: HttpRequest, found: EvidenceRequest, data: dict[str, Any]) -> EvidenceRequest:
    done = provide_evidence(
        request_id=found.pk,
        actor=request.user,
        version=data["version"],
        creation_key=data["creation_key"],
        answer=Answer(
            text=data["answer"] or "",
            uploads=data["uploads"],
            versions=[version.pk for version in data["versions"]],
        ),
    )
    messages.success(request, _("提出しました。監査人にお知らせします。"))
    for upload in data["uploads"]:
        for warning in upload.warnings:
            messages.warning(request, warning)
    return done


def _searched(request: HttpRequest, found: EvidenceRequest) -> HttpResponse:
    """The list alone for the script, the whole page with all that was typed without it."""
    names = ("answer", "version", "creation_key")
    form = ProvideForm(
        initial={name: request.POST.get(name, "") for name in names},
        versions=own_versions(request.user),
    )
    return _page(request, found, form, template=CHOICES if request.htmx else PAGE)


def _page(
    request: HttpRequest,
    found: EvidenceRequest,
    form: ProvideForm,
    *,
    template: str = PAGE,
    status: int = 200,
) -> HttpResponse:
    search = LibrarySearchForm(posted(request))
    text = search.cleaned_data["text"] if search.is_valid() else ""
    today = timezone.localdate()
    context = {
        "page": request_page(found, request.user, today=today),
        "form": form,
        "search": search,
        "offer": offer(
            request.user,
            found,
            text=text,
            chosen=_chosen(request.POST.getlist("versions")),
            today=today,
        ),
        "breadcrumb": crumbs(found.engagement, _("提出する")),
    }
    return render(request, template, context, status=status)


def _chosen(typed: list[str]) -> list[uuid.UUID]:
    """The versions that are ticked; what is no key is no choice."""
    chosen = []
    for text in typed:
        try:
            chosen.append(uuid.UUID(text))
        except ValueError:
            continue
    return chosen
