"""From the cells of a sheet to one text for each number, and what that adds to an edition. Pure.

The layout is not known in advance: which row is the heading and which columns hold number and text is told. Numbers may
have the prefix `A.`, full-width digits and blanks; a merged number belongs to all its rows; rows without a number
continue the text above.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from controls.catalogue_file import parse_number
from core.canonical import sha256_hex
from core.normalise import text_fold
from core.text import clean_text

MAX_TEXT = 20_000
# What a person would call a number, whether or not it can be read as one.
_LIKE_A_NUMBER = re.compile(r"(?:A\.)?[0-9]+(?:\.|$)", re.ASCII)

Cells = Sequence[Sequence[str | Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a sheet: heading row (0 for none, first row 1) and columns counted from 0."""

    header_row: int
    number: int
    text: int


class Found(NamedTuple):
    """A number with its text and the cell where it begins."""

    number: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be used. `hides_number`: it may be the number of a detail, which has four parts.

    What a spreadsheet holds as number or day has fewer.
    """

    cell: str
    reason: str
    hides_number: bool


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """What a sheet holds."""

    found: tuple[Found, ...]
    faults: tuple[Fault, ...]


def digest_of(text: str) -> str:
    """Digest of a text without differences of width, blanks and line ends."""
    return sha256_hex(text_fold(text).encode())


def cell_name(row: int, column: int) -> str:
    """B12 for row 11, column 1, both counted from 0."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """A, B, … Z, AA for 0, 1, … 25, 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_texts(cells: Cells, merges: Sequence[Sequence[int]], columns: Columns) -> SheetTexts:
    """One text for each number, in the order of the sheet."""
    found: dict[str, list] = {}
    faults: list[Fault] = []
    current: str | None = None
    merged = _merged_numbers(merges, columns.number)
    for index in range(columns.header_row, len(cells)):
        place = cell_name(index, columns.number)
        if index in merged and current is not None and not _at(cells, index, columns.number):
            number: str | None = current
        else:
            number, fault = _number(_at(cells, index, columns.number), place)
            if fault is not None:
                faults.append(fault)
                current = None
                continue
        text = _plain(_at(cells, index, columns.text)).strip()
        if number is None:
            number = current
        elif number in found and number != current:
            first = found[number][0]
            reason = _("番号%(number)sは%(first)sにもあります。最初のものを使います。")
            faults.append(Fault(place, reason % {"number": number, "first": first}, False))
            current = None
            continue
        if number is None:
            continue
        current = number
        found.setdefault(number, [place, []])[1].extend([text] if text else [])
    texts = _cleaned(found, faults)
    return SheetTexts(tuple(texts), tuple(faults))


def _cleaned(found: Mapping[str, list], faults: list[Fault]) -> Iterator[Found]:
    for number, (place, parts) in found.items():
        try:
            text = clean_text("\n".join(parts))
        except ValueError as error:
            faults.append(Fault(place, f"{number}：{error}", False))
            continue
        if len(text) > MAX_TEXT:
            reason = _(
                "%(number)sの本文が長すぎます（%(max)s字まで）。列の指定を確かめてください。"
            )
            faults.append(Fault(place, reason % {"number": number, "max": f"{MAX_TEXT:,}"}, False))
            continue
        yield Found(number, place, text)


def _number(cell: str | Sequence[str], place: str) -> tuple[str | None, Fault | None]:
    """The number in a cell; None for an empty cell; a fault for what is none."""
    if not isinstance(cell, str):
        kind, shown = cell
        if kind == "number" and shown.isdecimal():
            return shown, None
        if kind == "number":
            reason = _(
                "「%(shown)s」は数値として保存されているため、%(shown)sと%(shown)s0を区別できません。表計算ソフトでこの列を文字列にして、番号を入れ直してください。"
            )
        else:
            reason = _(
                "「%(shown)s」は日付や時刻として保存されています。表計算ソフトでこの列を文字列にして、番号を入れ直してください。"
            )
        return None, Fault(place, reason % {"shown": shown}, hides_number=False)
    if not cell.strip():
        return None, None
    try:
        return parse_number(cell)[0], None
    except ValueError as error:
        plain = "".join(unicodedata.normalize("NFKC", cell[:64]).upper().split())
        return None, Fault(place, str(error), bool(_LIKE_A_NUMBER.match(plain)))


def _merged_numbers(merges: Sequence[Sequence[int]], column: int) -> frozenset[int]:
    """The rows below the first one of every merged range that covers the column of the numbers."""
    return frozenset(
        row
        for first_row, first_column, last_row, last_column in merges
        if first_column <= column <= last_column
        for row in range(first_row + 1, min(last_row, first_row + 1000) + 1)
    )


def _at(cells: Cells, row: int, column: int) -> str | Sequence[str]:
    line = cells[row]
    return line[column] if column < len(line) else ""


def _plain(cell: str | Sequence[str]) -> str:
    return cell if isinstance(cell, str) else cell[1]
