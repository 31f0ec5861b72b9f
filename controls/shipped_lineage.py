"""The shipped lineage: what public sources tell of the changes from 2022-04 to 2024-07 and numbers alone do not."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from controls.enums import Relation

SHIPPED_LINEAGE = Path(__file__).parent / "data" / "lineage-2022-04-2024-07.csv"
SHIPPED_LINEAGE_CODES = ("2022-04", "2024-07")
SHIPPED_LINEAGE_SOURCE = (
    "2024年7月改正の公開資料から編集（公式の管理基準とは未照合）。"
    "ほかに用語の変更が1件あるとされますが、番号は公開資料では分かりません。"
)


@dataclass(frozen=True, slots=True)
class KnownChange:
    """One control that is known to have changed; a side that does not exist is None."""

    old: str | None
    new: str | None
    relation: Relation
    note: str


@cache
def known_changes() -> tuple[KnownChange, ...]:
    """The rows of the shipped file."""
    with SHIPPED_LINEAGE.open(encoding="utf-8", newline="") as file:
        return tuple(
            KnownChange(
                row["old"] or None, row["new"] or None, Relation(row["relation"]), row["note"]
            )
            for row in csv.DictReader(file)
        )
