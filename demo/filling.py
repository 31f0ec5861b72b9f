"""Fills statements with demo texts through the one act that writes statements."""

from collections.abc import Iterable

from accounts.models import User
from declarations.enums import Adoption
from declarations.models import Declaration, Statement
from declarations.rules import is_required
from declarations.services.statements import Saved, StatementEdit, save_statements
from demo.texts import wording

# Of a hundred details that may be left out, so many are.
NOT_SELECTED_PERCENT = 22


def fill(
    declaration: Declaration,
    writer: User,
    rows: Iterable[Statement],
    *,
    left_out: int = NOT_SELECTED_PERCENT,
) -> Saved:
    """Write these statements (with control and its parent loaded) in one batch."""
    edits = [
        StatementEdit(row.control.number, row.row_version, _says(declaration, row, left_out))
        for row in rows
    ]
    return save_statements(declaration_id=declaration.pk, actor=writer, edits=edits)


def fill_undecided(declaration: Declaration, writer: User) -> int:
    """Write every statement that nobody has decided on; how many there were."""
    rows = declaration.statements.filter(adoption=Adoption.UNDECIDED).select_related(
        "control__parent"
    )
    return len(fill(declaration, writer, rows).changed)


def _says(declaration: Declaration, row: Statement, left_out: int) -> dict[str, str]:
    control = row.control
    words = wording(declaration.service.name, control.number, control.title or control.parent.title)
    if not is_required(control) and words.chance < left_out:
        return {"adoption": Adoption.NOT_SELECTED, "reason": words.reason}
    return {"adoption": Adoption.ADOPTED, "individual_control": words.individual_control}
