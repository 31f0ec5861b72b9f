"""The carry-over engine: what each control receives, and that nothing is ever lost."""

from hypothesis import given
from hypothesis import strategies as st

from controls.enums import Relation
from declarations.carry import (
    Base,
    Kind,
    Line,
    OldExclusion,
    OldRow,
    carry_plan,
    same_edition,
)
from declarations.enums import Adoption

LISTED = Base(1, "見本-C1 見本基盤", is_carried=True)
LEFT = Base(2, "見本-C2 去った基盤", is_carried=False)
OTHER = Base(3, "見本-C3 別の基盤", is_carried=True)
ADOPTED, NOT, OPEN = Adoption.ADOPTED, Adoption.NOT_SELECTED, Adoption.UNDECIDED


def old(control, text="", **facts):
    return OldRow(ord(control), control, f"9.1.{control}", individual_control=text, **facts)


def planned(rows, lines, details, exclusions=()):
    return carry_plan(rows, exclusions, lines, details=details)


def test_an_unchanged_control_receives_everything_that_was_said():
    said = {"adoption": ADOPTED, "base": LISTED, "inherited_note": "分担"}
    row = old("a", "毎月棚卸", owner=7, files=("f", "g"), **said)
    for relation in (Relation.SAME, Relation.EDITORIAL, Relation.MOVED):
        (got,) = planned([row], [Line("a", "A", relation)], ["A"]).rows
        assert (got.kind, got.sources, got.adoption, got.individual_control) == (
            Kind.UNCHANGED, (row,), ADOPTED, "毎月棚卸",
        )  # fmt: skip
        assert (got.base, got.inherited_note, got.lost_base) == (LISTED, "分担", "")
        assert (got.owner, got.files) == (7, ("f", "g"))


def test_a_base_service_that_left_the_list_stays_behind_and_is_named():
    row = old("a", "文", adoption=ADOPTED, base=LEFT, inherited_note="分担")
    (got,) = planned([row], same_edition("a"), ["a"]).rows
    assert (got.kind, got.base, got.lost_base) == (Kind.UNCHANGED, None, "見本-C2 去った基盤")
    assert (got.individual_control, got.inherited_note) == ("文", "分担")


def test_a_reworded_control_keeps_its_text_and_is_told_apart():
    (got,) = planned(
        [old("a", "文", adoption=ADOPTED)], [Line("a", "A", Relation.REWORDED)], ["A"]
    ).rows
    assert (got.kind, got.individual_control) == (Kind.REWORDED, "文")


def test_every_part_of_a_split_control_receives_the_text():
    lines = [Line("a", "A", Relation.SPLIT), Line("a", "B", Relation.SPLIT)]
    rows = planned([old("a", "文", adoption=ADOPTED)], lines, ["A", "B"]).rows
    assert [(row.kind, row.individual_control) for row in rows] == [(Kind.SPLIT, "文")] * 2


def test_merged_texts_stand_under_their_old_numbers():
    lines = [Line("a", "A", Relation.MERGED), Line("b", "A", Relation.MERGED)]
    rows = [
        old("a", "一つ目", adoption=ADOPTED, files=("f",)),
        old("b", "二つ目", adoption=NOT, reason="不要", files=("f", "g"), owner=3),
    ]
    (got,) = planned(rows, lines, ["A"]).rows
    assert got.kind == Kind.MERGED
    assert got.individual_control == "［9.1.a］\n一つ目\n\n［9.1.b］\n二つ目"
    assert got.reason == "［9.1.b］\n不要"
    assert (got.adoption, got.owner, got.files) == (ADOPTED, 3, ("f", "g"))


def test_merged_rows_that_disagree_without_an_adopted_one_are_to_be_decided():
    lines = [Line("a", "A", Relation.MERGED), Line("b", "A", Relation.MERGED)]
    for pair, expected in (((NOT, OPEN), OPEN), ((NOT, NOT), NOT), ((OPEN, ADOPTED), ADOPTED)):
        rows = [old(c, adoption=adoption) for c, adoption in zip("ab", pair, strict=True)]
        assert planned(rows, lines, ["A"]).rows[0].adoption == expected


def test_a_merged_row_keeps_one_base_service_and_names_the_others_in_its_note():
    lines = [Line(control, "A", Relation.MERGED) for control in "abc"]
    rows = [
        old("a", base=LEFT, inherited_note="一"),
        old("b", base=LISTED, inherited_note="二"),
        old("c", base=OTHER),
    ]
    (got,) = planned(rows, lines, ["A"]).rows
    assert (got.base, got.lost_base) == (LISTED, "")
    assert got.inherited_note == (
        "［9.1.a］\n見本-C2 去った基盤\n一\n\n［9.1.b］\n二\n\n［9.1.c］\n見本-C3 別の基盤"
    )


def test_a_new_control_is_empty_and_a_withdrawn_one_is_left_behind():
    row = old("a", "文")
    plan = planned(
        [row], [Line("a", None, Relation.WITHDRAWN), Line(None, "A", Relation.NEW)], ["A"]
    )
    assert (plan.rows[0].kind, plan.rows[0].is_carried) == (Kind.NEW, False)
    assert plan.withdrawn == (row,)


def test_an_empty_row_leaves_nothing_to_confirm():
    (got,) = planned([old("a")], same_edition("a"), ["a"]).rows
    assert not got.is_carried


def test_an_exclusion_goes_where_its_objective_lives_on():
    lines = [Line("o", "O", Relation.MOVED), Line("p", None, Relation.WITHDRAWN)]
    exclusions = [OldExclusion("o", "9.1", "自社開発"), OldExclusion("p", "9.2", "廃止")]
    plan = planned([], lines, [], exclusions)
    assert plan.exclusions == (("O", "自社開発"),)
    assert [row.number for row in plan.dropped_exclusions] == ["9.2"]


def test_a_merged_objective_is_excluded_only_when_all_its_parts_were():
    lines = [Line("o", "O", Relation.MERGED), Line("p", "O", Relation.MERGED)]
    both = [OldExclusion("o", "9.1", "一"), OldExclusion("p", "9.2", "二")]
    assert planned([], lines, [], both).exclusions == (("O", "［9.1］\n一\n\n［9.2］\n二"),)
    alone = planned([], lines, [], both[:1])
    assert (alone.exclusions, alone.dropped_exclusions) == ((), tuple(both[:1]))


RELATIONS = st.sampled_from([r for r in Relation if r not in (Relation.NEW, Relation.WITHDRAWN)])
TEXTS = st.text(max_size=20)


@st.composite
def cases(draw):
    """Any rows with any lines between small editions, sides left open included."""
    olds = draw(st.lists(st.integers(1, 12), unique=True))
    details = draw(st.lists(st.integers(101, 112), unique=True))
    rows = [
        OldRow(
            n, n, f"9.{n}",
            adoption=draw(st.sampled_from(Adoption)),
            reason=draw(TEXTS),
            individual_control=draw(TEXTS),
            inherited_note=draw(TEXTS),
            base=draw(st.sampled_from([None, LISTED, LEFT, OTHER])),
            files=tuple(draw(st.lists(st.integers(0, 3), max_size=2))),
        )
        for n in olds
    ]  # fmt: skip
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(olds or [1]), st.sampled_from(details or [101])), unique=True
        )
    )
    lines = [Line(a, b, draw(RELATIONS)) for a, b in pairs]
    lines += [Line(draw(st.sampled_from(olds)), None, Relation.WITHDRAWN)] if olds else []
    return rows, lines, details


@given(cases())
def test_nothing_is_lost(case):
    rows, lines, details = case
    plan = carry_plan(rows, [], lines, details=details)
    left = {row.statement for row in plan.withdrawn}
    for row in rows:
        takers = [target for target in plan.rows if row in target.sources]
        assert takers or row.statement in left
        for target in takers:
            assert row.individual_control in target.individual_control
            assert row.reason in target.reason
            assert set(row.files) <= set(target.files)
            assert row.inherited_note in target.inherited_note
            kept = target.base.label if target.base else target.lost_base
            assert not row.base or row.base.label in kept + target.inherited_note


@given(cases())
def test_counts_add_up_and_the_plan_is_the_same_every_time(case):
    rows, lines, details = case
    plan = carry_plan(rows, [], lines, details=details)
    assert [row.control for row in plan.rows] == details
    assert sum(plan.counts.values()) == len(details)
    used = {source.statement for row in plan.rows for source in row.sources}
    assert len(used) + len(plan.withdrawn) == len(rows)
    assert plan == carry_plan(rows, [], lines, details=details)


@given(cases())
def test_the_same_edition_is_the_identity(case):
    rows, _lines, _details = case
    plan = carry_plan(
        rows, [], same_edition(r.control for r in rows), details=[r.control for r in rows]
    )
    assert not plan.withdrawn
    for row, got in zip(rows, plan.rows, strict=True):
        assert (got.kind, got.sources) == (Kind.UNCHANGED, (row,))
        assert (got.adoption, got.reason, got.individual_control) == (
            row.adoption,
            row.reason,
            row.individual_control,
        )
        assert got.base == (row.base if row.base and row.base.is_carried else None)
