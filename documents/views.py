"""What the owning apps answer about their documents, after their own check of visibility and permission."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents.answers import file_answer
from documents.enums import DocumentState
from documents.models import Document
from documents.selectors import DocumentRow, DocumentUrls
from documents.services import retry_document


def document_status(request: HttpRequest, row: DocumentRow, urls: DocumentUrls) -> HttpResponse:
    """The row alone, for the page that asks every two seconds; without htmx the page itself."""
    if not request.htmx:
        return redirect(urls.page)
    return render(request, "documents/_document.html", {"row": row, "urls": urls})


def download(request: HttpRequest, document: Document, urls: DocumentUrls) -> HttpResponseBase:
    """The issued file; while there is none, the page with a sentence that says so."""
    if document.state != DocumentState.ISSUED or document.file is None:
        messages.info(
            request, _("この帳票のファイルはまだありません。作成の状態を確かめてください。")
        )
        return redirect(urls.page)
    return file_answer(request, document.file)


def retry(request: HttpRequest, document: Document, urls: DocumentUrls) -> HttpResponse:
    """Start a failed document again (POST)."""
    retry_document(document_id=document.pk, actor=request.user)
    return redirect(urls.page)
