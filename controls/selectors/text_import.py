"""Reads of official workbooks: what a sheet shows, what it would add to an edition."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from controls.enums import Level, TextImportState
from controls.models import CatalogueEdition, Control, ControlText, TextImport, TextImportSheet
from controls.selectors.catalogue import DOUBTFUL_GAPS
from controls.text_rows import Columns, Fault, column_name, digest_of, sheet_texts
from core.canonical import canonical_json, sha256_hex

PREVIEW_ROWS, PREVIEW_COLUMNS, PREVIEW_LENGTH = 12, 12, 60
# What a text is looked for. Chapters and sections may have one; nobody misses it.
EXPECTED_LEVELS = (Level.OBJECTIVE, Level.DETAIL)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text of the file at the control that it belongs to; `before` is the text in force, if there is one."""

    control_id: uuid.UUID
    number: str
    cell: str
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """A number of the file that the edition does not have."""

    number: str
    cell: str
    text: str
    is_detail: bool
    is_doubtful_gap: bool


@dataclass(frozen=True, slots=True)
class TextReport:
    """What a sheet adds to each control of an edition and what does not match."""

    added: tuple[TextLine, ...]
    changed: tuple[TextLine, ...]
    same: tuple[TextLine, ...]
    unknown: tuple[UnknownNumber, ...]
    without: tuple[Control, ...]
    faults: tuple[Fault, ...]
    details: int

    @property
    def matched(self) -> int:
        """How many controls have a text in the file."""
        return len(self.added) + len(self.changed) + len(self.same)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Numbers that we take for doubtful gaps and the file has."""
        return tuple(row.number for row in self.unknown if row.is_doubtful_gap)

    @property
    def counts(self) -> dict[str, Any]:
        """What stays on record of the import."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "same": len(self.same),
            "unknown": len(self.unknown),
            "unknown_details": sum(row.is_detail for row in self.unknown),
            "without": len(self.without),
            "details": self.details,
            "details_without": sum(row.level == Level.DETAIL for row in self.without),
            "faults": len(self.faults),
            "hidden_numbers": sum(row.hides_number for row in self.faults),
            "gaps": list(self.gaps),
        }

    @property
    def fingerprint(self) -> str:
        """Changes when the file, the columns or the texts in force give other lines."""
        lines = [
            [[line.number, line.text, line.before] for line in part]
            for part in (self.added, self.changed, self.same)
        ]
        return sha256_hex(canonical_json(lines))


def text_report(edition: CatalogueEdition, sheet: TextImportSheet, columns: Columns) -> TextReport:
    """The sheet against the edition as it stands now. Two queries."""
    texts = sheet_texts(sheet.cells, sheet.merges, columns)
    controls = {row.number: row for row in edition.controls.order_by("sort_key")}
    current = texts_in_force(edition.pk)
    parts: dict[str, list[TextLine]] = {"added": [], "changed": [], "same": []}
    unknown: list[UnknownNumber] = []
    with_text: set[str] = set()
    for number, cell, text in texts.found:
        control = controls.get(number)
        if control is None:
            is_detail = len(number.split(".")) >= 4 and number.split(".")[3].isdecimal()
            unknown.append(UnknownNumber(number, cell, text, is_detail, number in DOUBTFUL_GAPS))
        elif text:
            with_text.add(number)
            before = current.get(control.pk)
            kind = "added" if before is None else "same"
            if before is not None and before.digest != digest_of(text):
                kind = "changed"
            shown = before.text if before else ""
            parts[kind].append(TextLine(control.pk, number, cell, text, shown))
    expected = [row for row in controls.values() if row.level in EXPECTED_LEVELS]
    return TextReport(
        added=tuple(parts["added"]),
        changed=tuple(parts["changed"]),
        same=tuple(parts["same"]),
        unknown=tuple(unknown),
        without=tuple(row for row in expected if row.number not in with_text),
        faults=texts.faults,
        details=sum(row.level == Level.DETAIL for row in expected),
    )


def texts_in_force(edition_id: uuid.UUID) -> dict[uuid.UUID, ControlText]:
    """The official texts of an edition by control."""
    texts = ControlText.objects.filter(control__edition=edition_id, superseded_at__isnull=True)
    return {row.control_id: row for row in texts.order_by("pk")}


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A cell as the preview shows it: shortened, and marked when the columns point at it."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a sheet under the names of their columns."""

    columns: list[str]
    rows: list[tuple[int, bool, list[PreviewCell]]]


def preview(sheet: TextImportSheet, columns: Columns) -> Preview:
    """The rows around the heading, as the person sees them in the spreadsheet."""
    first = max(0, columns.header_row - 3)
    width = min(max(sheet.column_count, 1), PREVIEW_COLUMNS)
    shown = sorted({*range(width), columns.number, columns.text} & set(range(sheet.column_count)))
    roles = {columns.number: "number", columns.text: "text"}
    rows = []
    for index, line in enumerate(sheet.cells[first : first + PREVIEW_ROWS], start=first):
        cells = [PreviewCell(_short(line, column), roles.get(column, "")) for column in shown]
        rows.append((index + 1, index < columns.header_row, cells))
    return Preview([column_name(column) for column in shown], rows)


def guessed_columns(sheet: TextImportSheet) -> Columns:
    """A first proposal: the column with most numbers, and right of it the one with most characters."""
    lines = sheet.cells[:300]
    width = sheet.column_count
    numbers = [sum(_is_number(line, column) for line in lines) for column in range(width)]
    number = max(range(width), key=numbers.__getitem__, default=0)
    lengths = [sum(len(_text(line, column)) for line in lines) for column in range(width)]
    right = [column for column in range(width) if column != number]
    text = max(right, key=lengths.__getitem__, default=number)
    first = next((index for index, line in enumerate(lines) if _is_number(line, number)), 0)
    return Columns(header_row=first, number=number, text=text)


def imports_with_edition(user: User) -> QuerySet[TextImport]:
    """The visible imports with edition, file, people and job, newest first."""
    return (
        TextImport.objects.visible_to(user)
        .select_related("edition", "file", "created_by", "applied_by", "job")
        .order_by("-created_at", "pk")
    )


def comparison_basis(edition: CatalogueEdition) -> TextImport | None:
    """The last applied import, if it shows that the edition has the official numbers; None where it does not."""
    last = (
        edition.text_imports.filter(state=TextImportState.APPLIED)
        .select_related("file")
        .order_by("-applied_at", "pk")
        .first()
    )
    return last if last is not None and not obstacles(last) else None


def obstacles(row: TextImport) -> dict[str, int]:
    """What keeps an applied import from showing that the edition has the official numbers; empty when nothing does."""
    found = {
        name: row.counts.get(name, 0)
        for name in ("details_without", "unknown_details", "hidden_numbers")
    }
    return {name: count for name, count in found.items() if count}


def _text(line: list, column: int) -> str:
    cell = line[column] if column < len(line) else ""
    return cell if isinstance(cell, str) else cell[1]


def _short(line: list, column: int) -> str:
    text = _text(line, column).strip()
    return text if len(text) <= PREVIEW_LENGTH else text[:PREVIEW_LENGTH] + "…"


def _is_number(line: list, column: int) -> bool:
    text = _text(line, column).strip()
    return 0 < len(text) <= 20 and "." in text.replace("．", ".") and any(map(str.isdigit, text))
