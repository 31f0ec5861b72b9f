"""Carried rows that wait for a person, parted into those for one look and those to be seen one by one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.functions import Left, Length

from core.canonical import sha256_hex
from declarations.enums import Adoption
from declarations.querysets import StatementQuerySet
from declarations.selectors.carry_over import asks_a_look

# Characters of a text that the page shows of each row.
EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One carried row, short enough for a page of a thousand."""

    number: str
    title: str
    adoption: str
    excerpt: str
    length: int
    base_service: str
    version: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """`rows` may be confirmed together; those of `singly` ask something new, or could not keep what they inherited."""

    rows: list[Row]
    singly: list[Row]

    @property
    def versions(self) -> dict[str, int]:
        """The rows for the act, with what was shown of them."""
        return {row.number: row.version for row in self.rows}

    @property
    def fingerprint(self) -> str:
        """Changes when a row joins, leaves or is rewritten."""
        return sha256_hex("\n".join(f"{n} {v}" for n, v in self.versions.items()).encode())


def unconfirmed(statements: StatementQuerySet) -> Unconfirmed:
    """The carried rows among these that nobody has confirmed, in catalogue order. One query."""
    found = (
        statements.unconfirmed()
        .annotate(
            is_changed=asks_a_look(),
            text_head=Left("individual_control", EXCERPT),
            text_length=Length("individual_control"),
            reason_head=Left("reason", EXCERPT),
            reason_length=Length("reason"),
            objective_title=F("control__parent__title"),
        )
        .order_by("control__sort_key")
        .values_list(
            "control__number", "control__title", "objective_title", "adoption", "text_head", "text_length",
            "reason_head", "reason_length", "base_service__name", "row_version", "is_changed", named=True,
        )
    )  # fmt: skip
    rows: list[Row] = []
    singly: list[Row] = []
    for each in found:
        (singly if each.is_changed else rows).append(_row(each))
    return Unconfirmed(rows, singly)


def _row(each: Any) -> Row:
    is_left_out = each.adoption == Adoption.NOT_SELECTED
    return Row(
        number=each.control__number,
        title=each.control__title or each.objective_title,
        adoption=str(Adoption(each.adoption).label),
        excerpt=each.reason_head if is_left_out else each.text_head,
        length=each.reason_length if is_left_out else each.text_length,
        base_service="" if is_left_out else each.base_service__name or "",
        version=each.row_version,
    )
