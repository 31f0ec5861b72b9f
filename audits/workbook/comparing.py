"""What a workbook of working papers would change. Pure: no queries, no writes."""

from collections.abc import Iterable, Mapping
from typing import Any

from audits.limits import MAX_POPULATION, TEXT_LIMITS
from audits.workbook import sentences
from audits.workbook.sheet import LAYOUT, RESULT_WORDS, RESULTS
from audits.workbook.writing import SheetRow
from core.normalise import code_text
from documents.workbook import comparing
from documents.workbook.comparing import CellError, Preview, text_value

_RESULTS = {word: value for value, word in RESULT_WORDS.items()} | {"": ""}
_DIGITS = len(str(MAX_POPULATION))


def compare(found: Mapping[str, Any], now: Iterable[SheetRow], *, is_own: bool) -> Preview:
    """`found` are `columns` and `rows` as the reader gave them; `is_own` when the file came from this engagement."""
    unknown = sentences.outside_scope()
    return comparing.compare(
        LAYOUT, found, now, _clean, unknown=unknown, is_own=is_own, refused=refused
    )


def refused(row: SheetRow, changes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Of what would be written to a row: the columns that its paper does not take now, and why."""
    problems = {}
    if row.is_skipped:
        problems = {name: sentences.skipped_problem() for name in RESULTS if changes.get(name, "")}
    if row.is_sampled and "population_size" in changes:
        problems["population_size"] = sentences.sampled_problem(row.values["population_size"])
    return problems


def _clean(row: SheetRow, name: str, text: str) -> str:
    if name in RESULTS:
        value = _RESULTS.get(code_text(text))
        if value is None:
            raise CellError(sentences.result_problem())
        return value
    if name == "population_size":
        return _size(text)
    return text_value(text, row.values[name], TEXT_LIMITS[name])


def _size(text: str) -> str:
    """The number of items in plain digits, from what people write; empty for none."""
    digits = code_text(text).replace(",", "")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdecimal()) or len(digits.lstrip("0")) > _DIGITS:
        raise CellError(sentences.size_problem())
    if not 1 <= int(digits) <= MAX_POPULATION:
        raise CellError(sentences.size_problem())
    return str(int(digits))
