"""Reading an uploaded workbook of statements in the background."""

import uuid

from core.exceptions import DomainError
from declarations.models import Declaration, WorkbookImport
from declarations.workbook.reading import TARGET
from declarations.workbook.sentences import other_service, other_template
from declarations.workbook.sheet import LAYOUT
from documents import workbook_imports


def read_import(*, import_id: uuid.UUID) -> None:
    """Keep what stands in the file, or why it cannot be read. Safe to run twice."""
    workbook_imports.read(
        WorkbookImport.objects.select_related("declaration"),
        import_id,
        target=TARGET,
        layout=LAYOUT,
        other_template=other_template,
        is_own=_is_own,
    )


def _is_own(imported: WorkbookImport, origin: str) -> bool:
    """Whether the file was written from this very version. One from another service is refused.

    Another version or year of the same service is welcome: what was typed into a copy of it is not lost.
    """
    declaration = imported.declaration
    try:
        key = uuid.UUID(origin)
    except ValueError:
        return False
    if key == declaration.pk:
        return True
    same = Declaration.objects.filter(pk=key, service=declaration.service_id)
    if not same.exists():
        raise DomainError(other_service())
    return False
