"""What the parser does not tell of a sheet: formulas, errors, merged cells, how far it reaches. Runs in the sandbox."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from documents.workbook.parts import BROKEN_XML, RefusedError
from documents.workbook.sheet import MAX_COLUMNS, MAX_ROWS

# Programs write empty formatted rows below the last one; beyond this nobody did that by typing.
MAX_ROW_ELEMENTS = 50_000
FOUND_LENGTH = 60
_REFERENCE = re.compile(r"\A\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
# Cell types that are no text and no plain number.
_FLAWS = {"e": "error", "b": "bool", "d": "date"}

Place = tuple[int, int]


@dataclass(slots=True)
class Scan:
    """Flaws by place (row and column, counted from 0): kind and what was found. Merged areas: first and last place."""

    flaws: dict[Place, tuple[str, str]] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)


def scanned(content: bytes, sheet: str) -> Scan:
    """The sheet of that name in one pass. RefusedError when it is broken or reaches too far."""
    scanner = _Scanner(sheet)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    try:
        parser.Parse(content, True)
    except BROKEN_XML:
        raise RefusedError("unreadable") from None
    return scanner.scan


def place_of(reference: str) -> Place | None:
    """`C4` as (3, 2); None for what is no cell."""
    match = _REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def letters(column: int) -> str:
    """The column counted from 0 as Excel names it."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(65 + digit) + name
    return name


class _Scanner:
    """Handlers of the XML parser. A cell without a reference stands right of the one before."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.scan = sheet, Scan()
        self.rows, self.row, self.column = 0, -1, -1
        self.kind = ""
        self.inside = ""
        self.found = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f", "is"):
            self._check_reach()
            self.inside, self.found = name, ""
        elif name == "row":
            self._start_row(attributes.get("r", ""))
        elif name == "mergeCell":
            self._note_merged(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self.inside in ("v", "f") and len(self.found) < FOUND_LENGTH:
            self.found += text[:FOUND_LENGTH]

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name != self.inside:
            return
        place = (self.row, self.column)
        if name == "f":
            self.scan.flaws[place] = ("formula", f"={self.found}")
        elif name == "v" and self.kind in _FLAWS:
            self.scan.flaws.setdefault(place, (_FLAWS[self.kind], self.found))
        self.inside = ""

    def _start_row(self, number: str) -> None:
        self.rows += 1
        if self.rows > MAX_ROW_ELEMENTS:
            raise RefusedError("rows", sheet=self.sheet, max=MAX_ROWS)
        self.row = int(number) - 1 if number.isdecimal() and len(number) < 8 else self.row + 1
        self.column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.kind = attributes.get("t", "")
        place = place_of(attributes.get("r", ""))
        self.row, self.column = place or (self.row, self.column + 1)

    def _check_reach(self) -> None:
        if self.row > MAX_ROWS:
            raise RefusedError("rows", sheet=self.sheet, max=MAX_ROWS)
        if self.column >= MAX_COLUMNS:
            raise RefusedError("columns", sheet=self.sheet, max=MAX_COLUMNS)

    def _note_merged(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        ends = place_of(first), place_of(last or first)
        if ends[0] and ends[1]:
            self.scan.merged.append((ends[0], ends[1]))
