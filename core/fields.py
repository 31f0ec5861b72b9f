"""Form fields for what people type in Japanese: dates with eras, corporate numbers, free text; and the row version.

Fields to choose from stand in `core.choice_fields`, files in `documents.forms`. Every field of a form is one of ours,
so that no message of Django's own reaches a person (tests/test_form_sentences.py).
"""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.calendar import format_wareki, parse_date
from core.corporate_number import format_corporate_number, parse_corporate_number
from core.normalise import code_text
from core.text import clean_text

# Codes and dates: a field as wide as what it holds, and no suggestions of the browser.
_SHORT = {"class": "input--short", "autocomplete": "off"}
# For Django's own check of a length, which names these two.
TOO_LONG = _("%(limit_value)s字以内で入力してください（いまは%(show_value)s字です）。")


class PlainTextField(forms.CharField):
    """Text cleaned by `core.text.clean_text`; several lines when its widget is a Textarea.

    `max_length` counts code points after cleaning, as people count 字. No `maxlength` attribute is
    sent, because browsers cut pasted text silently; a textarea gets a counter (`data-count-max`).
    `optional_label` stands in place of 任意 when a later step needs the text.
    """

    optional_label: Any = ""

    default_error_messages = {
        "required": _("入力してください。"),
        "too_long": _("%(max)s字以内で入力してください（いまは%(count)s字です）。"),
    }

    def __init__(self, *, max_length: int | None = None, **kwargs: Any):
        self.limit = max_length
        super().__init__(strip=False, **kwargs)

    @property
    def is_multiline(self) -> bool:
        return isinstance(self.widget, forms.Textarea)

    @property
    def count_max(self) -> int | None:
        """Limit to count against while typing, for the field template; None without a counter."""
        return self.limit if self.is_multiline else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if self.limit is not None and isinstance(widget, forms.Textarea):
            attrs["data-count-max"] = str(self.limit)
        return attrs

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        try:
            text = clean_text(text, multiline=self.is_multiline)
        except ValueError as error:
            raise ValidationError(str(error), code="text") from error
        if self.limit is not None and len(text) > self.limit:
            raise ValidationError(
                self.error_messages["too_long"],
                code="too_long",
                params={"max": f"{self.limit:,}", "count": f"{len(text):,}"},
            )
        return text or self.empty_value


class WarekiDateField(forms.DateField):
    """A day written with era or as 2026-04-01 (`core.calendar.parse_date`); shown with its era."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("日付を入力してください。"),
        "invalid": _("日付として読めません。例：令和8年4月1日 または 2026-04-01"),
    }

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", _("例：令和8年4月1日 または 2026-04-01"))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **_SHORT, "inputmode": "text", **widget.attrs}

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        try:
            return parse_date(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return format_wareki(value, weekday=False) if isinstance(value, date) else value


class CorporateNumberField(forms.CharField):
    """法人番号: cleaned to 13 ASCII digits, check digit verified, shown grouped 1-4-4-4."""

    default_error_messages = {"required": _("法人番号を入力してください。")}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", _("13桁の数字。全角や空白、ハイフン入りでも入力できます。"))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **_SHORT, "inputmode": "numeric", **widget.attrs}

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        try:
            return parse_corporate_number(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return format_corporate_number(value) if isinstance(value, str) else value


class MailField(forms.EmailField):
    """A mail address; full-width letters are accepted."""

    default_error_messages = {
        "required": _("メールアドレスを入力してください。"),
        "invalid": _("メールアドレスとして読めません。例：name@example.jp"),
        "max_length": TOO_LONG,
    }

    def __init__(self, *, max_length: int = 254, **kwargs: Any):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        return code_text(super().to_python(value) or "")


VERSION_LOST = _(
    "どの版を見て入力したかがわかりません。画面を読み直してから、もう一度保存してください。"
)


class CountField(forms.IntegerField):
    """How many: whole numbers as people write them, with full-width digits and separators; blank is None."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("件数を入力してください。"),
        "invalid": _("件数は数字で入力してください。例：250"),
        "min_value": _("%(limit_value)s以上の数で入力してください。"),
        "max_value": _("%(limit_value)s以下の数で入力してください。"),
    }

    def __init__(self, *, min_value: int = 1, max_value: int = 2**31 - 1, **kwargs: Any):
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **_SHORT, "inputmode": "numeric"}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(
            code_text(value).replace(",", "") if isinstance(value, str) else value
        )


class KeyField(forms.UUIDField):
    """The key of what the form makes, made with the form, so that a second click finds what the first one made."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid"),
        _("画面の情報が古くなっています。画面を読み直してから、もう一度送ってください。"),
    )

    def __init__(self, **kwargs: Any):
        super().__init__(**{"initial": uuid4} | kwargs)


class VersionField(forms.IntegerField):
    """The row version that the person's page showed, sent along unseen (`core.exceptions.EditConflictError`)."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid", "min_value", "max_value"),
        VERSION_LOST,
    )

    def __init__(self, *, min_value: int = 1, **kwargs: Any):
        super().__init__(min_value=min_value, max_value=2**31 - 1, **kwargs)
