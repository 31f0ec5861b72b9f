"""How a plan becomes rows: only what differs is written, and an item that changes its year stays the same item."""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from accounts.models import User
from audits.enums import AUDITOR_KINDS, InclusionKind
from audits.models import AuditCycle, Inclusion, PlanItem
from audits.planning.facts import Placement, Plan
from audits.selectors.plan_facts import PlanFacts

# One line of history: the years of a control before and after.
Changes = dict[str, list[Any]]


def write_plan(
    cycle: AuditCycle,
    facts: PlanFacts,
    plan: Plan,
    *,
    actor: User,
    mover: User | None = None,
    at: datetime,
) -> Changes:
    """Write the plan in place of the one that stands; answers which controls changed their years.

    `mover` is the person who moved the controls by hand.
    """
    rows = {(item.control_id, item.year): item for item in cycle.items.all()}
    wanted = {(facts.control_ids[one.control.number], one.year): one for one in plan.placements}
    moves = _moves(rows, wanted)
    gone = [item.pk for place, item in rows.items() if place not in wanted and place not in moves]
    PlanItem.objects.filter(pk__in=gone).delete()
    changed = []
    for place, target in moves.items():
        item = rows.pop(place)
        item.year, item.moved_by, item.moved_at = target[1], mover, at if mover else None
        item.basis = wanted[target].basis
        changed.append(rows.setdefault(target, item))
    for place, one in wanted.items():
        if place in rows and rows[place].basis != one.basis:
            rows[place].basis = one.basis
            changed.append(rows[place])
    PlanItem.objects.bulk_update(set(changed), ["year", "basis", "moved_by", "moved_at"])
    new = {place: one for place, one in wanted.items() if place not in rows}
    made = PlanItem.objects.bulk_create(
        PlanItem(
            cycle=cycle,
            control_id=place[0],
            year=place[1],
            basis=one.basis,
            moved_by=mover,
            moved_at=at if mover else None,
        )
        for place, one in new.items()
    )
    items = {place: rows[place] for place in wanted if place in rows}
    _write_causes(items | dict(zip(new, made, strict=True)), wanted, actor)
    return _changes(facts.plan, plan)


def drop_later_years(cycle: AuditCycle) -> Changes:
    """Take out of the plan what stands after the last year of a cycle that was shortened; answers what changed."""
    years: defaultdict[str, list[int]] = defaultdict(list)
    rows = cycle.items.order_by("control__sort_key", "year").values_list("control__number", "year")
    for number, year in rows:
        years[number].append(year)
    cycle.items.filter(year__gt=cycle.years).delete()
    kept = {
        number: [year for year in found if year <= cycle.years] for number, found in years.items()
    }
    return {
        number: [found, kept[number]] for number, found in years.items() if found != kept[number]
    }


Place = tuple[uuid.UUID, int]


def _moves(rows: dict[Place, PlanItem], wanted: dict[Place, Placement]) -> dict[Place, Place]:
    """From where to where items move: controls that leave one year and enter one other."""
    leaving, entering = defaultdict(list), defaultdict(list)
    for place in rows.keys() - wanted.keys():
        leaving[place[0]].append(place)
    for place in wanted.keys() - rows.keys():
        entering[place[0]].append(place)
    return {
        places[0]: entering[control][0]
        for control, places in leaving.items()
        if len(places) == len(entering[control]) == 1
    }


def _write_causes(
    items: dict[Place, PlanItem], wanted: dict[Place, Placement], actor: User
) -> None:
    """The reasons of each item, those that stay left as they are."""
    stored: defaultdict[int, dict[tuple[str, str, str], int]] = defaultdict(dict)
    existing = Inclusion.objects.filter(item__in=[item.pk for item in items.values()])
    for pk, item_id, kind, reason, flag in existing.values_list(
        "pk", "item", "kind", "reason", "flag"
    ):
        stored[item_id][kind, reason, str(flag or "")] = pk
    new = []
    for place, item in items.items():
        for cause in wanted[place].causes:
            if stored[item.pk].pop((cause.kind, cause.reason, cause.key), None) is None:
                is_auditors = cause.kind in AUDITOR_KINDS
                new.append(
                    Inclusion(
                        item=item,
                        kind=InclusionKind(cause.kind),
                        reason=cause.reason,
                        flag_id=cause.key or None,
                        made_by=actor if is_auditors else None,
                    )
                )
    Inclusion.objects.filter(
        pk__in=[pk for left in stored.values() for pk in left.values()]
    ).delete()
    Inclusion.objects.bulk_create(new)


def _changes(before: Plan, after: Plan) -> Changes:
    numbers = sorted(
        before.by_number.keys() | after.by_number.keys(),
        key=lambda number: (
            (after.by_number.get(number) or before.by_number[number])[0].control.place
        ),
    )
    return {
        number: [list(before.years_of(number)), list(after.years_of(number))]
        for number in numbers
        if before.years_of(number) != after.years_of(number)
    }
