"""Reads for the list of audit cycles and for beginning one."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import OrganisationKind, Role
from accounts.models import User
from audits.limits import MAX_CYCLE_YEARS
from audits.models import AuditCycle, Engagement
from audits.planning.balance import Balance
from audits.planning.facts import Basis, Plan
from audits.selectors.plan_facts import PlanFacts, cycle_of, plan_facts, plan_for_years
from controls.rules import Fact, Rules
from declarations.models import Declaration

CYCLE_YEARS = "cycle_years"


def cycles_for(user: User) -> QuerySet[AuditCycle]:
    """The cycles that this person may know, newest first, with what their pages show."""
    return (
        AuditCycle.objects.visible_to(user)
        .select_related(
            "service__organisation", "edition", "declaration__service", "declaration__edition"
        )
        .order_by("-starts_on", "service__name_kana", "pk")
    )


def declarations_without_cycle(user: User) -> QuerySet[Declaration]:
    """The newest fixed declaration of each service in which this person would plan, in no cycle yet."""
    later = Declaration.objects.fixed().filter(
        service=OuterRef("service"), period_start__gt=OuterRef("period_start")
    )
    cycles = AuditCycle.objects.filter(
        service=OuterRef("service"),
        starts_on__lte=OuterRef("period_end"),
        ends_on__gte=OuterRef("period_end"),
    )
    return (
        _planned_by(user)
        .filter(~Exists(later), ~Exists(cycles))
        .order_by("service__name_kana", "pk")
    )


def plannable_declaration(user: User, pk: uuid.UUID) -> Declaration | None:
    """A declaration that this person may know of, also as its auditor; None else."""
    seen = Declaration.objects.visible_to(user).filter(pk=pk)
    found = seen.select_related("service__organisation", "edition").first()
    return found or _planned_by(user).filter(pk=pk).first()


def _planned_by(user: User) -> QuerySet[Declaration]:
    """Fixed declarations of the periods that this person would plan from (`policies.can_plan`, as a filter)."""
    fixed = Declaration.objects.fixed().select_related("service__organisation", "edition")
    taken = Engagement.objects.accepted().filter(
        declaration__service=OuterRef("service"), declaration__period_start=OuterRef("period_start")
    )
    if user.kind == OrganisationKind.AUDIT_BODY:
        return fixed.filter(Exists(taken.with_audited_by(user).filter(is_audited_by_user=True)))
    if Role.CSP_APPROVER in user.roles:
        return fixed.visible_to(user).filter(~Exists(taken))
    return fixed.none()


@dataclass(frozen=True, slots=True)
class Variant:
    """What a plan over so many years would look like. `first_open` is the first year that is not over."""

    years: int
    first_open: int
    loads: tuple[int, ...]
    split_objectives: int
    is_current: bool

    @property
    def balance(self) -> Balance:
        """How even the open years would be."""
        return Balance(self.loads[self.first_open - 1 :])


def variants(facts: PlanFacts, *, current: int) -> list[Variant]:
    """A fresh plan for every number of years that can be planned, as far as years that are over allow."""
    first = max(1, facts.request.first_open)
    return [
        _variant(plan_for_years(facts, years), is_current=years == current)
        for years in range(first, MAX_CYCLE_YEARS + 1)
    ]


def _variant(plan: Plan, *, is_current: bool) -> Variant:
    years: dict[tuple[int, ...], set[int]] = {}
    for one in plan.placements:
        if one.basis == Basis.ROTATION:
            years.setdefault(one.control.objective_place, set()).add(one.year)
    return Variant(
        years=plan.years,
        first_open=plan.first_open,
        loads=tuple(plan.load(year) for year in range(1, plan.years + 1)),
        split_objectives=sum(len(found) > 1 for found in years.values()),
        is_current=is_current,
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person sees before beginning a cycle."""

    declaration: Declaration
    suggested: Fact
    variants: list[Variant]


def opening(declaration: Declaration) -> Opening:
    """The parameter with its status, and what each number of years would mean for this declaration."""
    suggested = Rules.at(declaration.period_end).fact(CYCLE_YEARS)
    facts = plan_facts(cycle_of(declaration, years=1), declaration, renewed=True)
    return Opening(declaration, suggested, variants(facts, current=suggested.value or 0))
