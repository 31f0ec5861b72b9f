"""An internal audit from the programme to the filed record: each act records itself and refuses what it must."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from audits.enums import InternalAuditAct, ItemReason, ItemResult
from audits.models import CorrectiveAction, InternalAuditSubmission, Nonconformity
from audits.selectors.internal.proposal import proposal_for
from audits.selectors.internal.report import gaps
from audits.services.internal import findings, items
from audits.services.internal import plan as plans
from audits.services.internal import report as reports
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from registrations.models import Clearance
from tests.accounts.factories import person
from tests.audits.cycles import OUTSIDE, Planning, cycles, declared
from tests.audits.factories import audit
from tests.audits.internal import (
    CONTROL,
    TODAY,
    Internal,
    day,
    plan_facts,
    planned,
    programme_facts,
    report_facts,
    reported,
    running,
)

pytestmark = pytest.mark.django_db


class TestProgramme:
    def test_a_change_is_a_new_version_and_the_same_words_are_one(self, small_edition):
        found = planned(small_edition)
        service = found.around.declaration.service
        facts = programme_facts(frequency_months=6)
        act = {"service_id": service.pk, "actor": found.approver, "version": 1, "facts": facts}
        assert plans.decide_programme(**act).version == 2
        assert plans.decide_programme(**act).version == 2
        assert service.internal_programmes.count() == 2

    def test_what_was_decided_meanwhile_is_shown_and_not_overwritten(self, small_edition):
        found = planned(small_edition)
        with pytest.raises(EditConflictError) as refused:
            plans.decide_programme(
                service_id=found.around.declaration.service_id,
                actor=found.approver,
                version=0,
                facts=programme_facts(purpose="別の目的"),
            )
        assert refused.value.current.version == 1

    def test_an_editor_and_other_providers_decide_nothing(self, small_edition):
        found = Internal(audit(small_edition))
        for actor in (found.editor, person(Role.CSP_APPROVER), person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                plans.decide_programme(
                    service_id=found.around.declaration.service_id,
                    actor=actor,
                    version=0,
                    facts=programme_facts(),
                )

    def test_a_plan_needs_a_programme(self, small_edition):
        found = Internal(audit(small_edition))
        with pytest.raises(DomainError, match="内部監査基本計画を作成"):
            plans.plan_audit(
                declaration_id=found.around.declaration.pk,
                actor=found.approver,
                facts=plan_facts(),
            )


class TestPlan:
    def test_asked_for_twice_it_is_one(self, small_edition):
        found = planned(small_edition)
        again = plans.plan_audit(
            declaration_id=found.around.declaration.pk, actor=found.approver, facts=plan_facts()
        )
        assert again == found.run
        assert [line.action for line in again.history.all()] == [InternalAuditAct.PLANNED]

    def test_editing_takes_over_the_newest_programme_and_refuses_a_stale_page(self, small_edition):
        found = planned(small_edition)
        service = found.around.declaration.service_id
        plans.decide_programme(
            service_id=service, actor=found.approver, version=1, facts=programme_facts(scope="全体")
        )
        before = found.by()
        plans.edit_plan(**before, facts=plan_facts(place="第二拠点"))
        found.run.refresh_from_db()
        assert (found.run.place, found.run.programme.version) == ("第二拠点", 2)
        with pytest.raises(EditConflictError):
            plans.edit_plan(**before, facts=plan_facts(place="第三拠点"))

    def test_days_stand_in_order(self, small_edition):
        found = planned(small_edition)
        with pytest.raises(DomainError, match="開始日以降"):
            plans.edit_plan(**found.by(), facts=plan_facts(ends_on=day(-30)))

    def test_auditors_are_writers_of_the_provider(self, small_edition):
        found = planned(small_edition)
        for stranger in (person(Role.CSP_EDITOR), found.around.lead):
            with pytest.raises(DomainError, match="この組織で言明を担当できる人"):
                found.staff(stranger)

    def test_who_tested_something_stays_an_auditor(self, small_edition):
        found = running(small_edition, CONTROL).test(CONTROL)
        auditor = found.run.auditors.get(person=found.auditor)
        with pytest.raises(DomainError, match="結果を記録しているため"):
            plans.remove_auditor(audit_id=found.run.pk, actor=found.approver, auditor_id=auditor.pk)
        second = found.run.auditors.get(person=found.second)
        plans.remove_auditor(audit_id=found.run.pk, actor=found.approver, auditor_id=second.pk)
        assert found.run.auditors.count() == 1


class TestProposal:
    def test_weight_is_importance_and_what_nobody_else_tests(self, small_edition):
        found = audit(small_edition)
        reasons = {one.number: one.reasons for one in proposal_for(found.declaration).candidates}
        assert ItemReason.ALWAYS in reasons["4.4.1.1"]
        assert ItemReason.MANDATORY in reasons["9.2.3.11.PB"]
        assert ItemReason.UNCOVERED not in reasons[OUTSIDE]

    def test_what_this_years_external_plan_leaves_out_is_a_reason(self, small_edition):
        found = planned(small_edition)
        cycle = cycles.open_cycle(
            declaration_id=found.around.declaration.pk, years=3, actor=found.approver
        )
        plan = Planning(found.around, cycle).propose()
        this_year = {number for number, years in plan.years().items() if 1 in years}
        proposal = proposal_for(found.around.declaration)
        uncovered = {one.number for one in proposal.with_any([ItemReason.UNCOVERED])}
        assert uncovered == {one.number for one in proposal.candidates} - this_year
        assert OUTSIDE in uncovered

    def test_items_are_added_once_and_taken_out_until_they_are_tested(self, small_edition):
        found = planned(small_edition).staff().select()
        count = found.run.items.count()
        assert items.add_items(**found.by(), reasons=[ItemReason.ALWAYS]) == 0
        assert items.remove_items(**found.by(), numbers=["4.4.1.1"]) == 1
        assert found.run.items.count() == count - 1
        found.select(CONTROL).assign()
        found.start().test(CONTROL)
        with pytest.raises(DomainError, match=f"監査した項目は外せません：{CONTROL}"):
            items.remove_items(**found.by(), numbers=[CONTROL])

    def test_what_a_nonconformity_speaks_of_stays_also_when_it_is_withdrawn(self, small_edition):
        found = running(small_edition, CONTROL, "9.2.3.10")
        findings.withdraw_nonconformity(
            nonconformity_id=found.fail().pk, actor=found.auditor, reason="誤り"
        )
        found.test(CONTROL, result="", method="")
        with pytest.raises(DomainError, match=f"取り下げたものを含む.*外せません：{CONTROL}"):
            items.remove_items(**found.by(), numbers=[CONTROL, "9.2.3.10"])
        assert found.run.items.count() == 2

    def test_only_adopted_controls_are_audited(self, small_edition):
        with pytest.raises(DomainError, match="採用していない"):
            planned(small_edition).select("1.1.1.1")


class TestOwnWork:
    def test_own_work_stays_unassigned_and_is_named(self, small_edition):
        found = planned(small_edition).select(CONTROL, "9.2.3.10")
        found.staff(found.editor, found.auditor)
        assigned = found.assign(found.editor)
        assert (assigned.count, assigned.own) == (0, (CONTROL, "9.2.3.10"))
        assert found.assign(found.auditor).count == 2

    def test_an_audit_starts_when_every_item_has_an_auditor(self, small_edition):
        found = planned(small_edition).staff()
        with pytest.raises(DomainError, match="項目を選んでから"):
            found.start()
        found.select(CONTROL)
        with pytest.raises(DomainError, match="決まっていない項目が1件"):
            found.start()
        found.assign()
        assert found.start().run.is_running
        with pytest.raises(TransitionNotAllowedError):
            found.start()


class TestResults:
    def test_only_own_items_are_recorded(self, small_edition):
        found = running(small_edition, CONTROL)
        with pytest.raises(DomainError, match="ほかの監査人に割り当てられた"):
            items.record_results(audit_id=found.run.pk, actor=found.second, edits=[found.edit()])
        with pytest.raises(PermissionDenied):
            items.record_results(audit_id=found.run.pk, actor=found.approver, edits=[found.edit()])

    def test_a_row_that_moved_on_is_a_conflict_and_nothing_is_saved(self, small_edition):
        found = running(small_edition, CONTROL, "9.2.3.10")
        stale, other = found.edit(note="古い画面"), found.edit("9.2.3.10")
        found.test(CONTROL, note="先の記録")
        with pytest.raises(EditConflictError) as refused:
            items.record_results(audit_id=found.run.pk, actor=found.auditor, edits=[stale, other])
        assert [row.note for row in refused.value.current] == ["先の記録"]
        assert found.item("9.2.3.10").result == ""

    def test_the_same_row_sent_twice_is_saved_once(self, small_edition):
        found = running(small_edition, CONTROL)
        edit = found.edit()
        for _time in range(2):
            items.record_results(audit_id=found.run.pk, actor=found.auditor, edits=[edit])
        assert found.item().row_version == 2
        assert found.run.history.filter(action=InternalAuditAct.RECORDED).count() == 1

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"method": ""}, "方法を選んで"),
            ({"tested_on": None}, "確認した日を入力"),
            ({"tested_on": day(1)}, "今日までの日"),
        ],
    )
    def test_a_result_needs_method_and_day(self, small_edition, facts, sentence):
        with pytest.raises(DomainError, match=f"{CONTROL}.*{sentence}"):
            running(small_edition, CONTROL).test(CONTROL, **facts)

    def test_nothing_is_recorded_before_the_start(self, small_edition):
        found = planned(small_edition).staff().select(CONTROL)
        found.assign()
        with pytest.raises(DomainError, match="実施中だけ"):
            found.test(CONTROL)


class TestFindings:
    def test_a_nonconformity_belongs_to_an_item_that_does_not_conform(self, small_edition):
        found = running(small_edition, CONTROL).test(CONTROL)
        with pytest.raises(DomainError, match="「不適合」と記録"):
            findings.raise_nonconformity(
                item_id=found.item().pk, actor=found.auditor, creation_key=found.run.pk,
                severity="minor", fact="事実",
            )  # fmt: skip

    def test_the_result_stands_while_the_nonconformity_does(self, small_edition):
        found = running(small_edition, CONTROL)
        raised = found.fail()
        with pytest.raises(DomainError, match="先に不適合を取り下げて"):
            found.test(CONTROL)
        findings.withdraw_nonconformity(
            nonconformity_id=raised.pk, actor=found.auditor, reason="記録を見落としていた。"
        )
        assert found.test(CONTROL).item().result == ItemResult.CONFORMS

    def test_fact_and_answer_come_from_different_people(self, small_edition):
        found = running(small_edition, CONTROL)
        raised = found.fail()
        with pytest.raises(PermissionDenied):
            findings.answer_nonconformity(
                nonconformity_id=raised.pk, actor=found.auditor, creation_key=found.run.pk,
                facts=findings.AnswerFacts("原因", "処置", found.editor.pk, day(30)),
            )  # fmt: skip
        action = found.answer(raised)
        with pytest.raises(DomainError, match="すでに計画されています"):
            found.answer(raised)
        with pytest.raises(DomainError, match="記載は変えられません"):
            findings.reword_nonconformity(
                nonconformity_id=raised.pk, actor=found.auditor, version=raised.row_version,
                severity="major", fact="書換え",
            )  # fmt: skip
        with pytest.raises(PermissionDenied):
            findings.finish_action(
                action_id=action.pk, actor=found.auditor, done_on=TODAY, note="実施"
            )

    def test_an_auditor_other_than_the_owner_verifies(self, small_edition):
        found = running(small_edition, CONTROL)
        action = found.answer(found.fail(), owner=found.second)
        with pytest.raises(DomainError, match="完了を記録してから"):
            found.verify(action)
        found.finish(action)
        for actor in (found.second, found.editor):
            with pytest.raises(PermissionDenied):
                found.verify(action, actor)
        assert found.verify(action).is_closed
        assert found.verify(action).row_version == 3

    def test_an_ineffective_action_asks_for_another(self, small_edition):
        found = running(small_edition, CONTROL)
        raised = found.fail()
        found.verify(found.finish(found.answer(raised)), verification="ineffective")
        assert gaps(found.run).unanswered == [CONTROL]
        found.answer(raised)
        assert gaps(found.run).is_ready


class TestReport:
    def test_what_is_missing_is_named_and_refused(self, small_edition):
        found = running(small_edition, CONTROL, "9.2.3.10")
        found.test(CONTROL, result="nonconforms")
        missing = gaps(found.run)
        assert (missing.untested, missing.unstated) == (["9.2.3.10"], [CONTROL])
        with pytest.raises(DomainError, match="足りないもの"):
            found.approve()

    def test_an_open_action_is_printed_as_open(self, small_edition):
        found = reported(small_edition)
        data = found.run.document.data
        (line,) = data["nonconformities"]
        assert (line["control"], line["actions"][0]["done_on"]) == (CONTROL, "")
        assert [a["is_independent"] for a in data["auditors"]] == [
            True
        ]  # the second audited nothing
        assert data["approved_by"] == found.approver.name

    def test_no_auditor_approves(self, small_edition):
        found = planned(small_edition).select(CONTROL)
        auditor = person(
            Role.CSP_APPROVER, organisation=found.around.declaration.service.organisation
        )
        found.staff(found.auditor, auditor).assign()
        found.start().test()
        with pytest.raises(PermissionDenied):
            found.approve(auditor)
        assert found.approve().run.is_reported

    def test_the_day_of_reporting_follows_the_last_test(self, small_edition):
        found = running(small_edition, CONTROL).test()
        with pytest.raises(DomainError, match="報告日"):
            found.approve(reported_on=day(-9))

    def test_an_approval_is_taken_back_with_a_reason(self, small_edition):
        found = reported(small_edition)
        with pytest.raises(DomainError, match="理由"):
            reports.reopen_report(**found.by(), reason="　")
        found.run = reports.reopen_report(**found.by(), reason="所見の誤記を直すため。")
        assert (found.run.is_running, found.run.document) == (True, None)
        assert found.approve().run.document is not None

    def test_filing_waits_for_the_paper(self, small_edition):
        found = running(small_edition, CONTROL).test().approve()
        assert Job.objects.filter(queue="pdf").exists()
        with pytest.raises(DomainError, match="PDFがまだできていません"):
            found.file()
        found.issue().file()
        assert found.run.is_filed

    def test_the_record_follows_from_the_audit(self, small_edition):
        found = reported(small_edition).file()
        record = InternalAuditSubmission.objects.get()
        assert (record.reference, record.file) == ("内監-2026-1", found.run.document.file)
        assert record.audited_from == record.audited_until == day(-1)
        assert found.auditor.name in record.auditors
        assert "2項目を監査しました。適合1件、不適合1件" in record.summary
        clearance = Clearance.objects.get(declaration=found.around.declaration)
        assert (clearance.kind, clearance.file_id) == ("internal_audit", record.file_id)

    def test_filed_twice_it_is_one(self, small_edition):
        found = reported(small_edition)
        act = found.by()
        assert reports.file_report(**act) == reports.file_report(**act)
        assert Clearance.objects.count() == 1

    def test_actions_go_on_after_filing(self, small_edition):
        found = reported(small_edition).file()
        action = CorrectiveAction.objects.get()
        found.verify(found.finish(action), verification="ineffective")
        assert found.answer(Nonconformity.objects.get()).due == day(30)
        for act in (
            lambda: found.test(CONTROL),
            lambda: found.select("9.4.2.2.B"),
            lambda: found.staff(found.editor),
            lambda: found.approve(),
            lambda: reports.reopen_report(**found.by(), reason="訂正"),
        ):
            with pytest.raises(DomainError):
                act()

    def test_next_year_begins_with_what_failed(self, small_edition):
        found = reported(small_edition).file()
        following = declared(found.around, found.around.declaration.period_end + (day(1) - TODAY))
        proposal = proposal_for(following)
        failed = [one.number for one in proposal.with_any([ItemReason.NONCONFORMITY])]
        assert failed == [CONTROL]


def test_report_facts_are_complete(small_edition):
    found = running(small_edition, CONTROL).test()
    for name in ("reference", "conclusion", "reported_to"):
        with pytest.raises(DomainError, match="入力してください"):
            reports.approve_report(**found.by(), facts=report_facts(**{name: "　"}))
