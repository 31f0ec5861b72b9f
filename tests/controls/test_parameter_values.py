"""Values of parameters: what a form shows is read as the same value again."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.parameter_file import definitions
from controls.parameter_values import check_value, form_text, parse_value, shown_lines

SHIPPED = [
    pytest.param(definition, row.value, id=f"{definition.name}-{index}")
    for definition in definitions().values()
    for index, row in enumerate(definition.rows)
]


@pytest.mark.parametrize(("definition", "value"), SHIPPED)
def test_every_shipped_value_survives_its_own_form(definition, value):
    assert parse_value(definition, form_text(definition, value)) == value
    check_value(definition, value)
    assert bool(shown_lines(definition, value)) is (value is not None)


@given(st.sampled_from(sorted(definitions())), st.text(max_size=80))
def test_any_text_is_read_as_a_value_or_refused(name, text):
    definition = definitions()[name]

    with suppress(ValueError):
        value = parse_value(definition, text)
        assert parse_value(definition, form_text(definition, value)) == value


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("renewal_grace_until_decision", True, ["はい"]),
        ("audited_period_gap_allowed", False, ["いいえ"]),
        ("basic_requirement_deviation", "refuse", ["エラーとして止める"]),
        ("generative_ai_rule_from", "2026-01-09", ["令和8年1月9日（金）"]),
        ("liu_areas", ["access", "change"], ["アクセス管理", "開発・変更管理"]),
        ("liu_audit_items_expected", [100, 200], ["100", "200"]),
        (
            "public_list_columns",
            [{"key": "service_name", "label": "サービス名", "status": "confirmed"}],
            ["service_name／サービス名／確認済み"],
        ),
        ("correction_due_days", None, []),
    ],
)
def test_value_is_shown_in_words(name, value, lines):
    assert shown_lines(definitions()[name], value) == lines


def test_value_of_a_retired_parameter_is_shown_as_it_is():
    assert shown_lines(None, {"古い": 1}) == ['{"古い": 1}']
