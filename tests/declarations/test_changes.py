"""Changes of a control inside the audited period (統制変更): recorded, corrected, taken off, printed."""

import json
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.exceptions import DomainError, EditConflictError
from declarations.documents import declaration_data
from declarations.enums import ChangeKind, StatementAction
from declarations.models import ControlChange
from declarations.services.changes import (
    ChangeFacts,
    edit_change,
    record_change,
    remove_change,
    restore_change,
)
from tests.declarations import builders

NUMBER, DAY = "9.2.3.2", date(2025, 10, 1)
FACTS = ChangeFacts(
    ChangeKind.TOOLING, DAY, "表計算の台帳で管理していました。", "専用のシステムで管理しています。"
)
FORM = {
    "version": 0,
    "changed_on": "令和7年10月1日",
    "kind": "tooling",
    "before": "手作業",
    "after": "自動",
}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.complete(members, small_edition)


def record(draft, actor, facts=FACTS, key=None):
    return record_change(
        declaration_id=draft.pk,
        number=NUMBER,
        actor=actor,
        creation_key=key or uuid.uuid4(),
        facts=facts,
    )


def page(draft) -> str:
    return reverse("declarations:changes", args=[draft.pk, NUMBER])


def test_recording_keeps_both_texts_the_day_and_a_line_of_history(draft, members):
    change = record(draft, members.editor)

    assert (change.before, change.after, change.changed_on) == (FACTS.before, FACTS.after, DAY)
    line = change.statement.history.last()
    assert (line.action, line.actor) == (StatementAction.CONTROL_CHANGED, members.editor)
    assert FACTS.after in line.changes["control_change"][1]


def test_the_same_form_sent_twice_records_once(draft, members):
    key = uuid.uuid4()

    assert record(draft, members.editor, key=key) == record(draft, members.editor, key=key)
    assert ControlChange.objects.count() == 1


@pytest.mark.parametrize(
    "day", [builders.START - timedelta(days=1), builders.END + timedelta(days=1)]
)
def test_a_day_outside_the_period_is_refused_with_the_period(draft, members, day):
    facts = ChangeFacts(FACTS.kind, day, FACTS.before, FACTS.after)

    with pytest.raises(DomainError, match="令和7年4月1日"):
        record(draft, members.editor, facts)


def test_two_equal_texts_are_no_change(draft, members):
    with pytest.raises(DomainError, match="同じです"):
        record(draft, members.editor, ChangeFacts(FACTS.kind, DAY, "同じ", "同じ"))


def test_correcting_needs_the_version_that_was_shown(draft, members):
    change = record(draft, members.editor)
    new = ChangeFacts(ChangeKind.RULES, DAY, FACTS.before, "規程を改めました。")
    asked = {"declaration_id": draft.pk, "change_id": change.pk, "facts": new}
    edit_change(actor=members.editor, version=1, **asked)

    with pytest.raises(EditConflictError):
        edit_change(actor=members.editor, version=1, **asked | {"facts": FACTS})
    assert edit_change(actor=members.editor, version=1, **asked).row_version == 2


def test_taken_off_and_put_back_once_each(draft, members):
    change = record(draft, members.editor)
    who = {"declaration_id": draft.pk, "change_id": change.pk, "actor": members.editor}

    for act in (remove_change, remove_change, restore_change, restore_change):
        act(**who)

    change.refresh_from_db()
    assert change.removed_at is None
    assert change.statement.history.filter(action=StatementAction.CONTROL_CHANGED).count() == 3


def test_strangers_record_nothing(draft):
    with pytest.raises(PermissionDenied):
        record(draft, builders.team(name="別の事業者").editor)


def test_a_fixed_declaration_takes_no_change_by_service_or_database(members, small_edition):
    fixed = builders.fixed(members, small_edition)
    with pytest.raises(DomainError, match="編集できません"):
        record(fixed, members.editor)
    row = fixed.statements.get(control__number=NUMBER)
    facts = {
        "kind": "rules",
        "changed_on": DAY,
        "before": "前",
        "after": "後",
        "recorded_at": fixed.fixed_at,
    }
    with pytest.raises(IntegrityError, match="declaration_is_not_a_draft"), transaction.atomic():
        ControlChange.objects.create(
            statement=row, recorded_by=members.editor, creation_key=uuid.uuid4(), **facts
        )


def test_the_database_refuses_a_change_that_says_nothing(draft, members):
    change = record(draft, members.editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ControlChange.objects.filter(pk=change.pk).update(after="")


def test_snapshot_and_paper_carry_the_change_and_leave_out_what_was_taken_off(draft, members):
    record(draft, members.editor)
    gone = record(draft, members.editor, ChangeFacts(ChangeKind.RULES, DAY, "消す前", "消した後"))
    remove_change(declaration_id=draft.pk, change_id=gone.pk, actor=members.editor)
    fixed = builders.approved(
        builders.submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )

    content = json.loads(bytes(fixed.snapshot.content))
    (row,) = (row for row in content["statements"] if row["number"] == NUMBER)
    assert row["changes"] == [
        {
            "kind": "tooling",
            "changed_on": "2025-10-01",
            "before": FACTS.before,
            "after": FACTS.after,
        }
    ]
    printed = json.dumps(declaration_data(fixed), ensure_ascii=False, default=str)
    assert FACTS.after in printed
    assert "消した後" not in printed


def test_the_page_records_and_lists_and_era_dates_are_understood(client, draft, members):
    client.force_login(members.editor)

    answer = client.post(page(draft), FORM | {"creation_key": str(uuid.uuid4())}, follow=True)

    content = answer.content.decode()
    assert "統制変更を記録しました" in content
    assert ControlChange.objects.get().changed_on == DAY


def test_a_missing_field_is_told_and_nothing_typed_is_lost(client, draft, members):
    client.force_login(members.editor)

    answer = client.post(page(draft), FORM | {"creation_key": str(uuid.uuid4()), "after": ""})

    assert answer.status_code == 422
    assert "手作業" in answer.content.decode()


def test_a_stale_correction_shows_what_was_saved_meanwhile(client, draft, members):
    change = record(draft, members.editor)
    theirs = ChangeFacts(ChangeKind.RULES, DAY, FACTS.before, "同僚が直しました。")
    edit_change(
        declaration_id=draft.pk,
        change_id=change.pk,
        actor=members.approver,
        version=1,
        facts=theirs,
    )
    client.force_login(members.editor)

    address = reverse("declarations:change", args=[draft.pk, change.pk])
    answer = client.post(address, FORM | {"version": 1, "creation_key": str(change.creation_key)})

    content = answer.content.decode()
    assert answer.status_code == 409
    assert "同僚が直しました。" in content
    assert "手作業" in content
    assert ControlChange.objects.get().after == "同僚が直しました。"


def test_the_panel_leads_to_the_changes_with_their_number(client, draft, members):
    record(draft, members.editor)
    client.force_login(members.editor)

    content = client.get(
        reverse("declarations:statement", args=[draft.pk, NUMBER])
    ).content.decode()

    assert page(draft) in content
    assert "1件" in content
