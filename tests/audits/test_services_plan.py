"""Propose a plan, move, include, rebalance: each act records itself and refuses what it must."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audits.enums import CycleAction
from audits.models import PlanItem
from audits.services import cycle as cycles
from audits.services import plan as plans
from core.exceptions import DomainError, EditConflictError
from core.months import last_day_of_months
from registrations.enums import FlagKind
from registrations.services.flags import clear_flag, flag_control
from tests.audits.cycles import EVERY, OUTSIDE, ROUND, declared, opened, planned
from tests.controls.factories import small_edition as another_edition
from tests.registrations.factories import fixed_declaration

pytestmark = pytest.mark.django_db


class TestProposing:
    def test_the_plan_covers_what_is_adopted_and_records_itself(self, small_edition):
        found = planned(small_edition)
        years = found.years()
        assert years[EVERY] == (1, 2, 3)
        assert sorted(len(years[number]) for number in ROUND) == [1] * 5
        assert OUTSIDE not in years
        assert found.cycle.is_planned
        line = found.cycle.history.last()
        assert line.action == CycleAction.PROPOSED
        assert line.changes[EVERY] == [[], [1, 2, 3]]

    def test_what_the_declaration_leaves_out_is_not_planned(self, small_edition):
        found = planned(small_edition, years=1).next_year(left_out=("9.2.3.2",))
        cycle = cycles.open_cycle(
            declaration_id=found.audit.declaration.pk, years=2, actor=found.planner
        )
        found.cycle = cycle
        assert "9.2.3.2" not in found.propose().years()

    def test_a_plan_with_nothing_new_stays(self, small_edition):
        found = planned(small_edition)
        before = found.years(), set(PlanItem.objects.values_list("pk", flat=True))
        found.propose()
        assert (found.years(), set(PlanItem.objects.values_list("pk", flat=True))) == before
        assert found.cycle.history.last().changes == {}

    def test_changes_of_the_period_and_new_adoptions_are_audited_in_their_year(self, small_edition):
        found = opened(small_edition)
        first = found.audit.declaration
        found.audit.declaration = declared(
            found.audit, first.period_end + timedelta(days=1), left_out=("9.2.3.2",)
        )
        found.propose()
        assert "9.2.3.2" not in found.years()
        before = found.years()
        found.next_year(changed=("9.4.2.3.P", EVERY)).propose()
        assert found.reasons() == {
            ("9.4.2.3.P", 3, "changed"),
            (EVERY, 3, "changed"),
            ("9.2.3.2", 3, "adopted"),
        }
        after = found.years()
        assert (after["9.4.2.3.P"], after["9.2.3.2"]) == ((3,), (3,))
        untouched = [number for number in ROUND if number not in ("9.4.2.3.P", "9.2.3.2")]
        assert [after[number] for number in untouched] == [before[number] for number in untouched]

    def test_an_incident_brings_its_control_into_the_year(self, small_edition):
        found = opened(small_edition)
        control = small_edition.controls.get(number=OUTSIDE)
        facts = {"service_id": found.cycle.service_id, "control_id": control.pk}
        flag = flag_control(
            **facts,
            kind=FlagKind.INCIDENT,
            reason="誤送信の報告があったため。",
            since=found.audit.declaration.period_end,
        )
        found.propose()
        assert found.reasons() == {(OUTSIDE, 1, "incident")}
        clear_flag(flag_id=flag.pk, on=timezone.localdate())
        found.propose()
        assert found.reasons() == set()
        assert OUTSIDE not in found.years()

    def test_an_incident_that_was_audited_counts_once(self, small_edition):
        found = opened(small_edition).engage()
        flag_control(
            service_id=found.cycle.service_id,
            control_id=small_edition.controls.get(number=OUTSIDE).pk,
            kind=FlagKind.INCIDENT,
            reason="誤送信の報告があったため。",
            since=found.audit.declaration.period_start,
        )
        found.propose().report().next_year().propose()
        assert found.years()[OUTSIDE] == (1,)

    def test_what_was_audited_lately_comes_last_in_the_next_cycle(self, small_edition):
        found = opened(small_edition, years=2).engage().propose().report()
        first_year = {number for number, years in found.years().items() if years == (1,)}
        found.next_year()
        found.next_year()
        found.cycle = cycles.open_cycle(
            declaration_id=found.audit.declaration.pk, years=2, actor=found.planner
        )
        years = found.propose().years()
        assert {years[number] for number in first_year} == {(2,)}

    def test_a_declaration_of_another_edition_is_refused(self, small_edition):
        found = planned(small_edition)
        start = found.audit.declaration.period_end + timedelta(days=1)
        fixed_declaration(
            found.audit.declaration.service,
            another_edition("見本-2"),
            found.audit.editor,
            found.audit.approver,
            start=start,
            end=last_day_of_months(start, 12),
        )
        with pytest.raises(DomainError, match="このサイクルの版と異なります"):
            found.propose()

    def test_the_firm_of_the_newest_period_plans_and_nobody_else(self, small_edition):
        found = planned(small_edition).engage().propose()
        found.planner = found.audit.approver
        with pytest.raises(PermissionDenied):
            found.propose()
        found.next_year().propose()
        found.planner = found.audit.lead
        with pytest.raises(PermissionDenied):
            found.propose()


class TestMoving:
    def test_a_move_is_stored_with_who_made_it(self, small_edition):
        found = planned(small_edition)
        (before,) = found.years()["9.2.3.2"]
        to = before % 3 + 1
        found.move("9.2.3.2", to=to)
        item = PlanItem.objects.get(control__number="9.2.3.2")
        assert (item.year, item.moved_by) == (to, found.planner)
        assert found.cycle.history.last().changes == {"9.2.3.2": [[before], [to]]}

    @pytest.mark.parametrize(
        ("number", "to", "words"),
        [
            (EVERY, 2, "毎年監査する基準"),
            ("9.2.3.2", 0, "一度も監査されません"),
            ("9.2.3.2", 4, "その年度はこのサイクルにありません"),
            (OUTSIDE, 2, "この計画にない項目"),
            ("18.9.9.9", 2, "この計画にない項目"),
        ],
    )
    def test_what_breaks_the_plan_is_refused_with_its_reason(
        self, small_edition, number, to, words
    ):
        found = planned(small_edition)
        before = found.years()
        with pytest.raises(DomainError, match=words) as refused:
            found.move(number, to=to)
        assert number in str(refused.value)
        assert found.years() == before

    def test_years_that_are_reported_are_over(self, small_edition):
        found = planned(small_edition).engage()
        first = next(number for number in ROUND if found.years()[number] == (1,))
        later = next(number for number in ROUND if found.years()[number] == (3,))
        found.report()
        for number, to in ((first, 2), (later, 1)):
            with pytest.raises(DomainError, match="報告を終えた年度"):
                found.move(number, to=to)
        found.move(later, to=2)
        assert found.years()[later] == (2,)

    @pytest.mark.parametrize(("before", "after"), [((1,), 2), ((3,), 1)])
    def test_the_database_keeps_a_year_that_is_reported(self, small_edition, before, after):
        found = planned(small_edition).engage()
        number = next(number for number in ROUND if found.years()[number] == before)
        found.report()
        item = PlanItem.objects.filter(control__number=number)
        with (
            pytest.raises(IntegrityError, match="planitem_of_reported_year"),
            transaction.atomic(),
        ):
            item.update(year=after)
        later = PlanItem.objects.filter(year=3).exclude(basis="always")
        assert later.update(year=2)

    def test_a_stale_page_moves_nothing(self, small_edition):
        found = planned(small_edition)
        stale = found.by()
        found.move("9.2.3.2", to=found.years()["9.2.3.2"][0] % 3 + 1)
        with pytest.raises(EditConflictError):
            plans.move_controls(**stale, numbers=["9.2.3.10"], to=1)

    @pytest.mark.parametrize(
        ("facts", "name"),
        [
            ({"year": 4}, "planitem_year_inside_cycle"),
            ({"year": 0}, "planitem_year_inside_cycle"),
            ({"control": "other"}, "planitem_control_of_edition"),
            ({"control": "objective"}, "planitem_control_of_edition"),
        ],
    )
    def test_the_database_refuses_an_item_that_does_not_fit(self, small_edition, facts, name):
        planned(small_edition)
        other = another_edition("見本-2")
        found = {
            "other": other.controls.get(number="9.2.3.2"),
            "objective": small_edition.controls.get(number="9.2.3"),
        }
        values = {key: found.get(value, value) for key, value in facts.items()}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PlanItem.objects.filter(control__number="9.2.3.2").update(**values)


class TestIncluding:
    def test_a_control_outside_the_areas_comes_in_and_leaves_again(self, small_edition):
        found = planned(small_edition).engage().include(OUTSIDE, 2)
        assert found.years()[OUTSIDE] == (2,)
        assert found.reasons() == {(OUTSIDE, 2, "choice")}
        found.move(OUTSIDE, to=3)
        assert found.reasons() == {(OUTSIDE, 3, "choice")}
        found.move(OUTSIDE, to=0)
        assert OUTSIDE not in found.years()
        lines = found.cycle.history.values_list("action", "reason")
        assert ("included", f"{OUTSIDE}：重要な変更があったため。") in lines

    def test_a_control_that_waits_for_another_year_moves_there(self, small_edition):
        found = planned(small_edition).engage()
        number = next(number for number in ROUND if found.years()[number] == (3,))
        found.include(number, 1)
        assert found.years()[number] == (1,)

    def test_it_stays_when_the_plan_is_brought_up_to_date_or_rebalanced(self, small_edition):
        found = planned(small_edition).engage().include(OUTSIDE, 2).propose()
        assert found.years()[OUTSIDE] == (2,)
        plans.rebalance_plan(**found.by())
        assert found.reasons() == {(OUTSIDE, 2, "choice")}

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"number": "18.9.9.9"}, "採用していない"),
            ({"year": 4}, "その年度はこのサイクルにありません"),
            ({"reason": "\u200b"}, "理由を入力"),
        ],
    )
    def test_bad_input_is_refused(self, small_edition, facts, words):
        found = planned(small_edition).engage()
        proper = {"number": OUTSIDE, "year": 1, "reason": "見本"}
        with pytest.raises(DomainError, match=words):
            plans.include_control(**found.by(), **(proper | facts))

    def test_only_the_auditor_judges(self, small_edition):
        found = planned(small_edition)
        with pytest.raises(PermissionDenied):
            found.include(OUTSIDE, 1)


class TestRebalancing:
    def test_it_spreads_again_what_was_moved_by_hand(self, small_edition):
        found = planned(small_edition)
        before = found.years()
        found.move(*[number for number in ROUND if found.years()[number] != (3,)], to=3)
        plans.rebalance_plan(**found.by())
        assert found.years() == before
        assert found.cycle.history.last().action == CycleAction.REBALANCED
        assert not PlanItem.objects.filter(moved_by__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_leave_one_move(small_edition):
    found = planned(small_edition)
    arguments = found.by()
    barrier, outcomes = threading.Barrier(2), []

    def move(number):
        barrier.wait()
        try:
            plans.move_controls(**arguments, numbers=[number], to=3)
            outcomes.append("moved")
        except EditConflictError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=(number,)) for number in ("9.2.3.2", "9.2.3.10")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused"]
    assert found.cycle.history.filter(action=CycleAction.MOVED).count() == 1
