"""What the applicant enters: filing, answers, withdrawal. Every form carries the version of the case that was shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.calendar import format_wareki
from core.choice_fields import ChooseOneField, ConfirmField
from core.fields import PlainTextField, VersionField
from core.forms import StrictForm
from declarations.models import Declaration

TEXT_LENGTH = 4_000
REASON_LENGTH = 1_000


class VersionForm(StrictForm):
    """An act that asks nothing: only the version that the page showed."""

    version = VersionField()


class FileForm(VersionForm):
    """The last page before filing."""

    note = PlainTextField(
        label=_("申請に当たっての補足"),
        help_text=_("事務局に伝えておくことがあれば入力してください。"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )
    confirmed = ConfirmField(label=_("記載内容が事実と相違ないことを確認しました"))

    def clean(self) -> dict[str, Any]:
        """The tick is for the person, not for the act."""
        data = super().clean() or self.cleaned_data
        data.pop("confirmed", None)
        return data


class ResubmitForm(VersionForm):
    """The answer to a correction, and the version of the declaration that is filed now."""

    answer = PlainTextField(
        label=_("補正した内容"),
        help_text=_("求められた点ごとに、何をどう直したかを書いてください。"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )
    declaration_id = ChooseOneField(label=_("提出する言明"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, versions: list[Declaration], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["declaration_id"].choices = [
            (str(one.pk), _version_label(one)) for one in versions
        ]


class AnswerForm(VersionForm):
    """The answer to an inquiry."""

    answer = PlainTextField(label=_("回答"), max_length=TEXT_LENGTH, widget=forms.Textarea)


class WithdrawForm(VersionForm):
    """Why the application is taken back."""

    reason = PlainTextField(
        label=_("取下げの理由"), max_length=REASON_LENGTH, widget=forms.Textarea
    )


def _version_label(declaration: Declaration) -> str:
    end = format_wareki(declaration.period_end, weekday=False)
    label = _("第%(version)s版（監査対象期間の末日 %(end)s）")
    return str(label % {"version": declaration.version, "end": end})
