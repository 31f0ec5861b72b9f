"""Acts over many statements are kept as one, and undone as one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.exceptions import DomainError
from declarations.enums import Adoption, BatchKind, StatementAction
from declarations.models import StatementBatch
from declarations.services.batches import undo_batch
from declarations.services.statements import StatementEdit, save_statements
from tests.declarations import builders

FIRST, SECOND = "9.2.3.2", "3.1.2.1"
ADOPT = {"adoption": Adoption.ADOPTED.value, "individual_control": builders.TEXT}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


@pytest.fixture
def batch(draft, members):
    edits = [StatementEdit(number, 1, ADOPT) for number in (FIRST, SECOND)]
    saved = save_statements(
        declaration_id=draft.pk,
        actor=members.editor,
        edits=edits,
        kind=BatchKind.BULK_EDIT,
        summary="採用する",
    )
    return StatementBatch.objects.get(pk=saved.batch)


def row(draft, number):
    return draft.statements.get(control__number=number)


def test_a_batch_is_kept_with_its_rows_and_its_actor(batch, members):
    assert (batch.rows, batch.actor, batch.kind) == (2, members.editor, BatchKind.BULK_EDIT)


def test_undoing_gives_every_row_back_what_it_said_and_records_it(draft, members, batch):
    undone = undo_batch(batch_id=batch.pk, actor=members.editor)

    for number in (FIRST, SECOND):
        after = row(draft, number)
        assert (after.adoption, after.individual_control) == (Adoption.UNDECIDED, "")
        assert after.history.last().action == StatementAction.UNDONE
    assert (undone.batch.undoes, undone.batch.rows, undone.left) == (batch, 2, ())


def test_what_somebody_has_changed_since_stays_and_is_named(draft, members, batch):
    later = StatementEdit(FIRST, 2, {"individual_control": "手順を改めました。"})
    save_statements(declaration_id=draft.pk, actor=members.approver, edits=[later])

    undone = undo_batch(batch_id=batch.pk, actor=members.editor)

    assert row(draft, FIRST).individual_control == "手順を改めました。"
    assert row(draft, SECOND).individual_control == ""
    assert undone.left == (FIRST,)


def test_undoing_twice_is_one_undoing(draft, members, batch):
    first = undo_batch(batch_id=batch.pk, actor=members.editor)
    assert undo_batch(batch_id=batch.pk, actor=members.editor).batch == first.batch
    assert row(draft, FIRST).row_version == 3


def test_nothing_left_to_undo_is_told(draft, members, batch):
    for number in (FIRST, SECOND):
        edit = StatementEdit(number, 2, {"individual_control": "別の手順です。"})
        save_statements(declaration_id=draft.pk, actor=members.editor, edits=[edit])

    with pytest.raises(DomainError, match="元に戻せるものはありません"):
        undo_batch(batch_id=batch.pk, actor=members.editor)


def test_strangers_undo_nothing(batch):
    with pytest.raises(PermissionDenied):
        undo_batch(batch_id=batch.pk, actor=builders.team(name="別の事業者").editor)


def test_the_database_refuses_a_second_undoing_and_an_undoing_of_nothing(draft, members, batch):
    undone = undo_batch(batch_id=batch.pk, actor=members.editor).batch
    facts = {
        "declaration": draft,
        "kind": BatchKind.UNDO,
        "rows": 1,
        "actor": members.editor,
        "occurred_at": undone.occurred_at,
    }
    for undoes in (batch, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementBatch.objects.create(undoes=undoes, **facts)
