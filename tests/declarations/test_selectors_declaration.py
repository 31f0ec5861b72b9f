"""Reads behind the pages of a declaration: moves, acts, conflicts, facts."""

import pytest

from accounts.enums import Role
from declarations.enums import DeclarationMove as M
from declarations.facts import read_facts
from declarations.policies import users_who_can_fix_declaration
from declarations.selectors.activity import people_who_edited, recent_acts
from declarations.selectors.conflicts import body_conflict
from declarations.selectors.overview import declaration_overview
from declarations.selectors.states import allowed_moves, state_tag
from declarations.services.declaration import edit_declaration
from declarations.services.exclusions import exclude_objective, include_objective
from declarations.services.fixing import hand_back_declaration
from tests.accounts.factories import person
from tests.counting import counted_queries
from tests.declarations.builders import (
    BODY,
    END,
    complete,
    draft,
    fixed,
    superseded,
    team,
    waiting,
)

pytestmark = pytest.mark.django_db
MOVES = {
    draft: {"editor": {M.SUBMIT}, "approver": {M.SUBMIT}},
    waiting: {"editor": set(), "approver": {M.HAND_BACK, M.FIX}},
    fixed: {"editor": set(), "approver": set()},
    superseded: {"editor": set(), "approver": set()},
}


@pytest.mark.parametrize("make", MOVES)
def test_moves_are_what_the_state_allows_and_the_person_may(small_edition, make):
    members = team()
    declaration = make(members, small_edition)
    for name, expected in MOVES[make].items():
        user = getattr(members, name)
        assert allowed_moves(user=user, declaration=declaration) == expected
    for role in Role:
        assert allowed_moves(user=person(role), declaration=declaration) == frozenset()


def test_an_approver_who_edited_may_only_hand_back(small_edition):
    members = team()
    both = person(Role.CSP_EDITOR, Role.CSP_APPROVER, organisation=members.organisation)
    declaration = waiting(type(members)(members.organisation, both, both), small_edition)

    assert allowed_moves(user=both, declaration=declaration) == {M.HAND_BACK}
    assert list(users_who_can_fix_declaration(declaration)) == [members.approver]


@pytest.mark.parametrize("make", MOVES)
def test_every_state_has_its_tag(small_edition, make):
    declaration = make(team(), small_edition)
    assert state_tag(declaration).label == declaration.get_state_display()


def test_acts_are_newest_first_and_one_line_per_act(small_edition):
    members = team()
    declaration = complete(members, small_edition)
    exclude_objective(
        declaration_id=declaration.pk,
        actor=members.approver,
        number="9.4.2",
        reason="ログオンの機能がないため。",
        version=0,
    )
    include_objective(declaration_id=declaration.pk, actor=members.approver, number="9.4.2")

    texts = [act.text for act in recent_acts(declaration.pk)]
    assert texts == [
        "統制目標の除外を取消し：9.4.2",
        "統制目標を除外：9.4.2",
        "記載事項を変更：言明の対象範囲、言明の責任者の役職、言明の責任者の氏名",
        "3.1.2.1ほか12件 言明を保存",
        "言明を開始",
    ]
    names = sorted([members.editor.name, members.approver.name])
    assert people_who_edited(declaration) == names


def test_a_hand_back_is_shown_until_the_next_request(small_edition):
    members = team()
    declaration = waiting(members, small_edition)
    shown = declaration_overview(user=members.editor, declaration=declaration)
    assert shown.hand_back is None

    back = hand_back_declaration(
        declaration_id=declaration.pk, actor=members.approver, reason="確認してください。"
    )
    shown = declaration_overview(user=members.editor, declaration=back)
    assert shown.hand_back.reason == "確認してください。"


def test_a_conflict_counts_from_the_version_that_was_seen(small_edition):
    members = team()
    declaration = complete(members, small_edition)  # version 2: the body was written
    for text in ("三版の範囲", "四版の範囲"):
        declaration = edit_declaration(
            declaration_id=declaration.pk,
            actor=members.approver,
            version=declaration.row_version,
            facts={"scope": text},
        )
    mine = BODY | {"scope": "自分の範囲"}

    conflict = body_conflict(declaration, mine, seen=2)
    assert [(clash.mine, clash.theirs) for clash in conflict.clashes] == [
        ("自分の範囲", "四版の範囲")
    ]
    untouched = body_conflict(declaration, BODY, seen=2)
    assert (untouched.clashes, untouched.taken) == ([], ["言明の対象範囲"])
    assert untouched.values["scope"] == "四版の範囲"
    same = body_conflict(declaration, BODY | {"scope": "四版の範囲"}, seen=2)
    assert (same.clashes, same.taken) == ([], [])


def test_facts_are_read_in_four_queries(small_edition):
    declaration = complete(team(), small_edition)
    with counted_queries() as queries:
        facts = read_facts(declaration, today=END)

    assert len(queries) == 4
    assert [row.number for row in facts.statements][-3:] == [
        "9.2.3.11.PB",
        "9.4.2.2.B",
        "9.4.2.3.P",
    ]
    assert {row.title for row in facts.statements if row.objective.number == "9.4.2"} == {
        "ログオン手順"
    }
