"""Excluding an objective releases its details and keeps their text."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from core.exceptions import DomainError, EditConflictError
from declarations.enums import DeclarationAction
from declarations.models import Statement
from declarations.services.exclusions import exclude_objective, include_objective
from tests.accounts.factories import person
from tests.declarations import builders

OBJECTIVE = "9.2.3"
REASON = "特権を用いる操作を提供しないため。"


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def exclude(declaration, actor, *, number=OBJECTIVE, reason=REASON, version=0):
    return exclude_objective(
        declaration_id=declaration.pk, actor=actor, number=number, reason=reason, version=version
    )


def released(declaration):
    rows = Statement.objects.filter(declaration=declaration).with_released()
    return set(rows.filter(is_released=True).values_list("control__number", flat=True))


def test_exclusion_releases_its_details_keeps_their_text_and_is_recorded(draft, members):
    builders.answer(draft, members.editor)

    exclude(draft, members.editor)

    assert released(draft) == {"9.2.3.2", "9.2.3.10", "9.2.3.11.PB"}
    assert draft.statements.get(control__number="9.2.3.2").individual_control == builders.TEXT
    line = draft.history.get(action=DeclarationAction.OBJECTIVE_EXCLUDED)
    assert (line.actor, line.changes) == (members.editor, {OBJECTIVE: ["", REASON]})


def test_reason_can_be_changed_from_the_version_that_was_shown(draft, members):
    exclude(draft, members.editor)

    changed = exclude(draft, members.editor, reason="別の理由", version=1)

    assert (changed.reason, changed.row_version) == ("別の理由", 2)


def test_same_reason_again_is_no_act(draft, members):
    exclude(draft, members.editor)
    exclude(draft, members.editor)

    assert draft.history.filter(action=DeclarationAction.OBJECTIVE_EXCLUDED).count() == 1


@pytest.mark.parametrize("version", [0, 2])
def test_stale_version_is_a_conflict(draft, members, version):
    exclude(draft, members.editor)

    with pytest.raises(EditConflictError) as refusal:
        exclude(draft, members.approver, reason="別の理由", version=version)

    assert refusal.value.current.reason == REASON


@pytest.mark.parametrize("reason", ["", "　\u200b"])
def test_reason_is_asked_for(draft, members, reason):
    with pytest.raises(DomainError, match="理由"):
        exclude(draft, members.editor, reason=reason)


@pytest.mark.parametrize("number", ["3.1.2", "4.4.1"])
def test_governance_and_management_cannot_be_excluded(draft, members, number):
    with pytest.raises(DomainError, match="除外できません"):
        exclude(draft, members.editor, number=number)


@pytest.mark.parametrize("number", ["9.9.9", "9.2", "9.2.3.2"])
def test_only_an_objective_of_the_edition_is_excluded(draft, members, number):
    with pytest.raises(DomainError, match="統制目標"):
        exclude(draft, members.editor, number=number)


def test_taking_back_counts_the_details_again_and_is_recorded_once(draft, members):
    exclude(draft, members.editor)

    for _again in range(2):
        include_objective(declaration_id=draft.pk, actor=members.approver, number=OBJECTIVE)

    assert released(draft) == set()
    line = draft.history.get(action=DeclarationAction.OBJECTIVE_INCLUDED)
    assert (line.actor, line.changes) == (members.approver, {OBJECTIVE: [REASON, ""]})


@pytest.mark.parametrize("role", list(Role))
def test_strangers_exclude_and_include_nothing(draft, members, role):
    exclude(draft, members.editor)
    stranger = person(role)

    with pytest.raises(PermissionDenied):
        exclude(draft, stranger, reason="別の理由", version=1)
    with pytest.raises(PermissionDenied):
        include_objective(declaration_id=draft.pk, actor=stranger, number=OBJECTIVE)


@pytest.mark.parametrize("state", ["waiting", "fixed"])
def test_only_a_draft_takes_exclusions(members, small_edition, state):
    declaration = getattr(builders, state)(members, small_edition)

    with pytest.raises(DomainError, match="編集できません"):
        exclude(declaration, members.editor)
    with pytest.raises(DomainError, match="編集できません"):
        include_objective(declaration_id=declaration.pk, actor=members.editor, number=OBJECTIVE)
