"""Statements to a workbook (.xlsx). Every cell is a string: nothing that a person typed becomes a formula, a link or a
number, and nothing is put before it.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from declarations.workbook.sheet import (
    ADOPTION_WORDS,
    BASES,
    COLUMNS,
    DECLARATION_FACT,
    EDITION_FACT,
    EXPORTED_FACT,
    FACTS,
    GUIDE,
    PARTS_FACT,
    RELEASED_NOTE,
    REQUIRED_NOTE,
    SHEET,
    TEMPLATE_VERSION,
    VERSION_FACT,
    code_of,
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

GUIDE_LINES = (
    "白い欄（採否、個別管理策、選択しない理由、基盤クラウドサービス、継承の内容）に入力できます。灰色の欄は読み取り専用です。",
    "採否は一覧から選んでください。基本言明要件には「選択しない」はありません。",
    "「選択しない」を選んだときは、理由を入力してください。",
    "基盤クラウドサービスは、同じ名前のシートにあるものから選びます。登録番号だけを入力しても構いません。",
    "数式は使えません。文字で入力してください。先頭が = や ' の文も、そのまま文字として扱います。",
    "行の順番が変わっていても、一部の行だけでも取り込めます。ファイルにない管理策の内容は変わりません。",
    "入力が終わったら保存し、言明の画面の「ブックの取込み」でこのファイルを選んでください。",
    "取り込む前に、変わる内容を画面で確認できます。ほかの人が先に変えた欄は、どちらを残すか選べます。",
)
NO_BASES = "監査対象期間を通してリストに掲載されているサービスは、まだ登録されていません。"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One statement as the sheet shows it. `values` are the typed columns: the adoption as its stored value, the base
    service as its label."""

    number: str
    title: str
    suffix: str
    is_required: bool
    is_released: bool
    offers_not_selected: bool
    values: dict[str, str]
    owner: str
    version: int

    @property
    def note(self) -> str:
        """What is special about the row."""
        if self.is_released:
            return RELEASED_NOTE
        return REQUIRED_NOTE if self.is_required else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The drop-down of the adoption. What is chosen already stays a choice."""
        keep = self.offers_not_selected or self.values["adoption"] == "not_selected"
        return tuple(
            word for value, word in ADOPTION_WORDS.items() if keep or value != "not_selected"
        )

    @property
    def cells(self) -> dict[str, str]:
        """The text of every column."""
        return {
            "number": self.number,
            "title": self.title,
            "suffix": self.suffix,
            "note": self.note,
            **self.values,
            "adoption": ADOPTION_WORDS[self.values["adoption"]],
            "owner": self.owner,
            "version": str(self.version),
            "code": code_of(self.number, self.values),
        }


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the workbook says about itself. `part` names the rows that it holds, `bases` what may be inherited from."""

    declaration: str
    edition: str
    service: str
    period: str
    part: str
    exported_at: datetime
    bases: tuple[str, ...] = ()


def workbook_bytes(rows: Iterable[SheetRow], facts: SheetFacts) -> bytes:
    """The whole workbook: the statements, a page on how to use it, and a hidden page with its facts."""
    rows = list(rows)
    buffer = io.BytesIO()
    workbook = Workbook(buffer, STRINGS_ONLY)
    workbook.set_properties(
        {
            "title": f"{SHEET} {facts.service}",
            "subject": facts.period,
            "comments": f"{VERSION_FACT} {TEMPLATE_VERSION}",
            "created": facts.exported_at.replace(tzinfo=None),
        }
    )
    _write_statements(workbook, rows, facts)
    _write_bases(workbook, facts.bases)
    _write_guide(workbook)
    _write_facts(workbook, facts)
    workbook.close()
    return buffer.getvalue()


def _write_statements(workbook: Workbook, rows: list[SheetRow], facts: SheetFacts) -> None:
    sheet = workbook.add_worksheet(SHEET)
    formats = _formats(workbook)
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width, None, {"hidden": column.is_hidden})
        sheet.write_string(0, index, column.header, formats["head"])
    for place, row in enumerate(rows, start=1):
        cells = row.cells
        for index, column in enumerate(COLUMNS):
            is_open = column.is_typed and not row.is_released
            _write(sheet, place, index, cells[column.name], formats["open" if is_open else "shut"])
    _offer_choices(sheet, rows)
    _offer_bases(sheet, rows, facts.bases)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    sheet.protect(
        "",
        {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True},
    )
    _set_up_print(sheet, facts)


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


def _offer_choices(sheet: Worksheet, rows: list[SheetRow]) -> None:
    """One drop-down for each run of rows with the same choices; released rows have none."""
    column = [column.name for column in COLUMNS].index("adoption")
    place = 1
    for (choices, is_released), run in groupby(
        rows, key=lambda row: (row.choices, row.is_released)
    ):
        count = sum(1 for _row in run)
        if not is_released:
            sheet.data_validation(
                place,
                column,
                place + count - 1,
                column,
                {
                    "validate": "list",
                    "source": list(choices),
                    "error_title": "採否",
                    "error_message": f"一覧から選んでください：{'、'.join(choices)}",
                },
            )
        place += count


def _offer_bases(sheet: Worksheet, rows: list[SheetRow], bases: tuple[str, ...]) -> None:
    """One drop-down for the whole column, from the sheet of the services; a number alone may be typed too."""
    if not bases or not rows:
        return
    column = [column.name for column in COLUMNS].index("base_service")
    sheet.data_validation(
        1,
        column,
        len(rows),
        column,
        {
            "validate": "list",
            "source": f"='{BASES}'!$A$1:$A${len(bases)}",
            "error_type": "information",
            "error_title": "基盤クラウドサービス",
            "error_message": f"シート「{BASES}」にあるものだけを取り込めます。",
        },
    )


def _write_bases(workbook: Workbook, bases: tuple[str, ...]) -> None:
    """The services that were on the list over the whole period, one a line."""
    sheet = workbook.add_worksheet(BASES)
    sheet.set_column(0, 0, 60)
    for place, label in enumerate(bases):
        sheet.write_string(place, 0, label)
    if not bases:
        sheet.write_string(0, 0, NO_BASES)
    sheet.protect()


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


def _write_guide(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 110)
    line = workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, text in enumerate(GUIDE_LINES):
        sheet.write_string(place, 0, text, line)
    sheet.protect()


def _write_facts(workbook: Workbook, facts: SheetFacts) -> None:
    sheet = workbook.add_worksheet(FACTS)
    lines = {
        VERSION_FACT: TEMPLATE_VERSION,
        DECLARATION_FACT: facts.declaration,
        EDITION_FACT: facts.edition,
        EXPORTED_FACT: facts.exported_at.isoformat(timespec="seconds"),
        PARTS_FACT: facts.part,
    }
    for place, (name, value) in enumerate(lines.items()):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, value)
    sheet.protect()
    sheet.very_hidden()
