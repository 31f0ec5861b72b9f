"""Work of the queue `pdf`, and the daily clean-up."""

import uuid

from celery import shared_task
from django.utils import timezone

from core import jobs


@jobs.handler("documents.render", queue="pdf")
def render(*, document_id: str) -> None:
    """Make the file of one document."""
    from documents.services import render_document  # noqa: PLC0415 -- task is a leaf

    render_document(document_id=uuid.UUID(document_id))


@shared_task(name="documents.clear_orphaned_files")
def clear_orphaned_files() -> None:
    """Remove bytes that no row names, and report rows that lost theirs."""
    from documents import housekeeping  # noqa: PLC0415 -- task is a leaf

    housekeeping.clear_orphaned_files(now=timezone.now())
