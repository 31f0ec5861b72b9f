"""Writes what a carry-over plan says into a new, still empty declaration. No act of its own: acts call it."""

from uuid import UUID

from declarations.carry import Carried, CarryPlan
from declarations.models import Declaration, ObjectiveExclusion, Statement, StatementEvidence
from declarations.selectors.colleagues import colleagues
from declarations.snapshot import BODY_FIELDS

# Subsequent events (後発事象) belong to the period that they followed.
NEXT_YEAR_BODY = tuple(name for name in BODY_FIELDS if name != "subsequent_events")


def carry_plan_into(new: Declaration, plan: CarryPlan) -> None:
    """Insert every statement, exclusion and evidence tie of the plan: four queries whatever its size.

    Nothing carried is confirmed, no review is carried, and a row stays with its person as long as that person still
    works for the provider.
    """
    people = set(colleagues(new).order_by().values_list("pk", flat=True))
    rows = Statement.objects.bulk_create(_statement(new, row, people) for row in plan.rows)
    ObjectiveExclusion.objects.bulk_create(
        ObjectiveExclusion(declaration=new, objective_id=objective, reason=reason)
        for objective, reason in plan.exclusions
    )
    StatementEvidence.objects.bulk_create(
        StatementEvidence(statement=row, version_id=version, note=note)
        for row, carried in zip(rows, plan.rows, strict=True)
        for version, note in carried.files
    )


def _statement(new: Declaration, carried: Carried, people: set[UUID]) -> Statement:
    source = next((row.statement for row in carried.sources if not row.is_empty), None)
    return Statement(
        declaration=new,
        control_id=carried.control,
        carried_from_id=source,
        adoption=carried.adoption,
        reason=carried.reason,
        individual_control=carried.individual_control,
        base_service_id=carried.base.key if carried.base else None,
        inherited_note=carried.inherited_note,
        owner_id=carried.owner if carried.owner in people else None,
    )
