"""The comparison of a workbook as its page shows it: lists, pages of them, and texts cut to what differs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from core.wording import Wording, difference
from documents.models import WorkbookUpload
from documents.workbook.comparing import FILE, NOW, Preview, RowChange
from documents.workbook.sentences import Rejected

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

# Who wrote each of the rows with these numbers last, and when.
Writers = Callable[[list[str]], Mapping[str, tuple[str, datetime | None]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """How the owner of the rows shows them: headings, words for values, the page of a row, who wrote it."""

    headers: Mapping[str, str]
    word: Callable[[str, str], str]
    url: Callable[[str], str]
    writers: Writers


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
    url: str
    fields: tuple[FieldChange, ...]
    choice: str = ""
    their_name: str = ""
    their_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownList:
    """One page of one list; `rows`, `rejected` or `numbers` (with their pages) are what stands on it."""

    name: str
    page: Page
    rows: list[ShownRow]
    rejected: list[Rejected]
    numbers: list[tuple[str, str]]

    @property
    def label(self) -> str:
        """The name of the list for people."""
        return str(LISTS[self.name])


def counts_of(preview: Preview) -> dict[str, int]:
    """How many rows are in each list."""
    return {
        "conflicting": len(preview.conflicting),
        "changed": len(preview.changed),
        "rejected": len({problem.row for problem in preview.rejected}),
        "kept": len(preview.kept),
    }


def shown_list(
    imported: WorkbookUpload, preview: Preview, shown: Shown, name: str, number: str
) -> ShownList:
    """One page of the list `name`; without a known name the first list that holds anything."""
    counts = counts_of(preview)
    if name not in LISTS:
        name = next((known for known in LISTS if counts[known]), "changed")
    size = SHOWN_CONFLICTS if name == "conflicting" else SHOWN
    page = Paginator(getattr(preview, name), size).get_page(number)
    found: list[Any] = list(page.object_list)
    rows: list[ShownRow] = []
    if name == "changed":
        rows = [_row(shown, row, name) for row in found]
    elif name == "conflicting":
        rows = list(_conflicting(imported, shown, found))
    return ShownList(
        name,
        page,
        rows,
        rejected=found if name == "rejected" else [],
        numbers=[(one, shown.url(one)) for one in found] if name == "kept" else [],
    )


def left_at_applying(imported: WorkbookUpload, number: str) -> ShownList | None:
    """One page of the cells that were not taken from an applied workbook; None when all were. No query."""
    told = imported.content.get("rejected", [])
    if not told:
        return None
    page = Paginator(told, SHOWN).get_page(number)
    rejected = [Rejected(**problem) for problem in page.object_list]
    return ShownList("rejected", page, rows=[], rejected=rejected, numbers=[])


def _conflicting(
    imported: WorkbookUpload, shown: Shown, rows: list[RowChange]
) -> Iterable[ShownRow]:
    """Both texts, and who wrote the one that is stored."""
    writers = shown.writers([row.number for row in rows])
    for row in rows:
        name, time = writers[row.number]
        choice = FILE if imported.choices.get(row.number) == FILE else NOW
        yield _row(shown, row, "conflicting", choice=choice, their_name=name, their_time=time)


def _row(shown: Shown, row: RowChange, kind: str, **facts: Any) -> ShownRow:
    fields = tuple(
        FieldChange(
            shown.headers[name],
            _shortened(difference(shown.word(name, row.now[name]), shown.word(name, mine)), kind),
        )
        for name, mine in row.mine.items()
    )
    return ShownRow(row.number, row.title, row.row, shown.url(row.number), fields, **facts)


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
