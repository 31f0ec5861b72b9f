"""Begin a cycle, fix its plan, reopen it: each act records itself and refuses what it must."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import CycleAction, CycleState
from audits.models import AuditCycle, Inclusion, PlanItem
from audits.selectors.cycle_list import declarations_without_cycle
from audits.selectors.plan_facts import newest_declaration
from audits.services import cycle as cycles
from core.exceptions import DomainError, TransitionNotAllowedError
from core.months import last_day_of_months
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.cycles import OUTSIDE, Planning, opened, planned
from tests.audits.factories import audit

pytestmark = pytest.mark.django_db


class TestOpening:
    def test_the_first_year_is_the_period_of_the_declaration(self, small_edition):
        found = opened(small_edition)
        cycle, declaration = found.cycle, found.audit.declaration
        assert (cycle.first_day_of(1), cycle.last_day_of(1)) == (
            declaration.period_start,
            declaration.period_end,
        )
        assert cycle.first_day_of(2) == declaration.period_end + timedelta(days=1)
        assert cycle.last_day_of(2) == last_day_of_months(cycle.first_day_of(2), 12)
        assert cycle.ends_on == cycle.last_day_of(3)
        assert cycle.year_of(cycle.ends_on + timedelta(days=1)) is None
        line = cycle.history.get()
        assert (line.actor, line.action) == (found.audit.approver, CycleAction.OPENED)

    def test_asked_for_twice_it_is_one(self, small_edition):
        found = opened(small_edition)
        again = cycles.open_cycle(
            declaration_id=found.audit.declaration.pk, years=3, actor=found.audit.approver
        )
        assert again == found.cycle
        assert again.history.count() == 1

    def test_overlapping_cycles_are_refused_with_the_days_of_the_other(self, small_edition):
        found = opened(small_edition).next_year()
        with pytest.raises(DomainError, match="監査サイクルと期間が重なっています"):
            cycles.open_cycle(
                declaration_id=found.audit.declaration.pk, years=3, actor=found.audit.approver
            )

    def test_a_cycle_follows_the_one_before(self, small_edition):
        found = opened(small_edition, years=1).next_year()
        second = cycles.open_cycle(
            declaration_id=found.audit.declaration.pk, years=5, actor=found.audit.approver
        )
        assert second.starts_on == found.cycle.ends_on + timedelta(days=1)

    def test_a_period_across_the_end_of_a_cycle_begins_the_next_one(self, small_edition):
        found = opened(small_edition, years=2).next_year(months=6).next_year()
        crossing = found.audit.declaration
        assert crossing.period_start < found.cycle.ends_on < crossing.period_end
        assert crossing in declarations_without_cycle(found.audit.approver)
        for _twice in range(2):
            second = cycles.open_cycle(
                declaration_id=crossing.pk, years=3, actor=found.audit.approver
            )
        assert AuditCycle.objects.count() == 2
        assert (second.first_day_of(1), second.last_day_of(1)) == (
            found.cycle.ends_on + timedelta(days=1),
            crossing.period_end,
        )
        assert second.year_of(crossing.period_end) == 1
        assert Planning(found.audit, second).propose().cycle.declaration == crossing
        assert newest_declaration(found.cycle) != crossing

    @pytest.mark.parametrize("years", [0, 6])
    def test_a_number_of_years_that_nobody_plans_is_refused(self, small_edition, years):
        with pytest.raises(DomainError, match="1年から5年"):
            opened(small_edition, years=years)

    def test_a_cycle_that_would_be_over_at_once_is_refused(self, small_edition):
        found = audit(small_edition).commission().accept().file_report()
        with pytest.raises(DomainError, match="2年以上を選んでください"):
            cycles.open_cycle(declaration_id=found.declaration.pk, years=1, actor=found.lead)

    def test_only_the_fixed_declaration_begins_a_cycle(self, small_edition):
        found = audit(small_edition)
        draft = cycles.Declaration.objects.create(
            service=found.declaration.service,
            edition=small_edition,
            period_start=found.declaration.period_end + timedelta(days=1),
            period_end=found.declaration.period_end + timedelta(days=300),
            created_at=timezone.now(),
        )
        with pytest.raises(DomainError, match="確定した最新の言明"):
            cycles.open_cycle(declaration_id=draft.pk, years=3, actor=found.approver)

    def test_an_editor_or_a_stranger_begins_none(self, small_edition):
        found = audit(small_edition)
        for actor in (found.editor, found.lead, person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                cycles.open_cycle(declaration_id=found.declaration.pk, years=3, actor=actor)

    def test_once_a_firm_has_accepted_it_begins_the_cycle_and_the_provider_does_not(
        self, small_edition
    ):
        found = audit(small_edition).commission().accept()
        with pytest.raises(PermissionDenied):
            cycles.open_cycle(declaration_id=found.declaration.pk, years=3, actor=found.approver)
        cycle = cycles.open_cycle(declaration_id=found.declaration.pk, years=3, actor=found.lead)
        assert cycle.opened_by == found.lead

    def test_the_database_refuses_overlapping_cycles(self, small_edition):
        cycle = opened(small_edition).cycle
        cycle.pk, cycle._state.adding = None, True
        cycle.starts_on -= timedelta(days=30)
        with pytest.raises(IntegrityError, match="auditcycle_one_at_a_time"), transaction.atomic():
            cycle.save()

    def test_the_database_keeps_its_frame_and_its_own_declaration(self, small_edition):
        cycle = opened(small_edition).cycle
        other = audit(small_edition, organisation=_other_provider()).declaration
        cycles_of = AuditCycle.objects.filter(pk=cycle.pk)
        for facts in ({"years": 4}, {"ends_on": cycle.ends_on + timedelta(days=1)}):
            with (
                pytest.raises(IntegrityError, match="cycle_keeps_its_days"),
                transaction.atomic(),
            ):
                cycles_of.update(**facts)
        with pytest.raises(ProgrammingError, match="audits_auditcycle"), transaction.atomic():
            cycles_of.update(starts_on=cycle.starts_on + timedelta(days=1))
        with pytest.raises(IntegrityError, match="own_declaration"), transaction.atomic():
            cycles_of.update(declaration=other)
        with pytest.raises(ProgrammingError, match="audits_auditcycle"), transaction.atomic():
            cycles_of._raw_delete("default")


def _other_provider():
    return OrganisationFactory(
        address="見本県", representative_name="見本", profile="見本", name="別の事業者"
    )


class TestSettling:
    def test_a_fixed_plan_is_frozen_and_opened_again_with_a_reason(self, small_edition):
        found = planned(small_edition).engage().include(OUTSIDE, 1)
        cycles.agree_plan(**found.by())
        with pytest.raises(DomainError, match="計画は確定しています"):
            found.move("9.2.3.2", to=1)
        with (
            pytest.raises(IntegrityError, match="planitem_of_fixed_plan"),
            transaction.atomic(),
        ):
            PlanItem.objects.update(year=1)
        with (
            pytest.raises(IntegrityError, match="inclusion_of_fixed_plan"),
            transaction.atomic(),
        ):
            Inclusion.objects.update(reason="書換え")
        with pytest.raises(DomainError, match="理由"):
            cycles.reopen_plan(**found.by(), reason="　")
        cycles.reopen_plan(**found.by(), reason="範囲を見直すため。")
        line = found.cycle.history.last()
        assert (line.action, line.from_state, line.to_state, line.reason) == (
            CycleAction.REOPEN,
            CycleState.AGREED,
            CycleState.DRAFT,
            "範囲を見直すため。",
        )

    def test_next_years_firm_reopens_what_the_former_one_fixed(self, small_edition):
        found = planned(small_edition).engage()
        cycles.agree_plan(**found.by())
        found.report().next_year()
        found.audit.firm = OrganisationFactory(audit_body=True)
        found.audit.lead = person(Role.AUDIT_LEAD, organisation=found.audit.firm)
        found.engage()
        cycles.reopen_plan(**found.by(), reason="今年度の言明に合わせるため。")
        assert found.propose().cycle.declaration == found.audit.declaration

    def test_without_a_plan_or_behind_the_declaration_nothing_is_fixed(self, small_edition):
        found = opened(small_edition).engage()
        with pytest.raises(DomainError, match="計画案がまだありません"):
            cycles.agree_plan(**found.by())
        found.propose()
        found.report().next_year()
        with pytest.raises(DomainError, match="計画を更新してから"):
            cycles.agree_plan(**found.by(found.audit.lead))

    def test_members_and_the_provider_fix_nothing(self, small_edition):
        found = planned(small_edition).engage()
        member = person(Role.AUDIT_MEMBER, organisation=found.audit.firm)
        for actor in (member, found.audit.approver):
            with pytest.raises(PermissionDenied):
                cycles.agree_plan(**found.by(actor))

    def test_fixed_twice_is_refused(self, small_edition):
        found = planned(small_edition).engage()
        cycles.agree_plan(**found.by())
        with pytest.raises(TransitionNotAllowedError):
            cycles.agree_plan(**found.by())
