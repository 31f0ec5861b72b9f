"""What a workbook of statements would change. Pure: no queries, no writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.normalise import code_text
from declarations.workbook import sentences
from declarations.workbook.bases import meant, spellings_of
from declarations.workbook.sheet import ADOPTION_WORDS, LAYOUT
from declarations.workbook.writing import SheetRow
from documents.workbook import comparing
from documents.workbook.comparing import CellError, Preview, text_value

_ADOPTIONS = {word: value for value, word in ADOPTION_WORDS.items()} | {"": "undecided"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stand in a cell: characters by column, and the labels of base services by how they may be written."""

    limits: Mapping[str, int]
    bases: Mapping[str, str] = field(default_factory=dict)

    def clean(self, row: SheetRow, name: str, text: str) -> str:
        """The value that a cell means."""
        if name == "adoption":
            return _adoption(row, text)
        if name == "base_service":
            return self._base(row, text)
        return text_value(text, row.values[name], self.limits[name])

    def _base(self, row: SheetRow, text: str) -> str:
        """The label of the base service that the cell means; the one that is stored may stay, listed or not."""
        stored = row.values["base_service"]
        if text == stored or not text.strip():
            return text.strip() and stored
        label = meant(text, spellings_of([stored]) | dict(self.bases))
        if not label:
            raise CellError(sentences.base_problem())
        return label


def compare(
    found: Mapping[str, Any], now: Iterable[SheetRow], allowed: Allowed, *, is_own: bool
) -> Preview:
    """`found` are `columns` and `rows` as the reader gave them; `is_own` when the file came from this very version."""
    unknown = sentences.unknown_number()
    return comparing.compare(LAYOUT, found, now, allowed.clean, unknown=unknown, is_own=is_own)


def _adoption(row: SheetRow, text: str) -> str:
    value = _ADOPTIONS.get(code_text(text), "")
    if not value or ADOPTION_WORDS[value] not in row.choices:
        raise CellError(sentences.adoption_problem(row.choices, is_forbidden=bool(value)))
    return value
