"""Approval: submit, hand back, fix; what is fixed stays as it was."""

import json
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.enums import Role
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from declarations.enums import DeclarationMove, DeclarationState
from declarations.models import Declaration, DeclarationSnapshot
from declarations.services.declaration import edit_declaration, revise_declaration
from declarations.services.exclusions import exclude_objective
from declarations.services.fixing import (
    fix_declaration,
    hand_back_declaration,
    submit_declaration,
)
from declarations.services.statements import StatementEdit, save_statements
from tests.accounts.factories import person
from tests.declarations.builders import (
    BODY,
    TEXT,
    answer,
    approved,
    complete,
    draft,
    fixed,
    superseded,
    team,
    waiting,
)

pytestmark = pytest.mark.django_db
REASON = "9.2.3.2 に棚卸しの頻度を書いてください。"


def fix(declaration, actor):
    return fix_declaration(
        declaration_id=declaration.pk, actor=actor, version=declaration.row_version
    )


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestSubmit:
    def test_it_records_who_asked(self, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        submit_declaration(declaration_id=declaration.pk, actor=members.editor)

        declaration.refresh_from_db()
        line = declaration.history.last()
        assert declaration.state == DeclarationState.IN_APPROVAL
        assert (line.action, line.actor) == (DeclarationMove.SUBMIT, members.editor)
        assert (line.from_state, line.to_state) == ("draft", "in_approval")

    def test_errors_block_and_are_counted(self, small_edition):
        members = team(profile="")
        declaration = draft(members, small_edition)
        answer(declaration, members.editor)
        with pytest.raises(DomainError, match="エラーが4件"):
            submit_declaration(declaration_id=declaration.pk, actor=members.editor)
        declaration.refresh_from_db()
        assert declaration.state == DeclarationState.DRAFT

    @pytest.mark.parametrize("make", [waiting, fixed, superseded])
    def test_only_from_a_draft(self, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        with pytest.raises(TransitionNotAllowedError):
            submit_declaration(declaration_id=declaration.pk, actor=members.editor)

    def test_strangers_are_refused(self, small_edition):
        declaration = complete(team(), small_edition)
        with pytest.raises(PermissionDenied):
            submit_declaration(declaration_id=declaration.pk, actor=person(Role.CSP_EDITOR))


class TestHandBack:
    def test_it_records_the_reason(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        hand_back_declaration(declaration_id=declaration.pk, actor=members.approver, reason=REASON)

        declaration.refresh_from_db()
        line = declaration.history.last()
        assert declaration.state == DeclarationState.DRAFT
        assert (line.reason, line.actor) == (REASON, members.approver)

    def test_a_reason_is_needed(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        with pytest.raises(DomainError, match="理由を入力"):
            hand_back_declaration(
                declaration_id=declaration.pk, actor=members.approver, reason=" \n"
            )

    def test_it_is_for_approvers_of_the_provider(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        for actor in (members.editor, person(Role.CSP_APPROVER)):
            with pytest.raises(PermissionDenied):
                hand_back_declaration(declaration_id=declaration.pk, actor=actor, reason=REASON)

    @pytest.mark.parametrize("make", [complete, fixed, superseded])
    def test_only_while_it_waits(self, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        with pytest.raises(TransitionNotAllowedError):
            hand_back_declaration(
                declaration_id=declaration.pk, actor=members.approver, reason=REASON
            )


class TestFix:
    def test_it_freezes_the_content_under_its_hash(self, small_edition):
        members = team()
        declaration = fix(waiting(members, small_edition), members.approver)

        declaration.refresh_from_db()
        content = bytes(declaration.snapshot.content)
        said = json.loads(content)
        assert declaration.snapshot_sha256 == sha256_hex(content)
        assert content == canonical_json(said)
        assert declaration.fixed_by == members.approver
        assert declaration.history.last().occurred_at == declaration.fixed_at
        assert said["declaration"]["scope"] == BODY["scope"]
        assert said["organisation"]["name"] == members.organisation.name
        assert len(said["statements"]) == declaration.statements.count()
        assert {row["individual_control"] for row in said["statements"]} == {TEXT}

    def test_released_details_are_frozen_with_their_text(self, small_edition):
        members = team()
        declaration = complete(members, small_edition)
        exclude_objective(
            declaration_id=declaration.pk,
            actor=members.editor,
            number="9.4.2",
            reason="ログオンの機能がないため。",
            version=0,
        )
        said = json.loads(
            bytes(
                approved(
                    submit_declaration(declaration_id=declaration.pk, actor=members.editor),
                    members,
                ).snapshot.content
            )
        )
        released = [row for row in said["statements"] if row["is_released"]]
        assert {row["number"] for row in released} == {"9.4.2.2.B", "9.4.2.3.P"}
        assert {row["individual_control"] for row in released} == {TEXT}
        assert [row["number"] for row in said["exclusions"]] == ["9.4.2"]

    def test_it_is_for_approvers_of_the_provider(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        for actor in (members.editor, person(Role.CSP_APPROVER), person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                fix(declaration, actor)

    @pytest.mark.parametrize("act", ["opened", "body", "statement", "exclusion"])
    def test_whoever_edited_this_version_cannot_fix_it(self, small_edition, act):
        members = team()
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
        writer = both if act == "opened" else members.editor
        declaration = complete(
            type(members)(members.organisation, writer, members.approver), small_edition
        )
        edit_as(declaration, both, act)
        submit_declaration(declaration_id=declaration.pk, actor=members.editor)
        declaration.refresh_from_db()

        with pytest.raises(PermissionDenied):
            fix(declaration, both)
        assert fix(declaration, members.approver).state == DeclarationState.FIXED

    def test_editing_an_earlier_version_is_no_obstacle(self, small_edition):
        members = team()
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
        declaration = complete(members, small_edition)
        edit_as(declaration, both, "statement")
        submitted = submit_declaration(declaration_id=declaration.pk, actor=both)
        second = revise_declaration(
            declaration_id=approved(submitted, members).pk, actor=members.editor
        )
        waits = submit_declaration(declaration_id=second.pk, actor=both)

        assert fix(waits, both).fixed_by == both

    @pytest.mark.parametrize("make", [complete, fixed, superseded])
    def test_only_while_it_waits(self, small_edition, make):
        members = team()
        declaration = make(members, small_edition)
        with pytest.raises(TransitionNotAllowedError):
            fix(declaration, members.approver)

    def test_what_was_shown_is_what_is_fixed(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        with pytest.raises(EditConflictError):
            fix_declaration(
                declaration_id=declaration.pk,
                actor=members.approver,
                version=declaration.row_version - 1,
            )

    def test_it_is_checked_once_more(self, small_edition):
        members = team()
        declaration = waiting(members, small_edition)
        members.organisation.profile = ""
        members.organisation.save()
        with pytest.raises(DomainError, match="エラーが1件"):
            fix(declaration, members.approver)

    def test_the_earlier_version_is_superseded(self, small_edition):
        first = superseded(team(), small_edition)

        second = Declaration.objects.get(version=2)
        assert (first.state, second.state) == (
            DeclarationState.SUPERSEDED,
            DeclarationState.FIXED,
        )
        line = first.history.last()
        assert (line.action, line.from_state) == (DeclarationMove.SUPERSEDE, "fixed")
        assert first.snapshot_sha256 != second.snapshot_sha256


def edit_as(declaration, actor, act):
    """One editing act of this person."""
    if act == "body":
        edit_declaration(
            declaration_id=declaration.pk,
            actor=actor,
            version=declaration.row_version,
            facts={"special_notes": "補足します。"},
        )
    elif act == "statement":
        changes = {"individual_control": "四半期ごとに棚卸しします。"}
        save_statements(
            declaration_id=declaration.pk,
            actor=actor,
            edits=[StatementEdit("9.2.3.2", 2, changes)],
        )
    elif act == "exclusion":
        exclude_objective(
            declaration_id=declaration.pk,
            actor=actor,
            number="9.4.2",
            reason="ログオンの機能がないため。",
            version=0,
        )


class TestDatabase:
    """What the service refuses, the database refuses when the service is bypassed."""

    FIX = (
        "UPDATE declarations_declaration SET state = 'fixed', snapshot_sha256 = repeat('0', 64),"
        " fixed_by_id = %s, fixed_at = now() WHERE id = %s"
    )

    @pytest.mark.parametrize("act", ["body", "statement", "exclusion"])
    def test_approval_by_an_editor(self, small_edition, act):
        members = team()
        declaration = complete(members, small_edition)
        both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
        edit_as(declaration, both, act)
        with pytest.raises(IntegrityError, match="declaration_approver_edited_nothing"):
            sql(self.FIX, both.pk, declaration.pk)
        sql(self.FIX, members.approver.pk, declaration.pk)

    def test_approval_by_who_opened_it(self, small_edition):
        members = team()
        declaration = draft(members, small_edition)
        with pytest.raises(IntegrityError, match="declaration_approver_edited_nothing"):
            sql(self.FIX, members.editor.pk, declaration.pk)

    @pytest.mark.parametrize(
        "change",
        [
            "scope = '書換え'",
            "signer_name = ''",
            "period_end = period_end + 1",
            "snapshot_sha256 = repeat('0', 64)",
            "fixed_at = now()",
            "state = 'draft', snapshot_sha256 = NULL, fixed_by_id = NULL, fixed_at = NULL",
        ],
    )
    def test_changes_of_a_fixed_declaration(self, small_edition, change):
        declaration = fixed(team(), small_edition)
        with pytest.raises(DatabaseError):
            sql(f"UPDATE declarations_declaration SET {change} WHERE id = %s", declaration.pk)  # noqa: S608 -- constants of this test

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM declarations_declaration WHERE id = %s",
            "UPDATE declarations_declarationsnapshot SET content = '' WHERE declaration_id = %s",
            "DELETE FROM declarations_declarationsnapshot WHERE declaration_id = %s",
            "UPDATE declarations_statement SET reason = '書換え' WHERE declaration_id = %s",
            "DELETE FROM declarations_statement WHERE declaration_id = %s",
            "UPDATE declarations_declarationhistory SET reason = 'x' WHERE declaration_id = %s",
        ],
    )
    def test_changes_of_what_belongs_to_it(self, small_edition, statement):
        declaration = fixed(team(), small_edition)
        with pytest.raises(DatabaseError):
            sql(statement, declaration.pk)

    def test_a_superseded_version_never_comes_back(self, small_edition):
        declaration = superseded(team(), small_edition)
        with pytest.raises(DatabaseError):
            sql("UPDATE declarations_declaration SET state = 'fixed' WHERE id = %s", declaration.pk)

    def test_a_fixed_declaration_carries_its_snapshot(self, small_edition):
        declaration = draft(team(), small_edition)
        with pytest.raises(IntegrityError, match="declaration_fixed_iff_snapshot"):
            sql("UPDATE declarations_declaration SET state = 'fixed' WHERE id = %s", declaration.pk)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_leave_one_outcome(small_edition):
    members = team()
    second = person(Role.CSP_APPROVER, organisation=members.organisation)
    declaration = waiting(members, small_edition)
    start, outcomes = threading.Barrier(2), []

    def approve(actor):
        try:
            start.wait()
            fix(declaration, actor)
            outcomes.append("fixed")
        except TransitionNotAllowedError:
            outcomes.append("refused")
        finally:
            connection.close()

    approvals = [threading.Thread(target=approve, args=[a]) for a in (members.approver, second)]
    for thread in approvals:
        thread.start()
    for thread in approvals:
        thread.join()
    assert sorted(outcomes) == ["fixed", "refused"]
    assert DeclarationSnapshot.objects.count() == 1
    assert declaration.history.filter(action=DeclarationMove.FIX).count() == 1
