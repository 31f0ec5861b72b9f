import pytest
from django import forms
from django.core.exceptions import ValidationError

from core.corporate_number import check_digit
from core.fields import CorporateNumberField, PlainTextField, WarekiDateField
from tests.corpus import texts


def line(**kwargs):
    return PlainTextField(**kwargs)


def area(**kwargs):
    return PlainTextField(widget=forms.Textarea, **kwargs)


def message(field, value):
    with pytest.raises(ValidationError) as error:
        field.clean(value)
    return error.value.messages[0]


@pytest.mark.parametrize("text", texts.KEPT.values(), ids=texts.KEPT)
@pytest.mark.parametrize("make", [line, area])
def test_plain_text_is_kept_code_point_by_code_point(make, text):
    assert make().clean(text) == text


def test_plain_text_loses_outer_blanks_only():
    assert area().clean("\ufeff　 一行目　\n\n　二行目 \u3000\r\n") == "一行目　\n\n　二行目"


@pytest.mark.parametrize("text", texts.EMPTY.values(), ids=texts.EMPTY)
def test_plain_text_that_nobody_can_see_is_empty(text):
    assert area(required=False).clean(text) == ""
    assert message(area(), text) == "入力してください。"


# A request cannot carry it; a script that calls a service can.
REFUSED = texts.REFUSED | {"lone surrogate": ("a\ud842", "文字として成り立たないデータ（U+D842）")}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("make", [line, area])
def test_plain_text_refuses_and_names_the_character(make, text, sentence):
    assert sentence in message(make(), text)


def test_plain_text_refusal_says_where():
    assert "2行目の3文字目を" in message(area(), "一行目\nあい\x00う")
    assert "2文字目を" in message(line(), "あ\x00")


@pytest.mark.parametrize(("text", "kept"), texts.FOLDED.values(), ids=texts.FOLDED)
def test_one_line_refuses_what_several_lines_may_hold(text, kept):
    assert "使えません" in message(line(), text)
    assert area().clean(text) == kept


def test_plain_text_limit_counts_code_points_after_cleaning():
    assert area(max_length=3).clean(" 𠮷\r\n野 ") == "𠮷\n野"
    assert message(area(max_length=3), "𠮷野家店") == "3字以内で入力してください（いまは4字です）。"
    assert "100,000字" in message(area(max_length=2000), "あ" * 100_000)


def test_plain_text_sends_a_counter_and_no_maxlength():
    attrs = area(max_length=2000).widget.attrs
    assert attrs["data-count-max"] == "2000"
    assert "maxlength" not in attrs
    assert "maxlength" not in line(max_length=80).widget.attrs
    assert (area(max_length=2000).count_max, line(max_length=80).count_max) == (2000, None)


@pytest.mark.parametrize(
    "typed",
    [
        "8999900000001",
        "８９９９９０００００００１",
        "８-9999-0000-0001",
        "8 9999 0000 0001",
        "8−9999ー0000–0001",
    ],
)
def test_corporate_number_is_stored_as_ascii_digits(typed):
    assert CorporateNumberField().clean(typed) == "8999900000001"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("7999900000001", "検査用数字"),
        ("899990000000", "いまは12桁です"),
        ("89999000000011", "いまは14桁です"),
        ("8.9999E+12", "表計算ソフト"),
        ("٨٩٩٩٩٠٠٠٠٠٠٠١", "数字だけ"),
        ("1e3", "表計算ソフト"),
        ("NaN", "数字だけ"),
        ("Infinity", "数字だけ"),
        ("-0", "いまは1桁です"),
        ("a" * 100_000, "13桁の数字"),
    ],
)
def test_corporate_number_refuses_with_a_sentence(typed, sentence):
    assert sentence in message(CorporateNumberField(), typed)


@pytest.mark.parametrize(
    ("base", "digit"), [("999900000001", 8), ("999900000002", 7), ("999900000003", 6)]
)
def test_check_digit_of_the_sample_numbers(base, digit):
    assert check_digit(base) == digit


def test_corporate_number_is_shown_grouped():
    class NumberForm(forms.Form):
        number = CorporateNumberField()

    html = str(NumberForm(initial={"number": "8999900000001"})["number"])
    assert 'value="8-9999-0000-0001"' in html
    assert 'inputmode="numeric"' in html
    assert 'autocomplete="off"' in html


def test_wareki_date_field_keeps_what_was_typed_and_shows_eras():
    class DayForm(forms.Form):
        day = WarekiDateField()

    form = DayForm({"day": "R8.4.1"}, initial={"day": WarekiDateField().clean("令和8年4月1日")})
    assert form.is_valid()
    assert form.cleaned_data["day"].isoformat() == "2026-04-01"
    assert not form.has_changed()
    assert 'value="R8.4.1"' in str(form["day"])
    unbound = DayForm(initial={"day": form.cleaned_data["day"]})
    assert 'value="令和8年4月1日"' in str(unbound["day"])
    assert 'type="text"' in str(unbound["day"])


def test_wareki_date_field_says_what_is_wrong():
    assert "令和は2019年5月1日から" in message(WarekiDateField(), "令和元年4月30日")
    assert message(WarekiDateField(), "　") == "日付を入力してください。"
    assert WarekiDateField(required=False).clean("") is None
