"""What the planner has to know of declarations and the catalogue: the scope, and why some controls cannot wait."""

import uuid
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from audits.enums import EngagementState, InclusionKind
from audits.models import AuditCycle, Engagement, PlanItem
from audits.planning.facts import Cause, Duty, PlanControl
from audits.selectors.open_findings import unresolved_findings
from controls.enums import Area
from controls.models import ControlArea
from controls.rules import Rules
from core.calendar import format_wareki
from declarations.enums import Adoption, ChangeKind
from declarations.models import ControlChange, Declaration, Statement
from registrations.enums import FlagKind
from registrations.models import ControlFlag

ALWAYS_AUDITED, AREAS = "always_audited_standards", "liu_areas"


class DetailRow(NamedTuple):
    """A detail and its place in the criteria."""

    control_id: uuid.UUID
    number: str
    sort_key: list[int]
    standard: str
    objective_id: uuid.UUID
    objective_key: list[int]


# The columns of DetailRow, from a row that has a control.
DETAIL_COLUMNS = (
    "control_id", "control__number", "control__sort_key", "control__standard", "control__parent_id",
    "control__parent__sort_key",
)  # fmt: skip


def adopted_details(declaration: Declaration) -> list[DetailRow]:
    """The details that the declaration adopts and whose objective it does not exclude. One query."""
    rows = (
        Statement.objects.filter(declaration=declaration, adoption=Adoption.ADOPTED)
        .with_released()
        .filter(is_released=False)
        .order_by("control__sort_key")
        .values_list(*DETAIL_COLUMNS)
    )
    return [DetailRow(*row) for row in rows]


class Classification:
    """How often each detail has to be audited and the area that it is counted in. Two queries."""

    def __init__(self, edition_id: uuid.UUID, *, on: date):
        rules = Rules.at(on)
        self._always = set(rules.value(ALWAYS_AUDITED) or ())
        known = rules.value(AREAS) or ()
        order = [area for area in Area.values if area in known]
        marked = ControlArea.objects.filter(control__edition=edition_id, area__in=order)
        self._areas: dict[uuid.UUID, str] = {}
        for control_id, area in sorted(
            marked.values_list("control", "area"), key=lambda row: order.index(row[1])
        ):
            self._areas.setdefault(control_id, area)

    def control(self, row: DetailRow, last_audited: date | None = None) -> PlanControl:
        """The detail as the planner sees it. A detail without an area of its own has that of its objective."""
        area = self._areas.get(row.control_id) or self._areas.get(row.objective_id, "")
        if row.standard in self._always:
            duty, area = Duty.EVERY_YEAR, ""
        else:
            duty = Duty.ONCE if area else Duty.NONE
        return PlanControl(
            row.number, tuple(row.sort_key), tuple(row.objective_key), area, duty, last_audited
        )


def reported_years(cycle: AuditCycle) -> set[int]:
    """The years of the cycle whose external audit is reported. One query."""
    years = (cycle.year_of(day) for day in _reported_days(cycle.service_id))
    return {year for year in years if year is not None}


def _reported_days(service_id: uuid.UUID) -> list[date]:
    """The last days of the periods whose audit is reported."""
    reported = Engagement.objects.filter(
        declaration__service=service_id, state=EngagementState.REPORTED
    )
    return list(reported.order_by().values_list("declaration__period_end", flat=True))


def last_audits(cycle: AuditCycle) -> dict[str, date]:
    """When each control was last audited in earlier cycles of the service and the edition. Two or three queries."""
    earlier = list(
        AuditCycle.objects.filter(
            service=cycle.service_id, edition=cycle.edition_id, ends_on__lt=cycle.starts_on
        )
    )
    if not earlier:
        return {}
    days = set(_reported_days(cycle.service_id))
    ended = {(one.pk, year): day for one in earlier for day in days if (year := one.year_of(day))}
    found: dict[str, date] = {}
    items = PlanItem.objects.filter(cycle__in=earlier).order_by()
    for number, cycle_id, year in items.values_list("control__number", "cycle", "year"):
        day = ended.get((cycle_id, year))
        if day and day > found.get(number, date.min):
            found[number] = day
    return found


Forced = dict[tuple[str, int], tuple[Cause, ...]]


def derived_causes(
    cycle: AuditCycle, declaration: Declaration, adopted: list[DetailRow], taken_up: set[str]
) -> Forced:
    """Why controls have to be audited in the year of this declaration.

    Changed, newly adopted, marked by an incident, or with a finding of an earlier period that is still open. `taken_up`
    are the flags that an earlier year of the cycle has already answered. Four or five queries.
    """
    year = cycle.year_of(declaration.period_end)
    if year is None:
        return {}
    causes: defaultdict[tuple[str, int], list[Cause]] = defaultdict(list)
    for number, reason in _changes(declaration).items():
        causes[number, year].append(Cause(InclusionKind.CHANGED, reason, is_held=True))
    for number in _newly_adopted(declaration, adopted):
        reason = _("前の監査対象期間の言明では採用していませんでした。")
        causes[number, year].append(Cause(InclusionKind.ADOPTED, reason, is_held=True))
    for number, reason in unresolved_findings(declaration):
        causes[number, year].append(Cause(InclusionKind.FINDING, reason, is_held=True))
    flags = ControlFlag.objects.filter(
        service=cycle.service_id,
        control__edition=cycle.edition_id,
        kind=FlagKind.INCIDENT,
        cleared_on__isnull=True,
        since__lte=declaration.period_end,
    )
    for number, pk, reason in flags.values_list("control__number", "pk", "reason"):
        if str(pk) not in taken_up:
            cause = Cause(InclusionKind.INCIDENT, reason, is_held=True, key=str(pk))
            causes[number, year].append(cause)
    return {place: tuple(found) for place, found in causes.items()}


def _changes(declaration: Declaration) -> dict[str, str]:
    """The recorded changes of each control in words, by number."""
    rows = ControlChange.objects.filter(
        statement__declaration=declaration, removed_at__isnull=True
    ).order_by("changed_on", "pk")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for number, day, kind in rows.values_list("statement__control__number", "changed_on", "kind"):
        said = f"{format_wareki(day, weekday=False)} {ChangeKind(kind).label}"
        if said not in found[number]:
            found[number].append(said)
    return {number: "、".join(said) for number, said in found.items()}


def _newly_adopted(declaration: Declaration, adopted: list[DetailRow]) -> list[str]:
    """What the declaration of the period before did not adopt; nothing without one, or across editions."""
    before = (
        Declaration.objects.fixed()
        .filter(service=declaration.service_id, period_end__lt=declaration.period_start)
        .order_by("-period_end")
        .first()
    )
    if before is None or before.edition_id != declaration.edition_id:
        return []
    known = {row.number for row in adopted_details(before)}
    return [row.number for row in adopted if row.number not in known]
