"""Who holds what of a declaration, and what stands between colleagues on one row."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from declarations import policies
from declarations.enums import ReviewState, StatementAction
from declarations.models import Declaration, Statement, StatementHistory
from declarations.selectors.colleagues import colleagues


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with what he or she looks after in one declaration. `has_left`: no longer works on it."""

    person: User
    rows: int
    reviews: int
    has_left: bool


@dataclass(frozen=True, slots=True)
class RowReview:
    """One row as its panel shows it to one of the provider's people."""

    state: str
    label: str
    owner: str
    reviewer: str
    reason: str
    may_decide: bool
    is_waiting_for_me: bool


def holders(declaration: Declaration) -> list[Holder]:
    """Everybody who owns a row or was asked to review one; who has left comes first. Four queries."""
    owned = _counted(declaration.statements.filter(owner__isnull=False), "owner")
    asked = _counted(declaration.statements.filter(review_state=ReviewState.REQUESTED), "reviewer")
    here = set(colleagues(declaration).values_list("pk", flat=True))
    people = User.objects.filter(pk__in={*owned, *asked}).order_by("name", "pk")
    found = [
        Holder(person, owned.get(person.pk, 0), asked.get(person.pk, 0), person.pk not in here)
        for person in people
    ]
    return sorted(found, key=lambda holder: not holder.has_left)


def departed_holders(declaration: Declaration) -> list[str]:
    """Names of those who hold rows or reviews and no longer work on the declaration. One query."""
    held = declaration.statements.filter(
        Q(owner__isnull=False) | Q(review_state=ReviewState.REQUESTED)
    )
    here = colleagues(declaration).values("pk")
    names = held.exclude(owner__in=here).order_by().values_list("owner__name", flat=True)
    asked = (
        held.filter(review_state=ReviewState.REQUESTED)
        .exclude(reviewer__in=here)
        .order_by()
        .values_list("reviewer__name", flat=True)
    )
    return sorted(name for name in names.union(asked) if name)


def row_review(statement: Statement, user: User) -> RowReview:
    """What stands between colleagues on this row. The reason of the last return; one query where there is one."""
    state = ReviewState(statement.review_state)
    reason = ""
    if state == ReviewState.RETURNED:
        line = (
            StatementHistory.objects.filter(
                statement=statement, action=StatementAction.REVIEW_RETURNED
            )
            .order_by("-occurred_at", "-pk")
            .first()
        )
        reason = line.reason if line else ""
    return RowReview(
        state=state.value,
        label=str(state.label),
        owner=statement.owner.name if statement.owner else "",
        reviewer=statement.reviewer.name if statement.reviewer else "",
        reason=reason,
        may_decide=state == ReviewState.REQUESTED
        and policies.can_review_statement(user, statement),
        is_waiting_for_me=state == ReviewState.REQUESTED and statement.reviewer_id == user.pk,
    )


def _counted(rows, name: str) -> dict:
    counts = rows.order_by().values(name).annotate(n=Count("pk"))
    return {row[name]: row["n"] for row in counts}
