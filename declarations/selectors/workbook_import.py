"""What an uploaded workbook would change, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.wording import Wording, difference
from declarations.models import Declaration, Statement, WorkbookImport
from declarations.rules import LIMITS
from declarations.selectors.base_services import offered_bases
from declarations.selectors.workbook import sheet_rows
from declarations.workbook.bases import spellings_of
from declarations.workbook.comparing import FILE, NOW, Allowed, Preview, RowChange, compare
from declarations.workbook.sentences import Rejected, header
from declarations.workbook.sheet import ADOPTION_WORDS

# Rows and cells on one page: with four changed texts each it stays below 2,000 nodes and 100 KB.
SHOWN, SHOWN_CONFLICTS = 20, 10
# Characters of a text that are shown: of what differs, and of what stays around it.
MIDDLE, AROUND = {"changed": 200, "conflicting": 800}, {"changed": 24, "conflicting": 200}
LISTS = {
    "conflicting": _("重なった行"),
    "changed": _("変わる行"),
    "rejected": _("取り込めない行"),
    "kept": _("ほかの人が変えた行"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of a row: both texts as common beginning, what differs, and common end."""

    label: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A changed or conflicting row. `choice` is FILE or NOW."""

    number: str
    title: str
    row: int
    fields: tuple[FieldChange, ...]
    choice: str = ""
    their_name: str = ""
    their_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownList:
    """One page of one list; `rows`, `rejected` or `numbers` are what stands on it, by the kind of list."""

    name: str
    page: Page
    rows: list[ShownRow]
    rejected: list[Rejected]
    numbers: list[str]

    @property
    def label(self) -> str:
        """The name of the list for people."""
        return str(LISTS[self.name])


def imports_of(declaration: Declaration) -> QuerySet[WorkbookImport]:
    """Every workbook brought back to this declaration, newest first, without what stands in them."""
    return (
        WorkbookImport.objects.filter(declaration=declaration)
        .defer("content")
        .select_related("file", "job", "uploaded_by", "ended_by", "batch__undone_by__actor")
    )


def preview_of(imported: WorkbookImport, declaration: Declaration) -> Preview:
    """Against the statements as they are now. Three queries, however many rows."""
    now = sheet_rows(declaration, Statement.objects.filter(declaration=declaration))
    bases = spellings_of(label for _key, label in offered_bases(declaration))
    return compare(imported.content, now, Allowed(LIMITS, bases), is_own=imported.is_own)


def counts_of(preview: Preview) -> dict[str, int]:
    """How many rows are in each list."""
    return {
        "conflicting": len(preview.conflicting),
        "changed": len(preview.changed),
        "rejected": len({problem.row for problem in preview.rejected}),
        "kept": len(preview.kept),
    }


def shown_list(imported: WorkbookImport, preview: Preview, name: str, number: str) -> ShownList:
    """One page of the list `name`; without a known name the first list that holds anything. One query at most."""
    counts = counts_of(preview)
    if name not in LISTS:
        name = next((known for known in LISTS if counts[known]), "changed")
    size = SHOWN_CONFLICTS if name == "conflicting" else SHOWN
    page = Paginator(getattr(preview, name), size).get_page(number)
    found = list(page.object_list)
    rows: list[ShownRow] = []
    if name == "changed":
        rows = [_changed(row) for row in found]
    elif name == "conflicting":
        rows = _conflicting(imported, found)
    return ShownList(
        name,
        page,
        rows,
        rejected=found if name == "rejected" else [],
        numbers=found if name == "kept" else [],
    )


def left_at_applying(imported: WorkbookImport, number: str) -> ShownList | None:
    """One page of the cells that were not taken from an applied workbook; None when all were. No query."""
    told = imported.content.get("rejected", [])
    if not told:
        return None
    page = Paginator(told, SHOWN).get_page(number)
    rejected = [Rejected(**problem) for problem in page.object_list]
    return ShownList("rejected", page, rows=[], rejected=rejected, numbers=[])


def _changed(row: RowChange) -> ShownRow:
    """What changes, with a little of what stays around it."""
    return ShownRow(row.number, row.title, row.row, _fields(row, "changed"))


def _conflicting(imported: WorkbookImport, rows: list[RowChange]) -> list[ShownRow]:
    """Both texts, and who wrote the one that is stored."""
    writers = {
        row.control.number: row
        for row in Statement.objects.filter(
            declaration=imported.declaration_id, control__number__in=[row.number for row in rows]
        ).select_related("control", "updated_by")
    }
    return [_conflict(row, writers[row.number], imported.choices) for row in rows]


def _conflict(row: RowChange, stored: Statement, choices: Mapping[str, str]) -> ShownRow:
    return ShownRow(
        row.number,
        row.title,
        row.row,
        _fields(row, "conflicting"),
        choice=FILE if choices.get(row.number) == FILE else NOW,
        their_name=stored.updated_by.name if stored.updated_by else "",
        their_time=stored.updated_at,
    )


def _fields(row: RowChange, kind: str) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(
            header(name),
            _shortened(difference(_word(name, row.now[name]), _word(name, mine)), kind),
        )
        for name, mine in row.mine.items()
    )


def _shortened(whole: Wording, kind: str) -> Wording:
    """… marks what is left out: the row's own page shows the whole text."""
    middle, around = MIDDLE[kind], AROUND[kind]
    head, tail = whole.head, whole.tail
    return Wording(
        head=head if len(head) <= around else f"…{head[-around:]}",
        removed=_beginning(whole.removed, middle),
        added=_beginning(whole.added, middle),
        tail=_beginning(tail, around),
    )


def _beginning(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _word(name: str, value: str) -> str:
    return ADOPTION_WORDS[value] if name == "adoption" else value
