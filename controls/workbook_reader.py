"""Reads the cells of an official workbook. Runs in a limited child process (documents.sandbox): no settings, no texts.

Nothing is known of the layout in advance, so every sheet is read. What comes out is JSON: `sheets`, or `refusal` with a
code that `controls.services.text_import` puts into a sentence.
"""

import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MAX_SHEETS = 60
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 32_767  # characters: the limit of the spreadsheet itself
MAX_TOTAL = 8_000_000  # characters of all sheets
NAME_LENGTH = 100

Cell = str | list[str]


def read(payload: bytes) -> bytes:
    """All sheets of the workbook as JSON in UTF-8."""
    try:
        found: dict[str, Any] = {"sheets": _sheets(payload)}
    except PasswordError:
        found = {"refusal": "password"}
    except (CalamineError, ValueError) as error:
        code = error.args[0] if isinstance(error, TooLargeError) else "unreadable"
        found = {"refusal": code}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


class TooLargeError(ValueError):
    """The workbook has more than the official one could have; the argument is the code of the refusal."""


def _sheets(payload: bytes) -> list[dict[str, Any]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(payload))
    metadata = [row for row in workbook.sheets_metadata if row.typ == SheetTypeEnum.WorkSheet]
    if len(metadata) > MAX_SHEETS:
        raise TooLargeError("sheets")
    sheets, total, rows = [], 0, 0
    for position, row in enumerate(metadata):
        sheet = _sheet(workbook, row.name)
        rows += len(sheet["cells"])
        total += sum(len(_plain(cell)) for line in sheet["cells"] for cell in line)
        if rows > MAX_ROWS or total > MAX_TOTAL:
            raise TooLargeError("size")
        sheet |= {
            "position": position,
            "name": row.name[:NAME_LENGTH].replace("\x00", "\ufffd"),
            "is_hidden": row.visible != SheetVisibleEnum.Visible,
        }
        sheets.append(sheet)
    return sheets


def _sheet(workbook: CalamineWorkbook, name: str) -> dict[str, Any]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MAX_ROWS:
        raise TooLargeError("size")
    lines = sheet.to_python(skip_empty_area=False)
    cells = [_trimmed([_cell(value) for value in line[:MAX_COLUMNS]]) for line in lines]
    while cells and not cells[-1]:
        cells.pop()
    return {
        "cells": cells,
        "row_count": len(cells),
        "column_count": max(map(len, cells), default=0),
        "merges": [
            [*first, *last]
            for first, last in sheet.merged_cell_ranges or ()
            if first[0] < len(cells)
        ],
    }


def _trimmed(line: list[Cell]) -> list[Cell]:
    while line and line[-1] == "":
        line.pop()
    return line


def _cell(value: Any) -> Cell:
    """Text as it is; what the spreadsheet holds as number or day says so, because 5.10 and 5.1 are one number to it."""
    if isinstance(value, str):
        return value[:MAX_CELL].replace("\x00", "\ufffd")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return ["number", str(int(value)) if float(value).is_integer() else repr(value)]
    if isinstance(value, datetime | date | time | timedelta):
        return ["date", str(value)]
    return "" if value is None else str(value)[:MAX_CELL]


def _plain(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[1]
