"""What a lineage proposes from numbers and digests alone."""

from hypothesis import given
from hypothesis import strategies as st

from controls.enums import Relation
from controls.lineage import propose
from controls.shipped_lineage import known_changes

NUMBERS = st.lists(st.from_regex(r"[3-9]\.[1-9]\.[1-9]\.[1-9]", fullmatch=True), unique=True)


def relations(*sides) -> dict:
    return {(line.old, line.new): line.relation for line in propose(*sides)}


def test_numbers_alone_tell_what_stayed_came_and_went():
    assert relations(["5.1.1.1", "5.1.1.2"], ["5.1.1.1", "5.1.1.3"], {}, {}) == {
        ("5.1.1.1", "5.1.1.1"): Relation.SAME,
        (None, "5.1.1.3"): Relation.NEW,
        ("5.1.1.2", None): Relation.WITHDRAWN,
    }


def test_another_text_under_the_same_number_is_reworded():
    number = ["5.1.1.1"]
    assert relations(number, number, {"5.1.1.1": "a"}, {"5.1.1.1": "b"}) == {
        ("5.1.1.1", "5.1.1.1"): Relation.REWORDED
    }


def test_equal_texts_or_a_missing_one_say_nothing_of_a_change():
    number = ["5.1.1.1"]
    for old, new in (("a", "a"), ("a", None), (None, "b"), (None, None)):
        found = relations(
            number, number, {"5.1.1.1": old} if old else {}, {"5.1.1.1": new} if new else {}
        )
        assert found == {("5.1.1.1", "5.1.1.1"): Relation.SAME}


@given(old=NUMBERS, new=NUMBERS)
def test_every_number_has_exactly_one_line(old, new):
    lines = propose(old, new, {}, {})

    assert sorted(line.old for line in lines if line.old) == sorted(old)
    assert sorted(line.new for line in lines if line.new) == sorted(new)


def test_the_shipped_file_names_four_new_and_four_with_added_examples():
    new = {change.new for change in known_changes() if change.relation == Relation.NEW}
    reworded = {
        (change.old, change.new, change.note)
        for change in known_changes()
        if change.relation == Relation.REWORDED
    }
    assert new == {"8.1.5.4.P", "16.1.5.10", "13.2.3.7.P", "12.2.1.15"}
    assert reworded == {
        (number, number, "例示の追加")
        for number in ("9.2.3.11.PB", "7.2.2.18", "13.1.3.1", "13.1.3.5")
    }
    assert len(known_changes()) == 8
