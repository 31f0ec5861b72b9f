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
from documents.workbook.parts import Parts, RefusedError, taken_apart
from documents.workbook.scanning import FOUND_LENGTH, Scan, letters, scanned
from documents.workbook.sheet import FACTS, MAX_ROWS, Layout

_PARSER_ERRORS = (CalamineError, ZipError, XmlError, OSError, ValueError, OverflowError)


def read_sheet(content: bytes, layout: Layout) -> bytes:
    """What stands in the workbook: `refusal` (code and facts), or `facts`, `columns` (letters) and `rows`."""
    try:
        found = _read(content, layout)
    except RefusedError as refusal:
        found = {"refusal": {"code": refusal.code, **refusal.facts}}
    return json.dumps(found, ensure_ascii=False).encode()


def _read(content: bytes, layout: Layout) -> dict[str, Any]:
    parts = taken_apart(content, wanted=(layout.sheet, FACTS))
    scan = scanned(parts.sheets[layout.sheet][1], layout.sheet)
    grids = _grids(parts)
    head, *lines = grids[layout.sheet] or [[]]
    columns, typed = _columns(head, layout), ("number", *layout.typed)
    rows = list(_rows(lines, columns, typed, _flaws(scan, columns, typed)))
    if not rows:
        raise RefusedError("empty", sheet=layout.sheet)
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


def _columns(head: list[Any], layout: Layout) -> dict[str, int]:
    """Where each column stands, by its heading in the first row: people may move columns and add their own."""
    headings, named = [code_text(_text(cell)) for cell in head], layout.headers
    missing = [named[name] for name in ("number", *layout.typed) if named[name] not in headings]
    if missing:
        raise RefusedError("headings", sheet=layout.sheet, missing=missing)
    twice = [named[name] for name in layout.read if headings.count(named[name]) > 1]
    if twice:
        raise RefusedError("headings_twice", sheet=layout.sheet, twice=twice)
    return {name: headings.index(named[name]) for name in layout.read if named[name] in headings}


def _flaws(
    scan: Scan, columns: dict[str, int], typed: tuple[str, ...]
) -> dict[int, dict[str, tuple[str, str]]]:
    """Flaws of the columns that are read, by row."""
    names = {index: name for name, index in columns.items() if name in typed}
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
    lines: list[list[Any]],
    columns: dict[str, int],
    typed: tuple[str, ...],
    flaws: dict[int, dict[str, tuple[str, str]]],
) -> Iterator[dict[str, Any]]:
    for index, line in enumerate(lines, start=1):
        texts, own = {}, dict(flaws.get(index, {}))
        for name, column in columns.items():
            value = line[column] if column < len(line) else ""
            texts[name] = _text(value)
            if name in typed and not isinstance(value, str):
                own.setdefault(name, (_kind(value), texts[name][:FOUND_LENGTH]))
        texts["number"] = code_text(texts["number"])
        if own or any(texts[name] for name in typed):
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
