"""Every row of a declaration on one page: to read, to search with the browser, to print, to select from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from declarations.enums import Adoption, ReviewState
from declarations.models import Declaration, StatementEvidence
from declarations.querysets import ANSWERED, StatementQuerySet
from declarations.selectors.progress import SECTION

# Characters of a text that a line shows.
HEAD = 48


@dataclass(frozen=True, slots=True)
class Line:
    """One statement. `states` are words for what it waits for; `is_waiting` when there is something to do."""

    number: str
    title: str
    text: str
    adoption: str
    states: str
    is_waiting: bool
    owner: str
    files: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section with those of its rows that the filter leaves."""

    number: str
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Tally:
    """A question that leads to some rows: its filter, and how many rows of the whole declaration answer it."""

    label: str
    query: str
    count: int


def sections(rows: StatementQuerySet, *, internal: bool) -> list[Section]:
    """The rows by section, in catalogue order. One query.

    `internal`: with owner and review, which only the provider's own people may read.
    """
    found, words = _light(rows, timezone.localdate()), _words()
    return [
        Section(number, title, [_line(row, words, internal=internal) for row in members])
        for (number, title), members in groupby(found, key=lambda row: row["section"])
    ]


def tallies(declaration: Declaration, user: User) -> tuple[int, list[Tally]]:
    """How many rows the declaration has, and how many wait for what. One query."""
    undecided = Q(adoption=Adoption.UNDECIDED, is_released=False)
    incomplete = ~Q(adoption=Adoption.UNDECIDED) & Q(is_released=False) & ~ANSWERED
    asked = [
        ("adoption=undecided", _("未入力"), undecided),
        ("state=incomplete", _("記入不足"), incomplete),
        (
            "state=unconfirmed",
            _("引継・未確認"),
            Q(carried_from__isnull=False, confirmed_at__isnull=True),
        ),
        ("owner=me", _("自分の担当"), Q(owner=user.pk)),
        ("owner=none", _("担当者なし"), Q(owner__isnull=True)),
        ("state=requested", _("確認待ち"), Q(review_state=ReviewState.REQUESTED)),
        ("state=returned", _("差戻し"), Q(review_state=ReviewState.RETURNED)),
        ("comments=open", _("未解決のコメント"), Q(open_threads__gt=0)),
    ]
    counts = {f"n{n}": Count("pk", filter=where) for n, (_query, _label, where) in enumerate(asked)}
    rows = declaration.statements.with_released().count_open_threads()
    row = rows.aggregate(total=Count("pk"), **counts)
    return row["total"], [
        Tally(label, query, row[f"n{n}"]) for n, (query, label, _where) in enumerate(asked)
    ]


def _light(rows: StatementQuerySet, today: date) -> Iterable[dict[str, Any]]:
    ties = StatementEvidence.objects.filter(statement=OuterRef("pk"), removed_at__isnull=True)
    found = (
        rows.with_released()
        .annotate(
            text=Left("individual_control", HEAD),
            why=Left("reason", HEAD),
            files=Coalesce(
                Subquery(ties.order_by().values("statement").annotate(n=Count("pk")).values("n")), 0
            ),
            number=F("control__number"),
            title=F("control__title"),
            objective=F("control__parent__title"),
            section_number=F(f"{SECTION}__number"),
            section_title=F(f"{SECTION}__title"),
            owner_name=F("owner__name"),
            base_name=F("base_service__name"),
            has_base_left=Q(base_service__listed_until__lt=today),
        )
        .order_by("control__sort_key")
        .values(
            "number", "title", "objective", "section_number", "section_title", "adoption", "text", "why",
            "base_name", "has_base_left", "files", "owner_name", "review_state", "is_released", "carried_from_id",
            "confirmed_at",
        )
    )  # fmt: skip
    for row in found:
        yield row | {"section": (row["section_number"], row["section_title"])}


def _words() -> dict[str, str]:
    """Every word that a line may need, looked up once and not a thousand times."""
    return {
        **{value.value: str(value.label) for value in (*Adoption, *ReviewState)},
        "released": _("統制目標を除外"),
        "incomplete": _("記入不足"),
        "unconfirmed": _("引継・未確認"),
        "complete": _("記入済み"),
        "inherits": _("継承："),
        "left": _("（掲載終了）"),
    }


def _line(row: dict[str, Any], words: dict[str, str], *, internal: bool) -> Line:
    adoption = row["adoption"]
    not_selected = adoption == Adoption.NOT_SELECTED
    text = row["why"] if not_selected else row["text"]
    waits = [words[name] for name in _waits(row, bool(text), internal=internal)]
    return Line(
        number=row["number"],
        title=row["title"] or row["objective"],
        text=text if not_selected else _with_base(text, row, words),
        adoption=words["released" if row["is_released"] else adoption],
        states="・".join(waits) or words.get(_done(row, internal=internal), ""),
        is_waiting=bool(waits),
        owner=(row["owner_name"] or "") if internal else "",
        files=row["files"],
    )


def _with_base(text: str, row: dict[str, Any], words: dict[str, str]) -> str:
    """The head of the text, and what the row is inherited from, also when that has left the list."""
    if not row["base_name"]:
        return text
    named = f"{words['inherits']}{row['base_name']}{words['left'] if row['has_base_left'] else ''}"
    return f"{text}　{named}" if text else named


def _waits(row: dict[str, Any], has_text: bool, *, internal: bool) -> list[str]:
    waits = []
    if not row["is_released"] and row["adoption"] != Adoption.UNDECIDED:
        inherits = row["adoption"] == Adoption.ADOPTED and row["base_name"]
        if not has_text and not inherits:
            waits.append("incomplete")
    if not internal:
        return waits
    if row["carried_from_id"] and not row["confirmed_at"]:
        waits.append("unconfirmed")
    if row["review_state"] in (ReviewState.REQUESTED, ReviewState.RETURNED):
        waits.append(row["review_state"])
    return waits


def _done(row: dict[str, Any], *, internal: bool) -> str:
    if internal and row["review_state"] == ReviewState.AGREED:
        return str(ReviewState.AGREED.value)
    is_open = row["is_released"] or row["adoption"] == Adoption.UNDECIDED
    return "" if is_open else "complete"
