"""Statements as rows of the editor: light enough for sixty on a page."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left, Length
from django.utils.translation import gettext_lazy as _

from controls.enums import Standard
from controls.models import ControlArea
from controls.rules import Rules
from declarations.enums import Adoption, ReviewState
from declarations.models import Declaration, Statement, StatementEvidence
from declarations.querysets import StatementQuerySet
from declarations.rules import is_required, offers_not_selected

# Characters of a text that a closed row shows: what fits into its one line.
EXCERPT = 48
LONG_TEXTS = ("individual_control", "reason")
# Filters of the toolbar, in its order.
FILTERS = {
    "undecided": _("未入力"),
    "incomplete": _("記入不足"),
    "unconfirmed": _("引継・未確認"),
    "not_selected": _("選択しない"),
    "liu": _("LIU監査"),
}


@dataclass(frozen=True, slots=True)
class EditorRow:
    """One statement as the editor shows it. `state`: undecided, incomplete, complete or released."""

    number: str
    suffix: str
    title: str
    is_borrowed_title: bool
    is_liu: bool
    adoption: str
    adoption_label: str
    choices: tuple[tuple[str, str], ...]
    state: str
    excerpt: str
    text_length: int
    reason_length: int
    inherited_from: str
    files: int
    is_unconfirmed: bool
    version: int
    owner: str
    review: str
    objective_id: uuid.UUID

    @property
    def is_released(self) -> bool:
        """The objective is excluded, so no choice is asked; what was written stays."""
        return self.state == "released"

    @property
    def shown_length(self) -> int:
        """Characters of the text that counts for this adoption."""
        return self.reason_length if self.adoption == Adoption.NOT_SELECTED else self.text_length

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters of the toolbar that show this row."""
        matches = {
            "undecided": self.state == "undecided",
            "incomplete": self.state == "incomplete",
            "unconfirmed": self.is_unconfirmed,
            "not_selected": self.adoption == Adoption.NOT_SELECTED and not self.is_released,
            "liu": self.is_liu,
        }
        return tuple(name for name in FILTERS if matches[name])


def editor_rows(declaration: Declaration, **narrowed: Any) -> list[EditorRow]:
    """Rows of a declaration in catalogue order, narrowed by lookups on Statement. One or two queries."""
    statements = list(_light(Statement.objects.filter(declaration=declaration, **narrowed)))
    rules = None
    if any(is_required(statement.control) for statement in statements):
        rules = Rules.at(declaration.period_end)
    return [_row(statement, rules) for statement in statements]


def _light(statements: StatementQuerySet) -> StatementQuerySet:
    ties = StatementEvidence.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
    areas = ControlArea.objects.filter(
        Q(control=OuterRef("control")) | Q(control=OuterRef("control__parent"))
    )
    return (
        statements.with_released()
        .defer(*LONG_TEXTS)
        .select_related("control")
        .annotate(
            text_head=Left("individual_control", EXCERPT),
            text_length=Length("individual_control"),
            reason_head=Left("reason", EXCERPT),
            reason_length=Length("reason"),
            files=Coalesce(
                Subquery(ties.order_by().values("statement").annotate(n=Count("pk")).values("n")), 0
            ),
            has_area=Exists(areas),
            owner_name=F("owner__name"),
            objective_title=F("control__parent__title"),
        )
        .order_by("control__sort_key")
    )


def _row(statement: Any, rules: Rules | None) -> EditorRow:
    control, adoption = statement.control, Adoption(statement.adoption)
    not_selected = adoption == Adoption.NOT_SELECTED
    review = ReviewState(statement.review_state)
    return EditorRow(
        number=control.number,
        suffix=control.suffix,
        title=control.title or statement.objective_title,
        is_borrowed_title=not control.title,
        is_liu=statement.has_area or control.standard != Standard.CONTROL_MEASURE,
        adoption=adoption.value,
        adoption_label=str(adoption.label),
        choices=_choices(statement, rules),
        state=_state(statement),
        excerpt=statement.reason_head if not_selected else statement.text_head,
        text_length=statement.text_length,
        reason_length=statement.reason_length,
        inherited_from=statement.inherited_from,
        files=statement.files,
        is_unconfirmed=statement.is_unconfirmed,
        version=statement.row_version,
        owner=statement.owner_name or "",
        review="" if review == ReviewState.NONE else str(review.label),
        objective_id=control.parent_id,
    )


def _choices(statement: Statement, rules: Rules | None) -> tuple[tuple[str, str], ...]:
    """In the order of the keys Alt+1 to Alt+3. What is chosen already stays a choice, whatever the parameter says."""
    offered = rules is None or offers_not_selected(statement.control, rules)
    keep = offered or statement.adoption == Adoption.NOT_SELECTED
    order = (Adoption.ADOPTED, Adoption.NOT_SELECTED, Adoption.UNDECIDED)
    return tuple(
        (choice.value, str(choice.label))
        for choice in order
        if keep or choice != Adoption.NOT_SELECTED
    )


def _state(statement: Any) -> str:
    """The Python twin of `querysets.ANSWERED`."""
    if statement.is_released:
        return "released"
    if statement.adoption == Adoption.UNDECIDED:
        return "undecided"
    if statement.adoption == Adoption.NOT_SELECTED:
        return "complete" if statement.reason_length else "incomplete"
    return "complete" if statement.text_length or statement.inherited_from else "incomplete"
