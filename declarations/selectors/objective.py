"""One objective and what its exclusion would release."""

from dataclasses import dataclass

from controls.enums import Level, Standard
from controls.models import Control
from declarations.models import Declaration, ObjectiveExclusion
from declarations.selectors.rows import EditorRow, editor_rows


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    """An objective with its details; `can_be_excluded` is false for governance and management."""

    number: str
    title: str
    section_number: str
    section_title: str
    can_be_excluded: bool
    exclusion: ObjectiveExclusion | None
    rows: list[EditorRow]


def objective_page(declaration: Declaration, number: str) -> ObjectivePage | None:
    """The objective; None when the declaration has no detail below such a number."""
    objective = (
        Control.objects.filter(edition=declaration.edition_id, level=Level.OBJECTIVE, number=number)
        .select_related("parent")
        .first()
    )
    rows = editor_rows(declaration, control__parent=objective.pk) if objective else []
    if objective is None or not rows:
        return None
    return ObjectivePage(
        number=objective.number,
        title=objective.title,
        section_number=objective.parent.number,
        section_title=objective.parent.title,
        can_be_excluded=objective.standard == Standard.CONTROL_MEASURE,
        exclusion=declaration.exclusions.filter(objective=objective).first(),
        rows=rows,
    )
