"""The frozen declaration (言明書確定版) as reviewers read it: one section of the criteria at a time, filtered."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from declarations.enums import Adoption
from declarations.models import Declaration
from declarations.selectors.frozen import FrozenDeclaration, FrozenObjective
from registrations.models import Application

RELEASED = "released"
DETAIL_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A section with how many of its statements pass the filter."""

    number: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter with how many statements of the whole declaration pass it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """What the page shows; `current` is None when nothing passes the filter."""

    edition: str
    filters: list[Filter]
    sections: list[Section]
    current: Section | None
    objectives: list[FrozenObjective]


def statement_page(
    declaration: Declaration, *, section: str = "", number: str = "", show: str = ""
) -> StatementPage:
    """The section of the control `number`, else the one asked for, else the first with something to show.

    `show` is an adoption, `released` or empty for all. One query.
    """
    frozen = FrozenDeclaration.of(declaration)
    rows = frozen.content["statements"]
    counts = Counter(row["section"] for row in rows if _passes(row, show))
    sections = [Section(one.number, one.title, counts[one.number]) for one in frozen.sections()]
    wanted = _section_of(frozen, number) or section
    current = next((one for one in sections if one.number == wanted), None)
    current = current or next((one for one in sections if one.count), None)
    return StatementPage(
        edition=frozen.content["edition"]["name"],
        filters=_filters(Counter(map(_kind, rows))),
        sections=sections,
        current=current,
        objectives=_objectives(frozen, current.number, show) if current else [],
    )


def statement_url(application: Application, number: str) -> str:
    """The place of one control in the frozen declaration."""
    page = reverse("registrations:statements", args=[application.pk])
    # The anchors of declarations/_frozen_objective.html: a detail has four figures, an objective three.
    kind = "c" if sum(map(str.isdigit, number.split("."))) == DETAIL_FIGURES else "o"
    return f"{page}?{urlencode({'number': number})}#{kind}-{slugify(number)}"


def _filters(counts: Counter[str]) -> list[Filter]:
    answers = [
        (Adoption.ADOPTED.value, str(Adoption.ADOPTED.label)),
        (Adoption.NOT_SELECTED.value, str(Adoption.NOT_SELECTED.label)),
        (RELEASED, _("統制目標を除外")),
    ]
    every = Filter("", _("すべて"), counts.total())
    return [every, *(Filter(value, label, counts[value]) for value, label in answers)]


def _objectives(frozen: FrozenDeclaration, section: str, show: str) -> list[FrozenObjective]:
    passing = [
        replace(one, statements=[row for row in one.statements if _passes(row, show)])
        for one in frozen.objectives(section)
    ]
    return [one for one in passing if one.statements]


def _passes(row: dict[str, Any], show: str) -> bool:
    return not show or _kind(row) == show


def _kind(row: dict[str, Any]) -> str:
    return RELEASED if row["is_released"] else row["adoption"]


def _section_of(frozen: FrozenDeclaration, number: str) -> str:
    rows = (*frozen.content["statements"], *frozen.content["objectives"])
    return next((row["section"] for row in rows if row["number"] == number), "")
