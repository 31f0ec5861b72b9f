"""What waits for one person in the declarations that are being written. A constant number of queries."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from accounts.models import User
from declarations.enums import ReviewState, StatementAction
from declarations.models import Declaration, Statement, StatementHistory
from declarations.querysets import ANSWERED, COUNTS, StatementQuerySet
from declarations.selectors.batches import BatchRow, own_batches
from declarations.selectors.comments import WaitingThread, waiting_threads
from declarations.selectors.progress import SECTION

SHOWN_RETURNED, SHOWN_BATCHES = 50, 10


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one section: how many there are, and how many still lack something."""

    number: str
    title: str
    total: int
    left: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a person has in one declaration, by section."""

    declaration: Declaration
    parts: list[Part]

    @property
    def total(self) -> int:
        """Rows in all sections."""
        return sum(part.total for part in self.parts)

    @property
    def left(self) -> int:
        """Rows that lack something."""
        return sum(part.left for part in self.parts)


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that a colleague sent back, and why."""

    declaration: Declaration
    number: str
    title: str
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True)
class MyWork:
    """The page of one person."""

    assigned: list[Share]
    reviews: list[Share]
    returned: list[Returned]
    threads: list[WaitingThread]
    batches: list[BatchRow]

    @property
    def is_empty(self) -> bool:
        """Nothing waits, and nothing was done lately."""
        waiting = self.assigned or self.reviews or self.returned or self.threads
        return not (waiting or self.batches)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a person, in three figures."""

    assigned: int
    reviews: int
    returned: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.assigned + self.reviews + self.returned


def my_work(user: User) -> MyWork:
    """Rows to write, to look at, sent back, comments to answer, and the person's latest acts. Seven queries."""
    declarations = _open_declarations(user)
    rows = Statement.objects.filter(declaration__in=declarations)
    return MyWork(
        assigned=_shares(rows.filter(owner=user), declarations),
        reviews=_shares(
            rows.filter(reviewer=user, review_state=ReviewState.REQUESTED), declarations
        ),
        returned=_returned(rows.filter(_sent_back_to(user)), declarations),
        threads=waiting_threads(user),
        batches=own_batches(user, list(declarations), SHOWN_BATCHES),
    )


def waiting_work(user: User) -> Waiting:
    """The figures of the page, for the desk. One query."""
    own = Declaration.objects.visible_to(user).open()
    rows = Statement.objects.filter(declaration__in=own).filter(
        Q(owner=user) | Q(reviewer=user) | Q(updated_by=user, review_state=ReviewState.RETURNED)
    )
    return Waiting(
        **rows.with_released().aggregate(
            assigned=Count("pk", filter=Q(owner=user, is_released=False) & ~ANSWERED),
            reviews=Count("pk", filter=Q(reviewer=user, review_state=ReviewState.REQUESTED)),
            returned=Count("pk", filter=_sent_back_to(user)),
        )
    )


def _open_declarations(user: User) -> dict[uuid.UUID, Declaration]:
    found = Declaration.objects.visible_to(user).open().select_related("service")
    return {row.pk: row for row in found.order_by("service__name", "period_start")}


def _sent_back_to(user: User) -> Q:
    """Rows that this person owns or wrote last, not those that he or she sent back."""
    return (
        Q(review_state=ReviewState.RETURNED)
        & (Q(owner=user) | Q(updated_by=user))
        & ~Q(reviewer=user)
    )


def _shares(rows: StatementQuerySet, declarations: dict[uuid.UUID, Declaration]) -> list[Share]:
    """By declaration and section. One query."""
    found = (
        rows.with_released()
        .values(
            "declaration",
            number=F(f"{SECTION}__number"),
            title=F(f"{SECTION}__title"),
            place=F(f"{SECTION}__sort_key"),
        )
        .annotate(total=COUNTS["total"], answered=COUNTS["answered"])
        .order_by("declaration", "place")
    )
    parts = {key: list(members) for key, members in groupby(found, lambda row: row["declaration"])}
    return [
        Share(declaration, [_part(row) for row in parts[key]])
        for key, declaration in declarations.items()
        if key in parts
    ]


def _part(row: dict[str, Any]) -> Part:
    return Part(row["number"], row["title"], row["total"], row["total"] - row["answered"])


def _returned(
    rows: StatementQuerySet, declarations: dict[uuid.UUID, Declaration]
) -> list[Returned]:
    lines = StatementHistory.objects.filter(
        statement=OuterRef("pk"), action=StatementAction.REVIEW_RETURNED
    ).order_by("-occurred_at", "-pk")
    found: Iterable[Any] = (
        rows.select_related("control__parent", "reviewer")
        .defer("reason", "individual_control")
        .annotate(why=Subquery(lines.values("reason")[:1]))
        .order_by("declaration", "control__sort_key")[:SHOWN_RETURNED]
    )
    return [
        Returned(
            declaration=declarations[row.declaration_id],
            number=row.control.number,
            title=row.control.title or row.control.parent.title,
            reviewer=row.reviewer.name,
            reason=row.why or "",
        )
        for row in found
    ]
