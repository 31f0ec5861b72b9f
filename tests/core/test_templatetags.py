from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template

from core.charts import donut
from core.templatetags.dates import (
    days_left,
    due_state,
    jst,
    jst_text,
    wareki,
    wareki_text,
)
from core.templatetags.numbers import corporate_number, filesize_ja, page_numbers, percent

TODAY = date(2026, 11, 22)
# 23:30 of the day before in Japan is the same day in London.
INSTANT = datetime(2026, 11, 22, 5, 32, tzinfo=UTC)


def test_wareki_is_a_time_element_with_the_iso_date():
    assert wareki(TODAY) == '<time datetime="2026-11-22">令和8年11月22日（日）</time>'
    assert wareki_text(TODAY) == "令和8年11月22日（日）"


def test_wareki_of_an_instant_is_its_day_in_japan():
    assert wareki_text(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == "令和8年4月1日（水）"


def test_jst_shows_the_time_of_japan():
    stamp = '<time datetime="2026-11-22T14:32:00+09:00">令和8年11月22日（日） 14:32</time>'
    assert jst(INSTANT) == stamp
    assert jst_text(INSTANT) == "令和8年11月22日（日） 14:32"


@pytest.mark.parametrize(
    "show", [wareki, wareki_text, jst, jst_text, corporate_number, filesize_ja]
)
def test_nothing_is_shown_as_nothing(show):
    assert show(None) == ""


@pytest.mark.parametrize(
    ("due", "text", "state"),
    [
        (date(2026, 11, 20), "2日超過", "over"),
        (TODAY, "本日", "near"),
        (date(2026, 11, 29), "あと7日", "near"),
        (date(2026, 11, 30), "あと8日", "later"),
        (None, "", "later"),
    ],
)
def test_days_left(due, text, state):
    assert days_left(due, TODAY) == text
    assert due_state(due, TODAY) == state


def test_corporate_number_is_grouped():
    assert corporate_number("8999900000001") == "8-9999-0000-0001"
    assert corporate_number("123") == "123"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0バイト"),
        (1023, "1,023バイト"),
        (1024, "1 KB"),
        (348_160, "340 KB"),
        (1_258_291, "1.2 MB"),
        (5 * 1024**3, "5.0 GB"),
    ],
)
def test_filesize_ja(size, text):
    assert filesize_ja(size) == text


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(812, 1150, 70), (1149, 1150, 99), (1150, 1150, 100), (0, 0, 0)]
)
def test_percent_is_rounded_down(part, whole, expected):
    assert percent(part, whole) == expected


def test_page_numbers_show_ends_and_neighbours():
    page = Paginator(range(1203), 50).page(7)
    assert list(page_numbers(page)) == [1, "…", 6, 7, 8, "…", 25]


def test_donut_leaves_out_what_is_missing():
    ring = donut([("採用する", 3, "main"), ("選択しない", 1, "gray"), ("未入力", 4, "rest")])
    assert (ring.total, ring.done, ring.percent) == (8, 4, 50)
    assert [(part.length, part.offset) for part in ring.segments] == [
        ("37.50", "0.00"),
        ("12.50", "-37.50"),
        ("50.00", "-50.00"),
    ]


def test_donut_of_nothing_is_empty():
    ring = donut([("未入力", 0, "rest")])
    assert (ring.total, ring.percent) == (0, 0)


@pytest.mark.parametrize("value", [True, False])
def test_is_demo_is_the_setting(settings, value):
    settings.IS_DEMO = value
    shown = Template("{% load site %}{% is_demo as demo %}{{ demo }}").render(Context())
    assert shown == str(value)
