"""The reviewer's map: which rows stand out, and that it judges nothing."""

import pytest
from django.urls import reverse

from declarations.enums import Adoption
from declarations.facts import ObjectiveFacts, StatementFacts
from declarations.review_map import SHORT_CHARACTERS, Signal, review_map
from declarations.services.statements import StatementEdit, save_statements
from tests.counting import counted_queries
from tests.declarations import builders

OBJECTIVE = ObjectiveFacts("9.2.3", "特権的アクセス権の管理", "9.2", "control_measure", "")
TEXT = "情報システム部が毎月、特権を持つ利用者の一覧を出力し、所属長が要否を確認して記録します。"


def row(
    number: str, text: str, *, title: str = "特権の棚卸し", adoption: str = Adoption.ADOPTED
) -> StatementFacts:
    return StatementFacts(
        number=number, title=title, suffix="", is_mandatory=False, objective=OBJECTIVE, adoption=adoption,
        reason="", individual_control=text, base=None, inherited_note="", evidence=(),
    )  # fmt: skip


def numbers(rows, signal, earlier=None) -> list[str]:
    return [hint.row.number for hint in review_map(rows, earlier or {}).hints[signal]]


def test_a_text_that_was_mostly_rewritten_is_named_and_a_small_change_is_not():
    rows = [row("1", TEXT), row("2", TEXT.replace("毎月", "毎週"))]
    earlier = {"1": "まったく別の手順でした。担当者が年に一度だけ見直していました。", "2": TEXT}

    assert numbers(rows, Signal.CHANGED, earlier) == ["1"]


def test_a_row_without_an_earlier_text_has_not_changed():
    assert numbers([row("1", TEXT)], Signal.CHANGED) == []


def test_short_texts_come_shortest_first():
    rows = [
        row("1", "あ" * (SHORT_CHARACTERS - 1)),
        row("2", "あ" * 5),
        row("3", "あ" * SHORT_CHARACTERS),
    ]

    assert numbers(rows, Signal.SHORT) == ["2", "1"]


def test_twins_are_one_group_whatever_their_width_and_blanks():
    rows = [row("1", "台帳ABCで確認"), row("2", "台帳ＡＢＣ で確認"), row("3", TEXT)]

    (hint,) = review_map(rows, {}).hints[Signal.TWIN]
    assert (hint.row.number, hint.measure, hint.others) == ("1", 2, ("2",))


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("特権の棚卸しを実施する。", True),
        ("特権の棚卸し", True),
        (f"特権の棚卸し。{TEXT}", False),
        (TEXT, False),
    ],
)
def test_a_text_that_only_repeats_its_title_is_named(text, is_named):
    assert bool(numbers([row("1", text)], Signal.TITLE_ONLY)) is is_named


def test_rows_without_a_text_of_their_own_are_left_alone():
    rows = [
        row("1", "", adoption=Adoption.UNDECIDED),
        row("2", "短い", adoption=Adoption.NOT_SELECTED),
    ]

    assert not any(review_map(rows, {}).hints.values())


def test_sections_count_their_rows():
    rows = [row("1", "短い"), row("2", "短い文")]

    assert review_map(rows, {}).by_section()["9.2"][Signal.SHORT] == 2


@pytest.mark.django_db
def test_the_page_lists_what_stands_out_in_few_queries(client, small_edition):
    members = builders.team()
    draft = builders.complete(members, small_edition)
    edit = StatementEdit("9.2.3.2", 2, {"individual_control": "点検します。"})
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=[edit])
    client.force_login(members.editor)

    with counted_queries() as seen:
        answer = client.get(reverse("declarations:review-map", args=[draft.pk]))

    content = answer.content.decode()
    assert len(seen) <= 14
    assert "点検します。" in content
    assert "同じ文面の記載" in content
    assert "前の監査対象期間の言明がない" in content


@pytest.mark.django_db
def test_an_empty_declaration_says_what_will_stand_here(client, small_edition):
    members = builders.team()
    draft = builders.draft(members, small_edition)
    client.force_login(members.editor)

    answer = client.get(reverse("declarations:review-map", args=[draft.pk]))

    assert "目立つ記載はありません" in answer.content.decode()
