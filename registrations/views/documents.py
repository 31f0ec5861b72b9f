"""The 登録申請書 as a PDF: ask for it, watch its progress, take it, try again."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from documents import views as answers
from documents.models import Document
from documents.selectors import document_row
from documents.services import request_document
from registrations.documents import APPLICATION_FORM, application_data, application_subject
from registrations.models import Application
from registrations.policies import application as policies
from registrations.views.common import permitted_application, visible_application
from registrations.views.papers import issues_for, paper_urls


@require_POST
def request_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the form with the present content; what was issued already is found."""
    found = permitted_application(request, pk, policies.can_request_paper)
    request_document(
        form=APPLICATION_FORM,
        subject=application_subject(found),
        organisation_id=found.organisation_id,
        data=application_data(found),
        actor=request.user,
    )
    return redirect(f"{found.get_absolute_url()}#papers")


@require_safe
def paper_status(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponse:
    """The row of one issue, asked for every two seconds while it is being made."""
    found, document = _found(request, pk, paper)
    row = document_row(document, current_data=partial(application_data, found))
    return answers.document_status(request, row, paper_urls(found, document))


@require_safe
def paper_file(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """The issued file."""
    found, document = _found(request, pk, paper)
    return answers.download(request, document, paper_urls(found, document))


@require_POST
def retry_paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponse:
    """Try again what could not be made."""
    permitted_application(request, pk, policies.can_request_paper)
    found, document = _found(request, pk, paper)
    return answers.retry(request, document, paper_urls(found, document))


def _found(request: HttpRequest, pk: UUID, paper: UUID) -> tuple[Application, Document]:
    """An issue is seen by whoever sees its application."""
    found = visible_application(request, pk)
    return found, get_object_or_404(issues_for(request.user, found), pk=paper)
