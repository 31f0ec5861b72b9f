"""Input for confirming carried statements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import VERSION_LOST, VersionField
from core.forms import StrictForm
from declarations.selectors.unconfirmed import Unconfirmed

CHANGED_MEANWHILE = _(
    "表示した後に、対象の管理策が変わりました。まだ何も確認していません。いまの内容を見てから、もう一度押してください。"
)


class SeenForm(StrictForm):
    """The row version that a person saw."""

    version = VersionField()


class ConfirmForm(StrictForm):
    """A person's word for many rows; `seen` is the fingerprint of the rows that the page showed."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": VERSION_LOST, "max_length": VERSION_LOST},
    )
    confirmed = forms.BooleanField(
        label=_("表示した管理策の内容が、この期間も正しいことを確認しました"),
        error_messages={"required": _("内容を確かめ、確認の欄に印を付けてください。")},
    )

    def __init__(self, *args: Any, found: Unconfirmed, **kwargs: Any):
        super().__init__(*args, initial={"seen": found.fingerprint}, **kwargs)
        self.found = found

    def clean_seen(self) -> str:
        """The rows are still those that were shown."""
        if self.cleaned_data["seen"] != self.found.fingerprint:
            raise forms.ValidationError(CHANGED_MEANWHILE)
        return self.cleaned_data["seen"]

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the rows on this page, also after a refusal."""
        return self.found.fingerprint
