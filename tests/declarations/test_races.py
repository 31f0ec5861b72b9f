"""Two colleagues at once in one declaration: real transactions that start together, and one outcome."""

import uuid
from functools import partial

import pytest
from django.test import Client

from accounts.enums import Role
from core.exceptions import DomainError, EditConflictError
from declarations.enums import BatchKind, DeclarationState, StatementAction
from declarations.models import Declaration, StatementBatch, StatementEvidence
from declarations.selectors.workbook_import import preview_of
from declarations.services.bulk import BulkChange, Mode, bulk_edit
from declarations.services.evidence import tie_kept_evidence
from declarations.services.evidence_ties import tie_evidence
from declarations.services.moving import move_to_edition
from declarations.services.statements import StatementEdit, save_statements
from declarations.services.team import assign_statements
from declarations.services.workbook import apply_import
from documents.enums import ImportState
from tests.accounts.factories import person
from tests.controls.factories import small_edition
from tests.declarations import builders, editions
from tests.declarations.workbooks import typed
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = ["3.1.2.1", "6.1.1.1", "9.2.3.2", "9.2.3.10"]


@pytest.fixture
def members():
    return builders.team()


@pytest.fixture
def draft(members):
    return builders.draft(members, small_edition())


def row(declaration, number):
    return declaration.statements.get(control__number=number)


def saving(declaration, actor, number, text, version=1):
    """The act of somebody who has this version of one row in sight."""
    edit = StatementEdit(number, version, {"individual_control": text})
    return partial(save_statements, declaration_id=declaration.pk, actor=actor, edits=[edit])


def split(outcomes):
    """What was done, and what was refused."""
    refused = [one for one in outcomes if isinstance(one, Exception)]
    return [one for one in outcomes if one not in refused], refused


@pytest.mark.parametrize("number", ROWS)
def test_bulk_edit_and_a_save_of_one_of_its_rows_leave_one_winner(members, draft, number):
    change = BulkChange(text_mode=Mode.REPLACE, text="まとめて入れた文")
    everything = partial(
        bulk_edit,
        declaration_id=draft.pk,
        actor=members.approver,
        versions=dict.fromkeys(ROWS, 1),
        change=change,
        batch_id=uuid.uuid4(),
    )

    done, refused = split(together(everything, saving(draft, members.editor, number, "一人の文")))

    assert (len(done), [type(one) for one in refused]) == (1, [EditConflictError])
    was_bulk = StatementBatch.objects.filter(kind=BatchKind.BULK_EDIT).exists()
    expected = dict.fromkeys(ROWS, change.text if was_bulk else "")
    expected[number] = change.text if was_bulk else "一人の文"
    assert {n: row(draft, n).individual_control for n in ROWS} == expected
    assert row(draft, number).history.count() == 1


def test_bulk_edit_sent_twice_at_once_is_one_act(members, draft):
    everything = partial(
        bulk_edit,
        declaration_id=draft.pk,
        actor=members.editor,
        versions=dict.fromkeys(ROWS, 1),
        change=BulkChange(text_mode=Mode.APPEND, text="書き足した文"),
        batch_id=uuid.uuid4(),
    )

    first, second = together(everything, everything)

    assert first == second
    assert [row(draft, n).individual_control for n in ROWS] == ["書き足した文"] * len(ROWS)
    assert row(draft, ROWS[0]).history.count() == 1


def test_two_assigning_the_same_rows_at_once_leave_all_of_them_to_one_person(members, draft):
    newcomer = person(Role.CSP_EDITOR, organisation=members.organisation)
    owners = [members.editor, newcomer]

    def assigning(actor, owner, numbers):
        return partial(
            assign_statements,
            declaration_id=draft.pk,
            actor=actor,
            numbers=numbers,
            owner_id=owner.pk,
        )

    _done, refused = split(
        together(
            assigning(members.editor, newcomer, ROWS),
            assigning(members.approver, members.editor, ROWS[::-1]),
        )
    )

    assert refused == []
    (last,) = {row(draft, number).owner for number in ROWS}
    (before,) = [owner for owner in owners if owner != last]
    for number in ROWS:
        lines = row(draft, number).history.filter(action=StatementAction.ASSIGNED).order_by("pk")
        told = [one.changes["owner_id"] for one in lines]
        assert told == [["", str(before.pk)], [str(before.pk), str(last.pk)]]
        assert row(draft, number).row_version == 1


def test_the_same_assignment_sent_twice_at_once_is_one_act(members, draft):
    assigning = partial(
        assign_statements,
        declaration_id=draft.pk,
        actor=members.editor,
        numbers=ROWS,
        owner_id=members.approver.pk,
    )

    done, refused = split(together(assigning, assigning))

    assert refused == []
    assert sorted(bool(one.batch) for one in done) == [False, True]
    assert StatementBatch.objects.count() == 1


def test_assigning_while_a_colleague_saves_disturbs_neither(members, draft):
    number = ROWS[0]
    assigning = partial(
        assign_statements,
        declaration_id=draft.pk,
        actor=members.approver,
        numbers=ROWS,
        owner_id=members.editor.pk,
    )

    _done, refused = split(together(assigning, saving(draft, members.editor, number, "一人の文")))

    assert refused == []
    after = row(draft, number)
    assert (after.owner, after.individual_control, after.row_version) == (
        members.editor,
        "一人の文",
        2,
    )


def test_the_same_evidence_tied_twice_at_once_is_tied_once(members, draft):
    version = builders.kept(members)
    tying = partial(
        tie_evidence,
        declaration_id=draft.pk,
        version_id=version.pk,
        actor=members.editor,
        numbers=ROWS,
    )

    done, refused = split(together(tying, tying))

    assert refused == []
    assert sorted((bool(one.batch), one.already) for one in done) == [(False, 4), (True, 0)]
    assert StatementEvidence.objects.count() == len(ROWS)
    assert [row(draft, number).history.count() for number in ROWS] == [1] * len(ROWS)


def test_evidence_tied_from_its_page_and_from_the_row_at_once_is_tied_once(members, draft):
    version = builders.kept(members)
    number = ROWS[0]
    where = {"declaration_id": draft.pk, "version_id": version.pk}

    _done, refused = split(
        together(
            partial(tie_evidence, actor=members.editor, numbers=ROWS, **where),
            partial(tie_kept_evidence, actor=members.approver, number=number, **where),
        )
    )

    assert refused == []
    assert row(draft, number).evidence.count() == row(draft, number).history.count() == 1


def test_a_save_during_a_move_is_carried_along_or_refused(members, draft):
    second = editions.second_edition()
    editions.lineage_between(draft.edition, second)
    number = editions.UNCHANGED
    moving = partial(
        move_to_edition, declaration_id=draft.pk, actor=members.approver, edition_id=second.pk
    )

    done, refused = split(together(moving, saving(draft, members.editor, number, "間際の文")))

    (new,) = [one for one in done if isinstance(one, Declaration)]
    draft.refresh_from_db()
    assert draft.state == DeclarationState.MOVED
    texts = [row(declaration, number).individual_control for declaration in (draft, new)]
    if refused:
        assert [type(one) for one in refused] == [DomainError]
        assert "移行先の言明に入力してください" in str(refused[0])
        assert texts == ["", ""]
    else:
        assert texts == ["間際の文", "間際の文"]


def test_two_moving_at_once_begin_one_version(members, draft):
    second = editions.second_edition()
    editions.lineage_between(draft.edition, second)
    moving = partial(move_to_edition, declaration_id=draft.pk, edition_id=second.pk)

    first, other = together(
        partial(moving, actor=members.editor), partial(moving, actor=members.approver)
    )

    assert first == other
    assert Declaration.objects.filter(service=draft.service).count() == 2


@pytest.fixture
def imported(members, draft):
    """A workbook that was written from here, filled in, and waits to be applied: one text for each of two rows."""
    client = Client()
    client.force_login(members.editor)
    return typed(client, draft, {(number, "個別管理策"): "ブックの文" for number in ROWS[2:]})


def applying(imported, draft, actor):
    digest = preview_of(imported, draft).digest({})
    return partial(apply_import, import_id=imported.pk, actor=actor, digest=digest, choices={})


def test_an_import_applied_twice_at_once_is_one_act(members, draft, imported):
    first, second = together(
        applying(imported, draft, members.editor), applying(imported, draft, members.approver)
    )

    assert first.batch_id == second.batch_id
    assert first.ended_by == second.ended_by
    assert StatementBatch.objects.get().kind == BatchKind.IMPORT
    assert [row(draft, number).history.count() for number in ROWS[2:]] == [1, 1]
    assert [row(draft, number).row_version for number in ROWS[2:]] == [2, 2]


def test_an_import_and_a_save_of_one_of_its_rows_leave_one_winner(members, draft, imported):
    number, other = ROWS[2:]

    done, refused = split(
        together(
            applying(imported, draft, members.approver),
            saving(draft, members.editor, number, "一人の文"),
        )
    )

    assert (len(done), [type(one) for one in refused]) == (1, [EditConflictError])
    imported.refresh_from_db()
    was_applied = imported.state == ImportState.APPLIED
    expected = ("ブックの文", "ブックの文") if was_applied else ("一人の文", "")
    found = row(draft, number).individual_control, row(draft, other).individual_control
    assert found == expected
