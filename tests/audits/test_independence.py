"""The rules of independence, day by day: frozen facts and values in, checks out. No database."""

from datetime import date

import pytest

from audits.enums import CheckResult, IndependenceRule
from audits.independence import (
    BARRING_INTERESTS,
    COOLING_MONTHS,
    MAX_YEARS,
    SENTENCES,
    Facts,
    RuleValues,
    checks,
    first_free_day,
    former_member,
    refusals,
)
from controls.rules import Fact

TODAY = date(2026, 4, 1)
ALL = ["financial", "family", "employment"]


def values(months=12, years=7, barring=ALL, status="unconfirmed") -> RuleValues:
    """Rules with these values."""
    named = {
        SENTENCES: ["同じ事業者のコンサルタントでないこと"],
        COOLING_MONTHS: months,
        MAX_YEARS: years,
        BARRING_INTERESTS: barring,
    }
    return RuleValues(
        *(Fact(name, f"見本の{name}", value, status, "見本", None, None) for name, value in named.items())
    )  # fmt: skip


def result(rule: IndependenceRule, given: RuleValues | None = None, **facts) -> str:
    """What one rule says."""
    found = checks(Facts(**{"on": TODAY} | facts), given or values())
    return next(one.result for one in found if one.rule == rule)


def test_nothing_stands_against_who_has_nothing_to_do_with_the_provider():
    found = checks(Facts(on=TODAY), values())
    assert [one.rule for one in found] == list(IndependenceRule)
    assert {one.result for one in found} == {CheckResult.OK}
    assert refusals(found) == []


@pytest.mark.parametrize(
    ("last_day", "months", "free"),
    [
        (date(2025, 3, 31), 12, date(2026, 4, 1)),
        (date(2025, 4, 1), 12, date(2026, 4, 2)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2025, 8, 31), 6, date(2026, 3, 1)),
        (date(2026, 3, 31), 0, date(2026, 4, 1)),
    ],
)
def test_the_first_free_day_comes_after_whole_months(last_day, months, free):
    assert first_free_day(last_day, months) == free


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        (date(2025, 3, 31), CheckResult.OK),
        (date(2025, 4, 1), CheckResult.REFUSED),
        (TODAY, CheckResult.REFUSED),
        (None, CheckResult.REFUSED),
    ],
)
def test_advisory_work_keeps_out_until_the_months_have_passed(last_day, expected):
    facts = {"advisory_work": True, "advisory_last_day": last_day}
    assert result(IndependenceRule.ADVISORY, **facts) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (None, CheckResult.OK),
        (date(2025, 3, 31), CheckResult.OK),
        (date(2025, 4, 1), CheckResult.REFUSED),
    ],
)
def test_who_belonged_to_the_provider_waits_as_long(until, expected):
    assert former_member(Facts(on=TODAY, member_until=until), values()).result == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(1, CheckResult.OK), (7, CheckResult.OK), (8, CheckResult.REFUSED)]
)
def test_the_last_year_in_a_row_is_the_highest(years, expected):
    assert result(IndependenceRule.YEARS, years_in_role=years) == expected


@pytest.mark.parametrize("kind", ALL)
def test_an_interest_keeps_out_where_the_rule_names_it(kind):
    declared = {"interests": frozenset({kind})}
    others = [one for one in ALL if one != kind]
    assert result(IndependenceRule.INTERESTS, **declared) == CheckResult.REFUSED
    assert result(IndependenceRule.INTERESTS, values(barring=others), **declared) == CheckResult.OK


def test_a_rule_without_a_value_gives_no_judgement_and_keeps_nobody_out():
    unset = values(months=None, years=None, barring=None)
    facts = Facts(
        on=TODAY,
        advisory_work=True,
        advisory_last_day=TODAY,
        years_in_role=30,
        interests=frozenset(ALL),
        member_until=TODAY,
    )
    found = checks(facts, unset)
    assert {one.result for one in found} == {CheckResult.UNKNOWN}
    assert refusals(found) == []
    assert all(one.limit == "値なし" and "値がない" in one.sentence for one in found)


def test_work_that_goes_on_needs_no_value_to_be_refused():
    unset = values(months=None)
    assert result(IndependenceRule.ADVISORY, unset, advisory_work=True) == CheckResult.REFUSED


def test_a_check_says_by_which_value_it_judged_and_how_sure_that_is():
    facts = Facts(on=TODAY, advisory_work=True, advisory_last_day=date(2025, 12, 31))
    check = checks(facts, values())[0]
    assert (check.limit, check.status) == ("12か月", "unconfirmed")
    assert "12か月が過ぎた令和9年1月1日からです" in check.sentence
    assert check.as_data()["result"] == "refused"
