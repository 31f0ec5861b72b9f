"""From the cells of a sheet to one text for each number, whatever spreadsheets and people did to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.text_rows import Columns, cell_name, digest_of, sheet_texts

AT = Columns(header_row=1, number=0, text=1)
HEAD = ["番号", "本文"]


def found(rows, merges=(), columns=AT):
    return {row.number: row.text for row in sheet_texts([HEAD, *rows], merges, columns).found}


def faults(rows, merges=()):
    return sheet_texts([HEAD, *rows], merges, AT).faults


@pytest.mark.parametrize("typed", ["A.5.1.1.1", "Ａ．５．１．１．１", " 5.1.1.1 ", "5. 1. 1. 1"])
def test_numbers_are_read_however_they_are_written(typed):
    assert found([[typed, "見本の文"]]) == {"5.1.1.1": "見本の文"}


def test_rows_without_number_continue_the_text_above():
    rows = [["5.1.1.1", "一行目"], ["", "二行目"], [], ["", "三行目"], ["5.1.1.2", "別の文"]]
    assert found(rows) == {"5.1.1.1": "一行目\n二行目\n三行目", "5.1.1.2": "別の文"}


def test_a_merged_number_belongs_to_all_its_rows_and_no_further():
    rows = [["5.1.1.1", "一"], ["", "二"], ["5.1.1.2", "三"]]
    assert found(rows, merges=[[1, 0, 2, 0]]) == {"5.1.1.1": "一\n二", "5.1.1.2": "三"}


def test_a_number_repeated_on_the_next_row_goes_on():
    assert found([["5.1.1.1", "一"], ["5.1.1.1", "二"]]) == {"5.1.1.1": "一\n二"}


def test_a_number_that_comes_again_later_is_told_and_not_joined():
    rows = [["5.1.1.1", "一"], ["5.1.1.2", "二"], ["5.1.1.1", "三"], ["", "四"]]
    assert found(rows) == {"5.1.1.1": "一", "5.1.1.2": "二"}
    (fault,) = faults(rows)
    assert (fault.cell, fault.hides_number) == ("A4", False)
    assert "A2" in fault.reason


def test_a_number_that_the_spreadsheet_made_a_number_is_refused_with_how_to_mend_it():
    (fault,) = faults([[["number", "5.1"], "どちらか分からない"]])
    assert (fault.cell, fault.hides_number) == ("A2", False)
    assert "5.1と5.10を区別できません" in fault.reason
    assert found([[["number", "5.1"], "文"], ["", "続き"]]) == {}


def test_a_whole_number_is_a_chapter_and_a_day_is_refused():
    assert found([[["number", "5"], "章"]]) == {"5": "章"}
    (fault,) = faults([[["date", "2005-01-01"], "文"]])
    assert "日付" in fault.reason


def test_a_heading_between_rows_is_told_and_belongs_to_nobody():
    rows = [["5.1.1.1", "一"], ["注記", "説明"], ["", "説明の続き"]]
    assert found(rows) == {"5.1.1.1": "一"}
    (fault,) = faults(rows)
    assert not fault.hides_number


def test_what_looks_like_a_number_and_cannot_be_read_may_hide_one():
    (fault,) = faults([["5.1.1.1.1.1", "文"]])
    assert fault.hides_number


def test_text_with_forbidden_characters_is_refused_by_cell():
    (fault,) = faults([["5.1.1.1", "外字\ue000"]])
    assert fault.cell == "A2"
    assert "外字" in fault.reason


def test_rows_above_the_heading_are_skipped():
    assert found([["5.1.1.1", "一"]], columns=Columns(2, 0, 1)) == {}


def test_digest_does_not_see_width_blanks_and_line_ends():
    assert digest_of("ＩＳＭＳを\n定める。") == digest_of("ISMS を　定める。")
    assert digest_of("ISMSを定める。") != digest_of("ismsを定める。")


def test_cells_are_named_as_in_the_spreadsheet():
    assert (cell_name(11, 1), cell_name(0, 25), cell_name(0, 26), cell_name(0, 701)) == (
        "B12",
        "Z1",
        "AA1",
        "ZZ1",
    )


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["5.1.1.1", "A.5.1.1.2", "", "５．１"]),
    st.tuples(st.sampled_from(["number", "date"]), st.sampled_from(["5", "5.1", "1e+30", "inf"])),
)


@given(
    rows=st.lists(st.lists(CELLS, max_size=4), max_size=12),
    merges=st.lists(st.tuples(*[st.integers(0, 15)] * 4), max_size=3),
    columns=st.builds(Columns, st.integers(0, 15), st.integers(0, 5), st.integers(0, 5)),
)
def test_no_sheet_breaks_the_reading_and_no_number_comes_twice(rows, merges, columns):
    texts = sheet_texts(rows, merges, columns)
    numbers = [row.number for row in texts.found]
    assert len(numbers) == len(set(numbers))
