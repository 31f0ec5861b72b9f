"""Nobody is told in the framework's words what is wrong with a field: every form of the own apps has its own sentences.

Our texts are Japanese at the source, those of Django English: where English is asked for, only ours stay Japanese.
"""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.urls import get_resolver
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from controls.forms.parameters import ValueField
from controls.parameter_file import definitions
from tests.test_consistency import JAPANESE, OWN_APPS

APPS = (*OWN_APPS, "desks", "demo")
SAMPLES = "core.styleguide_samples"
SENTENCE = re.compile(r"。|例：")


def own_forms() -> list[type[forms.BaseForm]]:
    """Every form class of the own apps; all views, and by them all forms, are imported with the routes.

    The samples of the style guide are left out: nobody sends them.
    """
    assert get_resolver().url_patterns
    return [
        form
        for form in below(forms.BaseForm)
        if form.__module__.partition(".")[0] in APPS and form.__module__ != SAMPLES
    ]


def below(base: type) -> Iterator[type]:
    """Every class derived from this one."""
    for derived in base.__subclasses__():
        yield derived
        yield from below(derived)


def wording(field: forms.Field) -> Iterator[tuple[str, str]]:
    """What a field may answer, by code; what an optional field never says is left out."""
    messages = dict(field.error_messages)
    for validator in field.validators:
        # Left to the gate for texts, which names the character (core.text.clean_text).
        if not isinstance(validator, ProhibitNullCharactersValidator):
            messages.setdefault(validator.code, validator.message)
    for code, message in messages.items():
        if code != "required" or field.required:
            yield code, str(message)


def foreign(fields: dict[str, forms.Field], where: str) -> list[str]:
    """The answers of these fields that are not ours or no sentence."""
    with translation.override("en"):
        return [
            f"{where}.{name} {code}: {message}"
            for name, field in fields.items()
            for code, message in wording(field)
            if not JAPANESE.search(message) or not SENTENCE.search(message)
        ]


def test_every_form_answers_in_our_own_sentences():
    found = own_forms()
    assert len(found) > 30
    wrong = [line for form in found for line in foreign(form.base_fields, form.__qualname__)]
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def test_the_value_of_a_parameter_too():
    wrong = [
        line
        for name, definition in definitions().items()
        for line in foreign({"value": ValueField(definition)}, name)
    ]
    assert not wrong


def test_a_field_left_empty_answers_so():
    """What the widget hands over when nothing was sent meets the sentence, and no other error of the field."""
    with translation.override("en"):
        answers = {
            f"{form.__qualname__}.{name}": answer_to_nothing(field, name)
            for form in own_forms()
            for name, field in form.base_fields.items()
            if field.required
        }
    assert len(answers) > 40
    assert not {where: text for where, text in answers.items() if not JAPANESE.search(text)}


def answer_to_nothing(field: forms.Field, name: str) -> str:
    nothing = field.widget.value_from_datadict(QueryDict(), MultiValueDict(), name)
    with pytest.raises(ValidationError) as refused:
        field.clean(nothing)
    return refused.value.messages[0]
