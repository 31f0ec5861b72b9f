"""A workbook to rows of text. Runs in the sandbox: bytes to JSON, no settings, no sentences.

Values only: a formula, a date, a number or an error where text belongs is a flaw of its row, never a guess.
"""

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, XmlError, ZipError

from core.normalise import code_text
from declarations.workbook.parts import Parts, RefusedError, taken_apart
from declarations.workbook.scanning import FOUND_LENGTH, Scan, letters, scanned
from declarations.workbook.sheet import FACTS, HEADERS, MAX_ROWS, READ, SHEET, TYPED

TARGET = "declarations.workbook.reading:read"
_PARSER_ERRORS = (CalamineError, ZipError, XmlError, OSError, ValueError, OverflowError)


def read(content: bytes) -> bytes:
    """What stands in the workbook: `refusal` (code and facts), or `facts`, `columns` (letters) and `rows`."""
    try:
        found = _read(content)
    except RefusedError as refusal:
        found = {"refusal": {"code": refusal.code, **refusal.facts}}
    return json.dumps(found, ensure_ascii=False).encode()


def _read(content: bytes) -> dict[str, Any]:
    parts = taken_apart(content, wanted=(SHEET, FACTS))
    scan = scanned(parts.sheets[SHEET][1])
    grids = _grids(parts)
    head, *lines = grids[SHEET] or [[]]
    columns = _columns(head)
    rows = list(_rows(lines, columns, _flaws(scan, columns)))
    if not rows:
        raise RefusedError("empty", sheet=SHEET)
    facts = [[_text(cell) for cell in line[:2]] for line in grids.get(FACTS, [])[:20]]
    return {
        "facts": {line[0]: line[1] for line in facts if len(line) == 2},
        "columns": {name: letters(index) for name, index in columns.items()},
        "rows": rows,
    }


def _grids(parts: Parts) -> dict[str, list[list[Any]]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(parts.archive()))
        return {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in parts.sheets
        }
    except _PARSER_ERRORS:
        raise RefusedError("unreadable") from None


def _columns(head: list[Any]) -> dict[str, int]:
    """Where each column stands, by its heading in the first row: people may move columns and add their own."""
    headings = [code_text(_text(cell)) for cell in head]
    missing = [HEADERS[name] for name in ("number", *TYPED) if HEADERS[name] not in headings]
    if missing:
        raise RefusedError("headings", sheet=SHEET, missing=missing)
    twice = [HEADERS[name] for name in READ if headings.count(HEADERS[name]) > 1]
    if twice:
        raise RefusedError("headings_twice", sheet=SHEET, twice=twice)
    return {name: headings.index(HEADERS[name]) for name in READ if HEADERS[name] in headings}


def _flaws(scan: Scan, columns: dict[str, int]) -> dict[int, dict[str, tuple[str, str]]]:
    """Flaws of the columns that are read, by row."""
    names = {index: name for name, index in columns.items() if name in ("number", *TYPED)}
    flaws: dict[int, dict[str, tuple[str, str]]] = {}
    for (row, column), flaw in scan.flaws.items():
        if column in names:
            flaws.setdefault(row, {})[names[column]] = flaw
    for (top, left), (bottom, right) in scan.merged:
        touched = [name for index, name in names.items() if left <= index <= right]
        area = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
        for row in range(top, min(bottom, MAX_ROWS) + 1 if touched else top):
            flaws.setdefault(row, {}).setdefault(touched[0], ("merged", area))
    return flaws


def _rows(
    lines: list[list[Any]], columns: dict[str, int], flaws: dict[int, dict[str, tuple[str, str]]]
) -> Iterator[dict[str, Any]]:
    for index, line in enumerate(lines, start=1):
        texts, own = {}, dict(flaws.get(index, {}))
        for name, column in columns.items():
            value = line[column] if column < len(line) else ""
            texts[name] = _text(value)
            if name in ("number", *TYPED) and not isinstance(value, str):
                own.setdefault(name, (_kind(value), texts[name][:FOUND_LENGTH]))
        texts["number"] = code_text(texts["number"])
        if own or any(texts[name] for name in ("number", *TYPED)):
            yield {"row": index + 1, "texts": texts, "flaws": own}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "date" if isinstance(value, date | datetime | time | timedelta) else "number"


def _text(value: Any) -> str:
    """A cell as people see it, nearly enough."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    # No database keeps a NUL, which a cell can hold as an escape; it is refused as garbled like this one.
    return str(value).replace("\0", "\ufffd")
