"""What an uploaded workbook of statements would change, and what its page needs to show it."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from declarations.models import Declaration, Statement, WorkbookImport
from declarations.rules import LIMITS
from declarations.selectors.base_services import offered_bases
from declarations.selectors.workbook import sheet_rows
from declarations.workbook.bases import spellings_of
from declarations.workbook.comparing import Allowed, compare
from declarations.workbook.sheet import ADOPTION_WORDS, LAYOUT
from documents.workbook.comparing import Preview
from documents.workbook.showing import Shown


def imports_of(declaration: Declaration) -> QuerySet[WorkbookImport]:
    """Every workbook brought back to this declaration, newest first."""
    return WorkbookImport.objects.filter(declaration=declaration).select_related(
        "file", "job", "uploaded_by", "ended_by", "batch__undone_by__actor"
    )


def preview_of(imported: WorkbookImport, declaration: Declaration) -> Preview:
    """Against the statements as they are now. Three queries, however many rows."""
    now = sheet_rows(declaration, Statement.objects.filter(declaration=declaration))
    bases = spellings_of(label for _key, label in offered_bases(declaration))
    return compare(imported.content, now, Allowed(LIMITS, bases), is_own=imported.is_own)


def shown_of(declaration: Declaration) -> Shown:
    """How the rows of this declaration are shown."""

    def writers(numbers: list[str]) -> dict[str, tuple[str, datetime | None]]:
        rows = Statement.objects.filter(
            declaration=declaration, control__number__in=numbers
        ).select_related("control", "updated_by")
        return {
            row.control.number: (row.updated_by.name if row.updated_by else "", row.updated_at)
            for row in rows
        }

    return Shown(
        headers=LAYOUT.headers,
        word=lambda name, value: ADOPTION_WORDS[value] if name == "adoption" else value,
        url=lambda number: reverse("declarations:statement", args=[declaration.pk, number]),
        writers=writers,
    )
