"""What every workbook has in common: its columns as a `Layout`, which writing, reading and comparing all follow.

Headings are read back from files, so they are part of the format and never translated. Nothing here needs Django: the
reading side runs in the sandbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

GUIDE, FACTS = "使い方", "管理情報"
MAX_ROWS, MAX_COLUMNS = 5_000, 60
# Rows of the sheet FACTS: name, then value. Another one, `Layout.origin`, says which object the rows are of.
VERSION_FACT, EDITION_FACT, EXPORTED_FACT, PARTS_FACT = (
    "書式の版",
    "管理基準の版",
    "書き出した日時",
    "範囲",
)
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its heading, its width in characters, and who may type there."""

    name: str
    header: str
    width: int
    is_typed: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class Layout:
    """The format of one kind of workbook. Every one has the columns `number`, `version` (of the row) and `code`.

    `template` is raised when a column that is read changes its meaning; files of other versions are refused by name.
    """

    sheet: str
    origin: str
    template: str
    columns: tuple[Column, ...]

    @cached_property
    def headers(self) -> dict[str, str]:
        """The heading of each column."""
        return {column.name: column.header for column in self.columns}

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """The columns in which people type."""
        return tuple(column.name for column in self.columns if column.is_typed)

    @cached_property
    def read(self) -> tuple[str, ...]:
        """What is read back; the other columns are there for people."""
        return ("number", *self.typed, "version", "code")

    def code_of(self, number: str, values: Mapping[str, str]) -> str:
        """A short digest of each typed column, so that a file can tell which of its cells somebody has touched."""
        return "".join(_digest(number, name, values[name]) for name in self.typed)

    def untouched(self, code: str, number: str, values: Mapping[str, str]) -> frozenset[str] | None:
        """The columns that still say what `code` was made of; None for a code that is none."""
        if len(code) != _DIGITS * len(self.typed):
            return None
        parts = (code[at : at + _DIGITS] for at in range(0, len(code), _DIGITS))
        return frozenset(
            name
            for name, part in zip(self.typed, parts, strict=True)
            if part == _digest(number, name, values[name])
        )


def _digest(number: str, name: str, value: str) -> str:
    return sha256(f"{number}\0{name}\0{value}".encode()).hexdigest()[:_DIGITS]
