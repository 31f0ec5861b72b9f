"""Reads a catalogue as CSV in UTF-8. All or nothing: every fault is reported at once, with its row and how to mend it.

Columns: id, level, standard, suffix, title_ja; and where there are any, source_standard, liu_area, explanatory and
introduced. Others are ignored. What spreadsheets and people do to numbers is tolerated: the prefix `A.`, full-width
digits and dots, blanks. A number is never changed otherwise, and gaps are never filled.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from controls.difference import Entry
from controls.enums import Area, Level, Standard
from core.exceptions import DomainError
from core.text import clean_text

REQUIRED_COLUMNS = ("id", "level", "standard", "suffix", "title_ja")
MAX_BYTES = 5_000_000
MAX_LENGTHS = {"title_ja": 200, "source_standard": 120, "introduced": 20}
SUFFIXES = frozenset({"", "P", "B", "PB"})
# Governance and management are in every LIU audit, the other objectives without area in none: neither is an area.
NOT_AN_AREA = frozenset({"", "none", "always"})
LEVELS = (Level.CHAPTER, Level.SECTION, Level.OBJECTIVE, Level.DETAIL)
# Largest part that the sort key can hold.
MAX_PART = 32_767

_NUMBER = re.compile(r"([1-9][0-9]{0,4}(?:\.[1-9][0-9]{0,4})*)(?:\.([A-Z]+))?", re.ASCII)
_LEADING = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5})*", re.ASCII)
_EDITION_CODE = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse the file; `row` is the line of the file, 0 for the file as a whole."""

    file: str
    row: int
    reason: str

    def __str__(self) -> str:
        if not self.row:
            return f"{self.file}：{self.reason}"
        return _("%(file)s %(row)d行目：%(reason)s") % {
            "file": self.file,
            "row": self.row,
            "reason": self.reason,
        }


class CatalogueFileError(DomainError):
    """The file is refused; `problems` says all reasons."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One control as the file has it; `area` is empty where it belongs to none."""

    line: int
    number: str
    sort_key: tuple[int, ...]
    suffix: str
    level: str
    standard: str
    title: str
    source_standard: str
    introduced: str
    is_explanatory: bool
    area: str

    @property
    def entry(self) -> Entry:
        """What of it is compared."""
        return Entry(*(getattr(self, name) for name in Entry._fields))

    def belongs_to(self, edition_code: str) -> bool:
        """Whether the control was there in that edition; only codes of the form 2024-07 can be compared."""
        codes = (self.introduced, edition_code)
        return not all(map(_EDITION_CODE.fullmatch, codes)) or self.introduced <= edition_code


def parse(content: bytes, *, file: str) -> list[CatalogueRow]:
    """All controls in the order of their numbers. Raises CatalogueFileError."""
    rows: list[CatalogueRow] = []
    problems: list[Problem] = []
    refused: set[tuple[int, ...]] = set()
    for line, record in _records(content, file):
        try:
            rows.append(_row(line, record))
        except ValueError as error:
            problems.append(Problem(file, line, str(error)))
            refused.add(_leading_parts(record["id"]))
    problems += [Problem(file, line, reason) for line, reason in _between_rows(rows, refused)]
    if not rows and not problems:
        problems.append(Problem(file, 0, _("管理基準の項目が1件もありません。")))
    if problems:
        raise CatalogueFileError(sorted(problems, key=lambda problem: problem.row))
    return sorted(rows, key=lambda row: row.sort_key)


def _records(content: bytes, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines after the heading, as column → text. Refuses the file where it cannot be read as a table at all."""
    reader = csv.DictReader(io.StringIO(_decoded(content, file), newline=""), restval="")
    try:
        missing = [name for name in REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            reason = _("列がありません：%(columns)s") % {"columns": "、".join(missing)}
            raise CatalogueFileError([Problem(file, 1, reason)])
        for record in reader:
            if any(record.values()):
                yield reader.line_num, record
    except csv.Error as error:
        reason = _("表として読めません（%(error)s）。引用符の対応を確かめてください。")
        problem = Problem(file, reader.line_num, reason % {"error": error})
        raise CatalogueFileError([problem]) from error


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        reason = _("ファイルが大きすぎます（%(limit)dバイトまで）。") % {"limit": MAX_BYTES}
        raise CatalogueFileError([Problem(file, 0, reason)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = _("UTF-8ではありません。文字コードUTF-8のCSVで保存し直してください。")
        raise CatalogueFileError([Problem(file, line, reason)]) from error


def _row(line: int, record: dict[str, str]) -> CatalogueRow:
    """One control. Raises ValueError with the reason."""
    if None in record:
        raise ValueError(_("見出し行より列が多くあります。引用符とコンマを確かめてください。"))
    number, sort_key, suffix = parse_number(record["id"])
    level = LEVELS[len(sort_key) - 1]
    if record["level"].strip() != level:
        raise ValueError(
            _("%(number)sの階層（level）は%(right)sです（いまは「%(wrong)s」）。")
            % {"number": number, "right": level.value, "wrong": record["level"]}
        )
    if unicodedata.normalize("NFKC", record["suffix"]).strip().upper() != suffix:
        raise ValueError(
            _("%(number)sの記号が、列suffixの「%(wrong)s」と合いません。")
            % {"number": number, "wrong": record["suffix"]}
        )
    if record["standard"].strip() not in Standard:
        raise ValueError(
            _("%(number)sの基準（standard）「%(wrong)s」は使えません。")
            % {"number": number, "wrong": record["standard"]}
        )
    title = _text(record, "title_ja")
    if not title and level != Level.DETAIL:
        raise ValueError(_("%(number)sに見出し（title_ja）がありません。") % {"number": number})
    return CatalogueRow(
        line=line,
        number=number,
        sort_key=sort_key,
        suffix=suffix,
        level=level.value,
        standard=record["standard"].strip(),
        title=title,
        source_standard=_text(record, "source_standard"),
        introduced=_text(record, "introduced"),
        is_explanatory=_flag(record, "explanatory"),
        area=_area(record),
    )


def parse_number(text: str) -> tuple[str, tuple[int, ...], str]:
    """Number as stored, its integer parts and its suffix. Raises ValueError with a Japanese sentence.

    >>> parse_number("Ａ．９.2.3.11. pb")
    ('9.2.3.11.PB', (9, 2, 3, 11), 'PB')
    """
    shown = text.strip()
    if len(text) > 64:
        raise ValueError(_("番号が長すぎます。"))
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split()).removeprefix("A.")
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise ValueError(_("番号「%(number)s」は読めません。例：9.2.3.11.PB") % {"number": shown})
    suffix = match[2] or ""
    if suffix not in SUFFIXES:
        raise ValueError(
            _("番号「%(number)s」の記号「%(suffix)s」は使えません（P、B、PBのどれか）。")
            % {"number": shown, "suffix": suffix}
        )
    parts = tuple(map(int, match[1].split(".")))
    if len(parts) > len(LEVELS) or max(parts) > MAX_PART:
        raise ValueError(
            _("番号「%(number)s」は読めません。1つの番号は4つまでの数です。") % {"number": shown}
        )
    return plain, parts, suffix


def _leading_parts(text: str) -> tuple[int, ...]:
    """What can be read of a number that was refused, so that its children are not reported as orphans as well."""
    plain = unicodedata.normalize("NFKC", text[:64]).upper().replace(" ", "").removeprefix("A.")
    match = _LEADING.match(plain)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _text(record: dict[str, str], column: str) -> str:
    text = record.get(column) or ""
    if text:
        text = clean_text(text, multiline=False)
    if len(text) > MAX_LENGTHS[column]:
        raise ValueError(
            _("列%(column)sは%(limit)d字までです（いまは%(count)d字）。")
            % {"column": column, "limit": MAX_LENGTHS[column], "count": len(text)}
        )
    return text


def _flag(record: dict[str, str], column: str) -> bool:
    text = (record.get(column) or "").strip()
    if text not in ("", "yes"):
        raise ValueError(
            _("列%(column)sは空かyesです（いまは「%(wrong)s」）。")
            % {"column": column, "wrong": text}
        )
    return text == "yes"


def _area(record: dict[str, str]) -> str:
    text = (record.get("liu_area") or "").strip()
    if text in NOT_AN_AREA:
        return ""
    if text not in Area:
        raise ValueError(_("重点領域（liu_area）「%(wrong)s」は使えません。") % {"wrong": text})
    return text


def _between_rows(
    rows: Sequence[CatalogueRow], refused: Collection[tuple[int, ...]]
) -> Iterator[tuple[int, str]]:
    """Faults that only show when rows are compared: the same number twice, a row whose parent is not there."""
    seen: dict[tuple[int, ...], CatalogueRow] = {}
    for row in rows:
        first = seen.setdefault(row.sort_key, row)
        if first is not row:
            yield (
                row.line,
                _("番号%(number)sが重複しています（%(line)d行目の%(first)s）。")
                % {"number": row.number, "line": first.line, "first": first.number},
            )
    for row in rows:
        parent = row.sort_key[:-1]
        if parent and parent not in seen and parent not in refused:
            yield (
                row.line,
                _("番号%(number)sの上位の項目（%(parent)s）がありません。")
                % {"number": row.number, "parent": ".".join(map(str, parent))},
            )
