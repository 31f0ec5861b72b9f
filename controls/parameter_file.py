"""The set of scheme parameters that is shipped with the product (`data/parameters.json`).

Each parameter has a group and a kind, which say how staff see it and what a new value must look like, and dated rows:
value, days in force, status and source. Null as value means that no public source gives one.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

PARAMETERS = Path(__file__).parent / "data" / "parameters.json"


@dataclass(frozen=True, slots=True)
class ShippedRow:
    """One dated value; an open end is None."""

    value: Any
    in_force_from: date | None
    in_force_until: date | None
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a parameter is, whichever value it has: `choices` (code → label) and `fields` (key → heading) by kind."""

    name: str
    label: str
    group: str
    kind: str
    choices: dict[str, str]
    fields: dict[str, str]
    rows: tuple[ShippedRow, ...]


@cache
def definitions() -> dict[str, Definition]:
    """All shipped parameters by name, in the order of the file."""
    groups = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    return {
        entry["name"]: _definition(entry, group["group"])
        for group in groups
        for entry in group["parameters"]
    }


def _definition(entry: dict[str, Any], group: str) -> Definition:
    return Definition(
        name=entry["name"],
        label=entry["label"],
        group=group,
        kind=entry["kind"],
        choices=entry.get("choices", {}),
        fields=entry.get("fields", {}),
        rows=tuple(_row(row) for row in entry["rows"]),
    )


def _row(row: dict[str, Any]) -> ShippedRow:
    return ShippedRow(
        value=row["value"],
        in_force_from=_day(row.get("from")),
        in_force_until=_day(row.get("until")),
        status=row["status"],
        source=row["source"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
