"""What is tested: the plan's year, what is pulled in, what is skipped, on which sample and with which files."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.enums import Role
from audits.enums import FieldworkAction, ScopeBasis
from audits.models import ControlTest
from audits.sampling import draw
from audits.selectors.engagement import engagement_page
from audits.selectors.pinned import Pinned
from audits.selectors.reviewable import reviewable_files
from audits.services.fieldwork_sample import add_reviewed, draw_sample
from audits.services.fieldwork_scope import resume_test, set_scope, skip_inherited
from audits.services.finding import FindingFacts, issue_finding, raise_finding
from core.exceptions import DomainError, EditConflictError
from documents.models import StoredFile
from tests.accounts.factories import person
from tests.audits.cycles import ROUND, declared, planned
from tests.audits.factories import auditor_of
from tests.audits.papers import (
    EVERY,
    INHERITED,
    LEFT_OUT,
    OUTSIDE,
    SECOND,
    Papers,
    papers,
    planned_papers,
    revised,
)
from tests.declarations.editions import second_edition

pytestmark = pytest.mark.django_db
ALWAYS = {"3.1.2.1", "3.1.2.2", "4.4.1.1", "4.4.1.10", "4.4.1.2"}


@pytest.fixture
def found(small_edition):
    return papers(small_edition)


def in_scope(found) -> dict[str, str]:
    return dict(found.engagement.tests.values_list("control__number", "basis"))


class TestScope:
    def test_without_a_plan_it_is_what_is_audited_every_year(self, found):
        assert set(set_scope(**found.by())) == ALWAYS
        assert in_scope(found) == dict.fromkeys(ALWAYS, ScopeBasis.ALWAYS)

    def test_with_a_plan_it_is_the_year_of_the_audited_period(self, small_edition):
        found = planned_papers(small_edition).scope()
        scope = in_scope(found)
        assert scope.keys() > ALWAYS
        assert scope.keys() - ALWAYS < set(ROUND)
        assert set(scope.values()) == {ScopeBasis.PLAN}

    def test_a_period_across_the_end_of_a_cycle_is_audited_as_without_a_plan(self, small_edition):
        plan = planned(small_edition, years=2).next_year(months=6).next_year().engage()
        engagement = plan.audit.engagement
        found = Papers(plan.audit, engagement, auditor_of(engagement))
        assert set(set_scope(**found.by())) == ALWAYS
        page = engagement_page(engagement, plan.audit.lead)
        assert page.cycle is None

    def test_setting_it_again_adds_only_what_is_missing(self, small_edition):
        found = planned_papers(small_edition)
        found.pull(EVERY, reason="先に見たいため。")
        first = set_scope(**found.by())
        assert EVERY not in first
        assert set_scope(**found.by()) == []
        assert in_scope(found)[EVERY] == ScopeBasis.PULLED
        assert found.engagement.fieldwork_history.count() == len(first) + 1

    def test_what_an_earlier_audit_of_the_firm_left_open_comes_along(self, found):
        found.pull(OUTSIDE)
        raised = raise_finding(
            test_id=found.test(OUTSIDE).pk,
            actor=found.audit.lead,
            creation_key=uuid.uuid4(),
            facts=FindingFacts("operating", "low", "承認日のない記録がある。"),
        )
        issue_finding(finding_id=raised.pk, actor=found.audit.lead, version=raised.row_version)
        found.audit.file_report()
        start = found.audit.declaration.period_end + timedelta(days=1)
        found.audit.declaration = declared(found.audit, start)
        found.engagement = found.audit.commission().accept().engagement
        set_scope(**found.by(found.audit.lead))
        assert in_scope(found)[OUTSIDE] == ScopeBasis.FINDING

    def test_the_provider_and_strangers_may_not(self, found):
        for actor in (found.audit.approver, person(Role.AUDIT_LEAD)):
            with pytest.raises(PermissionDenied):
                set_scope(**found.by(actor))

    def test_controls_are_pulled_in_with_a_reason_that_is_kept(self, found):
        assert found.pull(OUTSIDE, INHERITED, OUTSIDE) == [OUTSIDE, INHERITED]
        assert found.pull(OUTSIDE) == []
        row = found.test(OUTSIDE)
        assert (row.basis, row.basis_note) == (ScopeBasis.PULLED, "監査人の判断のため。")
        line = row.history.get()
        assert (line.action, line.reason) == (FieldworkAction.PULLED, "監査人の判断のため。")

    @pytest.mark.parametrize(
        ("numbers", "words"),
        [
            ((OUTSIDE, LEFT_OUT), f"採用されていない.*{LEFT_OUT}$"),
            ((OUTSIDE, "5.1.1.1"), "詳細管理策ではありません.*5.1.1.1$"),
            ((OUTSIDE, "9.2.3"), "詳細管理策ではありません.*9.2.3$"),
            ((), "番号を入力"),
        ],
    )
    def test_what_cannot_be_tested_is_refused_by_number(self, found, numbers, words):
        with pytest.raises(DomainError, match=words):
            found.pull(*numbers)
        assert in_scope(found) == {}

    def test_pulling_needs_a_reason(self, found):
        with pytest.raises(DomainError, match="理由を入力"):
            found.pull(OUTSIDE, reason="　")

    def test_the_database_refuses_a_control_of_another_edition(self, found):
        control = second_edition().controls.get(number=EVERY)
        with pytest.raises(IntegrityError, match="controltest_control_of_edition"):
            ControlTest.objects.create(
                engagement=found.engagement, control=control, basis=ScopeBasis.PLAN
            )

    def test_what_changed_after_fixing_is_known_with_both_texts(self, found):
        assert Pinned.of(found.engagement).changed == {}
        revised(found, {EVERY: "月に一度、確認しています。"})
        pinned = Pinned.of(found.engagement)
        assert set(pinned.changed) == {EVERY}
        texts = {piece.kind: piece.text for piece in pinned.wording(EVERY)}
        assert "月に一度" in texts["added"]
        assert pinned.wording(SECOND) == []


class TestSkipping:
    def test_an_inherited_control_is_skipped_with_its_reason_and_taken_up_again(self, found):
        found.pull(INHERITED)
        facts = found.by() | {"number": INHERITED}
        skip_inherited(**facts, version=1, reason="登録の監査で評価済みのため。")
        row = found.test(INHERITED)
        assert row.is_skipped
        assert row.inherited_from is not None
        assert row.history.last().reason == "登録の監査で評価済みのため。"
        with pytest.raises(DomainError, match="手続を省略しています"):
            found.record(INHERITED, design_result="effective")
        resume_test(**facts, version=2)
        assert not found.test(INHERITED).is_skipped
        assert found.test(INHERITED).inherited_from is None
        with pytest.raises(DomainError, match="省略していません"):
            resume_test(**facts, version=3)

    def test_a_control_that_names_no_base_service_is_not_skipped(self, found):
        found.scope()
        with pytest.raises(DomainError, match=f"{EVERY} は.*継承していません"):
            skip_inherited(**found.by(), number=EVERY, version=1, reason="省略したいため。")

    def test_what_has_a_result_is_not_skipped(self, found):
        found.pull(INHERITED)
        found.record(INHERITED, design_result="effective")
        with pytest.raises(DomainError, match="もう結果が記録されています"):
            skip_inherited(**found.by(), number=INHERITED, version=2, reason="評価済みのため。")

    def test_a_second_click_is_a_conflict_and_changes_nothing(self, found):
        found.pull(INHERITED)
        facts = found.by() | {"number": INHERITED, "version": 1, "reason": "評価済みのため。"}
        skip_inherited(**facts)
        with pytest.raises(EditConflictError):
            skip_inherited(**facts)
        assert found.test(INHERITED).history.filter(action=FieldworkAction.SKIPPED).count() == 1


class TestSample:
    def test_it_is_kept_so_that_it_can_be_drawn_again(self, found):
        found.scope().draw(EVERY, population=250, size=25)
        row = found.test(EVERY)
        assert row.sample == draw(250, 25, row.sample_method, row.sample_seed)
        assert (row.population_size, row.sample_size) == (250, 25)

    def test_a_new_draw_keeps_the_old_one_in_the_history(self, found):
        found.scope().draw(EVERY)
        old = found.test(EVERY)
        found.draw(EVERY)
        line = found.test(EVERY).history.last()
        assert line.action == FieldworkAction.SAMPLED
        assert line.changes["sample_seed"][0] == old.sample_seed
        assert line.changes["sample"][0] == old.sample

    def test_a_second_click_draws_nothing(self, found):
        found.scope().draw(EVERY, version=1)
        seed = found.test(EVERY).sample_seed
        with pytest.raises(EditConflictError):
            found.draw(EVERY, version=1)
        assert found.test(EVERY).sample_seed == seed

    def test_a_sample_larger_than_the_population_is_refused(self, found):
        found.scope()
        with pytest.raises(DomainError, match=r"サンプルの件数（11件）.*10件以下"):
            found.draw(EVERY, population=10, size=11)
        with pytest.raises(IntegrityError, match="controltest_sample"), transaction.atomic():
            ControlTest.objects.update(
                population_size=10, sample_size=11, sample_method="judgement", sample=[1] * 11
            )

    def test_the_database_refuses_a_list_of_another_length(self, found):
        found.scope().draw(EVERY)
        with pytest.raises(IntegrityError, match="sample_as_drawn"), transaction.atomic():
            ControlTest.objects.filter(sample_size=5).update(sample=[1, 2])

    def test_all_items_and_chosen_items(self, found):
        found.scope().draw(EVERY, population=5_000_000, size=None, method="all")
        row = found.test(EVERY)
        assert (row.sample_size, row.sample, row.sample_seed) == (5_000_000, [], "")
        found.draw(EVERY, size=None, method="judgement", items=[30, 4])
        assert found.test(EVERY).sample == [4, 30]

    def test_a_method_and_a_population_there_must_be(self, found):
        found.scope()
        with pytest.raises(DomainError, match="抽出の方法"):
            found.draw(EVERY, method="guess")
        with pytest.raises(DomainError, match="母集団の件数"):
            draw_sample(
                **found.by(),
                number=EVERY,
                version=1,
                population_size=0,
                method="random",
                sample_size=1,
            )


class TestReviewed:
    def test_evidence_of_the_pinned_snapshot_is_recorded_once(self, found):
        found.scope()
        (file,) = reviewable_files(found.engagement, EVERY)
        for _click in range(2):
            add_reviewed(**found.by(), number=EVERY, file_id=file.pk)
        assert [one.file for one in found.test(EVERY).reviewed.all()] == [file]
        assert found.test(EVERY).history.last().changes == {"reviewed": ["", "棚卸の記録.pdf"]}

    def test_any_other_file_is_refused(self, found):
        found.scope()
        file = StoredFile.objects.get(label="棚卸の記録.pdf")
        with pytest.raises(DomainError, match="この項目の証跡"):
            add_reviewed(**found.by(), number=SECOND, file_id=file.pk)
