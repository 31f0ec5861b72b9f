"""Coverage of a cycle: was every control in scope audited, when, by whom, with what result?

What an audit found of a control is known here once its report is issued, and to everybody alike.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audits.enums import ReportState, TestResult
from audits.models import AuditCycle, AuditReport, ControlTest, Engagement
from audits.selectors.plan_facts import plan_facts
from audits.selectors.plan_grid import titles_of


class Mark(StrEnum):
    """What became of a control in a year of the cycle."""

    EFFECTIVE = "effective"
    DEFICIENT = "deficient"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    # The report says so as a whole; it was made outside this register.
    REPORTED = "reported"
    RUNNING = "running"
    PLANNED = "planned"
    GAP = "gap"


LABELS = {
    Mark.EFFECTIVE: gettext_lazy("有効"),
    Mark.DEFICIENT: gettext_lazy("不備"),
    Mark.NOT_APPLICABLE: gettext_lazy("事象なし"),
    Mark.SKIPPED: gettext_lazy("省略"),
    Mark.REPORTED: gettext_lazy("監査済"),
    Mark.RUNNING: gettext_lazy("監査中"),
    Mark.PLANNED: gettext_lazy("予定"),
    Mark.GAP: gettext_lazy("未実施"),
}
AUDITED = frozenset(
    {Mark.EFFECTIVE, Mark.DEFICIENT, Mark.NOT_APPLICABLE, Mark.SKIPPED, Mark.REPORTED}
)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An audit of a year: its firm, its period and its report. `issued_on` is None while it is at work.

    `other_edition` names the criteria when they are not those of the cycle: then it says nothing of these controls.
    """

    firm: str
    first: date
    last: date
    reference: str
    issued_on: date | None
    has_records: bool
    other_edition: str


@dataclass(frozen=True, slots=True)
class YearAudit:
    """A year of the cycle with its audits: one for each audited period that ends in it."""

    year: int
    first: date
    last: date
    audits: tuple[AuditLine, ...]
    counts: Counter[Mark]

    @property
    def in_scope(self) -> int:
        """How many controls the plan or the audit has in this year, whatever became of them."""
        return self.counts.total()

    @property
    def audited(self) -> int:
        """How many of them an issued report covers."""
        return sum(self.counts[mark] for mark in AUDITED)

    @property
    def deficient(self) -> int:
        """How many had a deficiency."""
        return self.counts[Mark.DEFICIENT]

    @property
    def skipped(self) -> int:
        """How many were left out for a reason, such as inheritance."""
        return self.counts[Mark.SKIPPED]

    @property
    def gaps(self) -> int:
        """How many were planned, and the report is issued without them."""
        return self.counts[Mark.GAP]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A control and its mark in each year, None where nothing was planned or done."""

    number: str
    marks: tuple[Mark | None, ...]
    is_unplanned: bool = False

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Code and word of each year; both empty where there is nothing."""
        return [(mark, str(LABELS[mark])) if mark else ("", "") for mark in self.marks]

    @property
    def is_audited(self) -> bool:
        """At least one issued report covers it."""
        return any(mark in AUDITED for mark in self.marks)

    @property
    def has_gap(self) -> bool:
        """It was not audited when it should have been, or no year is to audit it."""
        return self.is_unplanned or Mark.GAP in self.marks

    @property
    def gap_words(self) -> str:
        """Why it is a gap, in words."""
        if self.is_unplanned:
            return _("監査する年度が決まっていません")
        years = [
            _("%(year)s年目") % {"year": year}
            for year, mark in enumerate(self.marks, 1)
            if mark == Mark.GAP
        ]
        return _("%(years)sの監査で実施していません") % {"years": "、".join(years)}


@dataclass(frozen=True, slots=True)
class CoverageObjective:
    """A control objective with those of its controls that are in the scope."""

    number: str
    title: str
    rows: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True)
class CoverageChapter:
    """A chapter with its figures."""

    number: str
    title: str
    objectives: tuple[CoverageObjective, ...]

    @property
    def rows(self) -> Iterator[CoverageRow]:
        """Its controls."""
        return (row for objective in self.objectives for row in objective.rows)

    @property
    def in_scope(self) -> int:
        """How many of its controls are in the scope of the cycle."""
        return sum(1 for _row in self.rows)

    @property
    def audited(self) -> int:
        """How many of them were audited at least once."""
        return sum(row.is_audited for row in self.rows)

    @property
    def gaps(self) -> int:
        """How many of them are gaps."""
        return sum(row.has_gap for row in self.rows)


@dataclass(frozen=True)
class Coverage:
    """The coverage of one cycle, as one reader may know it."""

    years: tuple[YearAudit, ...]
    chapters: tuple[CoverageChapter, ...]

    @cached_property
    def rows(self) -> list[CoverageRow]:
        """Every control of the scope, in the order of the criteria."""
        return [row for chapter in self.chapters for row in chapter.rows]

    @cached_property
    def in_scope(self) -> int:
        """How many controls the cycle has to cover."""
        return len(self.rows)

    @cached_property
    def audited(self) -> int:
        """How many of them an issued report covers."""
        return sum(row.is_audited for row in self.rows)

    @cached_property
    def ahead(self) -> int:
        """How many wait for a year that is planned or at work."""
        return sum(not row.is_audited and not row.has_gap for row in self.rows)

    @cached_property
    def gaps(self) -> list[CoverageRow]:
        """What is missing, each by its number."""
        return [row for row in self.rows if row.has_gap]

    @property
    def percent(self) -> int:
        """How much of the scope was audited, rounded down: 100 means all of it."""
        return self.audited * 100 // self.in_scope if self.in_scope else 0

    def chapter(self, number: int) -> "Coverage":
        """The same with the rows of one chapter; without any when there is no such chapter."""
        found = tuple(one for one in self.chapters if one.number == str(number))
        return replace(self, chapters=found)


def coverage_of(cycle: AuditCycle, user: User) -> Coverage:
    """The plan of the cycle held against the audits of its years. A constant number of queries."""
    facts = plan_facts(cycle, cycle.declaration)
    plan, audits = facts.plan, _audits(cycle, user)
    results = _results(cycle, audits)
    unplanned = {control.number for control in plan.uncovered(facts.request.controls)}
    tested = {number for found in results.values() for number in found}
    # What is audited beyond the plan counts too; what no declaration adopts any longer stays where it was planned.
    scope = {
        control.number: control
        for control in facts.request.controls
        if control.number in unplanned or control.number in tested
    } | {number: placed[0].control for number, placed in plan.by_number.items()}
    objectives: defaultdict[tuple[int, ...], list[CoverageRow]] = defaultdict(list)
    for control in sorted(scope.values(), key=lambda one: one.place):
        planned = plan.years_of(control.number)
        marks = tuple(
            _mark_in(control.number, year in planned, cycle, audits[year], results)
            for year in range(1, plan.years + 1)
        )
        row = CoverageRow(control.number, marks, is_unplanned=control.number in unplanned)
        objectives[control.objective_place].append(row)
    rows = [row for found in objectives.values() for row in found]
    return Coverage(
        years=tuple(_years(cycle, audits, results, rows)),
        chapters=tuple(_chapters(cycle, objectives)),
    )


def _audits(cycle: AuditCycle, user: User) -> defaultdict[int, list[Engagement]]:
    """The audits of each year that this person may know, by period: the newest reported one, else the one at work.

    A period that was audited against two editions has one of each. At most two queries.
    """
    newest: dict[tuple[date, uuid.UUID], Engagement] = {}
    known = Engagement.objects.in_cycle(cycle, user)
    for one in known.select_related("firm", "declaration__edition"):
        place = (one.declaration.period_end, one.declaration.edition_id)
        before = newest.get(place)
        if before is None or one.is_reported or not before.is_reported:
            newest[place] = one
    found: defaultdict[int, list[Engagement]] = defaultdict(list)
    for one in sorted(newest.values(), key=lambda one: one.declaration.period_end):
        year = cycle.year_of(one.declaration.period_end)
        if year is not None:
            found[year].append(one)
    return found


Results = dict[uuid.UUID, dict[str, Mark]]


def _results(cycle: AuditCycle, audits: dict[int, list[Engagement]]) -> Results:
    """What the reports made from the records say of each control, by engagement. At most two queries."""
    reported = [one.pk for found in audits.values() for one in found if one.is_reported]
    issued = AuditReport.objects.filter(engagement__in=reported, state=ReportState.ISSUED)
    results: Results = {pk: {} for pk in issued.values_list("engagement", flat=True)}
    tests = ControlTest.objects.filter(engagement__in=results, control__edition=cycle.edition_id)
    columns = ("engagement", "control__number", "design_result", "operating_result", "skip_reason")
    for engagement, number, design, operating, skipped in tests.order_by().values_list(*columns):
        results[engagement][number] = _mark({design, operating}, bool(skipped))
    return results


def _mark(found: set[str], is_skipped: bool) -> Mark:
    """One word for both evaluations of a control."""
    if TestResult.DEFICIENT in found:
        return Mark.DEFICIENT
    if TestResult.EFFECTIVE in found:
        return Mark.EFFECTIVE
    if TestResult.NOT_APPLICABLE in found:
        return Mark.NOT_APPLICABLE
    return Mark.SKIPPED if is_skipped else Mark.GAP


def _mark_in(
    number: str, is_planned: bool, cycle: AuditCycle, audits: list[Engagement], results: Results
) -> Mark | None:
    """What became of a control in a year. The newest result counts; an audit by another edition proves nothing."""
    own = [one for one in audits if one.declaration.edition_id == cycle.edition_id]
    told = [results[one.pk][number] for one in own if number in results.get(one.pk, ())]
    if any(mark in AUDITED for mark in told):
        return next(mark for mark in reversed(told) if mark in AUDITED)
    if not is_planned:
        return Mark.GAP if told else None
    if any(not one.is_reported for one in own):
        return Mark.RUNNING
    if any(one.pk not in results for one in own):
        return Mark.REPORTED
    return Mark.GAP if any(one.is_reported for one in audits) else Mark.PLANNED


def _years(
    cycle: AuditCycle,
    audits: dict[int, list[Engagement]],
    results: Results,
    rows: Iterable[CoverageRow],
) -> Iterator[YearAudit]:
    counts: defaultdict[int, Counter[Mark]] = defaultdict(Counter)
    for row in rows:
        for year, mark in enumerate(row.marks, 1):
            if mark:
                counts[year][mark] += 1
    for year in range(1, cycle.years + 1):
        yield YearAudit(
            year=year,
            first=cycle.first_day_of(year),
            last=cycle.last_day_of(year),
            audits=tuple(_line(cycle, one, results) for one in audits.get(year, ())),
            counts=counts[year],
        )


def _line(cycle: AuditCycle, engagement: Engagement, results: Results) -> AuditLine:
    audited = engagement.declaration
    return AuditLine(
        firm=engagement.firm.name,
        first=audited.period_start,
        last=audited.period_end,
        reference=engagement.report_reference,
        issued_on=engagement.report_issued_on,
        has_records=engagement.pk in results,
        other_edition=audited.edition.name if audited.edition_id != cycle.edition_id else "",
    )


def _chapters(
    cycle: AuditCycle, objectives: dict[tuple[int, ...], list[CoverageRow]]
) -> Iterator[CoverageChapter]:
    titles = titles_of(cycle)
    by_chapter: defaultdict[int, list[CoverageObjective]] = defaultdict(list)
    for place, rows in objectives.items():
        by_chapter[place[0]].append(CoverageObjective(*titles.get(place, ("", "")), tuple(rows)))
    for chapter, found in sorted(by_chapter.items()):
        yield CoverageChapter(*titles[chapter,], tuple(found))
