"""A new edition inside a running cycle: the cycle is ended early, and the next one begins with the new edition."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from audits.enums import CycleAction, CycleState
from audits.models import AuditCycle, Inclusion, PlanItem
from audits.selectors.cycle_list import declarations_without_cycle
from audits.selectors.cycle_page import cycle_page
from audits.services import cycle as cycles
from audits.services.fieldwork_scope import set_scope
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.cycles import OUTSIDE, Planning, planned
from tests.audits.factories import auditor_of
from tests.declarations.editions import second_edition

pytestmark = pytest.mark.django_db
REASON = "管理基準の改定に合わせるため。"


@pytest.fixture
def moved(small_edition) -> Planning:
    """A fixed plan of three years with a reason in year 3; the declaration of year 2 is against another edition."""
    found = planned(small_edition).engage().include(OUTSIDE, 3)
    cycles.agree_plan(**found.by())
    return found.report().next_year(edition=second_edition())


def end(found: Planning, actor=None, reason: str = REASON, **changes) -> AuditCycle:
    return cycles.end_cycle(**found.by(actor) | changes, reason=reason)


class TestEnding:
    def test_it_ends_with_the_last_year_of_its_edition_and_the_next_one_begins(self, moved):
        before = moved.years()
        cycle = end(moved)
        assert (cycle.state, cycle.years) == (CycleState.ENDED, 1)
        assert cycle.ends_on == cycle.first_year_ends_on
        assert set(moved.years()) == {number for number, years in before.items() if 1 in years}
        line = cycle.history.last()
        assert (line.actor, line.action, line.reason) == (
            moved.audit.approver,
            CycleAction.END,
            REASON,
        )
        assert line.changes[OUTSIDE] == [[3], []]
        following = moved.audit.declaration
        assert list(declarations_without_cycle(moved.audit.approver)) == [following]
        second = cycles.open_cycle(declaration_id=following.pk, years=3, actor=moved.audit.approver)
        assert second.starts_on == cycle.ends_on + timedelta(days=1)
        plan = Planning(moved.audit, second).propose().engage()
        engagement = plan.audit.engagement
        scope = set_scope(engagement_id=engagement.pk, actor=auditor_of(engagement))
        assert set(scope) == {number for number, years in plan.years().items() if 1 in years}

    def test_its_plan_stays_as_it_is(self, moved):
        end(moved)
        lead = moved.planner = moved.audit.lead
        with pytest.raises(DomainError, match="打ち切られたため、計画は変えられません"):
            moved.propose()
        for act in (
            lambda: cycles.agree_plan(**moved.by(lead)),
            lambda: cycles.reopen_plan(**moved.by(lead), reason="見直すため。"),
        ):
            with pytest.raises(TransitionNotAllowedError):
                act()
        rights = cycle_page(AuditCycle.objects.get(), lead).rights
        assert not any((rights.plan, rights.update, rights.agree, rights.reopen, rights.end))

    def test_who_plans_the_newest_period_ends_it_and_nobody_else(self, moved):
        for actor in (moved.audit.editor, moved.audit.lead, person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                end(moved, actor)
        moved.audit.firm = OrganisationFactory(audit_body=True)
        moved.audit.lead = person(Role.AUDIT_LEAD, organisation=moved.audit.firm)
        moved.engage()
        with pytest.raises(PermissionDenied):
            end(moved, moved.audit.approver)
        assert end(moved).history.last().actor == moved.audit.lead

    def test_it_is_done_once_with_a_reason_and_by_who_saw_the_plan_as_it_is(self, moved):
        with pytest.raises(DomainError, match="理由を入力"):
            end(moved, reason="　")
        with pytest.raises(EditConflictError):
            end(moved, version=1)
        assert end(moved) == end(moved)
        with pytest.raises(TransitionNotAllowedError):
            end(moved, moved.audit.lead)
        assert moved.cycle.history.filter(action=CycleAction.END).count() == 1

    def test_without_another_edition_it_goes_on(self, small_edition):
        found = planned(small_edition).next_year()
        with pytest.raises(DomainError, match="打ち切らずに、計画を続けて"):
            end(found)

    def test_in_its_last_year_nothing_is_left_to_cut_off(self, small_edition):
        found = planned(small_edition, years=2).next_year(months=6)
        found.next_year(months=6, edition=second_edition())
        with pytest.raises(DomainError, match="最後の年度にあるため、打ち切れません"):
            end(found)

    def test_what_cannot_follow_says_what_to_do(self, moved):
        lead = moved.audit.lead
        cycles.reopen_plan(**moved.by(lead), reason="見直すため。")
        for act in (moved.propose, lambda: cycles.agree_plan(**moved.by(lead))):
            with pytest.raises(DomainError, match="このサイクルを打ち切り、新しい版で"):
                act()


class TestDatabase:
    def test_it_refuses_other_days_and_a_second_end(self, moved, small_edition):
        cycle = moved.cycle
        rows = AuditCycle.objects.filter(pk=cycle.pk)
        shorter = {"years": 1, "ends_on": cycle.last_day_of(1)}
        for facts in (
            shorter,
            {"state": CycleState.ENDED},
            {"state": CycleState.ENDED, "years": 1},
            {"state": CycleState.ENDED, "years": 1, "ends_on": cycle.last_day_of(2)},
        ):
            with (
                pytest.raises(IntegrityError, match="cycle_keeps_its_days"),
                transaction.atomic(),
            ):
                rows.update(**facts)
        end(moved)
        for state in (CycleState.DRAFT, CycleState.AGREED):
            with (
                pytest.raises(IntegrityError, match="cycle_keeps_its_days"),
                transaction.atomic(),
            ):
                rows.update(state=state)

    def test_it_refuses_to_cut_off_a_year_that_was_declared(self, small_edition):
        found = planned(small_edition).next_year()
        rows = AuditCycle.objects.filter(pk=found.cycle.pk)
        with (
            pytest.raises(IntegrityError, match="cycle_keeps_its_days"),
            transaction.atomic(),
        ):
            rows.update(state=CycleState.ENDED, years=1, ends_on=found.cycle.last_day_of(1))

    def test_what_is_left_of_its_plan_is_frozen(self, moved):
        end(moved)
        assert not Inclusion.objects.filter(item__year__gt=1).exists()
        for rows in (PlanItem.objects.filter(year=1), Inclusion.objects.all()):
            if rows.exists():
                with pytest.raises(IntegrityError, match="of_fixed_plan"), transaction.atomic():
                    rows.delete()


class TestPages:
    def test_the_page_of_the_cycle_leads_there_and_on_to_the_next_one(self, client, moved):
        client.force_login(moved.audit.approver)
        address = reverse("audits:cycle_end", args=[moved.cycle.pk])
        text = client.get(moved.cycle.get_absolute_url()).content.decode()
        assert address in text
        assert "この計画の版と異なるため、計画を合わせられません。" in text
        assert reverse("audits:cycle_propose", args=[moved.cycle.pk]) not in text
        form = client.get(address)
        version = form.context["form"].initial["version"]
        empty = client.post(address, {"version": version, "reason": ""})
        assert empty.status_code == 422
        answer = client.post(address, {"version": version, "reason": REASON}, follow=True)
        text = answer.content.decode()
        assert "監査サイクルを打ち切りました。" in text
        assert reverse("audits:cycle_open", args=[moved.audit.declaration.pk]) in text
        again = client.post(address, {"version": version, "reason": REASON})
        assert again.status_code == 302
        text = client.get(moved.cycle.get_absolute_url()).content.decode()
        assert "で打ち切られました。計画は変えられません。" in text
        assert REASON in text

    def test_a_refusal_keeps_what_was_typed(self, client, small_edition):
        found = planned(small_edition)
        client.force_login(found.audit.approver)
        address = reverse("audits:cycle_end", args=[found.cycle.pk])
        data = {"version": found.cycle.row_version, "reason": REASON}
        answer = client.post(address, data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "打ち切らずに、計画を続けてください。" in text
        assert REASON in text
