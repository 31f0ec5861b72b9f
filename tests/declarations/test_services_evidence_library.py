"""The library: kept once, renewed, named, retired; ties over many statements, replaced and undone."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from core.exceptions import DomainError, EditConflictError
from declarations.enums import BatchKind, EvidenceAction, StatementAction
from declarations.models import Evidence, EvidenceVersion, StatementBatch, StatementEvidence
from declarations.services import evidence_library as acts
from declarations.services.batches import undo_batch
from declarations.services.declaration import revise_declaration
from declarations.services.evidence import remove_evidence, restore_evidence, tie_kept_evidence
from declarations.services.evidence_ties import tie_evidence
from documents.models import StoredFile
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.declarations import builders
from tests.documents.files import pdf, uploaded

NUMBERS = ("3.1.2.1", "6.1.1.1", "9.2.3.2")


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def tie(version, declaration, members, numbers=NUMBERS):
    return tie_evidence(
        declaration_id=declaration.pk,
        version_id=version.pk,
        actor=members.editor,
        numbers=numbers,
    )


def tied(declaration):
    """Number of the control and of the version, of every tie in force."""
    rows = StatementEvidence.objects.filter(
        statement__declaration=declaration, removed_at__isnull=True
    )
    return sorted(rows.values_list("statement__control__number", "version__number"))


def acts_on(declaration, number):
    row = declaration.statements.get(control__number=number)
    return [(line.action, line.changes["file"]) for line in row.history.all()]


def test_evidence_is_kept_with_its_first_version_and_recorded(members):
    version = builders.kept(members, covers_from=date(2025, 4, 1), note="四半期")

    assert (version.number, version.evidence.title, version.added_by) == (
        1, "点検記録.pdf", members.editor,
    )  # fmt: skip
    line = version.evidence.history.get()
    assert (line.action, line.actor) == (EvidenceAction.KEPT, members.editor)


def test_the_same_sheet_sent_twice_keeps_one(members):
    key, upload = uuid.uuid4(), check_upload(uploaded("a.pdf", pdf()))
    sent = {"organisation_id": members.organisation.pk, "actor": members.editor, "upload": upload}

    first = acts.keep_evidence(creation_key=key, **sent)
    again = acts.keep_evidence(creation_key=key, **sent)

    assert first == again
    assert StoredFile.objects.count() == Evidence.objects.count() == 1


def test_strangers_keep_and_change_nothing(members):
    version, stranger = builders.kept(members), builders.team(name="別の組織", corporate_number="")

    for act in (acts.retire_evidence, acts.reinstate_evidence):
        with pytest.raises(PermissionDenied):
            act(evidence_id=version.evidence_id, actor=stranger.editor)
    with pytest.raises(PermissionDenied):
        builders.renewed(version, stranger)
    for role in Role:
        with pytest.raises(PermissionDenied):
            acts.edit_evidence(
                evidence_id=version.evidence_id, actor=person(role), version=1, title="x",
                owner_id=None,
            )  # fmt: skip


def test_owner_is_a_colleague_of_today(members):
    stranger = builders.team(name="別の組織", corporate_number="")

    with pytest.raises(DomainError, match="担当者"):
        builders.kept(members, owner_id=stranger.editor.pk)


def test_days_in_the_wrong_order_are_refused(members):
    with pytest.raises(DomainError, match="開始日より前"):
        builders.kept(members, covers_from=date(2026, 4, 1), covers_until=date(2026, 3, 31))


def test_title_and_owner_change_with_a_line_that_stays_readable(members):
    evidence = builders.kept(members).evidence

    acts.edit_evidence(
        evidence_id=evidence.pk, actor=members.editor, version=1, title="月次点検",
        owner_id=members.approver.pk,
    )  # fmt: skip

    line = evidence.history.last()
    assert line.changes == {
        "title": ["点検記録.pdf", "月次点検"], "owner": ["", members.approver.name],
    }  # fmt: skip
    with pytest.raises(EditConflictError):
        acts.edit_evidence(
            evidence_id=evidence.pk, actor=members.editor, version=1, title="別", owner_id=None
        )


def test_one_act_ties_many_statements_and_a_second_click_none(draft, members):
    version = builders.kept(members)

    first, again = tie(version, draft, members), tie(version, draft, members)

    assert tied(draft) == [(number, 1) for number in NUMBERS]
    assert (first.batch.kind, first.batch.rows, again.batch, again.already) == (
        BatchKind.EVIDENCE, 3, None, 3,
    )  # fmt: skip
    assert acts_on(draft, NUMBERS[0]) == [(StatementAction.FILE_ADDED, ["", "点検記録.pdf"])]


def test_undoing_the_act_unties_all_of_it_once(draft, members):
    batch = tie(builders.kept(members), draft, members).batch

    undone = undo_batch(batch_id=batch.pk, actor=members.editor)
    again = undo_batch(batch_id=batch.pk, actor=members.editor)

    assert tied(draft) == []
    assert (undone.batch, undone.left) == (again.batch, ())
    assert acts_on(draft, NUMBERS[0])[-1] == (StatementAction.UNDONE, ["点検記録.pdf", ""])


def test_undoing_leaves_what_was_taken_off_since(draft, members):
    batch = tie(builders.kept(members), draft, members).batch
    taken = StatementEvidence.objects.get(statement__control__number=NUMBERS[0])
    remove_evidence(declaration_id=draft.pk, evidence_id=taken.pk, actor=members.editor)

    assert undo_batch(batch_id=batch.pk, actor=members.editor).left == (NUMBERS[0],)
    assert tied(draft) == []


def test_a_new_version_takes_the_place_of_the_old_in_drafts_and_back(draft, members):
    version = builders.kept(members)
    tie(version, draft, members)

    renewed = builders.renewed(version, members)

    assert renewed.replaced == 3
    assert tied(draft) == [(number, 2) for number in NUMBERS]
    assert acts_on(draft, NUMBERS[0])[-1] == (
        StatementAction.FILE_REPLACED, ["点検記録.pdf", "点検記録（改）.pdf（第2版）"],
    )  # fmt: skip
    batch = StatementBatch.objects.get(summary__contains="差替え")
    undo_batch(batch_id=batch.pk, actor=members.editor)
    assert tied(draft) == [(number, 1) for number in NUMBERS]


def test_a_new_version_may_leave_the_drafts_alone(draft, members):
    version = builders.kept(members)
    tie(version, draft, members)

    assert builders.renewed(version, members, replace=False).replaced == 0
    assert tied(draft) == [(number, 1) for number in NUMBERS]


def test_a_fixed_declaration_keeps_the_old_version_and_the_next_draft_the_new(
    members, small_edition
):
    declaration = builders.complete(members, small_edition)
    version = builders.kept(members)
    tie(version, declaration, members)
    builders.submit_declaration(declaration_id=declaration.pk, actor=members.editor)
    declaration.refresh_from_db()
    builders.approved(declaration, members)
    revision = revise_declaration(declaration_id=declaration.pk, actor=members.editor)

    builders.renewed(version, members)

    assert tied(declaration) == [(number, 1) for number in NUMBERS]
    assert tied(revision) == [(number, 2) for number in NUMBERS]


def test_retired_evidence_is_tied_to_nothing_new_and_stays_tied(draft, members):
    version = builders.kept(members)
    tie(version, draft, members, NUMBERS[:1])
    acts.retire_evidence(evidence_id=version.evidence_id, actor=members.editor)

    with pytest.raises(DomainError, match="使用を終了"):
        tie(version, draft, members)
    with pytest.raises(DomainError, match="使用を終了"):
        builders.renewed(version, members)
    assert tied(draft) == [(NUMBERS[0], 1)]
    acts.reinstate_evidence(evidence_id=version.evidence_id, actor=members.editor)
    assert tie(version, draft, members).batch.rows == 2


def test_one_version_serves_the_statements_of_another_service_too(draft, members, small_edition):
    version = builders.kept(members)
    other = builders.service_of(members, name="別のサービス")
    second = builders.draft(members, small_edition, service=other)

    for declaration in (draft, second):
        tie_kept_evidence(
            declaration_id=declaration.pk, number=NUMBERS[0], actor=members.editor,
            version_id=version.pk,
        )  # fmt: skip

    assert tied(draft) == tied(second) == [(NUMBERS[0], 1)]


def test_tying_again_what_was_taken_off_leaves_one_tie(draft, members):
    version = builders.kept(members)
    where = {"declaration_id": draft.pk, "actor": members.editor}
    first = tie_kept_evidence(number=NUMBERS[0], version_id=version.pk, **where)
    remove_evidence(evidence_id=first.pk, **where)

    tie_kept_evidence(number=NUMBERS[0], version_id=version.pk, **where)
    restore_evidence(evidence_id=first.pk, **where)

    assert tied(draft) == [(NUMBERS[0], 1)]


def test_evidence_of_another_provider_cannot_be_tied(draft, members):
    stranger = builders.team(name="別の組織", corporate_number="")
    foreign = builders.kept(stranger)

    with pytest.raises(PermissionDenied):
        tie(foreign, draft, members)


@pytest.mark.parametrize("state", ["waiting", "fixed"])
def test_only_a_draft_takes_ties(members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    with pytest.raises(DomainError, match="編集できません"):
        tie(builders.kept(members), declaration, members)


def test_an_unknown_number_ties_nothing(draft, members):
    with pytest.raises(DomainError, match="9\\.9\\.9"):
        tie(builders.kept(members), draft, members, [*NUMBERS, "9.9.9"])

    assert tied(draft) == []
    assert EvidenceVersion.objects.count() == 1
