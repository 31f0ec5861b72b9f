"""The parser: what it tolerates, what it refuses and with which words."""

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.catalogue_file import MAX_BYTES, CatalogueFileError, parse, parse_number
from tests.controls.factories import SMALL_CATALOGUE

HEADER = "id,level,standard,suffix,title_ja,liu_area,explanatory,introduced\n"
TREE = """\
5,chapter,control_measure,,章,,,
5.1,section,control_measure,,節,,,
5.1.1,objective,control_measure,,目標,none,,
"""


def rows_of(text: str):
    return parse((HEADER + TREE + text).encode(), file="見本.csv")


def problems_of(content: bytes | str) -> list[str]:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(CatalogueFileError) as refusal:
        parse(data, file="見本.csv")
    return [str(problem) for problem in refusal.value.problems]


def test_rows_come_in_the_order_of_their_numbers():
    numbers = [row.number for row in parse(SMALL_CATALOGUE.encode(), file="見本.csv")]

    assert numbers[9:12] == ["4.4.1.1", "4.4.1.2", "4.4.1.10"]
    assert len(numbers) == 30


@pytest.mark.parametrize(
    "written",
    [
        "9.2.3.11.PB",
        "A.9.2.3.11.PB",
        "Ａ．９．２．３．１１．ＰＢ",
        " 9.2.3. 11 .pb　",
        "a.9.2.3.11.pb",
    ],
)
def test_number_is_read_as_people_and_spreadsheets_write_it(written):
    assert parse_number(written) == ("9.2.3.11.PB", (9, 2, 3, 11), "PB")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "読めません"),
        ("5.", "読めません"),
        ("05.1", "読めません"),
        ("5.0", "読めません"),
        ("5,1", "読めません"),
        ("5.1e3", "読めません"),
        ("٥.١", "読めません"),
        ("5.1.1.1.1", "4つまで"),
        ("99999", "4つまで"),
        ("5.1.1.1.X", "記号「X」は使えません"),
        ("5.1.1.1.BP", "記号「BP」は使えません"),
        ("5" * 65, "長すぎます"),
        ("PB", "読めません"),
    ],
)
def test_number_is_refused_with_the_reason(written, reason):
    with pytest.raises(ValueError, match=reason):
        parse_number(written)


@given(st.text(alphabet=string.digits + ".PBA．０９ ", max_size=20))
def test_number_is_read_the_same_again_or_refused(written):
    try:
        number, sort_key, suffix = parse_number(written)
    except ValueError:
        return
    assert parse_number(number) == (number, sort_key, suffix)


@given(
    st.lists(
        st.lists(st.integers(1, 120), min_size=4, max_size=4).map(tuple), unique=True, max_size=30
    )
)
def test_sort_order_of_numbers_is_the_order_of_their_integers(keys):
    numbers = [".".join(map(str, key)) for key in keys]

    assert sorted(numbers, key=lambda number: parse_number(number)[1]) == [
        ".".join(map(str, key)) for key in sorted(keys)
    ]


def test_byte_order_mark_blank_lines_and_other_columns_are_tolerated():
    text = "\ufeffid,level,standard,suffix,title_ja,memo\r\n5,chapter,control_measure,,章,x\r\n,,,,,\r\n"

    (row,) = parse(text.encode(), file="見本.csv")

    assert (row.number, row.title, row.area) == ("5", "章", "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("5.1.1.1.X,detail,control_measure,X,,,,", "見本.csv 5行目：番号「5.1.1.1.X」の記号「X」"),
        ("5.1.1.1.P,detail,control_measure,,,,,", "5行目：5.1.1.1.Pの記号が、列suffixの「」と"),
        ("5.1.1,objective,control_measure,,目標,,,", "5行目：番号5.1.1が重複しています（4行目の"),
        ("5.1.1.P,objective,control_measure,P,目標,,,", "5行目：番号5.1.1.Pが重複しています"),
        ("5.2.1.1,detail,control_measure,,,,,", "5行目：番号5.2.1.1の上位の項目（5.2.1）が"),
        ("5.1.x1,objective,control_measure,,目標,,,", "5行目：番号「5.1.x1」は読めません"),
        ("5.1.1.1,objective,control_measure,,目標,,,", "5行目：5.1.1.1の階層（level）はdetail"),
        ("5.1.2,objective,control_measure,,,,,", "5行目：5.1.2に見出し（title_ja）がありません"),
        ("5.1.2,objective,iso,,目標,,,", "5行目：5.1.2の基準（standard）「iso」は使えません"),
        ("5.1.2,objective,control_measure,,目標,cloud,,", "重点領域（liu_area）「cloud」は"),
        ("5.1.2,objective,control_measure,,目標,,はい,", "列explanatoryは空かyesです"),
        (f"5.1.2,objective,control_measure,,{'字' * 201},,,", "列title_jaは200字まで"),
        ("5.1.2,objective,control_measure,,\u202e目標,,,", "文字の並びを逆に見せる記号"),
        ("5.1.2,objective,control_measure,,目標,,,,余り", "見出し行より列が多く"),
    ],
)
def test_row_is_refused_with_file_row_and_reason(line, reason):
    (problem,) = problems_of(HEADER + TREE + line + "\n")

    assert reason in problem


def test_all_faults_are_reported_at_once():
    text = (
        HEADER
        + TREE
        + "5.1.1.1.X,detail,control_measure,X,,,,\n6.1,section,control_measure,,節,,,\n"
    )

    assert [problem.split("：")[0] for problem in problems_of(text)] == [
        "見本.csv 5行目",
        "見本.csv 6行目",
    ]


def test_children_of_a_refused_row_are_not_reported_as_orphans():
    text = HEADER + TREE.replace("objective", "detail") + "5.1.1.1,detail,control_measure,,,,,\n"

    assert len(problems_of(text)) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ((HEADER + TREE).encode("cp932"), "見本.csv 2行目：UTF-8ではありません"),
        ((HEADER + TREE).encode("utf-16"), "見本.csv 1行目：UTF-8ではありません"),
        (b"", "見本.csv 1行目：列がありません：id、level、standard、suffix、title_ja"),
        (b"id,level\n5,chapter\n", "列がありません：standard、suffix、title_ja"),
        (HEADER.encode(), "見本.csv：管理基準の項目が1件もありません"),
        (b" " * (MAX_BYTES + 1), "見本.csv：ファイルが大きすぎます"),
        ((HEADER + '"' + "x" * 200_000).encode(), "表として読めません"),
    ],
)
def test_file_is_refused_as_a_whole(content, reason):
    (problem,) = problems_of(content)

    assert reason in problem


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(content):
    with suppress(CatalogueFileError):
        assert parse(HEADER.encode() + content, file="見本.csv")


@pytest.mark.parametrize(
    ("introduced", "code", "expected"),
    [
        ("2024-07", "2022-04", False),
        ("2024-07", "2024-07", True),
        ("2022-04", "2024-07", True),
        ("", "2022-04", True),
        ("2024-07", "見本-1", True),
    ],
)
def test_row_belongs_to_editions_from_its_introduction_on(introduced, code, expected):
    (row, *_) = rows_of("")
    later = parse(
        (HEADER + f"5,chapter,control_measure,,章,,,{introduced}\n").encode(), file="見本.csv"
    )

    assert later[0].belongs_to(code) is expected
    assert row.belongs_to(code) is True
