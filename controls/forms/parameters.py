"""What people type on the pages of the parameters."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from controls.enums import ParameterStatus
from controls.models import SchemeParameter
from controls.parameter_file import Definition
from controls.parameter_values import form_text, is_unset_allowed, parse_value
from core.choice_fields import ChooseOneField
from core.fields import PlainTextField, WarekiDateField
from core.forms import StrictForm

VALUE_HINTS = {
    "integer": _("整数で入力します。"),
    "number": _("数で入力します。例：0.2"),
    "date": _("例：令和8年4月1日 または 2026-04-01"),
    "pattern": _("正規表現で入力します。"),
    "text_list": _("1行に1つずつ入力します。"),
    "integer_list": _("1行に1つずつ整数で入力します。"),
}
LONG_KINDS = frozenset({"text", "text_list", "integer_list", "records"})


class ParameterFilterForm(StrictForm):
    """Filter of the parameter tables."""

    q = PlainTextField(label=_("語句"), max_length=100, required=False)
    status = ChooseOneField(
        label=_("確度"), choices=[("", _("すべて")), *ParameterStatus.choices], required=False
    )


class ValueField(forms.CharField):
    """The value of one parameter, read and written by the kind of its definition."""

    def __init__(self, definition: Definition, **kwargs: Any):
        self.definition = definition
        super().__init__(
            label=_("値"),
            required=not is_unset_allowed(definition),
            help_text=_value_hint(definition),
            widget=_value_widget(definition),
            error_messages={"required": _("入力してください。")},
            strip=False,
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        try:
            return parse_value(self.definition, value or "")
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class ProposalForm(StrictForm):
    """A new value of one parameter, from a day on, with where it comes from and why."""

    in_force_from = WarekiDateField(label=_("適用開始日"))
    status = ChooseOneField(
        label=_("確度"),
        choices=ParameterStatus.choices,
        widget=forms.RadioSelect,
    )
    source = PlainTextField(
        label=_("出典"),
        max_length=300,
        help_text=_("文書の名称、条項、日付を書きます。例：登録規則 4.2（2026-10-01改正）"),
    )
    reason = PlainTextField(label=_("変更の理由"), max_length=1000, widget=forms.Textarea)

    field_order = ("value", "in_force_from", "status", "source", "reason")

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["value"] = ValueField(definition)
        self.order_fields(self.field_order)


class WithdrawForm(StrictForm):
    """Why a proposal is taken back or turned down."""

    reason = PlainTextField(label=_("理由"), max_length=1000, widget=forms.Textarea)


def initial_proposal(definition: Definition, row: SchemeParameter | None) -> dict[str, Any]:
    """The form as it opens: the value that holds today, everything else to be said anew."""
    return {"value": form_text(definition, row.value if row else None)}


def _value_widget(definition: Definition) -> forms.Widget:
    if definition.kind == "boolean":
        return forms.Select(
            choices=_with_unset(definition, {"true": _("はい"), "false": _("いいえ")})
        )
    if definition.kind == "choice":
        return forms.Select(choices=_with_unset(definition, definition.choices))
    return forms.Textarea() if definition.kind in LONG_KINDS else forms.TextInput()


def _with_unset(definition: Definition, choices: dict[str, Any]) -> list[tuple[str, Any]]:
    unset = [("", _("値なし"))] if is_unset_allowed(definition) else []
    return [*unset, *choices.items()]


def _value_hint(definition: Definition) -> Any:
    if definition.kind == "records":
        return _("1行に1つずつ「%(shape)s」の形で入力します。") % {
            "shape": " | ".join(definition.fields.values())
        }
    if definition.kind == "text_list" and definition.choices:
        return _("1行に1つずつ入力します。使えるもの：%(choices)s") % {
            "choices": "、".join(f"{code}（{label}）" for code, label in definition.choices.items())
        }
    return VALUE_HINTS.get(definition.kind, "")
