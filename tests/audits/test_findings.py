"""Findings: every act by every role in every state, and what the database refuses beside the services."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import FindingMove, FindingState, Severity
from audits.models import Finding, FindingAnswer, FindingEvidence, Retest
from audits.services import finding as acts
from audits.services.finding_answer import answer_finding, complete_remedy
from audits.services.finding_retest import retest_finding
from audits.workflow import FINDING
from core.exceptions import DomainError, EditConflictError
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.factories import Audit, audit, auditor_of
from tests.audits.findings import FACTS, Found, control_test, found, raised, reviewed, today

pytestmark = pytest.mark.django_db

MOVES = [move for move in FindingMove if move != FindingMove.RAISE]
# Who may make which move; a remedy is judged by whoever may audit.
MAKERS = {
    FindingMove.EDIT: {"lead", "member"},
    FindingMove.ISSUE: {"lead"},
    FindingMove.DROP: {"lead"},
    FindingMove.ANSWER: {"editor", "approver"},
    FindingMove.COMPLETE: {"editor", "approver"},
    FindingMove.CLOSE: {"lead", "member"},
    FindingMove.REOPEN: {"lead", "member"},
}


def people(one: Found) -> dict:
    """Everybody who might try."""
    return {
        "lead": one.auditor,
        "member": auditor_of(one.finding.engagement),
        "other_lead": person(Role.AUDIT_LEAD, organisation=OrganisationFactory(audit_body=True)),
        "editor": one.audit.editor,
        "approver": one.audit.approver,
        "other_editor": person(Role.CSP_EDITOR, organisation=OrganisationFactory()),
        "secretariat": person(Role.SECRETARIAT, organisation=OrganisationFactory(kind="committee")),
    }


def make(one: Found, move: str, actor) -> Finding:
    by = one.by(actor)
    retest = {"engagement_id": one.finding.engagement_id, "procedure": "記録を閲覧しました。"}
    return {
        FindingMove.EDIT: lambda: acts.edit_finding(**by, facts=replace(FACTS, fact="別の事実")),
        FindingMove.ISSUE: lambda: acts.issue_finding(**by),
        FindingMove.DROP: lambda: acts.drop_finding(**by, reason="重複のため。"),
        FindingMove.ANSWER: lambda: answer_finding(**by, facts=one.facts(plan="別の計画")),
        FindingMove.COMPLETE: lambda: complete_remedy(**by, done_on=today(), result="別の結果"),
        FindingMove.CLOSE: lambda: retest_finding(**by, **retest, is_remedied=True),
        FindingMove.REOPEN: lambda: retest_finding(**by, **retest, is_remedied=False),
    }[move]()


@pytest.mark.parametrize("state", FindingState)
@pytest.mark.parametrize("move", MOVES)
def test_each_move_is_made_by_its_people_from_its_states(small_edition, state, move):
    one = found(small_edition).to(state)
    target = next(step for step in FINDING if step.name == move)
    allowed = state in target.sources
    for role, actor in people(one).items():
        before = one.finding.history.count()
        with transaction.atomic():
            if role not in MAKERS[move]:
                with pytest.raises(PermissionDenied):
                    make(one, move, actor)
            elif not allowed:
                with pytest.raises(DomainError):
                    make(one, move, actor)
            else:
                after = make(one, move, actor)
                assert after.state == target.target
                assert after.history.count() == before + 1
            transaction.set_rollback(True)


def other_audit(edition, one: Found) -> Audit:
    """Another service of the same provider."""
    organisation = one.finding.engagement.declaration.service.organisation
    return audit(edition, organisation=organisation, name="別のクラウド")


class TestRaising:
    def test_a_draft_has_the_next_number_and_its_evidence(self, small_edition):
        one = found(small_edition)
        file = reviewed(control_test(one.finding.engagement), one.auditor)
        second = raised(one.finding.engagement, evidence=[file.pk])
        assert (one.finding.number, second.number) == (1, 2)
        assert list(second.evidence.all()) == [file]
        assert second.state == FindingState.DRAFT

    def test_a_double_click_raises_one(self, small_edition):
        one, key = found(small_edition), uuid.uuid4()
        first = raised(one.finding.engagement, creation_key=key)
        assert raised(one.finding.engagement, creation_key=key) == first
        assert Finding.objects.count() == 2

    def test_a_file_that_was_not_reviewed_is_refused(self, small_edition):
        one = found(small_edition)
        engagement = one.finding.engagement
        file = reviewed(control_test(engagement, "9.2.3.10"), one.auditor)
        with pytest.raises(DomainError, match="閲覧した証跡"):
            raised(engagement, evidence=[file.pk])

    def test_nothing_is_raised_after_the_report(self, small_edition):
        one = found(small_edition)
        one.audit.file_report()
        with pytest.raises(DomainError, match="監査実施中"):
            raised(one.finding.engagement)
        with pytest.raises(DomainError, match="監査実施中"):
            one.issue()
        assert one.drop().finding.state == FindingState.DROPPED

    def test_a_fact_has_words(self, small_edition):
        one = found(small_edition)
        with pytest.raises(DomainError, match="発見した事実"):
            raised(one.finding.engagement, facts=replace(FACTS, fact="\u200b"))


class TestEditing:
    def test_a_change_is_recorded_and_the_same_again_is_none(self, small_edition):
        one = found(small_edition).edit(replace(FACTS, severity=Severity.HIGH))
        one.edit(replace(FACTS, severity=Severity.HIGH))
        line = one.finding.history.get(action=FindingMove.EDIT)
        assert line.changes == {"severity": ["medium", "high"]}

    def test_evidence_is_exchanged(self, small_edition):
        one = found(small_edition)
        first, second = (reviewed(one.finding.test, one.auditor) for _ in range(2))
        one.edit(evidence=[first.pk]).edit(evidence=[second.pk])
        assert list(one.finding.evidence.all()) == [second]

    def test_whoever_saw_an_older_draft_is_refused(self, small_edition):
        one = found(small_edition)
        old = one.by(one.auditor)
        one.edit(replace(FACTS, fact="先に書いた事実"))
        with pytest.raises(EditConflictError):
            acts.edit_finding(**old, facts=replace(FACTS, fact="後から書いた事実"))


class TestAnswering:
    def test_versions_are_kept(self, small_edition):
        one = found(small_edition).to("answered").answer(plan="別の計画").complete()
        assert [row.version for row in one.finding.answers.all()] == [1, 2, 3]
        last = one.finding.answers.last()
        assert (last.plan, last.done_on, last.result) == (
            "別の計画",
            today(),
            "様式を改めました。",
        )

    def test_an_answer_after_the_remedy_takes_the_report_back(self, small_edition):
        one = found(small_edition).to("done").answer()
        assert one.finding.state == FindingState.ANSWERED
        assert one.finding.answers.last().done_on is None

    def test_a_double_click_answers_once(self, small_edition):
        one = found(small_edition).issue()
        by = one.by(one.audit.editor)
        for _ in range(2):
            answer_finding(**by, facts=one.facts())
        assert one.finding.answers.count() == 1
        by = one.by(one.audit.editor)
        for _ in range(2):
            complete_remedy(**by, done_on=today(), result="改めました。")
        assert one.finding.answers.count() == 2

    def test_whoever_saw_an_older_answer_is_refused(self, small_edition):
        one = found(small_edition).issue()
        old = one.by(one.audit.approver)
        one.answer()
        with pytest.raises(EditConflictError):
            answer_finding(**old, facts=one.facts(plan="同時に書いた計画"))

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"root_cause": " "}, "原因を入力"),
            ({"plan": "\u3000"}, "改善の計画を入力"),
            ({"due_on": today() - timedelta(days=1)}, "過ぎた日"),
        ],
    )
    def test_bad_input_is_refused(self, small_edition, facts, words):
        one = found(small_edition).issue()
        with pytest.raises(DomainError, match=words):
            one.answer(**facts)

    def test_the_owner_is_a_colleague(self, small_edition):
        one = found(small_edition).issue()
        with pytest.raises(DomainError, match="担当者"):
            one.answer(owner_id=one.auditor.pk)

    def test_a_remedy_is_not_done_tomorrow(self, small_edition):
        one = found(small_edition).to("answered")
        with pytest.raises(DomainError, match="先の日"):
            complete_remedy(
                **one.by(one.audit.editor), done_on=today() + timedelta(days=1), result="予定"
            )


class TestRetesting:
    def test_a_remedied_one_is_closed(self, small_edition):
        one = found(small_edition).to("closed")
        assert one.finding.closed_at
        assert one.finding.retests.get().is_remedied

    def test_one_that_is_not_goes_back_to_the_provider(self, small_edition):
        one = found(small_edition).to("done").retest(is_remedied=False)
        assert one.finding.state == FindingState.ANSWERED
        assert not one.finding.retests.get().is_remedied

    def test_a_double_click_is_one_retest(self, small_edition):
        one = found(small_edition).to("done")
        by = one.by(one.auditor) | {"engagement_id": one.finding.engagement_id}
        for _ in range(2):
            retest_finding(**by, is_remedied=True, procedure="記録を閲覧しました。")
        assert one.finding.retests.count() == 1

    def test_a_remedy_that_was_not_reported_is_not_found_missing(self, small_edition):
        one = found(small_edition).to("issued")
        with pytest.raises(DomainError, match="まだ報告されていません"):
            one.retest(is_remedied=False)

    def test_another_service_is_no_place_for_it(self, small_edition):
        one = found(small_edition).to("issued")
        other = other_audit(small_edition, one)
        other.commission(one.audit.firm)
        other.lead = one.auditor
        other.accept()
        with pytest.raises(DomainError, match="同じサービス"):
            retest_finding(
                **one.by(one.auditor),
                engagement_id=other.engagement.pk,
                is_remedied=True,
                procedure="見本",
            )


class TestDatabase:
    """What a mistake in a service, or a hand in the database, runs into."""

    def refuses(self, name: str):
        return pytest.raises((IntegrityError, ProgrammingError), match=name)

    @pytest.mark.parametrize(
        "facts",
        [
            {"fact": "別の事実"},
            {"severity": "low"},
            {"evaluation": "design"},
            {"effect": ""},
            {"sample_note": ""},
            {"state": "draft"},
        ],
    )
    def test_what_was_issued_stays(self, small_edition, facts):
        found(small_edition).issue()
        with self.refuses("finding_stays_as_issued"), transaction.atomic():
            Finding.objects.update(**facts)

    @pytest.mark.parametrize("state", ["closed", "dropped"])
    def test_what_ended_is_final(self, small_edition, state):
        found(small_edition).to(state)
        with self.refuses("finding_is_final"), transaction.atomic():
            Finding.objects.update(row_version=9)

    def test_states_rest_on_their_records(self, small_edition):
        found(small_edition).issue()
        with self.refuses("finding_answered_by_answer"), transaction.atomic():
            Finding.objects.update(state="answered")
        with self.refuses("finding_closed_by_retest"), transaction.atomic():
            Finding.objects.update(state="closed", closed_at=timezone.now())
        with self.refuses("finding_ended_iff_time"), transaction.atomic():
            Finding.objects.update(state="dropped")

    def test_the_test_is_of_the_engagement_and_the_firm_is_at_work(self, small_edition):
        one = found(small_edition)
        other = other_audit(small_edition, one).commission().accept()
        facts = {
            name: getattr(one.finding, name)
            for name in ("evaluation", "severity", "fact", "raised_by", "raised_at")
        } | {"number": 9, "creation_key": uuid.uuid4()}
        with self.refuses("finding_of_test_in_fieldwork"), transaction.atomic():
            Finding.objects.create(engagement=other.engagement, test=one.finding.test, **facts)
        with self.refuses("finding_begins_as_draft"), transaction.atomic():
            Finding.objects.create(
                engagement=one.finding.engagement,
                test=one.finding.test,
                state="issued",
                issued_at=timezone.now(),
                **facts,
            )
        one.audit.file_report()
        with self.refuses("finding_of_test_in_fieldwork"), transaction.atomic():
            Finding.objects.update(state="issued", issued_at=timezone.now())

    def test_evidence_was_reviewed_and_stays_after_the_issue(self, small_edition):
        one = found(small_edition)
        strange = reviewed(control_test(one.finding.engagement, "9.2.3.10"), one.auditor)
        with self.refuses("findingevidence_was_reviewed"), transaction.atomic():
            FindingEvidence.objects.create(finding=one.finding, file=strange)
        file = reviewed(one.finding.test, one.auditor)
        one.edit(evidence=[file.pk]).issue()
        with self.refuses("findingevidence_of_draft"), transaction.atomic():
            one.finding.shown_by.all().delete()

    def test_an_answer_belongs_to_an_open_finding_and_its_provider(self, small_edition):
        one = found(small_edition)
        row = {
            "version": 7,
            "root_cause": "原因",
            "plan": "計画",
            "due_on": today(),
            "answered_by": one.audit.editor,
            "answered_at": timezone.now(),
        }
        with self.refuses("findinganswer_of_open_finding"), transaction.atomic():
            FindingAnswer.objects.create(finding=one.finding, owner=one.audit.editor, **row)
        one.issue()
        with self.refuses("findinganswer_owner_of_provider"), transaction.atomic():
            FindingAnswer.objects.create(finding=one.finding, owner=one.auditor, **row)

    def test_a_retest_belongs_to_fieldwork_on_an_open_finding_of_the_service(self, small_edition):
        one = found(small_edition)
        row = {
            "is_remedied": True,
            "procedure": "閲覧",
            "tested_by": one.auditor,
            "tested_at": timezone.now(),
        }
        own = one.finding.engagement
        with self.refuses("retest_of_open_finding"), transaction.atomic():
            Retest.objects.create(finding=one.finding, engagement=own, **row)
        one.issue()
        other = other_audit(small_edition, one).commission().accept().engagement
        with self.refuses("retest_in_fieldwork_of_service"), transaction.atomic():
            Retest.objects.create(finding=one.finding, engagement=other, **row)
        one.audit.file_report()
        with self.refuses("retest_in_fieldwork_of_service"), transaction.atomic():
            Retest.objects.create(finding=one.finding, engagement=own, **row)
