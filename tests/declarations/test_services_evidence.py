"""Files of a statement: add, take off, put back."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from core.exceptions import DomainError
from declarations.enums import StatementAction
from declarations.models import Statement, StatementEvidence
from declarations.services.evidence import add_evidence, remove_evidence, restore_evidence
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.declarations import builders
from tests.documents.files import pdf, uploaded

NUMBER, NAME = "9.2.3.2", "点検記録.pdf"


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def add(declaration, actor):
    return add_evidence(
        declaration_id=declaration.pk,
        number=NUMBER,
        actor=actor,
        upload=check_upload(uploaded(NAME, pdf())),
        note="第2四半期",
    )


def acts(draft):
    entries = Statement.objects.get(declaration=draft, control__number=NUMBER).history.all()
    return [(entry.action, entry.changes["file"]) for entry in entries]


def test_file_is_kept_for_the_provider_tied_and_recorded(draft, members):
    tie = add(draft, members.editor)

    assert (tie.file.label, tie.note, tie.removed_at) == (NAME, "第2四半期", None)
    assert tie.file.organisation_id == members.organisation.pk
    assert acts(draft) == [(StatementAction.FILE_ADDED, ["", NAME])]


def test_taking_off_and_putting_back_are_each_recorded_once(draft, members):
    tie = add(draft, members.editor)
    where = {"declaration_id": draft.pk, "evidence_id": tie.pk, "actor": members.editor}

    for act in (remove_evidence, remove_evidence, restore_evidence, restore_evidence):
        act(**where)

    tie.refresh_from_db()
    assert tie.removed_at is None
    assert acts(draft) == [
        (StatementAction.FILE_ADDED, ["", NAME]),
        (StatementAction.FILE_REMOVED, [NAME, ""]),
        (StatementAction.FILE_ADDED, ["", NAME]),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_strangers_touch_no_file(draft, members, role):
    tie = add(draft, members.editor)
    stranger = person(role)

    with pytest.raises(PermissionDenied):
        add(draft, stranger)
    for act in (remove_evidence, restore_evidence):
        with pytest.raises(PermissionDenied):
            act(declaration_id=draft.pk, evidence_id=tie.pk, actor=stranger)


def test_file_of_another_declaration_is_not_found(draft, members, small_edition):
    tie = add(draft, members.editor)
    other = builders.team(name="別の見本組織", corporate_number="")
    foreign = builders.draft(other, small_edition)

    with pytest.raises(StatementEvidence.DoesNotExist):
        remove_evidence(declaration_id=foreign.pk, evidence_id=tie.pk, actor=other.editor)


@pytest.mark.parametrize("state", ["waiting", "fixed"])
def test_only_a_draft_takes_files(members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    with pytest.raises(DomainError, match="編集できません"):
        add(declaration, members.editor)
