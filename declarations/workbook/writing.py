"""Statements to a workbook (.xlsx)."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from declarations.workbook.sheet import (
    ADOPTION_WORDS,
    BASES,
    LAYOUT,
    RELEASED_NOTE,
    REQUIRED_NOTE,
)
from documents.workbook import writing
from documents.workbook.writing import index_of, new_workbook, offer_choices, write_rows

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
            "code": LAYOUT.code_of(self.number, self.values),
        }

    def opens(self, _name: str) -> bool:
        """Rows of an excluded objective are not typed."""
        return not self.is_released


@dataclass(frozen=True, slots=True)
class SheetFacts(writing.SheetFacts):
    """The same with `bases`, what may be inherited from."""

    bases: tuple[str, ...] = ()


def workbook_bytes(rows: Iterable[SheetRow], facts: SheetFacts) -> bytes:
    """The whole workbook: statements, base services, a page on how to use it, and a hidden one with its facts."""
    rows = list(rows)
    buffer = BytesIO()
    workbook = new_workbook(buffer, LAYOUT, facts)
    sheet = write_rows(workbook, LAYOUT, rows, facts)
    offer_choices(
        sheet, LAYOUT, "adoption", (() if row.is_released else row.choices for row in rows)
    )
    _offer_bases(sheet, len(rows), facts.bases)
    _write_bases(workbook, facts.bases)
    writing.write_guide(workbook, GUIDE_LINES)
    writing.write_facts(workbook, LAYOUT, facts)
    workbook.close()
    return buffer.getvalue()


def _offer_bases(sheet: Worksheet, rows: int, bases: tuple[str, ...]) -> None:
    """One drop-down for the whole column, from the sheet of the services; a number alone may be typed too."""
    if not bases or not rows:
        return
    column = index_of(LAYOUT, "base_service")
    sheet.data_validation(
        1,
        column,
        rows,
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
