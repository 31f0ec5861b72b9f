"""Work of the queue `pdf`."""

import uuid

from core import jobs


@jobs.handler("documents.render", queue="pdf")
def render(*, document_id: str) -> None:
    """Make the file of one document."""
    from documents.services import render_document  # noqa: PLC0415 -- task is a leaf

    render_document(document_id=uuid.UUID(document_id))
