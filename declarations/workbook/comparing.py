"""What a workbook would change, against the statements as they are now. Pure: no queries, no writes.

A file carries a digest of what each cell said when it was written (`sheet.code_of`). So a cell that nobody touched in
the file changes nothing, whatever colleagues have written meanwhile; and a row that both changed is told apart from one
that only the file changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.canonical import canonical_json, sha256_hex
from core.normalise import code_text
from core.text import clean_text
from declarations.workbook import sentences
from declarations.workbook.bases import meant, spellings_of
from declarations.workbook.sentences import Rejected
from declarations.workbook.sheet import ADOPTION_WORDS, SHEET, TYPED, untouched
from declarations.workbook.writing import SheetRow

_ADOPTIONS = {word: value for value, word in ADOPTION_WORDS.items()} | {"": "undecided"}
FOUND_LENGTH = 60


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

    `missing` counts the statements that are not in the file; they stay as they are.
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


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stand in a cell: characters by column, and the labels of base services by how they may be written."""

    limits: Mapping[str, int]
    bases: Mapping[str, str] = field(default_factory=dict)


def compare(
    found: Mapping[str, Any], now: Iterable[SheetRow], allowed: Allowed, *, is_own: bool
) -> Preview:
    """`found` are `columns` and `rows` as the reader gave them; `is_own` when the file came from this very version."""
    by_number = {row.number: row for row in now}
    places: dict[str, list[int]] = {}
    for line in found["rows"]:
        places.setdefault(line["texts"]["number"], []).append(line["row"])
    preview = Preview(missing=len(by_number.keys() - places.keys()))
    for line in found["rows"]:
        row = by_number.get(line["texts"]["number"])
        problems = _Problems(line, found["columns"])
        problems.check_number(row, places[line["texts"]["number"]])
        values = problems.values(row, allowed) if row else {}
        if problems.rejected:
            preview.rejected.extend(problems.rejected)
        elif row:
            _sort(preview, line, row, values, is_own=is_own)
    return preview


def _sort(
    preview: Preview,
    line: Mapping[str, Any],
    row: SheetRow,
    values: dict[str, str],
    *,
    is_own: bool,
) -> None:
    """Put the row where it belongs."""
    if values == row.values:
        preview.same += 1
        return
    code = line["texts"].get("code", "")
    idle, still = untouched(code, row.number, values), untouched(code, row.number, row.values)
    if idle is None or still is None:
        # Without its code nobody knows what the row said: only the same version of the same declaration is sure.
        idle = frozenset()
        has_moved = not (is_own and line["texts"].get("version") == str(row.version))
    else:
        has_moved = len(still) < len(TYPED)
    mine = {n: values[n] for n in TYPED if n not in idle and values[n] != row.values[n]}
    if mine:
        now = {name: row.values[name] for name in mine}
        change = RowChange(row.number, row.title, line["row"], row.version, now, mine)
        (preview.conflicting if has_moved else preview.changed).append(change)
    else:
        preview.kept.append(row.number)


class _Problems:
    """The problems of one line of the file."""

    def __init__(self, line: Mapping[str, Any], columns: Mapping[str, str]):
        self.line, self.columns = line, columns
        self.rejected: list[Rejected] = []
        for name, (kind, shown) in line["flaws"].items():
            self._add(name, shown, sentences.flaw(kind))

    def check_number(self, row: SheetRow | None, places: list[int]) -> None:
        """A number that is there, known, and stands in one row."""
        number = self.line["texts"]["number"]
        if "number" in self.line["flaws"]:
            return
        if not number:
            self._add("number", "", sentences.number_problem("missing"))
        elif row is None:
            self._add("number", number, sentences.number_problem("unknown"))
        elif len(places) > 1:
            cells = "、".join(f"{self.columns['number']}{place}" for place in places[:10])
            self._add("number", number, sentences.number_problem("duplicate", cells))

    def values(self, row: SheetRow, allowed: Allowed) -> dict[str, str]:
        """The typed columns as they would be stored."""
        texts = self.line["texts"]
        values = {
            # What is stored has been cleaned before.
            name: texts[name]
            if texts[name] == row.values[name]
            else self._clean(name, allowed.limits[name])
            for name in allowed.limits
        }
        values["base_service"] = self._base(row, allowed.bases)
        word = code_text(texts["adoption"])
        value = _ADOPTIONS.get(word, "")
        if not value or ADOPTION_WORDS[value] not in row.choices:
            problem = sentences.adoption_problem(row.choices, is_forbidden=bool(value))
            self._add("adoption", texts["adoption"], problem)
        return {"adoption": value, **values}

    def _base(self, row: SheetRow, bases: Mapping[str, str]) -> str:
        """The label of the base service that the cell means; the one that is stored may stay, listed or not."""
        text, stored = self.line["texts"]["base_service"], row.values["base_service"]
        if text == stored or not text.strip():
            return text.strip() and stored
        label = meant(text, spellings_of([stored]) | dict(bases))
        if not label:
            self._add("base_service", text, sentences.base_problem())
        return label

    def _clean(self, name: str, limit: int) -> str:
        text = self.line["texts"][name]
        try:
            cleaned = clean_text(text)
        except ValueError as error:
            self._add(name, text, sentences.text_problem(str(error)))
            return ""
        if len(cleaned) > limit:
            self._add(name, text, sentences.length_problem(limit, len(cleaned)))
        return cleaned

    def _add(self, name: str, found: str, problem: tuple[str, str]) -> None:
        if any(one.column == sentences.header(name) for one in self.rejected):
            return
        allowed, mend = problem
        self.rejected.append(
            Rejected(
                sheet=SHEET,
                row=self.line["row"],
                cell=f"{self.columns[name]}{self.line['row']}",
                number=self.line["texts"]["number"],
                column=sentences.header(name),
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
