"""The workbook's format: what stands in which column. Writing, reading and comparing all follow this one page.

Its words are read back from files, so they are part of the format and never translated. Nothing here needs Django: the
reading side runs in the sandbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

# Raised when a column that is read changes its meaning; files of other versions are refused by name.
TEMPLATE_VERSION = "2"
SHEET, BASES, GUIDE, FACTS = "言明", "基盤クラウドサービス", "使い方", "管理情報"
MAX_ROWS, MAX_COLUMNS = 5_000, 60
# Rows of the sheet FACTS: name, then value.
VERSION_FACT, DECLARATION_FACT, EDITION_FACT, EXPORTED_FACT, PARTS_FACT = (
    "書式の版",
    "言明",
    "管理基準の版",
    "書き出した日時",
    "範囲",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its heading, its width in characters, and who may type there."""

    name: str
    header: str
    width: int
    is_typed: bool = False
    is_hidden: bool = False


COLUMNS = (
    Column("number", "番号", 14),
    Column("title", "見出し", 26),
    Column("suffix", "記号", 6),
    Column("note", "区分", 15),
    Column("adoption", "採否", 11, is_typed=True),
    Column("individual_control", "個別管理策", 58, is_typed=True),
    Column("reason", "選択しない理由", 36, is_typed=True),
    Column("base_service", "基盤クラウドサービス", 22, is_typed=True),
    Column("inherited_note", "継承の内容", 30, is_typed=True),
    Column("owner", "担当者", 12),
    Column("version", "行の版", 8, is_hidden=True),
    Column("code", "照合コード", 12, is_hidden=True),
)
HEADERS = {column.name: column.header for column in COLUMNS}
TYPED = tuple(column.name for column in COLUMNS if column.is_typed)
# What is read back; the other columns are there for people.
READ = ("number", *TYPED, "version", "code")

ADOPTION_WORDS = {"adopted": "採用する", "not_selected": "選択しない", "undecided": "未入力"}
REQUIRED_NOTE, RELEASED_NOTE = "基本言明要件", "統制目標を除外（入力不要）"

_DIGITS = 10


def code_of(number: str, values: Mapping[str, str]) -> str:
    """A short digest of each typed column, so that a file can tell which of its cells somebody has touched."""
    return "".join(_digest(number, name, values[name]) for name in TYPED)


def untouched(code: str, number: str, values: Mapping[str, str]) -> frozenset[str] | None:
    """The columns that still say what `code` was made of; None for a code that is none."""
    if len(code) != _DIGITS * len(TYPED):
        return None
    parts = (code[at : at + _DIGITS] for at in range(0, len(code), _DIGITS))
    return frozenset(
        name
        for name, part in zip(TYPED, parts, strict=True)
        if part == _digest(number, name, values[name])
    )


def _digest(number: str, name: str, value: str) -> str:
    return sha256(f"{number}\0{name}\0{value}".encode()).hexdigest()[:_DIGITS]
