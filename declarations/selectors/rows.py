"""Statements as rows of the editor: light enough for sixty on a page."""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce, Left, Length
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from controls.enums import Standard
from controls.models import ControlArea
from controls.rules import Rules
from core.db import PreparedRows
from declarations.enums import Adoption, ReviewState
from declarations.models import Declaration, Statement, StatementEvidence
from declarations.querysets import UNCONFIRMED
from declarations.rules import is_required, offers_not_selected

# Characters of a text that a closed row shows: what fits into its one line.
EXCERPT = 48
BETWEEN = "　"
# Filters of the toolbar, in its order.
FILTERS = {
    "undecided": gettext_lazy("未入力"),
    "incomplete": gettext_lazy("記入不足"),
    "unconfirmed": gettext_lazy("引継・未確認"),
    "not_selected": gettext_lazy("選択しない"),
    "liu": gettext_lazy("LIU監査"),
}


@dataclass(frozen=True, slots=True)
class EditorRow:
    """One statement as the editor shows it, worded: the template of sixty rows decides as little as it can.

    `title_note` says that the title is the objective's, for details that have none of their own. `state`: undecided,
    incomplete, complete or released. `filters` are those of the toolbar that show this row. `address` is the page of
    this row alone. `missing` says what a decided row still lacks, `said` is the beginning of what it says, `facts`
    follow, and `team` is for those who edit.
    """

    number: str
    suffix: str
    title: str
    title_note: str
    is_liu: bool
    adoption: str
    adoption_label: str
    choices: tuple[tuple[str, str], ...]
    state: str
    filters: tuple[str, ...]
    address: str
    missing: str
    said: str
    facts: str
    team: str
    is_unconfirmed: bool
    version: int
    objective_id: uuid.UUID

    @property
    def is_released(self) -> bool:
        """The objective is excluded, so no choice is asked; what was written stays."""
        return self.state == "released"


def editor_rows(declaration: Declaration, **narrowed: Any) -> list[EditorRow]:
    """Rows of a declaration in catalogue order, narrowed by lookups on Statement. One or two queries."""
    lines = _lines(*narrowed).of(declaration=declaration.pk, **narrowed)
    rules = Rules.at(declaration.period_end) if any(map(is_required, lines)) else None
    above = _folder(declaration, lines[0].number) if lines else ""
    return [_row(line, rules, above) for line in lines]


def _folder(declaration: Declaration, number: str) -> str:
    """The address that the page of every row begins with: asked for once, not sixty times."""
    address = reverse("declarations:statement", args=[declaration.pk, number])
    return address.removesuffix(f"{number}/")


@cache
def _lines(*narrowed: str) -> PreparedRows:
    """What rows are made of: plain named tuples, no model, and of the texts no more than a line shows."""
    ties = StatementEvidence.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
    areas = ControlArea.objects.filter(
        Q(control=OuterRef("control")) | Q(control=OuterRef("control__parent"))
    )
    facts = {
        "number": F("control__number"),
        "suffix": F("control__suffix"),
        "title": F("control__title"),
        "standard": F("control__standard"),
        "is_mandatory": F("control__is_mandatory"),
        "objective_id": F("control__parent_id"),
        "objective_title": F("control__parent__title"),
        "text_head": Left("individual_control", EXCERPT),
        "text_length": Length("individual_control"),
        "reason_head": Left("reason", EXCERPT),
        "reason_length": Length("reason"),
        "files": Coalesce(
            Subquery(ties.order_by().values("statement").annotate(n=Count("pk")).values("n")), 0
        ),
        "has_area": Exists(areas),
        "owner_name": F("owner__name"),
        "base_name": F("base_service__name"),
        "is_unconfirmed": ExpressionWrapper(UNCONFIRMED, BooleanField()),
    }
    stored = ("adoption", "row_version", "review_state", "base_service_id")
    rows = (
        Statement.objects.with_released()
        .count_open_threads()
        .annotate(**facts)
        .order_by("control__sort_key")
        .values_list(*stored, "is_released", "open_threads", *facts)
    )
    return PreparedRows(rows, "declaration", *narrowed)


def _row(line: Any, rules: Rules | None, above: str) -> EditorRow:
    adoption = Adoption(line.adoption)
    state, not_selected = _state(line), adoption == Adoption.NOT_SELECTED
    is_liu = line.has_area or line.standard != Standard.CONTROL_MEASURE
    matches = {
        "undecided": state == "undecided",
        "incomplete": state == "incomplete",
        "unconfirmed": line.is_unconfirmed,
        "not_selected": not_selected and state != "released",
        "liu": is_liu,
    }
    return EditorRow(
        number=line.number,
        suffix=line.suffix,
        title=line.title or line.objective_title,
        title_note="" if line.title else _("（統制目標の見出し）"),
        is_liu=is_liu,
        adoption=adoption.value,
        adoption_label=str(adoption.label),
        choices=_choices(line, rules),
        state=state,
        filters=tuple(name for name in FILTERS if matches[name]),
        address=f"{above}{line.number}/",
        missing=_missing(state, adoption),
        said=line.reason_head if not_selected else line.text_head,
        facts=_facts(line, state, adoption),
        team=_team(line),
        is_unconfirmed=line.is_unconfirmed,
        version=line.row_version,
        objective_id=line.objective_id,
    )


def _missing(state: str, adoption: Adoption) -> str:
    if state != "incomplete":
        return ""
    return _("理由が未入力") if adoption == Adoption.NOT_SELECTED else _("個別管理策が未入力")


def _facts(line: Any, state: str, adoption: Adoption) -> str:
    """Length of the text that counts, the service that the row inherits from, and the files.

    What is not selected inherits nothing, whatever it names: so does the 言明書 say.
    """
    not_selected = adoption == Adoption.NOT_SELECTED
    length = line.reason_length if not_selected else line.text_length
    facts = []
    if state == "undecided" and not length:
        facts.append(_("記載なし"))
    if length:
        facts.append(_("%(length)s字") % {"length": f"{length:,}"})
    if line.base_name and not not_selected:
        facts.append(_("継承：%(service)s") % {"service": line.base_name})
    if line.files:
        facts.append(_("証跡 %(count)s件") % {"count": line.files})
    return BETWEEN.join(facts)


def _team(line: Any) -> str:
    """Open comment threads, who is in charge of the row, and where its review stands."""
    parts = []
    if line.open_threads:
        parts.append(_("コメント %(count)s件") % {"count": line.open_threads})
    if line.owner_name:
        parts.append(_("担当 %(name)s") % {"name": line.owner_name})
    review = ReviewState(line.review_state)
    if review != ReviewState.NONE:
        parts.append(_("確認：%(state)s") % {"state": review.label})
    return BETWEEN.join(parts)


def _choices(line: Any, rules: Rules | None) -> tuple[tuple[str, str], ...]:
    """What the control offers. What is chosen already stays a choice, whatever the parameter says."""
    offered = rules is None or offers_not_selected(line, rules)
    return _worded_choices(get_language(), offered or line.adoption == Adoption.NOT_SELECTED)


@cache
def _worded_choices(language: str, with_not_selected: bool) -> tuple[tuple[str, str], ...]:
    """In the order of the keys Alt+1 to Alt+3."""
    order = (Adoption.ADOPTED, Adoption.NOT_SELECTED, Adoption.UNDECIDED)
    return tuple(
        (choice.value, str(choice.label))
        for choice in order
        if with_not_selected or choice != Adoption.NOT_SELECTED
    )


def _state(line: Any) -> str:
    """The Python twin of `querysets.ANSWERED`."""
    if line.is_released:
        return "released"
    if line.adoption == Adoption.UNDECIDED:
        return "undecided"
    if line.adoption == Adoption.NOT_SELECTED:
        return "complete" if line.reason_length else "incomplete"
    return "complete" if line.text_length or line.base_service_id else "incomplete"
