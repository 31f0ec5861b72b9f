"""The rules on audited periods: pure functions over dates and parameters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.months import last_day_of_months
from declarations.periods import PeriodError, check_period
from tests.declarations.test_preflight import rules

RULES = rules()
days = st.dates(date(2020, 1, 1), date(2100, 12, 31))


@given(start=days, months=st.integers(3, 12))
def test_whole_months_within_the_limits_are_allowed(start, months):
    check_period(start, last_day_of_months(start, months), previous_end=None, rules=RULES)


@given(start=days, beyond=st.integers(1, 400))
def test_a_day_beyond_either_limit_is_refused(start, beyond):
    outside = (
        last_day_of_months(start, 3) - timedelta(days=beyond),
        last_day_of_months(start, 12) + timedelta(days=beyond),
    )
    for end in outside:
        with pytest.raises(PeriodError) as caught:
            check_period(start, end, previous_end=None, rules=RULES)
        assert caught.value.field == "period_end"


@given(start=days, distance=st.integers(-400, 400))
def test_only_the_day_after_the_previous_period_follows(start, distance):
    previous_end = start - timedelta(days=1 + distance)
    arguments = (start, last_day_of_months(start, 12))
    if distance == 0:
        check_period(*arguments, previous_end=previous_end, rules=RULES)
        return
    with pytest.raises(PeriodError) as caught:
        check_period(*arguments, previous_end=previous_end, rules=RULES)
    assert caught.value.field == "period_start"


def test_a_gap_may_be_allowed_and_an_overlap_never():
    gap = rules(audited_period_gap_allowed=True)
    start, end = date(2025, 4, 1), date(2026, 3, 31)
    check_period(start, end, previous_end=date(2025, 1, 31), rules=gap)
    with pytest.raises(PeriodError, match="重なって"):
        check_period(start, end, previous_end=date(2025, 4, 1), rules=gap)
