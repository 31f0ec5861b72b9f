"""Input of the bulk edit."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choice_fields import ChooseOneField
from core.fields import PlainTextField
from core.forms import StrictForm
from declarations.enums import Adoption
from declarations.services.bulk import BulkChange, Mode
from declarations.services.statements import LIMITS

KEEP = (Mode.KEEP.value, _("そのままにする"))
MODES = [
    KEEP,
    (Mode.FILL.value, _("空の項目だけに入れる")),
    (Mode.APPEND.value, _("末尾に書き足す")),
    (Mode.REPLACE.value, _("置き換える")),
]


class BulkForm(StrictForm):
    """What every selected row shall say."""

    adoption = ChooseOneField(
        label=_("採否"),
        choices=[("", _("そのままにする")), *Adoption.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    reason = PlainTextField(
        label=_("選択しない理由"),
        help_text=_("「選択しない」にするときに必ず書きます。選んだすべての項目に入ります。"),
        max_length=LIMITS["reason"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text_mode = ChooseOneField(
        label=_("個別管理策"),
        choices=MODES,
        initial=KEEP[0],
        required=False,
        widget=forms.RadioSelect,
    )
    text = PlainTextField(
        label=_("個別管理策の文"),
        max_length=LIMITS["individual_control"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    base_mode = ChooseOneField(
        label=_("基盤クラウドサービス"),
        choices=[KEEP, MODES[1], MODES[3]],
        initial=KEEP[0],
        required=False,
        widget=forms.RadioSelect,
    )
    base = ChooseOneField(
        label=_("選ぶ基盤クラウドサービス"),
        help_text=_("「置き換える」で「選ばない」にすると、継承をやめます。"),
        required=False,
    )

    def __init__(self, *args: Any, bases: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["base"])
        field.choices = [("", _("選ばない")), *bases]

    def clean(self) -> dict[str, Any]:
        """A reason comes with 選択しない, a text with what is to be done with it, and something has to change.

        What is not selected inherits nothing: no base service comes with 選択しない.
        """
        data = self.cleaned_data
        not_selected = data.get("adoption") == Adoption.NOT_SELECTED
        if not_selected and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("「選択しない」にする理由を入力してください。"))
        if data.get("reason") and not not_selected:
            self.add_error(
                "reason",
                _(
                    "理由は、採否を「選択しない」にするときだけ書きます。採否を選ぶか、消してください。"
                ),
            )
        self._text_with_mode("text", "text_mode")
        self._text_with_mode("base", "base_mode")
        if not_selected and data.get("base") and not {"base", "base_mode"} & self.errors.keys():
            self.add_error(
                "base",
                _(
                    "選択しない項目には基盤クラウドサービスを付けられません。サービスを「選ばない」に戻すか、採否を選び直してください。"
                ),
            )
        if not self.errors and self.change == BulkChange():
            self.add_error(None, _("変える項目がありません。採否か文のどれかを選んでください。"))
        return data

    @property
    def change(self) -> BulkChange:
        """The change, once the form is valid."""
        data = self.cleaned_data
        return BulkChange(
            adoption=data["adoption"],
            reason=data["reason"],
            text_mode=Mode(data["text_mode"] or KEEP[0]),
            text=data["text"],
            base_mode=Mode(data["base_mode"] or KEEP[0]),
            base=data["base"],
            base_name=str(dict(self.fields["base"].choices)[data["base"]]) if data["base"] else "",
        )

    def _text_with_mode(self, name: str, mode_name: str) -> None:
        text, mode = self.cleaned_data.get(name), self.cleaned_data.get(mode_name) or Mode.KEEP
        if text and mode == Mode.KEEP:
            self.add_error(
                mode_name,
                _("どう使うかを選んでください。使わないときは、入れたものを消してください。"),
            )
        if mode in (Mode.FILL, Mode.APPEND) and not text and name not in self.errors:
            self.add_error(name, _("入れるものがありません。入力するか、選んでください。"))
