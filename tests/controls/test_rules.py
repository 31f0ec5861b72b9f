"""The scheme's numbers on a day."""

from datetime import date

import pytest

from controls.enums import ParameterStatus
from controls.parameter_file import definitions
from controls.rules import MissingParameterError, Rules
from controls.services.parameters import load_scheme_parameters
from core.exceptions import DomainError

OLD, NOW = date(2025, 3, 31), date(2025, 4, 1)

pytestmark = pytest.mark.django_db


def test_rules_are_loaded_with_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rules = Rules.at(NOW)
        rules.value("validity_months")
        str(rules.article("suspension"))


@pytest.mark.parametrize(
    ("key", "old", "now"),
    [
        ("suspension", "登録規則 13.5［確認済み］", "登録規則 9.5［推定］"),
        ("registration", "登録規則 11［未確認］", "登録規則 7［未確認］"),
        ("applicant_requirements", "登録規則 7［確認済み］", "登録規則 3［推定］"),
    ],
)
def test_article_follows_the_edition_of_the_rules(key, old, now):
    assert str(Rules.at(OLD).article(key)) == old
    assert str(Rules.at(NOW).article(key)) == now


def test_dated_values_change_on_their_day():
    assert [Rules.at(day).value("preapplication_required") for day in (OLD, NOW)] == [True, False]
    assert Rules.at(date(2025, 6, 30)).value("scheme_owner_name").endswith("（NISC）")
    assert Rules.at(date(2025, 7, 1)).value("scheme_owner_name").endswith("（NCO）")


def test_form_number_is_shown_with_its_status_or_as_unknown():
    rules = Rules.at(NOW)

    assert str(rules.form_number("incident_report")) == "様式7［確認済み］"
    assert str(rules.form_number("application")) == "様式3［未確認］"
    assert str(rules.form_number("declaration")) == "様式番号未確認"
    assert rules.form_number("declaration").number == ""


def test_value_without_number_is_none_and_not_an_error():
    assert Rules.at(NOW).value("correction_due_days") is None


def test_unknown_name_is_refused_in_words():
    with pytest.raises(MissingParameterError, match="制度パラメータ「no_such_name」") as refusal:
        Rules.at(NOW).value("no_such_name")
    assert isinstance(refusal.value, DomainError)


def test_abolished_article_is_missing_after_its_last_day():
    assert str(Rules.at(OLD).article("preapplication")) == "登録規則 3–6［確認済み］"
    with pytest.raises(MissingParameterError):
        Rules.at(NOW).article("preapplication")


def test_fact_says_how_sure_it_is_and_where_it_comes_from():
    fact = Rules.at(NOW).fact("validity_months")

    assert (fact.value, fact.is_confirmed, fact.status_label) == (16, True, "確認済み")
    assert "基本規程3.5" in fact.source
    assert Rules.at(NOW).fact("application_due_months").is_confirmed is False


def test_shipped_set_has_every_row_with_status_and_source():
    rows = [row for definition in definitions().values() for row in definition.rows]

    assert len(definitions()) == 110
    assert all(row.status in ParameterStatus and row.source for row in rows)


def test_loading_again_changes_nothing():
    assert load_scheme_parameters() == 0
