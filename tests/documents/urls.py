"""Routes as an owning app would make them, for tests of what `documents` answers."""

from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse

from documents import answers, views
from documents.models import Document, StoredFile
from documents.selectors import DocumentUrls, document_row


def _document(pk):
    return get_object_or_404(Document.objects.with_progress(), pk=pk)


def _urls(document):
    names = ("page", "status", "download", "retry")
    return DocumentUrls(*(reverse(name, args=[document.pk]) for name in names))


def status(request, pk):
    document = _document(pk)
    return views.document_status(request, document_row(document), _urls(document))


def download(request, pk):
    document = _document(pk)
    return views.download(request, document, _urls(document))


def retry(request, pk):
    document = _document(pk)
    return views.retry(request, document, _urls(document))


def stored(request, pk):
    return answers.file_answer(request, get_object_or_404(StoredFile, pk=pk))


urlpatterns = [
    path("app/documents/<uuid:pk>/page/", status, name="page"),
    path("app/documents/<uuid:pk>/status/", status, name="status"),
    path("app/documents/<uuid:pk>/download/", download, name="download"),
    path("app/documents/<uuid:pk>/retry/", retry, name="retry"),
    path("app/files/<uuid:pk>/", stored, name="stored"),
    path("", include("ismap_liu.urls")),
]
