"""Reading an uploaded workbook of working papers in the background."""

import uuid

from audits.models import TestImport
from audits.workbook.reading import TARGET
from audits.workbook.sentences import other_engagement, other_template
from audits.workbook.sheet import LAYOUT
from core.exceptions import DomainError
from documents import workbook_imports


def read_import(*, import_id: uuid.UUID) -> None:
    """Keep what stands in the file, or why it cannot be read. Safe to run twice."""
    workbook_imports.read(
        TestImport.objects.all(),
        import_id,
        target=TARGET,
        layout=LAYOUT,
        other_template=other_template,
        is_own=_is_own,
    )


def _is_own(imported: TestImport, origin: str) -> bool:
    """Whether the file was written from this engagement. One of another is refused: papers are never carried."""
    if origin and origin != str(imported.engagement_id):
        raise DomainError(other_engagement())
    return bool(origin)
