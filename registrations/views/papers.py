"""The issued 登録申請書 of an application as its pages show them, with progress and whether their data moved since."""

from dataclasses import dataclass
from functools import cache, partial

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from documents.models import Document
from documents.selectors import DocumentRow, DocumentUrls, document_row
from registrations.documents import APPLICATION_FORM, application_data, application_subject
from registrations.models import Application
from registrations.policies import application as policies


@dataclass(frozen=True, slots=True)
class Paper:
    """One issue of the form with its addresses."""

    row: DocumentRow
    urls: DocumentUrls


def issues_for(user: User, application: Application) -> QuerySet[Document]:
    """The issues that this person may see: reviewers none from before the filing."""
    issues = Document.objects.about(application_subject(application)).filter(
        form=APPLICATION_FORM.key
    )
    if policies.is_applicant(user, application):
        return issues
    return issues.filter(created_at__gte=application.filed_at)


def papers_for(user: User, application: Application) -> list[Paper]:
    """Those issues with their progress, newest first."""
    current = cache(partial(application_data, application))
    return [
        Paper(document_row(document, current_data=current), paper_urls(application, document))
        for document in issues_for(user, application)
    ]


def paper_urls(application: Application, document: Document) -> DocumentUrls:
    """Where the row, the file and the retry of one issue are."""
    status, download, retry = (
        reverse(f"registrations:{name}", args=[application.pk, document.pk])
        for name in ("paper_status", "paper_file", "retry_paper")
    )
    return DocumentUrls(
        page=f"{application.get_absolute_url()}#papers",
        status=status,
        download=download,
        retry=retry,
    )
