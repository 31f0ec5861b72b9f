"""Confirming carried rows: one, many, what is left out, and taking it back."""

import pytest
from django.core.exceptions import PermissionDenied

from core.exceptions import DomainError, EditConflictError
from declarations import policies
from declarations.enums import BatchKind, StatementAction
from declarations.services.batches import undo_batch
from declarations.services.confirming import confirm_statements
from declarations.services.fixing import submit_declaration
from declarations.services.moving import move_to_edition
from declarations.services.statements import StatementEdit, save_statements
from tests.declarations import builders, editions

FIRST, SECOND = editions.UNCHANGED, editions.MOVED_TO


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def moved(members, small_edition):
    """A complete draft after its move: every carried row waits for a person."""
    second = editions.second_edition()
    editions.lineage_between(small_edition, second)
    draft = builders.complete(members, small_edition)
    return move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=second.pk)


def row(declaration, number):
    return declaration.statements.get(control__number=number)


def confirm(moved, actor, *numbers, version=1):
    return confirm_statements(
        declaration_id=moved.pk,
        actor=actor,
        versions=dict.fromkeys(numbers, version),
        summary="6章",
    )


def test_one_row_is_confirmed_with_who_and_when(moved, members):
    assert confirm(moved, members.editor, FIRST) == {FIRST}

    after = row(moved, FIRST)
    assert (after.confirmed_by, after.is_unconfirmed) == (members.editor, False)
    line = after.history.get()
    assert (line.action, line.changes) == (StatementAction.CONFIRMED, {})
    assert not moved.batches.exists()


def test_confirming_changes_no_text_and_interrupts_nobody(moved, members):
    before = row(moved, FIRST)
    confirm(moved, members.editor, FIRST)
    after = row(moved, FIRST)
    assert (after.row_version, after.updated_at) == (before.row_version, before.updated_at)


def test_many_rows_are_one_batch_that_can_be_taken_back(moved, members):
    confirm(moved, members.editor, FIRST, SECOND)
    batch = moved.batches.get()
    assert (batch.kind, batch.rows, batch.summary) == (BatchKind.CONFIRM, 2, "6章")

    undone = undo_batch(batch_id=batch.pk, actor=members.editor)

    assert row(moved, FIRST).is_unconfirmed
    assert row(moved, SECOND).is_unconfirmed
    assert row(moved, FIRST).history.last().action == StatementAction.UNDONE
    assert (undone.batch.undoes, undone.left) == (batch, ())
    assert undo_batch(batch_id=batch.pk, actor=members.editor).batch == undone.batch


def test_a_row_that_was_rewritten_since_stays_confirmed(moved, members):
    confirm(moved, members.editor, FIRST, SECOND)
    edit = StatementEdit(FIRST, 1, {"individual_control": "改めました。"})
    save_statements(declaration_id=moved.pk, actor=members.editor, edits=[edit])

    undone = undo_batch(batch_id=moved.batches.get().pk, actor=members.editor)

    assert undone.left == (FIRST,)
    assert not row(moved, FIRST).is_unconfirmed
    assert row(moved, SECOND).is_unconfirmed


def test_confirming_twice_is_once(moved, members):
    confirm(moved, members.editor, FIRST)
    assert confirm(moved, members.approver, FIRST, version=9) == frozenset()
    assert row(moved, FIRST).confirmed_by == members.editor
    assert row(moved, FIRST).history.count() == 1


def test_a_row_that_says_something_else_than_was_shown_is_not_confirmed(moved, members):
    with pytest.raises(EditConflictError):
        confirm(moved, members.editor, FIRST, SECOND, version=2)
    assert row(moved, FIRST).is_unconfirmed


@pytest.mark.parametrize("number", [editions.REWORDED, editions.SPLIT_OFF, editions.MERGED])
def test_a_changed_control_is_confirmed_only_by_itself(moved, members, number):
    with pytest.raises(DomainError, match="1件ずつ"):
        confirm(moved, members.editor, FIRST, number)
    assert confirm(moved, members.editor, number) == {number}


def test_a_row_that_was_not_carried_is_left_as_it_is(moved, members):
    assert confirm(moved, members.editor, editions.ADDED) == frozenset()


def test_strangers_confirm_nothing(moved):
    with pytest.raises(PermissionDenied):
        confirm(moved, builders.team(name="別の事業者").editor, FIRST)


def test_nothing_is_confirmed_outside_a_draft(members, small_edition):
    fixed = builders.fixed(members, small_edition)
    with pytest.raises(DomainError, match="編集できません"):
        confirm(fixed, members.editor, FIRST)


def test_who_confirmed_edited_the_version(moved, members):
    confirm(moved, members.approver, FIRST)
    assert policies.has_edited(members.approver, moved)


def test_an_unconfirmed_row_keeps_the_declaration_from_approval(moved, members):
    edit = StatementEdit(
        editions.ADDED, 1, {"adoption": "adopted", "individual_control": "新しい手順。"}
    )
    save_statements(declaration_id=moved.pk, actor=members.editor, edits=[edit])
    with pytest.raises(DomainError, match="エラーが12件"):
        submit_declaration(declaration_id=moved.pk, actor=members.editor)
    for number in moved.statements.values_list("control__number", flat=True):
        confirm(moved, members.editor, number)
    assert submit_declaration(declaration_id=moved.pk, actor=members.editor).state == "in_approval"
