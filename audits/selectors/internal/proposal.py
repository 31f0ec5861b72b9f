"""Which controls an internal audit should look at, and why: weight by importance and past results (4.6.2.3)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from audits.enums import InternalAuditState, ItemReason, ItemResult
from audits.models import AuditCycle, InternalAudit, InternalAuditItem, PlanItem
from audits.planning.facts import Duty
from audits.selectors.plan_scope import DETAIL_COLUMNS, Classification, DetailRow
from declarations.enums import Adoption
from declarations.models import ControlChange, Declaration, Statement

# What is proposed at first; a critical area alone is no reason, since the external audit goes there.
PROPOSED = (
    ItemReason.NONCONFORMITY, ItemReason.ALWAYS, ItemReason.MANDATORY, ItemReason.UNCOVERED, ItemReason.CHANGED,
)  # fmt: skip
FINISHED = (InternalAuditState.REPORTED, InternalAuditState.FILED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An adopted control with its place and every reason to audit it, the weightiest first."""

    control_id: uuid.UUID
    number: str
    title: str
    section: str
    section_title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`cycle` is None where no external audit is planned: then nobody knows what it leaves out."""

    candidates: tuple[Candidate, ...]
    cycle: AuditCycle | None

    def with_any(self, reasons: Iterable[str]) -> list[Candidate]:
        """Those that have at least one of these reasons."""
        wanted = set(reasons)
        return [one for one in self.candidates if wanted & set(one.reasons)]


def external_cycle(declaration: Declaration) -> AuditCycle | None:
    """The planned audit cycle in whose days the audited period ends, of the same edition."""
    return (
        AuditCycle.objects.of_period(declaration)
        .filter(edition=declaration.edition_id, planned_at__isnull=False)
        .first()
    )


def externally_audited(cycle: AuditCycle | None, declaration: Declaration) -> set[uuid.UUID]:
    """The controls that the external audit looks at in the year of this declaration. One query at most."""
    year = cycle.year_of(declaration.period_end) if cycle else None
    if cycle is None or year is None:
        return set()
    items = PlanItem.objects.filter(cycle=cycle, year=year).order_by()
    return set(items.values_list("control", flat=True))


def proposal_for(declaration: Declaration) -> Proposal:
    """Every adopted control with its reasons. A constant number of queries."""
    cycle = external_cycle(declaration)
    external = externally_audited(cycle, declaration)
    classification = Classification(declaration.edition_id, on=declaration.period_end)
    failed, changed = _failed_last_time(declaration), _changed(declaration)
    candidates = []
    for row, title, is_mandatory, section, section_title in _adopted(declaration):
        control = classification.control(row)
        holds = {
            ItemReason.NONCONFORMITY: row.number in failed,
            ItemReason.ALWAYS: control.duty == Duty.EVERY_YEAR,
            ItemReason.MANDATORY: is_mandatory,
            ItemReason.UNCOVERED: cycle is not None and row.control_id not in external,
            ItemReason.CHANGED: row.control_id in changed,
            ItemReason.AREA: bool(control.area),
        }
        reasons = tuple(reason.value for reason, does in holds.items() if does)
        candidates.append(
            Candidate(row.control_id, row.number, title, section, section_title, reasons)
        )
    return Proposal(tuple(candidates), cycle)


def _adopted(declaration: Declaration):
    rows = (
        Statement.objects.filter(declaration=declaration, adoption=Adoption.ADOPTED)
        .with_released()
        .filter(is_released=False)
        .order_by("control__sort_key")
        .values_list(
            *DETAIL_COLUMNS,
            "control__title",
            "control__is_mandatory",
            "control__parent__parent__number",
            "control__parent__parent__title",
        )
    )
    width = len(DETAIL_COLUMNS)
    return [(DetailRow(*row[:width]), *row[width:]) for row in rows]


def previous_audit(declaration: Declaration) -> InternalAudit | None:
    """The newest finished internal audit of an earlier period, or of an earlier version of this one."""
    return (
        InternalAudit.objects.filter(
            declaration__service=declaration.service_id,
            declaration__period_start__lte=declaration.period_start,
            state__in=FINISHED,
        )
        .exclude(declaration=declaration)
        .order_by("-declaration__period_start", "-declaration__version")
        .first()
    )


def _failed_last_time(declaration: Declaration) -> set[str]:
    """Numbers, not keys: last time the criteria may have been of another edition."""
    before = previous_audit(declaration)
    if before is None:
        return set()
    items = InternalAuditItem.objects.filter(audit=before, result=ItemResult.NONCONFORMS)
    return set(items.order_by().values_list("control__number", flat=True))


def _changed(declaration: Declaration) -> set[uuid.UUID]:
    rows = ControlChange.objects.filter(
        statement__declaration=declaration, removed_at__isnull=True
    ).order_by()
    return set(rows.values_list("statement__control", flat=True))
