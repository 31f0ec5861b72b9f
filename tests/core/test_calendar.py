from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import (
    FIRST_DAY,
    LAST_DAY,
    add_working_days,
    fiscal_year,
    format_wareki,
    is_working_day,
    jst_date,
    parse_date,
    working_days_between,
)

days = st.dates(FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 22), "令和8年11月22日（日）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1926, 12, 24), "大正15年12月24日（金）"),
        (date(1912, 7, 30), "大正元年7月30日（火）"),
        (date(1912, 7, 29), "明治45年7月29日（月）"),
        (date(1873, 1, 1), "明治6年1月1日（水）"),
        (date(1872, 12, 31), "1872年12月31日（火）"),
    ],
)
def test_format_wareki_at_the_borders_of_eras(day, text):
    assert format_wareki(day) == text


def test_format_wareki_without_weekday():
    assert format_wareki(date(2026, 4, 1), weekday=False) == "令和8年4月1日"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "20261122",
        "2026年11月22日",
        "令和8年11月22日",
        "令和8年11月22日（日）",
        "令和 8 年 11 月 22 日",
        "R8.11.22",
        "r8-11-22",
        "R08/11/22",
        "㋿8年11月22日",
        "２０２６－１１－２２",
        "２０２６１１２２",
        "令和８年１１月２２日",
        "2026−11−22",
        "　2026-11-22 ",
    ],
)
def test_parse_date_reads_every_usual_spelling(text):
    assert parse_date(text) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年1月2日", date(2026, 1, 2)),
        ("R8.1.2", date(2026, 1, 2)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_parse_date_knows_where_eras_begin_and_end(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("令和元年4月30日", "令和は2019年5月1日からです"),
        ("令和0年5月1日", "令和は2019年5月1日からです"),
        ("昭和64年1月8日", "昭和は1926年12月25日から1989年1月7日までです"),
        ("平成31年5月1日", "平成は1989年1月8日から2019年4月30日までです"),
        ("2026-02-29", "2026年2月29日という日付はありません"),
        ("2026-13-01", "2026年13月1日という日付はありません"),
        ("0000-00-00", "0年0月0日という日付はありません"),
        ("9999-12-31", "1873年から2199年までの日付"),
        ("1872-12-31", "1873年から2199年までの日付"),
        ("10000-01-01", "日付として読めません"),
        ("26-4-1", "日付として読めません"),
        ("令和2026年4月1日", "日付として読めません"),
        ("2026-11", "日付として読めません"),
        ("46000", "日付として読めません"),
        ("٢٠٢٦-١١-٢٢", "日付として読めません"),
        ("明日", "日付として読めません"),
        ("", "日付として読めません"),
        ("2" * 100_000, "日付として読めません"),
        ("令和8年11月22日（月）", "令和8年11月22日（日）です。曜日か日付のどちらかが違います"),
    ],
)
def test_parse_date_refuses_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_date(text)


@given(day=days)
def test_what_is_written_is_read_back(day):
    assert parse_date(format_wareki(day)) == day
    assert parse_date(format_wareki(day, weekday=False)) == day
    assert parse_date(day.isoformat()) == day


def test_jst_date_belongs_to_japan():
    assert jst_date(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 9, 22), False),  # 国民の休日 between two holidays
        (date(2026, 5, 6), False),  # 振替休日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),  # offices closed
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_is_working_day(day, expected):
    assert is_working_day(day) is expected


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # Friday before a long weekend
        (date(2026, 11, 21), 1, date(2026, 11, 24)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
        (date(2026, 4, 28), 3, date(2026, 5, 7)),  # across the holidays of May
        (date(2026, 11, 24), -1, date(2026, 11, 20)),
    ],
)
def test_add_working_days(start, count, expected):
    assert add_working_days(start, count) == expected


@given(start=days.filter(lambda day: day < date(2190, 1, 1)), count=st.integers(0, 60))
def test_working_days_between_undoes_add_working_days(start, count):
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert working_days_between(end, start) == -count


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2027, 3, 31), 2026)],
)
def test_fiscal_year_begins_in_april(day, year):
    assert fiscal_year(day) == year
