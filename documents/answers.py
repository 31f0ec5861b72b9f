"""How stored bytes leave the server: always as an attachment, under a policy that lets nothing in them run."""

import logging

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from documents import blobs
from documents.enums import FileState
from documents.models import StoredFile

log = logging.getLogger(__name__)

FILE_POLICY = "default-src 'none'; sandbox"


def file_answer(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """The file under its own name, or a page that says why it is not served (410).

    The caller has found that this person may see it. Bytes are served only when they still have their hash.
    """
    if stored.state == FileState.REFUSED:
        return _unavailable(request, "refused")
    try:
        blob = blobs.opened(stored.path, stored.sha256)
    except blobs.BlobLostError:
        log.error("stored file %s: bytes are missing or altered", stored.pk)
        return _unavailable(request, "lost")
    response = FileResponse(
        blob, as_attachment=True, filename=stored.label, content_type=stored.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "documents/file_unavailable.html", {"reason": reason}, status=410)
