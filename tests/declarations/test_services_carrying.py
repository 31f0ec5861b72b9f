"""Next year's declaration, and a move to another edition: what is carried, what is not, and that nothing is lost."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.exceptions import DomainError
from declarations import policies
from declarations.enums import Adoption, DeclarationAction, DeclarationMove, DeclarationState
from declarations.models import Declaration
from declarations.services.declaration import (
    create_declaration,
    edit_declaration,
    revise_declaration,
)
from declarations.services.evidence import add_evidence
from declarations.services.exclusions import exclude_objective
from declarations.services.fixing import submit_declaration
from declarations.services.moving import move_to_edition
from declarations.services.statements import StatementEdit, save_statements
from documents.uploads import check_upload
from tests.counting import counted_queries
from tests.declarations import builders, editions
from tests.documents.files import pdf, uploaded

NEXT = {"period_start": date(2026, 4, 1), "period_end": date(2027, 3, 31)}


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def last_year(members, small_edition):
    """Fixed, with a file and an excluded objective."""
    draft = builders.complete(members, small_edition)
    add_evidence(
        declaration_id=draft.pk,
        actor=members.editor,
        number=editions.UNCHANGED,
        upload=check_upload(uploaded("棚卸.pdf", pdf())),
        note="棚卸の記録",
    )
    exclude_objective(
        declaration_id=draft.pk,
        actor=members.editor,
        number="9.4.2",
        reason="対象がない",
        version=0,
    )
    return builders.approved(
        submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )


@pytest.fixture
def second(small_edition):
    """The next edition with a published lineage."""
    edition = editions.second_edition()
    editions.lineage_between(small_edition, edition)
    return edition


def next_year(members, last_year, edition):
    return create_declaration(
        service_id=last_year.service_id,
        actor=members.editor,
        edition_id=edition.pk,
        carry_from=last_year.pk,
        **NEXT,
    )


def rows(declaration):
    found = declaration.statements.select_related("control", "carried_from__control")
    return {row.control.number: row for row in found}


def test_next_year_begins_with_everything_that_this_year_said(members, last_year, small_edition):
    new = next_year(members, last_year, small_edition)

    before, after = rows(last_year), rows(new)
    assert before.keys() == after.keys()
    for number, row in after.items():
        assert row.carried_from == before[number]
        assert (row.adoption, row.individual_control) == (Adoption.ADOPTED, builders.TEXT)
        assert row.is_unconfirmed
    assert new.exclusions.get().reason == "対象がない"
    tie = after[editions.UNCHANGED].evidence.get()
    assert (tie.note, tie.file) == ("棚卸の記録", before[editions.UNCHANGED].evidence.get().file)
    assert (new.scope, new.signer_name) == (last_year.scope, last_year.signer_name)
    assert new.history.get().action == DeclarationAction.OPENED


def test_subsequent_events_belong_to_the_year_that_they_followed(members, small_edition):
    draft = builders.complete(members, small_edition)
    draft = edit_declaration(
        declaration_id=draft.pk,
        actor=members.editor,
        version=draft.row_version,
        facts={"subsequent_events": "拠点を移しました。"},
    )
    fixed = builders.approved(
        submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )
    assert next_year(members, fixed, small_edition).subsequent_events == ""


def test_owners_are_carried_as_long_as_they_work_for_the_provider(members, small_edition):
    draft = builders.complete(members, small_edition)
    stranger = builders.team(name="別の事業者").editor
    for number, owner in ((editions.UNCHANGED, members.approver), (editions.REWORDED, stranger)):
        draft.statements.filter(control__number=number).update(owner=owner)
    fixed = builders.approved(
        submit_declaration(declaration_id=draft.pk, actor=members.editor), members
    )
    after = rows(next_year(members, fixed, small_edition))
    assert after[editions.UNCHANGED].owner == members.approver
    assert after[editions.REWORDED].owner is None


def test_next_year_follows_the_lineage_to_another_edition(members, last_year, second):
    after = rows(next_year(members, last_year, second))

    assert len(after) == 13
    assert editions.GONE not in after
    added = after[editions.ADDED]
    assert (added.adoption, added.carried_from, added.is_unconfirmed) == ("undecided", None, False)
    assert after[editions.SPLIT_OFF].carried_from.control.number == editions.SPLIT
    assert after[editions.MOVED_TO].carried_from.control.number == editions.MOVED_FROM
    merged = after[editions.MERGED].individual_control
    assert merged.count(builders.TEXT) == 2
    assert f"［{editions.MERGED_AWAY}］" in merged


def test_without_a_published_lineage_nothing_is_begun(members, last_year, small_edition):
    edition = editions.second_edition()
    editions.draft_lineage(small_edition, edition)
    with pytest.raises(DomainError, match="新旧対照が公開されていません"):
        next_year(members, last_year, edition)
    assert not Declaration.objects.open().exists()


def test_only_the_services_own_fixed_declaration_can_be_carried(members, last_year, small_edition):
    other = builders.fixed(members, small_edition, service=builders.service_of(members, name="別"))
    for wrong in (
        other,
        builders.draft(members, small_edition, service=builders.service_of(members, name="外")),
    ):
        with pytest.raises(DomainError, match="確定した言明だけ"):
            create_declaration(
                service_id=last_year.service_id,
                actor=members.editor,
                edition_id=small_edition.pk,
                carry_from=wrong.pk,
                **NEXT,
            )


def test_asking_twice_opens_one(members, last_year, small_edition):
    first = next_year(members, last_year, small_edition)
    assert next_year(members, last_year, small_edition) == first


@pytest.mark.parametrize("services", [1, 3])
def test_queries_do_not_grow_with_rows_or_declarations(members, last_year, second, services):
    for n in range(services - 1):
        builders.draft(members, second, service=builders.service_of(members, name=f"別{n}"))
    with counted_queries() as seen:
        next_year(members, last_year, second)
    assert len(seen) <= 20


def test_a_revision_keeps_what_was_confirmed(members, last_year, small_edition):
    new = next_year(members, last_year, small_edition)
    edits = [
        StatementEdit(n, 1, {"individual_control": f"{builders.TEXT}（今年度）"}) for n in rows(new)
    ]
    save_statements(declaration_id=new.pk, actor=members.editor, edits=edits)
    fixed = builders.approved(
        submit_declaration(declaration_id=new.pk, actor=members.editor), members
    )
    revised = rows(revise_declaration(declaration_id=fixed.pk, actor=members.editor))
    row = revised[editions.UNCHANGED]
    assert row.carried_from.declaration_id == last_year.pk
    assert row.confirmed_by == members.editor
    assert not row.is_unconfirmed


def test_moving_a_draft_keeps_it_read_only_and_goes_on_in_the_new_version(
    members, small_edition, second
):
    draft = builders.complete(members, small_edition)

    new = move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=second.pk)

    draft.refresh_from_db()
    assert (draft.state, new.state) == (DeclarationState.MOVED, DeclarationState.DRAFT)
    assert (new.version, new.edition, new.scope) == (2, second, draft.scope)
    assert rows(draft)[editions.GONE].individual_control == builders.TEXT
    moved = draft.history.last()
    assert (moved.action, moved.from_state, moved.to_state, moved.actor) == (
        DeclarationMove.MOVE, DeclarationState.DRAFT, DeclarationState.MOVED, members.editor,
    )  # fmt: skip
    assert new.history.get().action == DeclarationAction.OPENED
    with pytest.raises(DomainError, match="移行先の言明"):
        builders.answer(draft, members.editor)


def test_a_fixed_declaration_stays_in_force_until_the_moved_one_is_fixed(
    members, last_year, second
):
    new = move_to_edition(declaration_id=last_year.pk, actor=members.editor, edition_id=second.pk)
    last_year.refresh_from_db()
    assert (last_year.state, new.version) == (DeclarationState.FIXED, 2)
    assert rows(new)[editions.UNCHANGED].is_unconfirmed


def test_moving_twice_is_one_move(members, small_edition, second):
    draft = builders.draft(members, small_edition)
    asked = {"declaration_id": draft.pk, "actor": members.editor, "edition_id": second.pk}
    first = move_to_edition(**asked)
    assert move_to_edition(**asked) == first
    assert Declaration.objects.open().count() == 1


def test_a_declaration_that_waits_for_approval_is_not_moved(members, small_edition, second):
    waiting = builders.waiting(members, small_edition)
    with pytest.raises(DomainError, match="差戻し"):
        move_to_edition(declaration_id=waiting.pk, actor=members.editor, edition_id=second.pk)


def test_a_move_needs_another_published_edition_with_a_lineage(members, small_edition):
    draft = builders.draft(members, small_edition)
    other = editions.second_edition()
    for edition, sentence in ((small_edition, "別の"), (other, "新旧対照が公開されていません")):
        with pytest.raises(DomainError, match=sentence):
            move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=edition.pk)
    draft.refresh_from_db()
    assert draft.state == DeclarationState.DRAFT


def test_strangers_move_nothing(members, small_edition, second):
    draft = builders.draft(members, small_edition)
    with pytest.raises(PermissionDenied):
        move_to_edition(
            declaration_id=draft.pk,
            actor=builders.team(name="別の事業者").editor,
            edition_id=second.pk,
        )


def test_who_wrote_the_moved_draft_approves_nothing_of_it(members, small_edition, second):
    draft = builders.draft(members, small_edition)
    edit = StatementEdit(editions.UNCHANGED, 1, {"individual_control": "承認者が書きました。"})
    save_statements(declaration_id=draft.pk, actor=members.approver, edits=[edit])
    new = move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=second.pk)

    assert policies.has_edited(members.approver, new)
    assert members.approver not in policies.users_who_can_fix_declaration(new)
    with pytest.raises(IntegrityError, match="approver_edited_nothing"), transaction.atomic():
        Declaration.objects.filter(pk=new.pk).update(
            state=DeclarationState.FIXED, fixed_by=members.approver, fixed_at=new.created_at,
            snapshot_sha256="0" * 64,
        )  # fmt: skip


def test_the_database_keeps_a_moved_declaration_as_it_was(members, small_edition, second):
    draft = builders.draft(members, small_edition)
    move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=second.pk)
    for change in ({"scope": "別"}, {"state": DeclarationState.DRAFT}):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            Declaration.objects.filter(pk=draft.pk).update(**change)
    with pytest.raises(IntegrityError, match="is_not_a_draft"), transaction.atomic():
        draft.statements.update(reason="別")


def test_dropped_exclusions_are_named(members, small_edition):
    """An objective that the lineage does not lead anywhere."""
    draft = builders.complete(members, small_edition)
    exclude_objective(
        declaration_id=draft.pk,
        actor=members.editor,
        number="9.2.3",
        reason="対象がない",
        version=0,
    )
    edition = editions.second_edition()
    lineage = editions.draft_lineage(small_edition, edition)
    lineage.lines.filter(old__number="9.2.3").delete()
    editions.publish(lineage)
    new = move_to_edition(declaration_id=draft.pk, actor=members.editor, edition_id=edition.pk)
    assert not new.exclusions.exists()
