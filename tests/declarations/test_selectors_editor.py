"""How the rows of a section are put on pages, and what a row says about itself."""

import pytest

from declarations.enums import Adoption
from declarations.selectors.editor import MAX_ROWS, ObjectiveGroup, section_page, split_groups
from declarations.selectors.rows import editor_rows
from declarations.selectors.statement import neighbours, statement_with_texts
from declarations.services.exclusions import exclude_objective
from declarations.services.statements import StatementEdit, save_statements
from tests.declarations import builders


def groups(*sizes):
    return [
        ObjectiveGroup(f"1.1.{n}", "", True, None, [None] * size)
        for n, size in enumerate(sizes, start=1)
    ]


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [
        ([20, 40], [[20, 40]]),
        ([61], [[61]]),
        ([13, 20, 10, 14, 25], [[13, 20, 10], [14, 25]]),
        ([1, 60], [[1], [60]]),
        ([30, 31], [[30], [31]]),
        ([40, 40, 40], [[40], [40], [40]]),
    ],
)
def test_long_section_is_split_at_the_objective_nearest_to_the_middle(sizes, pages):
    found = [[len(group.rows) for group in page] for page in split_groups(groups(*sizes))]

    assert found == pages
    assert all(sum(page) <= MAX_ROWS or len(page) == 1 for page in found)


@pytest.fixture
def members(db):
    return builders.team()


@pytest.fixture
def draft(members, small_edition):
    return builders.draft(members, small_edition)


def row(declaration, number):
    return editor_rows(declaration, control__number=number)[0]


def save(draft, members, number, **changes):
    edit = StatementEdit(number, row(draft, number).version, changes)
    save_statements(declaration_id=draft.pk, actor=members.editor, edits=[edit])


def test_rows_come_in_the_order_of_the_criteria(draft):
    numbers = [r.number for r in editor_rows(draft, control__parent__number="4.4.1")]

    assert numbers == ["4.4.1.1", "4.4.1.2", "4.4.1.10"]


def test_detail_without_title_shows_its_objectives_and_says_so(draft):
    borrowed, own = row(draft, "9.2.3.2"), row(draft, "3.1.2.1")

    assert (borrowed.title, borrowed.title_note) == (
        "特権的アクセス権の管理",
        "（統制目標の見出し）",
    )
    assert (own.title, own.title_note) == ("経営者による評価", "")


@pytest.mark.parametrize(
    ("number", "is_liu"),
    [("3.1.2.1", True), ("4.4.1.1", True), ("9.2.3.2", True), ("6.1.1.1", False)],
)
def test_liu_audit_covers_governance_management_and_our_areas(draft, number, is_liu):
    assert row(draft, number).is_liu is is_liu


@pytest.mark.parametrize(
    ("number", "choices"),
    [
        ("9.2.3.2", ["adopted", "not_selected", "undecided"]),
        ("9.2.3.11.PB", ["adopted", "undecided"]),
        ("9.4.2.2.B", ["adopted", "undecided"]),
        ("3.1.2.1", ["adopted", "undecided"]),
    ],
)
def test_only_what_may_be_left_out_offers_it(draft, number, choices):
    assert [value for value, _label in row(draft, number).choices] == choices


@pytest.mark.parametrize(
    ("changes", "state", "filters"),
    [
        ({}, "undecided", ("undecided", "liu")),
        ({"individual_control": "本文"}, "undecided", ("undecided", "liu")),
        ({"adoption": Adoption.ADOPTED}, "incomplete", ("incomplete", "liu")),
        ({"adoption": Adoption.ADOPTED, "individual_control": "本文"}, "complete", ("liu",)),
        (
            {"adoption": Adoption.ADOPTED, "inherited_note": "分担"},
            "incomplete",
            ("incomplete", "liu"),
        ),
        ({"adoption": Adoption.NOT_SELECTED}, "incomplete", ("incomplete", "not_selected", "liu")),
        (
            {"adoption": Adoption.NOT_SELECTED, "reason": "理由"},
            "complete",
            ("not_selected", "liu"),
        ),
    ],
)
def test_row_knows_what_is_missing_and_which_filters_show_it(
    draft, members, changes, state, filters
):
    if changes:
        save(draft, members, "9.2.3.2", **changes)

    found = row(draft, "9.2.3.2")

    assert (found.state, found.filters) == (state, filters)


def test_excluded_objective_releases_its_rows(draft, members):
    save(draft, members, "9.2.3.2", adoption=Adoption.NOT_SELECTED)
    exclude_objective(
        declaration_id=draft.pk, actor=members.editor, number="9.2.3", reason="理由", version=0
    )

    page = section_page(draft, "9.2")

    assert page.groups[0].exclusion.reason == "理由"
    assert {(r.state, r.filters) for r in page.rows} == {("released", ("liu",))}


def test_excerpt_is_short_and_the_length_is_that_of_the_text_that_counts(draft, members):
    save(draft, members, "9.2.3.2", individual_control="あ" * 500, reason="い" * 70)
    assert (row(draft, "9.2.3.2").said, row(draft, "9.2.3.2").facts) == ("あ" * 48, "500字")

    save(draft, members, "9.2.3.2", adoption=Adoption.NOT_SELECTED)
    assert row(draft, "9.2.3.2").said == "い" * 48
    assert row(draft, "9.2.3.2").facts == "70字"


@pytest.mark.parametrize("section", ["9.9", "99.1", "3"])
def test_unknown_section_is_none(draft, section):
    assert section_page(draft, section) is None


def test_pages_lead_to_each_other_within_the_chapter(draft):
    first, second = section_page(draft, "9.2"), section_page(draft, "9.4")

    assert (first.previous, first.next.number) == (None, "9.4")
    assert (second.previous.number, second.next) == ("9.2", None)


@pytest.mark.django_db
@pytest.mark.full_catalogue
def test_section_of_82_rows_has_two_pages_and_finds_a_detail(members, both_editions):
    draft = builders.draft(members, both_editions[1])
    first, second = section_page(draft, "14.2"), section_page(draft, "14.2", part=2)

    assert len(first.rows) + len(second.rows) == 82
    assert max(len(first.rows), len(second.rows)) <= MAX_ROWS
    assert [place.part for place in first.parts] == [1, 2]
    assert (first.next.part, second.previous.part) == (2, 1)
    assert section_page(draft, "14.2", at=second.rows[-1].number).part == 2
    assert section_page(draft, "14.2", part=9).part == 2
    assert section_page(draft, "14.2", part=-3).part == 1


@pytest.mark.parametrize(
    ("number", "around"),
    [
        ("3.1.2.1", ("", "3.1.2.2")),
        ("4.4.1.2", ("4.4.1.1", "4.4.1.10")),
        ("9.4.2.3.P", ("9.4.2.2.B", "")),
    ],
)
def test_neighbours_of_a_detail(draft, number, around):
    control = statement_with_texts(draft, number).control

    assert neighbours(draft, control) == around


def test_unknown_detail_is_not_found(draft):
    assert statement_with_texts(draft, "9.9.9.9") is None
