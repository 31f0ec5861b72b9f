"""The rows of a declaration as its workbook shows them."""

from typing import Any

from controls.rules import Rules
from declarations.models import Declaration
from declarations.querysets import StatementQuerySet
from declarations.rules import is_required, offers_not_selected
from declarations.workbook.sheet import LAYOUT
from declarations.workbook.writing import SheetRow

CONTROL_COLUMNS = [
    f"control__{name}"
    for name in ("number", "title", "suffix", "standard", "is_mandatory", "parent")
]


def sheet_rows(declaration: Declaration, statements: StatementQuerySet) -> list[SheetRow]:
    """In catalogue order. Two queries."""
    rules = Rules.at(declaration.period_end)
    rows = (
        statements.with_released()
        .select_related("control__parent", "owner", "base_service")
        .only(
            *LAYOUT.typed, "row_version", *CONTROL_COLUMNS, "control__parent__title", "owner__name",
            "base_service__number", "base_service__name",
        )
        .order_by("control__sort_key")
    )  # fmt: skip
    return [_row(row, rules) for row in rows]


def _row(statement: Any, rules: Rules) -> SheetRow:
    control, owner = statement.control, statement.owner
    return SheetRow(
        number=control.number,
        title=control.title or control.parent.title,
        suffix=control.suffix,
        is_required=is_required(control),
        is_released=statement.is_released,
        offers_not_selected=offers_not_selected(control, rules),
        values={name: str(getattr(statement, name) or "") for name in LAYOUT.typed},
        owner=owner.name if owner else "",
        version=statement.row_version,
    )
