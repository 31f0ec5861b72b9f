"""The planner's promises, on scopes of any shape: coverage, balance, stability, order, the same answer every time."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.planning.balance import Balance
from audits.planning.facts import Basis, Cause, Duty, Placement, Plan, PlanControl, PlanRequest
from audits.planning.following import following_plan
from audits.planning.fresh import fresh_plan
from audits.planning.moving import OUT, MoveRefusedError, Why, moved_plan

CHANGED = Cause("changed", "手順を変更", is_held=True)
CHOICE = Cause("choice", "監査人の判断", is_held=False)
AREAS = ("access", "change", "operations", "outsourcing")


def control(objective: int, index: int, **facts) -> PlanControl:
    """The detail `9.1.<objective>.<index>`."""
    place = (9, 1, objective, index)
    return PlanControl(".".join(map(str, place)), place, place[:3], **facts)


def scope(*sizes: int, area: str = "access", **facts) -> tuple[PlanControl, ...]:
    """One objective of each size."""
    return tuple(
        control(objective, index, area=area, **facts)
        for objective, size in enumerate(sizes, start=1)
        for index in range(1, size + 1)
    )


@st.composite
def requests(draw, *, forced: bool = True, history: bool = True) -> PlanRequest:
    """Any number of years; objectives of any size and area; some every year, some out of scope, some forced."""
    years = draw(st.integers(1, 5))
    rng = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 -- an example, no secret
    controls, causes = [], {}
    for objective in range(1, draw(st.integers(0, 25)) + 1):
        area, duty = rng.choice(AREAS), rng.choices(list(Duty), (1, 8, 1))[0]
        last = date(rng.randint(2021, 2025), 3, 31) if history and rng.random() < 0.5 else None
        for index in range(1, rng.randint(1, 20) + 1):
            one = control(objective, index, area=area, duty=duty, last_audited=last)
            controls.append(one)
            if forced and rng.random() < 0.08:
                causes[one.number, rng.randint(1, years)] = (rng.choice([CHANGED, CHOICE]),)
    return PlanRequest(years, tuple(controls), causes)


def loads(plan: Plan) -> list[int]:
    return [plan.load(year) for year in range(plan.first_open, plan.years + 1)]


def least_spread(fixed: list[int], count: int) -> int:
    """The least difference that so many units over these years can have: pour them in as water."""
    level = max(
        level
        for level in range(max(fixed) + count + 1)
        if sum(max(level - load, 0) for load in fixed) <= count
    )
    rest = count - sum(max(level - load, 0) for load in fixed)
    return max(max(fixed), level + bool(rest)) - level


def moved_numbers(before: Plan, after: Plan) -> set[str]:
    return {
        number
        for number in before.by_number.keys() | after.by_number.keys()
        if before.years_of(number) != after.years_of(number)
    }


@given(requests())
def test_every_control_of_the_scope_is_covered(request):
    plan = fresh_plan(request)
    assert plan.uncovered(request.controls) == []
    for one in request.controls:
        every = one.duty == Duty.EVERY_YEAR
        assert not every or plan.years_of(one.number) == tuple(request.open_years)


@given(requests())
def test_no_control_stands_twice_in_a_year_and_none_goes_round_more_than_once(request):
    plan = fresh_plan(request)
    pairs = Counter((one.control.number, one.year) for one in plan.placements)
    assert set(pairs.values()) <= {1}
    rotations = Counter(
        one.control.number for one in plan.placements if one.basis == Basis.ROTATION
    )
    assert set(rotations.values()) <= {1}


@given(requests(), st.randoms(use_true_random=False))
def test_the_same_scope_gives_the_same_plan_in_any_order(request, rng):
    shuffled = list(request.controls)
    rng.shuffle(shuffled)
    again = replace(request, controls=tuple(shuffled))
    assert fresh_plan(again) == fresh_plan(request)


@given(requests())
def test_a_fresh_plan_is_balanced_or_as_even_as_it_can_be(request):
    plan = fresh_plan(request)
    fixed = [
        sum(one.year == year and one.basis != Basis.ROTATION for one in plan.placements)
        for year in request.open_years
    ]
    going_round = sum(one.basis == Basis.ROTATION for one in plan.placements)
    balance = Balance(tuple(loads(plan)))
    assert balance.is_even or balance.spread <= least_spread(fixed, going_round)


@given(requests(forced=False))
def test_each_area_is_balanced_too(request):
    plan = fresh_plan(request)
    for area in AREAS:
        balance = Balance(tuple(plan.loads[area, year] for year in request.open_years))
        assert balance.is_even or balance.spread <= 1


@given(requests())
def test_forced_controls_stand_in_their_year_with_their_reasons(request):
    plan = fresh_plan(request)
    for (number, year), causes in request.forced.items():
        found = [one for one in plan.by_number[number] if one.year == year]
        assert [one.causes for one in found] == [causes]


@given(requests(forced=False))
def test_what_was_audited_lately_comes_last(request):
    """Within an area, nothing goes before what waits longer."""
    plan = fresh_plan(request)
    for area in AREAS:
        turns = sorted(
            (one.control.last_audited or date.min, one.year)
            for one in plan.placements
            if one.basis == Basis.ROTATION and one.control.area == area
        )
        assert all(before[1] <= after[1] for before, after in pairwise(turns))


@given(requests(history=False))
def test_objectives_are_cut_by_the_borders_of_years_alone(request):
    """An area's years have one border fewer than years, and each border cuts one objective at most."""
    plan = fresh_plan(request)
    for area in AREAS:
        years = {}
        for one in plan.placements:
            if one.basis == Basis.ROTATION and one.control.area == area:
                years.setdefault(one.control.objective_place, set()).add(one.year)
        assert sum(len(found) - 1 for found in years.values()) <= request.years - 1


def test_an_objective_stays_together_where_the_years_stay_even():
    """41 and 40 controls are even enough: no objective is cut for the sake of half a control."""
    plan = fresh_plan(PlanRequest(2, scope(20, 21, 20, 20)))
    assert loads(plan) == [41, 40]
    plan = fresh_plan(PlanRequest(2, scope(20, 22, 20, 20)))
    assert loads(plan) == [42, 40]
    assert {plan.years_of(f"9.1.2.{index}") for index in range(1, 23)} == {(1,)}


def test_an_objective_is_cut_rather_than_the_years_made_uneven():
    """Both areas would like 2 and 3: together that is 4 and 6."""
    others = tuple(
        control(objective, index, area="change")
        for objective, size in ((3, 2), (4, 3))
        for index in range(1, size + 1)
    )
    assert loads(fresh_plan(PlanRequest(2, (*scope(2, 3), *others)))) == [5, 5]


@given(requests(), requests())
def test_following_from_nothing_covers_as_well(request, other):
    nothing = Plan(request.years, 1, ())
    assert following_plan(request, nothing).uncovered(request.controls) == []
    assert following_plan(request, fresh_plan(other)).uncovered(request.controls) == []


@given(requests(), st.data())
def test_a_plan_that_is_followed_with_nothing_new_stays(request, data):
    plan = fresh_plan(request)
    assert following_plan(request, plan) == plan


@given(requests())
def test_a_new_control_goes_to_the_lightest_year_and_moves_nothing(request):
    before = fresh_plan(request)
    new = control(99, 1, area="change")
    after = following_plan(replace(request, controls=(*request.controls, new)), before)
    assert moved_numbers(before, after) == {new.number}
    (year,) = after.years_of(new.number)
    assert before.load(year) == min(loads(before))


@given(requests(), st.data())
def test_a_new_cause_moves_its_control_alone(request, data):
    before = fresh_plan(request)
    numbers = [one.control.number for one in before.placements if one.basis == Basis.ROTATION]
    if not numbers:
        return
    number, year = data.draw(st.sampled_from(numbers)), data.draw(st.integers(1, request.years))
    forced = {**request.forced, (number, year): (CHANGED,)}
    after = following_plan(replace(request, forced=forced), before)
    assert moved_numbers(before, after) <= {number}
    assert after.years_of(number) == (year,)


@given(requests())
def test_what_left_the_scope_leaves_the_plan_and_nothing_else_moves(request):
    before = fresh_plan(request)
    gone = {one.number for one in request.controls[::3]}
    rest = tuple(one for one in request.controls if one.number not in gone)
    forced = {key: causes for key, causes in request.forced.items() if key[0] not in gone}
    after = following_plan(replace(request, controls=rest, forced=forced), before)
    assert moved_numbers(before, after) <= gone
    assert not after.by_number.keys() & gone


@given(requests())
def test_years_that_are_over_stay_as_they_are(request):
    """Both kinds of planning keep them, audit nothing again that they covered, and balance the rest."""
    before = fresh_plan(request)
    settled = tuple(one for one in before.placements if one.year == 1)
    ahead = replace(request, settled=settled, first_open=2)
    done = {one.control.number for one in settled if one.control.duty == Duty.ONCE}
    for plan in (fresh_plan(ahead), following_plan(ahead, before)):
        assert tuple(one for one in plan.placements if one.year == 1) == settled
        going_round = {
            one.control.number
            for one in plan.placements
            if one.year > 1 and one.basis == Basis.ROTATION
        }
        assert not going_round & done
        if request.years > 1:
            assert plan.uncovered(request.controls) == []


@given(requests(), st.data())
def test_no_move_breaks_coverage_or_what_is_held(request, data):
    plan = fresh_plan(request)
    if not plan.placements:
        return
    numbers = data.draw(st.lists(st.sampled_from(sorted(plan.by_number)), min_size=1, max_size=5))
    to = data.draw(st.integers(0, request.years + 1))
    try:
        after = moved_plan(plan, numbers, to=to)
    except MoveRefusedError:
        return
    assert after.uncovered(request.controls) == []
    assert moved_numbers(plan, after) <= set(numbers)
    held = {one for one in plan.placements if one.is_held}
    assert held <= set(after.placements)


class TestMoving:
    """Each refusal with its reason."""

    EVERY = control(1, 1, duty=Duty.EVERY_YEAR)
    ROUND, HELD, CHOSEN = (control(2, index) for index in (1, 2, 3))
    EXTRA = control(3, 1, duty=Duty.NONE)

    @pytest.fixture
    def plan(self):
        """Three years, of which the first is over."""
        over = control(4, 1)
        return fresh_plan(
            PlanRequest(
                3,
                (self.EVERY, self.ROUND, self.HELD, self.CHOSEN, self.EXTRA, over),
                {
                    (self.HELD.number, 2): (CHANGED,),
                    (self.CHOSEN.number, 2): (CHOICE,),
                    (self.EXTRA.number, 2): (CHOICE,),
                },
                settled=(Placement(over, 1, Basis.ROTATION),),
                first_open=2,
            )
        )

    @pytest.mark.parametrize(
        ("number", "to", "why"),
        [
            ("9.1.1.1", 3, Why.EVERY_YEAR),
            ("9.1.2.2", 3, Why.HELD),
            ("9.1.2.2", OUT, Why.HELD),
            ("9.1.2.1", OUT, Why.COVERAGE),
            ("9.1.2.1", 4, Why.OUTSIDE),
            ("9.1.2.1", 1, Why.REPORTED),
            ("9.1.4.1", 2, Why.REPORTED),
            ("9.9.9.9", 2, Why.UNKNOWN),
        ],
    )
    def test_is_refused_with_its_reason(self, plan, number, to, why):
        with pytest.raises(MoveRefusedError) as refused:
            moved_plan(plan, [number], to=to)
        assert [(one.number, one.why) for one in refused.value.refusals] == [(number, why)]

    def test_one_refusal_stops_them_all(self, plan):
        with pytest.raises(MoveRefusedError) as refused:
            moved_plan(plan, [self.ROUND.number, self.HELD.number], to=3)
        assert [one.number for one in refused.value.refusals] == [self.HELD.number]

    def test_a_control_goes_to_another_year(self, plan):
        (year,) = plan.years_of(self.ROUND.number)
        after = moved_plan(plan, [self.ROUND.number], to=5 - year)
        assert after.years_of(self.ROUND.number) == (5 - year,)
        assert moved_numbers(plan, after) == {self.ROUND.number}

    def test_what_the_auditor_chose_moves_with_its_reason(self, plan):
        after = moved_plan(plan, [self.CHOSEN.number], to=3)
        assert [one.causes for one in after.by_number[self.CHOSEN.number]] == [(CHOICE,)]

    def test_what_nobody_has_to_audit_can_leave_again(self, plan):
        after = moved_plan(plan, [self.EXTRA.number], to=OUT)
        assert after.years_of(self.EXTRA.number) == ()
