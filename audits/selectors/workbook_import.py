"""What an uploaded workbook of working papers would change, and what its page needs to show it."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from audits.models import ControlTest, Engagement, TestImport
from audits.selectors.workbook import scope_of, sheet_rows
from audits.workbook.comparing import compare
from audits.workbook.sheet import LAYOUT, RESULT_WORDS, RESULTS
from documents.workbook.comparing import Preview
from documents.workbook.showing import Shown


def imports_of(engagement: Engagement) -> QuerySet[TestImport]:
    """Every workbook brought back to this engagement, newest first."""
    return engagement.test_imports.select_related(
        "file", "job", "uploaded_by", "ended_by", "undone_by"
    )


def preview_of(imported: TestImport, engagement: Engagement) -> Preview:
    """Against the papers as they are now. One query, however many rows."""
    now = sheet_rows(scope_of(engagement), {})
    return compare(imported.content, now, is_own=imported.is_own)


def shown_of(engagement: Engagement) -> Shown:
    """How the papers of this engagement are shown."""

    def writers(numbers: list[str]) -> dict[str, tuple[str, datetime | None]]:
        papers = ControlTest.objects.filter(engagement=engagement, control__number__in=numbers)
        return {
            row.control.number: (row.tested_by.name if row.tested_by else "", row.tested_at)
            for row in papers.select_related("control", "tested_by")
        }

    return Shown(
        headers=LAYOUT.headers,
        word=lambda name, value: RESULT_WORDS[value] if name in RESULTS else value,
        url=lambda number: reverse("audits:fieldwork_control", args=[engagement.pk, number]),
        writers=writers,
    )
