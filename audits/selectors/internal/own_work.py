"""Whose work a control is: the twin in Python of the trigger `not_own_work` (models/internal_rules.py)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from declarations.enums import ORGANISING_ACTIONS
from declarations.models import Declaration, Statement, StatementHistory

OwnWork = dict[uuid.UUID, set[uuid.UUID]]


def own_work(declaration: Declaration, people: Iterable[uuid.UUID]) -> OwnWork:
    """Of these people, who wrote the statement on each control or looks after it. Two queries.

    Who wrote in an earlier version of the same period counts too: the words are still theirs.
    """
    known = list(people)
    found: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    owned = Statement.objects.filter(declaration=declaration, owner__in=known).order_by()
    for control, owner in owned.values_list("control", "owner"):
        found[control].add(owner)
    written = (
        StatementHistory.objects.filter(
            statement__declaration__service=declaration.service_id,
            statement__declaration__period_start=declaration.period_start,
            statement__declaration__version__lte=declaration.version,
            actor__in=known,
        )
        .exclude(action__in=ORGANISING_ACTIONS)
        .order_by()
        .values_list("statement__control", "actor")
        .distinct()
    )
    for control, writer in written:
        found[control].add(writer)
    return dict(found)
