"""What the child process makes of the bytes of a workbook."""

import json

from hypothesis import given
from hypothesis import strategies as st

from controls.workbook_reader import read
from tests.controls.workbooks import workbook


def sheets(*args, **kwargs) -> list:
    return json.loads(read(workbook(*args, **kwargs)))["sheets"]


def test_every_sheet_is_read_with_its_cells():
    cover, sheet = sheets([["番号", "本文"], ["5.1", "文"], [], ["", "続き"]])
    assert (cover["name"], cover["cells"]) == ("表紙", [["見本の管理基準"]])
    assert sheet["cells"] == [["番号", "本文"], ["5.1", "文"], [], ["", "続き"]]
    assert (sheet["row_count"], sheet["column_count"], sheet["is_hidden"]) == (4, 2, False)


def test_numbers_and_days_say_that_they_are_no_text():
    _cover, sheet = sheets([[5, 5.1, 5.10, "5.10"]])
    assert sheet["cells"] == [[["number", "5"], ["number", "5.1"], ["number", "5.1"], "5.10"]]


def test_merged_ranges_are_told():
    _cover, sheet = sheets([["番号", "本文"], ["5.1", "一"], ["", "二"]], merges=["A2:A3"])
    assert sheet["merges"] == [[1, 0, 2, 0]]
    assert sheet["cells"][1:] == [["5.1", "一"], ["", "二"]]


def test_what_is_no_workbook_is_refused():
    assert json.loads(read(b"PK\x03\x04 nothing")) == {"refusal": "unreadable"}


def test_more_rows_than_any_criteria_have_are_refused():
    rows = [[f"{number}"] for number in range(20_001)]
    assert json.loads(read(workbook(rows))) == {"refusal": "size"}


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content):
    assert json.loads(read(content)) == {"refusal": "unreadable"}
