"""Input of a change of a control."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choice_fields import ChooseOneField
from core.fields import KeyField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from declarations.enums import ChangeKind
from declarations.models import ControlChange
from declarations.services.changes import TEXT_LIMIT, ChangeFacts


class ControlChangeForm(StrictForm):
    """A new change, or the correction of one (`version` then is the row version that was shown)."""

    version = VersionField(min_value=0)
    creation_key = KeyField()
    changed_on = WarekiDateField(label=_("変更日"))
    kind = ChooseOneField(
        label=_("変更の種類"), choices=ChangeKind.choices, widget=forms.RadioSelect
    )
    before = PlainTextField(
        label=_("変更前"),
        help_text=_("変更する前の個別管理策を書いてください。"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea,
    )
    after = PlainTextField(
        label=_("変更後"),
        help_text=_("変更日から実施している個別管理策を書いてください。"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea,
    )

    @property
    def facts(self) -> ChangeFacts:
        """What the valid form says."""
        cleaned = self.cleaned_data
        return ChangeFacts(
            ChangeKind(cleaned["kind"]), cleaned["changed_on"], cleaned["before"], cleaned["after"]
        )

    @staticmethod
    def stored(change: ControlChange) -> dict[str, Any]:
        """What the form shows of a recorded change."""
        names = ("creation_key", "changed_on", "kind", "before", "after")
        return {name: getattr(change, name) for name in names} | {"version": change.row_version}
