"""Reads for choosing, assigning and testing the items of an internal audit."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from audits.enums import ItemReason
from audits.models import InternalAudit, InternalAuditItem
from audits.selectors.internal.own_work import own_work
from audits.selectors.internal.proposal import PROPOSED, Candidate, Proposal, proposal_for
from declarations.models import Statement


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason with how many controls have it and how many of those are in the audit."""

    code: str
    label: str
    controls: int
    chosen: int
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class SelectLine:
    """A section: adopted controls, proposed ones, chosen ones."""

    number: str
    title: str
    controls: int
    proposed: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What can be audited, and what is chosen."""

    proposal: Proposal
    reasons: list[ReasonLine]
    sections: list[SelectLine]
    chosen: int


def selection(audit: InternalAudit) -> Selection:
    """Reasons and sections with their counts; a constant number of queries."""
    proposal = proposal_for(audit.declaration)
    there = set(audit.items.values_list("control", flat=True))
    reasons: list[ReasonLine] = []
    for reason in ItemReason:
        having = proposal.with_any([reason.value])
        if having:
            chosen = sum(one.control_id in there for one in having)
            reasons.append(
                ReasonLine(reason.value, str(reason.label), len(having), chosen, reason in PROPOSED)
            )
    sections = []
    proposed = {one.control_id for one in proposal.with_any(PROPOSED)}
    for (number, title), group in groupby(
        proposal.candidates, key=lambda one: (one.section, one.section_title)
    ):
        rows = [one.control_id for one in group]
        sections.append(
            SelectLine(
                number,
                title,
                len(rows),
                len(proposed.intersection(rows)),
                len(there.intersection(rows)),
            )
        )
    return Selection(proposal, reasons, sections, len(there))


@dataclass(frozen=True, slots=True)
class SelectRow:
    """A control of one section: why it should be audited, and whether it is."""

    candidate: Candidate
    is_chosen: bool
    is_tested: bool

    @property
    def reasons(self) -> list[str]:
        """In words."""
        return [str(ItemReason(reason).label) for reason in self.candidate.reasons]


def section_selection(audit: InternalAudit, section: str) -> list[SelectRow]:
    """The adopted controls of one section."""
    results = dict(audit.items.values_list("control", "result"))
    return [
        SelectRow(one, one.control_id in results, bool(results.get(one.control_id)))
        for one in proposal_for(audit.declaration).candidates
        if one.section == section
    ]


@dataclass(frozen=True, slots=True)
class AssignLine:
    """A section with who audits how many of its items, and whose work it is among the auditors."""

    number: str
    title: str
    items: int
    free: int
    shares: list[tuple[str, int]]
    own: list[tuple[str, list[str]]]


def assign_lines(audit: InternalAudit) -> list[AssignLine]:
    """The sections with items; a constant number of queries."""
    auditors = list(audit.auditors.select_related("person"))
    names = {one.pk: one.person.name for one in auditors}
    barred = own_work(audit.declaration, [one.person_id for one in auditors])
    items = list(
        InternalAuditItem.objects.filter(audit=audit)
        .select_related("control__parent__parent")
        .order_by("control__sort_key")
    )
    lines = []
    for section, group in groupby(items, key=lambda item: item.control.parent.parent):
        rows = list(group)
        given = Counter(names[row.auditor_id] for row in rows if row.auditor_id)
        own = [
            (one.person.name, [row.control.number for row in rows if _is_own(barred, row, one)])
            for one in auditors
        ]
        lines.append(
            AssignLine(
                section.number,
                section.title,
                len(rows),
                sum(row.auditor_id is None for row in rows),
                sorted(given.items()),
                [(name, numbers) for name, numbers in own if numbers],
            )
        )
    return lines


def _is_own(barred, row, auditor) -> bool:
    return auditor.person_id in barred.get(row.control_id, ())


@dataclass(frozen=True, slots=True)
class TestedRow:
    """An item with what the declaration says about its control."""

    item: InternalAuditItem
    statement: str
    is_mine: bool
    nonconformities: list


def section_items(audit: InternalAudit, section: str, user) -> list[TestedRow]:
    """The items of one section with the provider's own words; three queries."""
    items = list(
        audit.items.filter(control__parent__parent__number=section)
        .select_related("control__parent", "auditor__person")
        .prefetch_related("nonconformities")
        .order_by("control__sort_key")
    )
    said = dict(
        Statement.objects.filter(
            declaration=audit.declaration, control__in=[item.control_id for item in items]
        ).values_list("control", "individual_control")
    )
    return [
        TestedRow(
            item,
            said.get(item.control_id, ""),
            item.auditor is not None and item.auditor.person_id == user.pk,
            [one for one in item.nonconformities.all() if not one.is_withdrawn],
        )
        for item in items
    ]


def neighbours(audit: InternalAudit, section: str) -> tuple[str | None, str | None]:
    """The sections with items before and after this one."""
    rows = audit.items.order_by("control__parent__parent__sort_key").values_list(
        "control__parent__parent__number", flat=True
    )
    numbers = list(dict.fromkeys(rows))
    place = numbers.index(section)
    before = numbers[place - 1] if place else None
    after = numbers[place + 1] if place + 1 < len(numbers) else None
    return before, after
