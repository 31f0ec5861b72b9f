"""Which controls an engagement has to test: those of the plan for its year, or what is audited every year."""

import uuid
from dataclasses import dataclass

from audits.enums import InclusionKind, ScopeBasis
from audits.models import AuditCycle, Engagement, Inclusion, PlanItem
from audits.planning.facts import Duty
from audits.selectors.open_findings import controls_with_open_findings
from audits.selectors.pinned import Pinned
from audits.selectors.plan_scope import DETAIL_COLUMNS, Classification, DetailRow
from controls.enums import Level
from controls.models import Control


@dataclass(frozen=True, slots=True)
class Wanted:
    """A control of the scope, and why."""

    control_id: uuid.UUID
    number: str
    basis: ScopeBasis
    note: str = ""


def cycle_of(engagement: Engagement) -> AuditCycle | None:
    """The planned cycle of the same criteria that the audited period belongs to; None without one. One query."""
    audited = engagement.declaration
    return (
        AuditCycle.objects.of_period(audited)
        .filter(edition=audited.edition_id, planned_at__isnull=False)
        .select_related("declaration")
        .first()
    )


def wanted_scope(engagement: Engagement, cycle: AuditCycle | None, pinned: Pinned) -> list[Wanted]:
    """What the pinned declaration adopts of the plan's year and of what earlier audits left open.

    Without a plan: of the standards that are audited every year. Four queries, five without a plan.
    """
    found = _planned(engagement, cycle) if cycle else _always(engagement)
    known = {one.number for one in found}
    left = [one for one in _left_open(engagement) if one.number not in known]
    return [one for one in [*found, *left] if pinned.adopts(one.number)]


def _planned(engagement: Engagement, cycle: AuditCycle) -> list[Wanted]:
    year = cycle.year_of(engagement.declaration.period_end)
    if year is None:
        return []
    items = PlanItem.objects.filter(cycle=cycle, year=year).order_by("control__sort_key")
    reasons: dict[int, list[str]] = {}
    given = Inclusion.objects.filter(item__cycle=cycle, item__year=year).order_by("pk")
    for item, kind, reason in given.values_list("item", "kind", "reason"):
        reasons.setdefault(item, []).append(f"{InclusionKind(kind).label}：{reason}")
    rows = items.values_list("pk", "control_id", "control__number")
    return [
        Wanted(control_id, number, ScopeBasis.PLAN, "\n".join(reasons.get(pk, ())))
        for pk, control_id, number in rows
    ]


def _always(engagement: Engagement) -> list[Wanted]:
    audited = engagement.declaration
    classification = Classification(audited.edition_id, on=audited.period_end)
    details = Control.objects.filter(edition=audited.edition_id, level=Level.DETAIL)
    columns = ("pk", *(name.removeprefix("control__") for name in DETAIL_COLUMNS[1:]))
    rows = [DetailRow(*row) for row in details.order_by("sort_key").values_list(*columns)]
    return [
        Wanted(row.control_id, row.number, ScopeBasis.ALWAYS)
        for row in rows
        if classification.control(row).duty == Duty.EVERY_YEAR
    ]


def _left_open(engagement: Engagement) -> list[Wanted]:
    """Controls whose finding of an earlier audit is still open, whichever firm raised it. Two queries."""
    reasons = controls_with_open_findings(engagement)
    controls = Control.objects.filter(pk__in=reasons).order_by("sort_key")
    return [
        Wanted(pk, number, ScopeBasis.FINDING, reasons[pk])
        for pk, number in controls.values_list("pk", "number")
    ]
