"""What pages show of issued forms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from documents.enums import DocumentState
from documents.models import Document
from documents.registry import data_digest, form_of

# How `core.jobs` notes what broke inside; a refusal is a bare sentence.
_INTERNAL = re.compile(r"\w+: ", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentUrls:
    """Addresses that the owning app gives: `page` shows the row, `status` the row alone, `retry` takes a POST."""

    page: str
    status: str
    download: str
    retry: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One form as `documents/_document.html` shows it."""

    document: Document
    title: str
    is_pending: bool
    is_failed: bool
    is_issued: bool
    is_stale: bool
    percent: int
    progress_text: str
    problem: str


def is_stale(document: Document, current_data: dict[str, Any]) -> bool:
    """Whether the form shows something else than it would if it were issued now."""
    return (
        document.data_sha256 != data_digest(current_data)
        or document.template_version != form_of(document.form).template_version
    )


def document_row(
    document: Document, *, current_data: Callable[[], dict[str, Any]] | None = None
) -> DocumentRow:
    """The row of one document loaded `with_progress`. Without current data nobody asks whether it is stale.

    `current_data` gathers what the form would say now; it is called only for an issued document, so that asking how
    far a form is costs nothing.
    """
    job, is_issued = document.job, document.state == DocumentState.ISSUED
    return DocumentRow(
        document=document,
        title=form_of(document.form).title,
        is_pending=not is_issued and not document.is_failed,
        is_failed=document.is_failed,
        is_issued=is_issued,
        is_stale=is_issued and current_data is not None and is_stale(document, current_data()),
        percent=job.progress_percent if job else 0,
        progress_text=(job.progress_text if job else "") or _("順番を待っています"),
        problem=_problem(document),
    )


def _problem(document: Document) -> str:
    """A refusal is a Japanese sentence and shown as it is; what broke inside is for the log."""
    if not document.is_failed:
        return ""
    error = document.job.error if document.job else ""
    if error and not _INTERNAL.match(error):
        return error
    return _("内部の不具合で作れませんでした。作り直しても続くときは、事務局に連絡してください。")
