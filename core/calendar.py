"""The Japanese calendar: eras, dates as people write them, working days, fiscal years.

Pure functions. Dates are calendar days in Japan; turn an instant into one with `jst_date`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday
from django.utils.translation import gettext as _

JST = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"

# Before 1873 Japan counted by the moon, so an era date cannot be read as a Gregorian one.
# Beyond the last year a date is a slip of the finger.
FIRST_DAY = date(1873, 1, 1)
LAST_DAY = date(2199, 12, 31)
MAX_TEXT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Era:
    """An era (元号), `first` and `last` day included. Its year n is the year `before + n`."""

    name: str
    letter: str
    before: int
    first: date
    last: date


# Newest first. Until 1926 the last day of an era was also the first day of the next.
ERAS = (
    Era("令和", "R", 2018, date(2019, 5, 1), LAST_DAY),
    Era("平成", "H", 1988, date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", 1925, date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", 1911, date(1912, 7, 30), date(1926, 12, 25)),
    Era("明治", "M", 1867, FIRST_DAY, date(1912, 7, 30)),
)
_ERA_BY_WORD = {word: era for era in ERAS for word in (era.name, era.letter)}

_FOLDED = str.maketrans("年月‐‑‒–—−ー/.", "-----------")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SPLIT = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])?(元|[0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})日?"
)
_WEEKDAY_NOTE = re.compile(r"\(([月火水木金土日])(?:曜日?)?\)$")


def jst_date(instant: datetime) -> date:
    """The calendar day in Japan of an aware instant."""
    return instant.astimezone(JST).date()


def format_wareki(day: date, *, weekday: bool = True) -> str:
    """`day` with its era: 令和8年11月22日（日）. Year one is 元年.

    A day outside the known eras is written with its Gregorian year.
    """
    era = next((era for era in ERAS if era.first <= day <= era.last), None)
    if era is None:
        year = str(day.year)
    else:
        number = day.year - era.before
        year = era.name + ("元" if number == 1 else str(number))
    text = f"{year}年{day.month}月{day.day}日"
    return f"{text}（{WEEKDAYS[day.weekday()]}）" if weekday else text


def format_wareki_month(day: date) -> str:
    """The month of a day with its era, as in 令和8年3月."""
    return format_wareki(day, weekday=False).partition("月")[0] + "月"


def parse_date(text: str) -> date:
    """The day that a person wrote.

    Read are 2026-11-22, 2026/11/22, 20261122, 2026年11月22日, 令和8年11月22日, R8.11.22, 元年,
    full-width digits and a weekday in brackets, as `format_wareki` writes it.
    Raises ValueError with a Japanese sentence.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise ValueError(_unreadable())
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    note = _WEEKDAY_NOTE.search(plain)
    if note:
        plain = plain[: note.start()]
    word, year, month, day = _parts(plain)
    if word is None:
        result = _real_day(int(year), int(month), int(day))
    else:
        result = _era_day(
            _ERA_BY_WORD[word], 1 if year == "元" else int(year), int(month), int(day)
        )
    if not FIRST_DAY <= result <= LAST_DAY:
        raise ValueError(
            _("%(first)d年から%(last)d年までの日付を入力してください。")
            % {"first": FIRST_DAY.year, "last": LAST_DAY.year}
        )
    if note and WEEKDAYS[result.weekday()] != note[1]:
        raise ValueError(
            _("%(date)sです。曜日か日付のどちらかが違います。") % {"date": format_wareki(result)}
        )
    return result


def _parts(plain: str) -> tuple[str | None, str, str, str]:
    """Era word or None, year, month and day as texts."""
    match = _COMPACT.fullmatch(plain)
    if match:
        return None, match[1], match[2], match[3]
    match = _SPLIT.fullmatch(plain.translate(_FOLDED))
    if match is None:
        raise ValueError(_unreadable())
    word, year = match[1], match[2]
    # 26-4-1 could be Heisei, Reiwa or 2026: a year without an era has four digits.
    if (word is None) != (len(year) == 4):
        raise ValueError(_unreadable())
    return word, year, match[3], match[4]


def _era_day(era: Era, year: int, month: int, day: int) -> date:
    result = _real_day(era.before + year, month, day)
    if year >= 1 and era.first <= result <= era.last:
        return result
    if era.last == LAST_DAY:
        raise ValueError(
            _("令和は2019年5月1日からです。それより前の日付は平成で入力してください。")
        )
    raise ValueError(
        _("%(era)sは%(first)sから%(last)sまでです。元号か日付を確かめてください。")
        % {"era": era.name, "first": _plain(era.first), "last": _plain(era.last)}
    )


def _plain(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _real_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(
            _("%(year)d年%(month)d月%(day)d日という日付はありません。")
            % {"year": year, "month": month, "day": day}
        ) from None


def _unreadable() -> str:
    return _("日付として読めません。例：令和8年4月1日 または 2026-04-01")


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether public offices are open: no Saturday, Sunday, holiday, nor 12-29 to 01-03.

    Source: 行政機関の休日に関する法律 第1条第1項.
    """
    closed_for_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed_for_new_year and not jpholiday.is_holiday(day)


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start`; before it, if negative.

    The first day is not counted. Source: 民法 第140条.
    """
    step = timedelta(days=1 if count >= 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is the earlier."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


def fiscal_year(day: date) -> int:
    """Gregorian year in which the fiscal year (年度, April to March) of `day` began."""
    return day.year if day.month >= 4 else day.year - 1
