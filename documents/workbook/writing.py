"""Rows to a workbook (.xlsx). Every cell is a string: nothing that a person typed becomes a formula, a link or a
number, and nothing is put before it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Protocol

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from documents.workbook.sheet import (
    EDITION_FACT,
    EXPORTED_FACT,
    FACTS,
    GUIDE,
    PARTS_FACT,
    VERSION_FACT,
    Layout,
)

STRINGS_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Yu Gothic", "font_size": 10},
}
# XlsxWriter takes a text that looks like its own rich text for one, and escapes only the first of two escapes that
# share an underscore. Written in pieces, cut here, such texts stay what they are.
_LOOKS_RICH = re.compile(r"<r>.*</r>\Z", re.DOTALL)
_ESCAPES_MEET = re.compile(r"_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_")
_CUTS = re.compile(r"(?<=\A<)|(?<=_x[0-9a-fA-F]{4})(?=_)")


class Line(Protocol):
    """One row as it is written."""

    @property
    def cells(self) -> Mapping[str, str]:
        """The text of every column."""
        ...

    def opens(self, name: str) -> bool:
        """Whether somebody may type into this typed column here."""
        ...


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a workbook says about itself. `origin` is the key of what its rows are of, `part` names those it holds."""

    origin: str
    edition: str
    service: str
    period: str
    part: str
    exported_at: datetime


def new_workbook(buffer: BytesIO, layout: Layout, facts: SheetFacts) -> Workbook:
    """An empty one with its properties; the caller writes its sheets and closes it."""
    workbook = Workbook(buffer, STRINGS_ONLY)
    workbook.set_properties(
        {
            "title": f"{layout.sheet} {facts.service}",
            "subject": facts.period,
            "comments": f"{VERSION_FACT} {layout.template}",
            "created": facts.exported_at.replace(tzinfo=None),
        }
    )
    return workbook


def write_rows(
    workbook: Workbook, layout: Layout, rows: Sequence[Line], facts: SheetFacts
) -> Worksheet:
    """The sheet of the rows. Only cells that are open can be typed into; it prints on A4."""
    sheet = workbook.add_worksheet(layout.sheet)
    formats = _formats(workbook)
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, column.width, None, {"hidden": column.is_hidden})
        sheet.write_string(0, index, column.header, formats["head"])
    for place, row in enumerate(rows, start=1):
        cells = row.cells
        for index, column in enumerate(layout.columns):
            is_open = column.is_typed and row.opens(column.name)
            _write(sheet, place, index, cells[column.name], formats["open" if is_open else "shut"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(layout.columns) - 1)
    sheet.protect(
        "",
        {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True},
    )
    _set_up_print(sheet, facts)
    return sheet


def offer_choices(
    sheet: Worksheet, layout: Layout, name: str, choices: Iterable[tuple[str, ...]]
) -> None:
    """One drop-down for each run of rows with the same choices; rows without any have none."""
    place, column = 1, index_of(layout, name)
    for offered, run in groupby(choices):
        count = sum(1 for _row in run)
        if offered:
            sheet.data_validation(
                place,
                column,
                place + count - 1,
                column,
                {
                    "validate": "list",
                    "source": list(offered),
                    "error_title": layout.headers[name],
                    "error_message": f"一覧から選んでください：{'、'.join(offered)}",
                },
            )
        place += count


def index_of(layout: Layout, name: str) -> int:
    """Where a column stands, counted from 0."""
    return [column.name for column in layout.columns].index(name)


def write_guide(workbook: Workbook, lines: Iterable[str]) -> None:
    """The page on how to use it."""
    sheet = workbook.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 110)
    line = workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, text in enumerate(lines):
        sheet.write_string(place, 0, text, line)
    sheet.protect()


def write_facts(workbook: Workbook, layout: Layout, facts: SheetFacts) -> None:
    """The hidden page that says where the workbook comes from."""
    sheet = workbook.add_worksheet(FACTS)
    lines = {
        VERSION_FACT: layout.template,
        layout.origin: facts.origin,
        EDITION_FACT: facts.edition,
        EXPORTED_FACT: facts.exported_at.isoformat(timespec="seconds"),
        PARTS_FACT: facts.part,
    }
    for place, (name, value) in enumerate(lines.items()):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, value)
    sheet.protect()
    sheet.very_hidden()


def _formats(workbook: Workbook) -> dict[str, Format]:
    """Text format (@) everywhere, so that a typed number or date stays the text that was typed."""
    cell = {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1}
    pale = {"border_color": "#C8CCD0"}
    return {
        "head": workbook.add_format(
            cell | pale | {"bold": True, "bg_color": "#1A3A5C", "font_color": "#FFFFFF"}
        ),
        "shut": workbook.add_format(cell | pale | {"bg_color": "#F0F2F4"}),
        "open": workbook.add_format(cell | pale | {"locked": False}),
    }


def _write(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    if not text:
        sheet.write_blank(row, column, None, form)
    elif (text[0] == "<" and _LOOKS_RICH.match(text)) or (
        "_x" in text and _ESCAPES_MEET.search(text)
    ):
        pieces = [part for piece in _CUTS.split(text) for part in (form, piece)]
        sheet.write_rich_string(row, column, *pieces, form)
    else:
        sheet.write_string(row, column, text, form)


def _set_up_print(sheet: Worksheet, facts: SheetFacts) -> None:
    """A4 across, one page wide, the headings on each page."""
    title = f"{facts.service}　{facts.period}".replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{title[:180]}&R{facts.part}")
    sheet.set_footer(f"&L{facts.exported_at:%Y-%m-%d %H:%M}&R&P / &N")
