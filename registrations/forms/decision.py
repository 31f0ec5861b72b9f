"""What a committee member enters: a vote, a conflict of interest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.choice_fields import ChooseOneField, ChooseRowField
from core.fields import PlainTextField
from core.forms import StrictForm
from registrations.forms.application import REASON_LENGTH, TEXT_LENGTH, VersionForm

AGREE = "agree"
DISSENT = "dissent"


class VoteForm(VersionForm):
    """A vote on one version of a proposal."""

    vote = ChooseOneField(
        label=_("表決"),
        choices=[(AGREE, _("賛成する")), (DISSENT, _("反対する"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("賛成か反対かを選んでください。")},
    )
    reason = PlainTextField(
        label=_("理由"),
        help_text=_("反対するときは必ず入力してください。事務局と運営委員だけが読みます。"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        """A dissent says why."""
        data = super().clean() or self.cleaned_data
        if data.get("vote") == DISSENT and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("反対の理由を入力してください。"))
        return data

    @property
    def act_data(self) -> dict[str, Any]:
        """What the act takes."""
        data = self.cleaned_data
        return {
            "version": data["version"],
            "agrees": data["vote"] == AGREE,
            "reason": data["reason"],
        }


class ConflictForm(StrictForm):
    """A conflict of interest with one provider."""

    organisation = ChooseRowField(
        label=_("クラウドサービス事業者"),
        queryset=Organisation.objects.none(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("一覧から事業者を選んでください。")
        ),
    )
    reason = PlainTextField(
        label=_("利益相反の内容"),
        help_text=_("例：過去2年以内に、この事業者から業務を受託していた。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, providers: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = providers
