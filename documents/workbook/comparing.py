"""What a workbook would change, against the rows as they are now. Pure: no queries, no writes.

A file carries a digest of what each cell said when it was written (`Layout.code_of`). So a cell that nobody touched in
the file changes nothing, whatever colleagues have written meanwhile; and a row that both changed is told apart from one
that only the file changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.canonical import canonical_json, sha256_hex
from core.text import clean_text
from documents.workbook import sentences
from documents.workbook.sentences import Rejected
from documents.workbook.sheet import Layout

FOUND_LENGTH = 60


class Row(Protocol):
    """A row as it is stored now. `values` are the typed columns as texts."""

    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class CellError(Exception):
    """What stands in a cell cannot be taken: what is allowed there, and how to mend it."""

    def __init__(self, problem: tuple[str, str]):
        super().__init__(problem[0])
        self.problem = problem


# The value that the text of a typed cell means in a row; CellError for none.
Clean = Callable[[Any, str, str], str]
# Of what the file would write to a row: the columns that cannot be written now, with what is allowed and how to mend.
Refused = Callable[[Any, Mapping[str, str]], Mapping[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that the file would change: what it says now and what the file says, in the columns that differ."""

    number: str
    title: str
    row: int
    version: int
    now: dict[str, str]
    mine: dict[str, str]


@dataclass(slots=True)
class Preview:
    """Rows by what becomes of them. `kept` were changed by others and not touched in the file: nothing to do.

    `missing` counts the rows that are not in the file; they stay as they are.
    """

    changed: list[RowChange] = field(default_factory=list)
    conflicting: list[RowChange] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    same: int = 0
    missing: int = 0

    def chosen(self, choices: Mapping[str, str]) -> list[RowChange]:
        """The rows to be written: every changed row, and of the conflicting ones those where the file was chosen."""
        return [
            *self.changed,
            *(row for row in self.conflicting if choices.get(row.number) == FILE),
        ]

    def digest(self, choices: Mapping[str, str]) -> str:
        """A hash of all that applying would write, and over what; another one when anything has moved."""
        shown = [
            [row.number, row.version, row.mine, is_conflict, choices.get(row.number, NOW)]
            for is_conflict, rows in ((False, self.changed), (True, self.conflicting))
            for row in rows
        ]
        return sha256_hex(canonical_json(shown))


# What a person chooses for a conflicting row.
FILE, NOW = "file", "now"


def compare(
    layout: Layout,
    found: Mapping[str, Any],
    now: Iterable[Row],
    clean: Clean,
    *,
    unknown: tuple[str, str],
    is_own: bool,
    refused: Refused = lambda _row, _mine: {},
) -> Preview:
    """`found` are `columns` and `rows` as the reader gave them; `is_own` when the file came from these very rows.

    `unknown` says of a number that is none of theirs what is allowed and how to mend it.
    """
    by_number = {row.number: row for row in now}
    places: dict[str, list[int]] = {}
    for line in found["rows"]:
        places.setdefault(line["texts"]["number"], []).append(line["row"])
    preview = Preview(missing=len(by_number.keys() - places.keys()))
    for line in found["rows"]:
        problems = _Problems(layout, line, found["columns"])
        row = by_number.get(line["texts"]["number"])
        problems.check_number(row, places[line["texts"]["number"]], unknown)
        if row:
            values = problems.values(row, clean)
            if not problems.rejected:
                _sort(preview, problems, row, values, refused, is_own=is_own)
        preview.rejected.extend(problems.rejected)
    return preview


def text_value(text: str, stored: str, limit: int) -> str:
    """A typed text as it would be stored. CellError for one that cannot be, or is longer than `limit`."""
    if text == stored:  # what is stored has been cleaned before
        return text
    try:
        cleaned = clean_text(text)
    except ValueError as error:
        raise CellError(sentences.text_problem(str(error))) from None
    if len(cleaned) > limit:
        raise CellError(sentences.length_problem(limit, len(cleaned)))
    return cleaned


def _sort(
    preview: Preview,
    problems: "_Problems",
    row: Row,
    values: dict[str, str],
    refused: Refused,
    *,
    is_own: bool,
) -> None:
    """Put the row where it belongs."""
    if values == row.values:
        preview.same += 1
        return
    layout, texts = problems.layout, problems.line["texts"]
    code = texts.get("code", "")
    idle = layout.untouched(code, row.number, values)
    still = layout.untouched(code, row.number, row.values)
    if idle is None or still is None:
        # Without its code nobody knows what the row said: only the same version of the same rows is sure.
        idle = frozenset()
        has_moved = not (is_own and texts.get("version") == str(row.version))
    else:
        has_moved = len(still) < len(layout.typed)
    mine = {n: values[n] for n in layout.typed if n not in idle and values[n] != row.values[n]}
    for name, problem in refused(row, mine).items():
        problems.add(name, texts[name], problem)
    if problems.rejected:
        return
    if mine:
        now = {name: row.values[name] for name in mine}
        change = RowChange(row.number, row.title, problems.line["row"], row.version, now, mine)
        (preview.conflicting if has_moved else preview.changed).append(change)
    else:
        preview.kept.append(row.number)


class _Problems:
    """The problems of one line of the file."""

    def __init__(self, layout: Layout, line: Mapping[str, Any], columns: Mapping[str, str]):
        self.layout, self.line, self.columns = layout, line, columns
        self.rejected: list[Rejected] = []
        for name, (kind, shown) in line["flaws"].items():
            self.add(name, shown, sentences.flaw(kind))

    def check_number(self, row: Row | None, places: list[int], unknown: tuple[str, str]) -> None:
        """A number that is there, known, and stands in one row."""
        number = self.line["texts"]["number"]
        if "number" in self.line["flaws"]:
            return
        if not number:
            self.add("number", "", sentences.number_missing())
        elif row is None:
            self.add("number", number, unknown)
        elif len(places) > 1:
            cells = "、".join(f"{self.columns['number']}{place}" for place in places[:10])
            self.add("number", number, sentences.number_twice(cells))

    def values(self, row: Row, clean: Clean) -> dict[str, str]:
        """The typed columns as they would be stored."""
        values = {}
        for name in self.layout.typed:
            try:
                values[name] = clean(row, name, self.line["texts"][name])
            except CellError as error:
                self.add(name, self.line["texts"][name], error.problem)
        return values

    def add(self, name: str, found: str, problem: tuple[str, str]) -> None:
        """One cell with its problem; of several in a cell the first."""
        header = self.layout.headers[name]
        if any(one.column == header for one in self.rejected):
            return
        allowed, mend = problem
        self.rejected.append(
            Rejected(
                sheet=self.layout.sheet,
                row=self.line["row"],
                cell=f"{self.columns[name]}{self.line['row']}",
                number=self.line["texts"]["number"],
                column=header,
                found=_shown(found),
                allowed=allowed,
                mend=mend,
            )
        )


def _shown(found: str) -> str:
    """The beginning of what was found, visible: controls as their code."""
    head = "".join(
        char if char.isprintable() or char == "\n" else f"[U+{ord(char):04X}]"
        for char in found[:FOUND_LENGTH]
    )
    return f"{head}…" if len(found) > FOUND_LENGTH else head
