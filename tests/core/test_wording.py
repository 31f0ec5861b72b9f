"""The changed part of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import CONTEXT, Wording, compare, difference

LONG = "あ" * 100


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "新しい", Wording("", "", "新しい", "")),
        ("古い", "", Wording("", "古い", "", "")),
        ("月次で点検する", "四半期で点検する", Wording("", "月次", "四半期", "で点検する")),
        ("同じ", "同じ", Wording("同じ", "", "", "")),
        ("ああ", "あああ", Wording("ああ", "", "あ", "")),
        (f"{LONG}甲{LONG}", f"{LONG}乙{LONG}", Wording("…" + "あ" * CONTEXT, "甲", "乙", "あ" * CONTEXT + "…")),
    ],
)  # fmt: skip
def test_compare_shows_the_changed_middle(before, after, expected):
    assert compare(before, after) == expected


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_both_texts_can_be_put_together_again(before, after):
    found = difference(before, after)

    assert found.head + found.removed + found.tail == before
    assert found.head + found.added + found.tail == after
