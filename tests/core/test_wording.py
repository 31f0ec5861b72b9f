"""The changed part of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import CONTEXT, MAX_CELLS, Piece, PieceKind, Wording, difference, pieces

LONG = "あ" * 100
TEXTS = st.text(alphabet="情報管理を月次でテストABC。\n 𠮷", max_size=30)


def marked(before: str, after: str, **options) -> str:
    """Pieces in one line: [-went-] and {+came+}."""
    marks = {PieceKind.REMOVED: "[-{}-]", PieceKind.ADDED: "{{+{}+}}", PieceKind.SAME: "{}"}
    return "".join(
        marks[piece.kind].format(piece.text) for piece in pieces(before, after, **options)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "新しい", Wording("", "", "新しい", "")),
        ("古い", "", Wording("", "古い", "", "")),
        ("月次で点検する", "四半期で点検する", Wording("", "月次", "四半期", "で点検する")),
        ("同じ", "同じ", Wording("同じ", "", "", "")),
        ("ああ", "あああ", Wording("ああ", "", "あ", "")),
    ],
)
def test_difference_is_the_changed_middle(before, after, expected):
    assert difference(before, after) == expected


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_both_texts_can_be_put_together_again(before, after):
    found = difference(before, after)

    assert found.head + found.removed + found.tail == before
    assert found.head + found.added + found.tail == after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "新しい手順", "{+新しい手順+}"),
        ("月次で点検する", "四半期で点検する", "[-月次-]{+四半期+}で点検する"),
        # Two changes far apart stay two; what stands between them is read as it was.
        (
            "毎月、部長が台帳を確認します。",
            "毎週、部長が記録を確認します。",
            "[-毎月-]{+毎週+}、部長が[-台帳-]{+記録+}を確認します。",
        ),
        # A single character between two changes is no help to a reader.
        ("台帳の点検", "記録の保管", "[-台帳の点検-]{+記録の保管+}"),
        ("サーバーを点検", "データベースを点検", "[-サーバー-]{+データベース+}を点検"),
        ("鍵はSHA-256で守る", "鍵はSHA-512で守る", "鍵は[-SHA-256-]{+SHA-512+}で守る"),
        ("1行目\n2行目", "1行目\n3行目", "1行目\n[-2-]{+3+}行目"),
    ],
)
def test_pieces_are_words_of_one_script(before, after, expected):
    assert marked(before, after) == expected


def test_long_unchanged_parts_are_left_out():
    dots, near = "…", "あ" * CONTEXT
    assert marked(f"{LONG}甲{LONG}", f"{LONG}乙{LONG}") == f"{dots}{near}[-甲-]{{+乙+}}{near}{dots}"


def test_nothing_is_left_out_when_the_whole_is_asked_for():
    assert marked(f"{LONG}甲", f"{LONG}乙", context=None) == f"{LONG}[-甲-]{{+乙+}}"


@given(before=TEXTS, after=TEXTS)
def test_pieces_hold_both_texts(before, after):
    found = pieces(before, after, context=None)

    kept = {kind: [p.text for p in found if p.kind in (PieceKind.SAME, kind)] for kind in PieceKind}
    assert "".join(kept[PieceKind.REMOVED]) == before
    assert "".join(kept[PieceKind.ADDED]) == after


def test_a_change_too_long_to_compare_word_by_word_is_shown_as_a_whole():
    side = int(MAX_CELLS**0.5) + 1
    before, after = "甲ア" * side, "乙イ" * side

    assert pieces(before, after, context=None) == [
        Piece(PieceKind.REMOVED, before),
        Piece(PieceKind.ADDED, after),
    ]
