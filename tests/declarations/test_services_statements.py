"""Saving statements: the one act behind screens, seed, bulk edit and import."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.enums import Role
from controls.enums import ParameterStatus
from controls.services.parameters import propose_parameter, publish_parameter
from core.exceptions import DomainError, EditConflictError
from declarations.enums import Adoption, StatementAction
from declarations.models import Statement, StatementHistory
from declarations.services.fixing import hand_back_declaration
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.controls import factories as editions
from tests.declarations import builders

FREE, BASIC, GOVERNANCE = "9.2.3.2", "9.2.3.11.PB", "3.1.2.1"
ADOPT = {"adoption": Adoption.ADOPTED.value, "individual_control": builders.TEXT}
LEAVE = {"adoption": Adoption.NOT_SELECTED.value, "reason": builders.REASON}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def save(declaration, actor, *edits):
    return save_statements(declaration_id=declaration.pk, actor=actor, edits=edits)


def row(declaration, number):
    return Statement.objects.get(declaration=declaration, control__number=number)


def test_save_writes_the_fields_the_person_and_the_next_version(draft, members):
    saved = save(draft, members.editor, StatementEdit(FREE, 1, ADOPT))

    after = row(draft, FREE)
    assert (after.adoption, after.individual_control) == (Adoption.ADOPTED, builders.TEXT)
    assert (after.updated_by, after.row_version) == (members.editor, 2)
    assert (saved.changed, saved.statements[FREE]) == ({FREE}, after)
    line = after.history.get()
    assert (line.actor, line.action, line.occurred_at) == (
        members.editor,
        StatementAction.SAVED,
        after.updated_at,
    )
    assert line.changes == {
        "adoption": ["undecided", "adopted"],
        "individual_control": ["", builders.TEXT],
    }


def test_many_rows_are_one_act_with_one_batch(draft, members):
    edits = [
        StatementEdit(number, 1, ADOPT)
        for number in draft.statements.values_list("control__number", flat=True)
    ]

    saved = save(draft, members.editor, *edits)

    lines = StatementHistory.objects.filter(statement__declaration=draft)
    assert len(saved.changed) == lines.count() == len(edits)
    assert set(lines.values_list("batch", flat=True)) == {saved.batch}


def test_fields_that_were_not_named_stay(draft, members):
    save(draft, members.editor, StatementEdit(FREE, 1, ADOPT))

    save(draft, members.editor, StatementEdit(FREE, 2, {"adoption": "undecided"}))

    assert row(draft, FREE).individual_control == builders.TEXT


def test_columns_that_are_not_editable_are_left_alone(draft, members):
    foreign = {"row_version": "99", "updated_by": "x", "declaration": "x", "control": "x"}

    saved = save(draft, members.editor, StatementEdit(FREE, 1, foreign))

    assert (saved.changed, row(draft, FREE).row_version) == (frozenset(), 1)


def test_the_same_request_again_is_no_act(draft, members):
    save(draft, members.editor, StatementEdit(FREE, 1, ADOPT))

    again = save(draft, members.editor, StatementEdit(FREE, 1, ADOPT))

    assert (again.changed, row(draft, FREE).history.count()) == (frozenset(), 1)


def test_stale_version_is_a_conflict_that_shows_the_stored_row_and_saves_nothing(draft, members):
    save(draft, members.editor, StatementEdit(FREE, 1, ADOPT))

    with pytest.raises(EditConflictError) as refusal:
        save(
            draft,
            members.approver,
            StatementEdit(FREE, 1, {"individual_control": "別の文"}),
            StatementEdit(GOVERNANCE, 1, ADOPT),
        )

    assert refusal.value.current[FREE].individual_control == builders.TEXT
    assert row(draft, GOVERNANCE).adoption == Adoption.UNDECIDED


def test_unknown_number_is_named_and_nothing_is_saved(draft, members):
    with pytest.raises(DomainError, match=r"9\.9\.9\.9"):
        save(
            draft, members.editor, StatementEdit(FREE, 1, ADOPT), StatementEdit("9.9.9.9", 1, ADOPT)
        )

    assert row(draft, FREE).row_version == 1


@pytest.mark.parametrize("number", [BASIC, GOVERNANCE, "4.4.1.1"])
def test_what_must_be_adopted_cannot_be_left_out(draft, members, number):
    with pytest.raises(DomainError, match="基本言明要件"):
        save(draft, members.editor, StatementEdit(number, 1, LEAVE))


def test_free_control_can_be_left_out(draft, members):
    save(draft, members.editor, StatementEdit(FREE, 1, LEAVE))

    assert row(draft, FREE).reason == builders.REASON


def test_parameter_may_turn_the_refusal_into_a_warning(draft, members):
    _let_deviations_pass()

    save(draft, members.editor, StatementEdit(BASIC, 1, LEAVE))

    assert row(draft, BASIC).adoption == Adoption.NOT_SELECTED


def test_unknown_adoption_is_refused(draft, members):
    with pytest.raises(DomainError, match="採否"):
        save(draft, members.editor, StatementEdit(FREE, 1, {"adoption": "maybe"}))


@pytest.mark.parametrize(
    ("name", "limit"),
    [("reason", 2_000), ("individual_control", 10_000), ("inherited_note", 1_000)],
)
def test_text_fits_its_limit_and_one_more_character_is_refused_with_both_figures(
    draft, members, name, limit
):
    save(draft, members.editor, StatementEdit(FREE, 1, {name: "𠮷" * limit}))

    with pytest.raises(DomainError, match=f"{limit:,}字まで.*{limit + 1:,}字"):
        save(draft, members.editor, StatementEdit(FREE, 2, {name: "𠮷" * (limit + 1)}))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud842b", "a\ufffeb", "外字\ue000", "gpj.\u202eexe"])
def test_text_that_no_paper_can_carry_is_refused(draft, members, text):
    with pytest.raises(DomainError):
        save(draft, members.editor, StatementEdit(FREE, 1, {"individual_control": text}))


@pytest.mark.parametrize("role", list(Role))
def test_strangers_save_nothing(draft, role):
    with pytest.raises(PermissionDenied):
        save(draft, person(role), StatementEdit(FREE, 1, ADOPT))


@pytest.mark.parametrize("state", ["waiting", "fixed", "superseded"])
def test_only_a_draft_is_saved(members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    with pytest.raises(DomainError, match="編集できません"):
        save(declaration, members.editor, StatementEdit(FREE, 2, {"adoption": "undecided"}))


def test_handed_back_declaration_is_saved_again(members, small_edition):
    waiting = builders.waiting(members, small_edition)
    hand_back_declaration(
        declaration_id=waiting.pk, actor=members.approver, reason="記載を確認してください。"
    )

    saved = save(waiting, members.editor, StatementEdit(FREE, 2, {"adoption": "undecided"}))

    assert saved.changed == {FREE}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_from_the_same_version_leave_one_winner_and_one_conflict():
    members = builders.team()
    draft = builders.draft(members, editions.small_edition())
    start, outcomes = threading.Barrier(2), []

    def save_text(actor, text):
        try:
            start.wait()
            save(draft, actor, StatementEdit(FREE, 1, {"individual_control": text}))
            outcomes.append("saved")
        except EditConflictError:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=save_text, args=(actor, text))
        for actor, text in [(members.editor, "甲の文"), (members.approver, "乙の文")]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["conflict", "saved"]
    assert (row(draft, FREE).row_version, row(draft, FREE).history.count()) == (2, 1)


def _let_deviations_pass():
    proposal = propose_parameter(
        name="basic_requirement_deviation",
        value="warn",
        in_force_from=builders.START,
        status=ParameterStatus.UNCONFIRMED,
        source="見本",
        reason="見本",
        actor=person(Role.SECRETARIAT),
    )
    publish_parameter(parameter_id=proposal.pk, actor=person(Role.COMMITTEE_MEMBER))
