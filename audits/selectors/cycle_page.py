"""Reads for the pages of one audit cycle: how full the years are, by area and chapter, and what cannot wait."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import CycleAction, InclusionKind
from audits.models import AuditCycle, AuditCycleHistory, Engagement
from audits.planning.balance import Balance
from audits.planning.facts import EVERY_YEAR, Duty, Plan
from audits.selectors.cycle_list import CYCLE_YEARS
from audits.selectors.plan_facts import (
    PlanFacts,
    last_year_declared,
    newest_declaration,
    plan_facts,
)
from audits.workflow import CYCLE
from controls.enums import Area, Level
from controls.models import Control
from controls.rules import Fact, Rules
from declarations.models import Declaration


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of the cycle and how full it is. `parts` are (area code, count, x, width) of its bar, in percent."""

    year: int
    first: date
    last: date
    load: int
    parts: list[tuple[str, int, str, str]]
    is_over: bool
    is_now: bool

    @property
    def is_unplanned(self) -> bool:
        """Its audit was reported before there was a plan."""
        return self.is_over and not self.load


@dataclass(frozen=True, slots=True)
class CountLine:
    """A row of counts by year: an area or a chapter. `heat` says how full each year is, 0 to 4."""

    code: str
    label: str
    counts: list[int]
    total: int
    heat: list[int]

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Count and heat of each year."""
        return list(zip(self.counts, self.heat, strict=True))


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Controls that have to be audited in one year for one reason."""

    year: int
    kind: str
    reason: str
    numbers: list[str]

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(InclusionKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may do with the plan now."""

    plan: bool
    update: bool
    include: bool
    agree: bool
    reopen: bool
    end: bool


@dataclass(frozen=True, slots=True)
class CyclePage:
    """One cycle. `newest` is a fixed declaration that the plan does not rest on yet, None when it is up to date."""

    cycle: AuditCycle
    plan: Plan
    years: list[YearLine]
    areas: list[CountLine]
    chapters: list[CountLine]
    reasons: list[ReasonLine]
    balance: Balance
    in_scope: int
    uncovered: int
    outside: int
    planner: str
    newest: Declaration | None
    suggested: Fact
    rights: Rights
    history: list[AuditCycleHistory]

    @property
    def mend(self) -> str:
        """How this person brings the plan up to date; "" for readers."""
        if self.rights.reopen:
            return _("計画の確定を解除してから、最新の言明に合わせてください。")
        if self.rights.update:
            return _("「計画を最新の言明に合わせる」を押してください。")
        return ""


def cycle_page(cycle: AuditCycle, user: User) -> CyclePage:
    """Everything on the page of a cycle; a constant number of queries."""
    facts = plan_facts(cycle, cycle.declaration)
    plan, newest = facts.plan, newest_declaration(cycle)
    wanted = [one for one in facts.request.controls if one.duty != Duty.NONE]
    open_loads = tuple(plan.load(year) for year in facts.request.open_years)
    return CyclePage(
        cycle=cycle,
        plan=plan,
        years=year_lines(cycle, plan, timezone.localdate()),
        areas=area_lines(plan),
        chapters=_chapter_lines(cycle, plan),
        reasons=_reason_lines(plan),
        balance=Balance(open_loads),
        in_scope=len(wanted),
        uncovered=len(plan.uncovered(wanted)),
        outside=sum(
            one.duty == Duty.NONE and one.number not in plan.by_number
            for one in facts.request.controls
        ),
        planner=planner_of(cycle.declaration),
        newest=newest if newest != cycle.declaration else None,
        suggested=Rules.at(cycle.first_year_ends_on).fact(CYCLE_YEARS),
        rights=_rights(cycle, newest, facts, user),
        history=list(cycle.history.order_by("-occurred_at", "-pk")),
    )


def planner_of(declaration: Declaration) -> str:
    """Who plans while this declaration is the one that the plan rests on."""
    engagement = Engagement.objects.auditing(declaration).select_related("firm").first()
    return engagement.firm.name if engagement else declaration.service.organisation.name


def _rights(cycle: AuditCycle, newest: Declaration, facts: PlanFacts, user: User) -> Rights:
    moves = {move.name for move in CYCLE.moves_from(cycle.state)}
    is_current, has_years = newest == cycle.declaration, bool(facts.request.open_years)
    may_plan = policies.can_plan(user, cycle.declaration)
    may_update = may_plan if is_current else policies.can_plan(user, newest)
    may_include = policies.can_include(user, cycle.declaration)
    may_settle = policies.can_settle_plan(user, cycle.declaration)
    may_reopen = may_settle or policies.can_settle_plan(user, newest)
    is_followed = newest.edition_id == cycle.edition_id
    is_workable = cycle.is_draft and cycle.is_planned and has_years
    return Rights(
        plan=may_plan and is_workable,
        update=may_update and cycle.is_draft and has_years and is_followed,
        include=may_include and is_workable,
        agree=may_settle and CycleAction.AGREE in moves and cycle.is_planned and is_current,
        reopen=may_reopen and CycleAction.REOPEN in moves,
        end=may_update
        and CycleAction.END in moves
        and not is_followed
        and last_year_declared(cycle) < cycle.years,
    )


AREA_CODES = (EVERY_YEAR, *Area.values, "")


def area_label(code: str) -> str:
    """What a plan counts controls under."""
    if code == EVERY_YEAR:
        return _("毎年の基準")
    return str(Area(code).label) if code else _("領域外からの追加")


def css_code(code: str) -> str:
    """The area as a part of a class name."""
    return {EVERY_YEAR: "always", "": "outside"}.get(code, code)


def year_lines(cycle: AuditCycle, plan: Plan, today: date) -> list[YearLine]:
    """The years of the cycle with their bars, all on one scale."""
    years = range(1, plan.years + 1)
    fullest = max((plan.load(year) for year in years), default=0) or 1
    lines = []
    for year in years:
        parts, left = [], 0
        for code in AREA_CODES:
            if count := plan.loads[code, year]:
                x, width = left * 100 / fullest, count * 100 / fullest
                parts.append((css_code(code), count, f"{x:.2f}", f"{width:.2f}"))
                left += count
        lines.append(
            YearLine(
                year=year,
                first=cycle.first_day_of(year),
                last=cycle.last_day_of(year),
                load=plan.load(year),
                parts=parts,
                is_over=year < plan.first_open,
                is_now=cycle.first_day_of(year) <= today <= cycle.last_day_of(year),
            )
        )
    return lines


def area_lines(plan: Plan) -> list[CountLine]:
    """The counts of each area by year, those of every year first."""
    lines = []
    for code in AREA_CODES:
        counts = [plan.loads[code, year] for year in range(1, plan.years + 1)]
        if any(counts):
            lines.append(_line(css_code(code), area_label(code), counts))
    return lines


def _chapter_lines(cycle: AuditCycle, plan: Plan) -> list[CountLine]:
    counted = Counter((one.control.place[0], one.year) for one in plan.placements)
    chapters = Control.objects.filter(edition=cycle.edition_id, level=Level.CHAPTER)
    lines = []
    for number, title in chapters.order_by("sort_key").values_list("number", "title"):
        counts = [counted[int(number), year] for year in range(1, plan.years + 1)]
        if any(counts):
            lines.append(_line(number, title, counts))
    return lines


def _line(code: str, label: str, counts: list[int]) -> CountLine:
    fullest = max(counts)
    return CountLine(
        code, label, counts, sum(counts), [-(-4 * count // fullest) for count in counts]
    )


def _reason_lines(plan: Plan) -> list[ReasonLine]:
    found: defaultdict[tuple[int, int, str, str], list[str]] = defaultdict(list)
    order = list(InclusionKind.values)
    for one in plan.placements:
        for cause in one.causes:
            place = (one.year, order.index(cause.kind), cause.kind, cause.reason)
            found[place].append(one.control.number)
    return [
        ReasonLine(year, kind, reason, numbers)
        for (year, _place, kind, reason), numbers in sorted(found.items())
    ]
