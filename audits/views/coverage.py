"""The coverage of a cycle: the page, and the paper that proves it."""

import uuid
from dataclasses import dataclass
from functools import cache, partial

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import policies
from audits.documents.coverage import COVERAGE_FORM, coverage_data, coverage_subject
from audits.models import AuditCycle
from audits.selectors.coverage_proof import coverage_of
from audits.views.cycles import breadcrumb, tabs, visible_cycle
from documents import views as answers
from documents.models import Document
from documents.selectors import DocumentRow, DocumentUrls, document_row
from documents.services import request_document

# Older ones say less than the newest and are kept.
SHOWN_PAPERS = 10


@dataclass(frozen=True, slots=True)
class Paper:
    """One issue of the paper with its addresses."""

    row: DocumentRow
    urls: DocumentUrls


@require_safe
def coverage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Year by year: planned, audited, by whom, with what result; what is missing by name; one chapter in full."""
    cycle = _planned(request, pk)
    found = coverage_of(cycle, request.user)
    asked = request.GET.get("chapter", "")
    opened = found.chapter(int(asked)) if asked.isascii() and asked.isdigit() else None
    context = {
        "cycle": cycle,
        "coverage": found,
        "opened": opened.chapters[0] if opened and opened.chapters else None,
        "papers": _papers(request, cycle),
        "may_issue": policies.can_issue_coverage(request.user, cycle),
        "breadcrumb": breadcrumb(
            (cycle.service.name, cycle.get_absolute_url()), (_("監査の実施状況"), "")
        ),
        "tabs": tabs(cycle, "audits:cycle_coverage"),
    }
    return render(request, "audits/cycle/coverage.html", context)


@require_POST
def request_paper(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the paper made of what stands now. The same content gives the same paper."""
    cycle = _planned(request, pk)
    if not policies.can_issue_coverage(request.user, cycle):
        raise PermissionDenied
    request_document(
        form=COVERAGE_FORM,
        subject=coverage_subject(cycle, request.user),
        organisation_id=request.user.organisation_id,
        data=coverage_data(cycle, request.user),
        actor=request.user,
    )
    return redirect(f"{reverse('audits:cycle_coverage', args=[pk])}#papers")


@require_safe
def paper_status(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """How far the paper is: the row alone for htmx."""
    cycle, found = _found(request, pk, document)
    row = document_row(found, current_data=partial(coverage_data, cycle, request.user))
    return answers.document_status(request, row, _urls(cycle, found))


@require_safe
def paper_file(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponseBase:
    """The issued file."""
    cycle, found = _found(request, pk, document)
    return answers.download(request, found, _urls(cycle, found))


@require_POST
def retry_paper(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Try a failed paper again."""
    cycle, found = _found(request, pk, document)
    if not policies.can_issue_coverage(request.user, cycle):
        raise PermissionDenied
    return answers.retry(request, found, _urls(cycle, found))


def _planned(request: HttpRequest, pk: uuid.UUID) -> AuditCycle:
    cycle = visible_cycle(request, pk)
    if not cycle.is_planned:
        raise Http404
    return cycle


def _issues(request: HttpRequest, cycle: AuditCycle):
    """What this person has had made: others, also colleagues, may know more or less of the audits."""
    return Document.objects.about(coverage_subject(cycle, request.user))


def _found(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> tuple[AuditCycle, Document]:
    cycle = _planned(request, pk)
    return cycle, get_object_or_404(_issues(request, cycle), pk=document)


def _papers(request: HttpRequest, cycle: AuditCycle) -> list[Paper]:
    current = cache(partial(coverage_data, cycle, request.user))
    return [
        Paper(document_row(found, current_data=current), _urls(cycle, found))
        for found in _issues(request, cycle)[:SHOWN_PAPERS]
    ]


def _urls(cycle: AuditCycle, document: Document) -> DocumentUrls:
    status, download, retry = (
        reverse(f"audits:{name}", args=[cycle.pk, document.pk])
        for name in ("coverage_status", "coverage_file", "coverage_retry")
    )
    page = f"{reverse('audits:cycle_coverage', args=[cycle.pk])}#papers"
    return DocumentUrls(page=page, status=status, download=download, retry=retry)
