"""The 言明書 of a frozen version: having it made, watching it, keeping the file."""

import uuid
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from declarations import policies
from declarations.documents import DECLARATION_FORM, declaration_data, declaration_subject
from declarations.models import Declaration
from declarations.views.answers import found_declaration, overview_page
from declarations.views.papers import paper_urls
from documents import views as answers
from documents.models import Document
from documents.selectors import document_row
from documents.services import request_document


@require_POST
def request_paper(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the 言明書 made from the frozen content. The same content gives the same paper."""
    declaration = found_declaration(request, pk)
    if not policies.can_issue_document(request.user, declaration):
        raise PermissionDenied
    if not declaration.is_frozen:
        refused = DomainError(_("言明書は、言明を確定してから作成できます。"))
        return overview_page(request, declaration, refused=refused)
    request_document(
        form=DECLARATION_FORM,
        subject=declaration_subject(declaration),
        organisation_id=declaration.service.organisation_id,
        data=declaration_data(declaration),
        actor=request.user,
    )
    return redirect(f"{declaration.get_absolute_url()}#documents")


@require_safe
def paper_status(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """How far the paper is: the row alone for htmx."""
    declaration, found = _found(request, pk, document)
    row = document_row(found, current_data=partial(declaration_data, declaration))
    return answers.document_status(request, row, paper_urls(declaration, found))


@require_safe
def download_paper(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponseBase:
    """The issued file, for whoever sees the declaration."""
    declaration, found = _found(request, pk, document)
    return answers.download(request, found, paper_urls(declaration, found))


@require_POST
def retry_paper(request: HttpRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Try a failed paper again."""
    declaration, found = _found(request, pk, document)
    if not policies.can_issue_document(request.user, declaration):
        raise PermissionDenied
    return answers.retry(request, found, paper_urls(declaration, found))


def _found(
    request: HttpRequest, pk: uuid.UUID, document: uuid.UUID
) -> tuple[Declaration, Document]:
    declaration = found_declaration(request, pk)
    papers = Document.objects.about(declaration_subject(declaration))
    return declaration, get_object_or_404(papers.filter(form=DECLARATION_FORM.key), pk=document)
