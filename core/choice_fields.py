"""Form fields to choose from, each with its own sentence when nothing, or nothing of the list, was chosen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_NOT_IN_LIST = _("一覧にあるものから選んでください。")


class ChooseOneField(forms.ChoiceField):
    """One of several."""

    default_error_messages = {"required": _("1つ選んでください。"), "invalid_choice": _NOT_IN_LIST}


class ChooseManyField(forms.MultipleChoiceField):
    """Any number of several."""

    default_error_messages = {
        "required": _("1つ以上選んでください。"),
        "invalid_choice": _NOT_IN_LIST,
        "invalid_list": _NOT_IN_LIST,
    }


class ChooseTypedField(forms.TypedChoiceField):
    """One of several, given as another type than text."""

    default_error_messages = {"required": _("1つ選んでください。"), "invalid_choice": _NOT_IN_LIST}


class ChooseRowField(forms.ModelChoiceField):
    """One row of a table."""

    default_error_messages = {"required": _("1つ選んでください。"), "invalid_choice": _NOT_IN_LIST}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("empty_label", _("選んでください"))
        super().__init__(**kwargs)


class ChooseRowsField(forms.ModelMultipleChoiceField):
    """Any number of rows of a table."""

    default_error_messages = {
        "required": _("1つ以上選んでください。"),
        **dict.fromkeys(
            ("invalid_choice", "invalid_pk_value", "invalid_list", "list"), _NOT_IN_LIST
        ),
    }


class ConfirmField(forms.BooleanField):
    """A tick by which a person confirms what the page shows."""

    default_error_messages = {"required": _("内容を確認し、チェックを入れてください。")}
