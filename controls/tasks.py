"""Work of the queue `imports`."""

import uuid

from core import jobs


@jobs.handler("controls.read_workbook", queue="imports")
def read_workbook(*, import_id: str) -> None:
    """Read the cells of an official workbook."""
    from controls.services.text_import import read_workbook as read  # noqa: PLC0415 -- task is a leaf

    read(import_id=uuid.UUID(import_id))
