"""Issued copies of the 言明書 as the page of a declaration shows them."""

from dataclasses import dataclass
from functools import cache, partial

from django.urls import reverse

from declarations.documents import DECLARATION_FORM, declaration_data, declaration_subject
from declarations.models import Declaration
from documents.models import Document
from documents.selectors import DocumentRow, DocumentUrls, document_row

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Paper:
    """One issue with its addresses."""

    row: DocumentRow
    urls: DocumentUrls


def papers(declaration: Declaration) -> list[Paper]:
    """The latest issues, each with whether it is stale; none for a version that is not frozen."""
    if not declaration.is_frozen:
        return []
    issues = Document.objects.about(declaration_subject(declaration))
    current = cache(partial(declaration_data, declaration))
    return [
        Paper(document_row(issue, current_data=current), paper_urls(declaration, issue))
        for issue in issues.filter(form=DECLARATION_FORM.key)[:SHOWN]
    ]


def paper_urls(declaration: Declaration, document: Document) -> DocumentUrls:
    """Where its row, its file and its retry are."""
    names = ("document-status", "document-download", "document-retry")
    status, download, retry = (
        reverse(f"declarations:{name}", args=[declaration.pk, document.pk]) for name in names
    )
    return DocumentUrls(
        page=f"{declaration.get_absolute_url()}#documents",
        status=status,
        download=download,
        retry=retry,
    )
