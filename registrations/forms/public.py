"""What a reader of the public list may ask."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choice_fields import ChooseOneField
from core.exceptions import DomainError
from core.fields import TOO_LONG, PlainTextField
from core.forms import StrictForm
from registrations.as_of import parse_as_of
from registrations.enums import RegistrationState
from registrations.selectors.public import LAPSED

STATES = [
    ("", _("掲載中（登録・一時停止）")),
    *RegistrationState.choices,
    (LAPSED, _("失効")),
    ("all", _("すべて")),
]


class PublicListForm(StrictForm):
    """Search words, state and instant. What cannot be understood is told, and the list then answers for now."""

    q = PlainTextField(
        label=_("サービス名・事業者名・登録番号"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = ChooseOneField(label=_("状態"), required=False, choices=STATES)
    as_of = forms.CharField(
        label=_("基準時点"),
        required=False,
        max_length=40,
        error_messages={"max_length": TOO_LONG},
        help_text=_("例：令和8年4月1日。空欄なら現在です。"),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_as_of(self) -> datetime:
        """The instant meant."""
        try:
            return parse_as_of(self.cleaned_data["as_of"], now=self.now)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def instant(self) -> datetime:
        """The instant to answer for."""
        return self.cleaned_data.get("as_of") or self.now

    @property
    def is_past(self) -> bool:
        """Whether the reader asked for another instant than now."""
        return self.instant != self.now

    @property
    def criteria(self) -> dict[str, str]:
        """What the selector filters by."""
        return {
            "words": self.cleaned_data.get("q", ""),
            "state": self.cleaned_data.get("state", ""),
        }
