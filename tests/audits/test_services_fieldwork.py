"""Working papers: recorded by rows, refused as a whole, never lost; and who may write them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.enums import Role
from audits.enums import FieldworkAction
from audits.models import ControlTest
from audits.services.fieldwork import TestEdit, assign, record_tests
from core.exceptions import DomainError, EditConflictError
from tests.accounts.factories import person
from tests.audits.papers import EVERY, INHERITED, SECOND, auditor_of, papers
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(small_edition):
    return papers(small_edition).scope()


def test_a_result_is_recorded_with_who_when_and_what_stood_before(found):
    found.record(EVERY, design_result="effective", notes="規程を閲覧した。")
    row = found.test(EVERY)
    assert (row.design_result, row.notes, row.row_version) == ("effective", "規程を閲覧した。", 2)
    assert row.tested_by == found.auditor
    line = row.history.get(action=FieldworkAction.RECORDED)
    assert line.changes == {
        "design_result": ["", "effective"],
        "notes": ["", "規程を閲覧した。"],
    }
    assert line.actor == found.auditor


def test_many_rows_are_recorded_at_once_with_a_line_each(found):
    edits = [TestEdit(n, 1, {"design_result": "effective"}) for n in (EVERY, SECOND)]
    assert record_tests(**found.by(), edits=edits).changed == {EVERY, SECOND}
    lines = found.engagement.fieldwork_history.filter(action=FieldworkAction.RECORDED)
    assert {line.test.control.number for line in lines} == {EVERY, SECOND}


def test_the_same_request_twice_has_one_effect(found):
    edits = [TestEdit(EVERY, 1, {"operating_result": "deficient"})]
    record_tests(**found.by(), edits=edits)
    assert record_tests(**found.by(), edits=edits).changed == frozenset()
    assert found.test(EVERY).row_version == 2


def test_who_saves_second_gets_the_stored_rows_and_overwrites_nothing(found):
    colleague = auditor_of(found.engagement)
    found.record(EVERY, actor=colleague, notes="先に書いた。")
    edits = [
        TestEdit(EVERY, 1, {"notes": "後から書いた。"}),
        TestEdit(SECOND, 1, {"notes": "ほかの行。"}),
    ]
    with pytest.raises(EditConflictError) as refused:
        record_tests(**found.by(), edits=edits)
    assert {n: row.notes for n, row in refused.value.current.items()} == {EVERY: "先に書いた。"}
    assert refused.value.current[EVERY].tested_by == colleague
    assert (found.test(EVERY).notes, found.test(SECOND).notes) == ("先に書いた。", "")


@pytest.mark.parametrize(
    ("number", "changes", "words"),
    [
        ("6.1.1.1", {"notes": "対象外"}, "対象に入っていません.*6.1.1.1"),
        ("99.9.9.9", {"notes": "ない番号"}, "対象に入っていません.*99.9.9.9"),
        (EVERY, {"design_result": "perfect"}, f"{EVERY} の結果の値"),
        (EVERY, {"notes": "長" * 5001}, f"{EVERY} の「監査人の記録」は5,000字まで.*5,001字"),
        (EVERY, {"population_size": 0}, f"{EVERY} の母集団の件数"),
        (EVERY, {"population_size": 10**10}, f"{EVERY} の母集団の件数"),
    ],
)
def test_one_bad_row_refuses_the_whole_batch_and_is_named(found, number, changes, words):
    good = TestEdit(SECOND, 1, {"design_result": "effective"})
    with pytest.raises(DomainError, match=words):
        record_tests(**found.by(), edits=[good, TestEdit(number, 1, changes)])
    assert found.test(SECOND).design_result == ""


def test_a_population_under_a_sample_is_changed_by_drawing_again(found):
    found.record(EVERY, population_size=40)
    found.draw(EVERY)
    with pytest.raises(DomainError, match="抽出し直して"):
        found.record(EVERY, population_size=50)


def test_recording_one_row_asks_the_same_of_the_database_however_many_there_are(found):
    def cost() -> int:
        edit = TestEdit(EVERY, found.test(EVERY).row_version, {"notes": f"{cost}{len(seen)}"})
        with counted_queries() as queries:
            record_tests(**found.by(), edits=[edit])
        seen.append(len(queries))
        return len(queries)

    seen: list[int] = []
    first = cost()
    found.pull(INHERITED, "6.1.1.1", "6.1.1.13.PB")
    assert cost() == first <= 6


@pytest.mark.parametrize("role", [Role.CSP_APPROVER, Role.SECRETARIAT, Role.AUDIT_LEAD])
def test_nobody_but_the_team_writes_papers(found, role):
    with pytest.raises(PermissionDenied):
        found.record(EVERY, actor=person(role), notes="よそから")


def test_papers_are_closed_with_the_report(found):
    found.audit.file_report()
    with pytest.raises(DomainError, match="「報告済」のため"):
        found.record(EVERY, notes="後から")
    with pytest.raises(IntegrityError, match="controltest_outside_fieldwork"), transaction.atomic():
        ControlTest.objects.update(notes="後から")


def test_rows_are_given_to_a_member_and_what_they_say_stays(found):
    member = auditor_of(found.engagement)
    assert assign(**found.by(), numbers=[EVERY, SECOND], assignee_id=member.pk) == 2
    assert assign(**found.by(), numbers=[EVERY], assignee_id=member.pk) == 0
    row = found.test(EVERY)
    assert (row.assignee, row.row_version) == (member, 1)
    assert row.history.last().changes == {"assignee": ["", member.name]}
    assign(**found.by(), numbers=[EVERY], assignee_id=None)
    assert found.test(EVERY).history.last().changes == {"assignee": [member.name, ""]}


def test_rows_are_given_to_nobody_outside_the_team(found):
    stranger = person(Role.AUDIT_MEMBER)
    with pytest.raises(DomainError, match="この監査に従事する人"):
        assign(**found.by(), numbers=[EVERY], assignee_id=stranger.pk)
    with pytest.raises(DomainError, match="項目を選んで"):
        assign(**found.by(), numbers=[], assignee_id=found.auditor.pk)
