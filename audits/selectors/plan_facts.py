"""The plan as it stands and what a new one would be made from: the bridge between rows and planner."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from audits.enums import AUDITOR_KINDS, CycleAction
from audits.models import AuditCycle, Inclusion, PlanItem
from audits.planning.facts import Basis, Cause, Plan, PlanControl, PlanRequest
from audits.planning.facts import Placement as Placed
from audits.planning.fresh import fresh_plan
from audits.selectors.plan_scope import (
    DETAIL_COLUMNS,
    Classification,
    DetailRow,
    Forced,
    adopted_details,
    derived_causes,
    last_audits,
    reported_years,
)
from controls.rules import Rules
from core.exceptions import DomainError
from declarations.enums import FROZEN_STATES
from declarations.models import Declaration

YEAR_MONTHS = "external_audit_every_months"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """`plan` is the plan as it stands, `request` what planning it anew would start from."""

    request: PlanRequest
    plan: Plan
    control_ids: dict[str, uuid.UUID]


def newest_declaration(cycle: AuditCycle) -> Declaration:
    """The newest fixed declaration whose period ends inside the cycle: what the plan should rest on."""
    return (
        Declaration.objects.fixed()
        .filter(
            service=cycle.service_id,
            period_end__range=(cycle.starts_on, cycle.ends_on),
        )
        .select_related("edition", "service__organisation")
        .order_by("-period_start")
        .first()
    ) or cycle.declaration


def last_year_declared(cycle: AuditCycle) -> int:
    """The last year of the cycle for which a declaration against its edition was fixed. One query."""
    declared = Declaration.objects.filter(
        service=cycle.service_id,
        edition=cycle.edition_id,
        state__in=FROZEN_STATES,
        period_end__range=(cycle.starts_on, cycle.ends_on),
    ).order_by()
    years = (cycle.year_of(day) for day in declared.values_list("period_end", flat=True))
    return max((year for year in years if year is not None), default=1)


def was_ended_by(cycle: AuditCycle, user: User) -> bool:
    """This person ended the cycle early."""
    return cycle.is_ended and cycle.history.filter(action=CycleAction.END, actor=user).exists()


def cycle_of(declaration: Declaration, *, years: int) -> AuditCycle:
    """A cycle, not saved, whose first year is the period of this declaration. DomainError without a length of years.

    Days that still belong to the cycle before stay there.
    """
    months = Rules.at(declaration.period_end).value(YEAR_MONTHS)
    if months is None:
        raise DomainError(
            _(
                "外部監査の間隔が制度パラメータに登録されていません。事務局に登録を依頼してください。"
            )
        )
    before = (
        AuditCycle.objects.covering(
            declaration.service_id, declaration.period_start, declaration.period_start
        )
        .filter(ends_on__lt=declaration.period_end)
        .first()
    )
    cycle = AuditCycle(
        service_id=declaration.service_id,
        edition_id=declaration.edition_id,
        declaration=declaration,
        starts_on=before.ends_on + timedelta(days=1) if before else declaration.period_start,
        first_year_ends_on=declaration.period_end,
        years=years,
        year_months=months,
    )
    cycle.ends_on = cycle.last_day_of(years)
    return cycle


def plan_facts(cycle: AuditCycle, declaration: Declaration, *, renewed: bool = False) -> PlanFacts:
    """The plan and its request, resting on this declaration. A constant number of queries.

    With `renewed` the causes of its year are derived anew from it; else those of the plan are kept.
    """
    adopted = adopted_details(declaration)
    classification = Classification(cycle.edition_id, on=declaration.period_end)
    audited = last_audits(cycle)
    controls = [classification.control(row, audited.get(row.number)) for row in adopted]
    known = {one.number: one for one in controls}
    rows, placements = _stored(cycle, classification, known)
    first_open = max(reported_years(cycle), default=0) + 1
    forced = _kept_causes(placements, first_open, renewed=renewed)
    if renewed:
        answered = {
            cause.key for one in placements for cause in one.causes if one.year < first_open
        }
        for place, causes in derived_causes(cycle, declaration, adopted, answered).items():
            forced[place] = (*causes, *forced.get(place, ()))
    ids = {row.number: row.control_id for row in (*adopted, *rows)}
    return PlanFacts(
        request=PlanRequest(
            years=cycle.years,
            controls=tuple(controls),
            forced={place: causes for place, causes in forced.items() if place[0] in known},
            settled=tuple(one for one in placements if one.year < first_open),
            first_open=first_open,
        ),
        plan=Plan(cycle.years, first_open, tuple(placements)),
        control_ids=ids,
    )


def _stored(
    cycle: AuditCycle, classification: Classification, known: dict[str, PlanControl]
) -> tuple[list[DetailRow], list[Placed]]:
    """The items of the plan in order. Two queries; none for a cycle that is not saved."""
    if cycle._state.adding:
        return [], []
    causes: defaultdict[int, list[Cause]] = defaultdict(list)
    reasons = Inclusion.objects.filter(item__cycle=cycle).order_by("kind", "pk")
    for item, kind, reason, flag in reasons.values_list("item", "kind", "reason", "flag"):
        is_held = kind not in AUDITOR_KINDS
        causes[item].append(Cause(kind, reason, is_held, key=str(flag or "")))
    rows, placements = [], []
    items = PlanItem.objects.filter(cycle=cycle).order_by("control__sort_key", "year")
    for pk, year, basis, *columns in items.values_list("pk", "year", "basis", *DETAIL_COLUMNS):
        row = DetailRow(*columns)
        rows.append(row)
        # What the declaration no longer adopts stays only in years that are over.
        control = known.get(row.number) or classification.control(row)
        placements.append(Placed(control, year, Basis(basis), tuple(causes[pk])))
    return rows, placements


def _kept_causes(placements: list[Placed], first_open: int, *, renewed: bool) -> Forced:
    """The causes of open years that stand in the plan; when they are renewed, those that the auditor entered."""
    forced: Forced = {}
    for one in placements:
        causes = tuple(cause for cause in one.causes if not (renewed and cause.is_held))
        if causes and one.year >= first_open:
            forced[one.control.number, one.year] = causes
    return forced


def plan_for_years(facts: PlanFacts, years: int) -> Plan:
    """What a fresh plan would be over another number of years. Changes nothing.

    What is forced into a year that there would not be moves to the last.
    """
    forced: defaultdict[tuple[str, int], tuple[Cause, ...]] = defaultdict(tuple)
    for (number, year), causes in facts.request.forced.items():
        forced[number, min(year, years)] += causes
    return fresh_plan(replace(facts.request, years=years, forced=dict(forced)))
