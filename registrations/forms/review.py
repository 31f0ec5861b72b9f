"""What the secretariat enters: questions, proposals, and the filters of its list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choice_fields import ChooseOneField
from core.fields import PlainTextField, WarekiDateField
from core.forms import StrictForm
from registrations.enums import ApplicationKind, ApplicationState
from registrations.forms.application import TEXT_LENGTH, VersionForm
from registrations.selectors.queue import ALL, OPEN

GRANT = "grant"
REFUSE = "refuse"


class CorrectionForm(VersionForm):
    """What the applicant has to repair before acceptance."""

    question = PlainTextField(
        label=_("補正を求める内容"),
        help_text=_(
            "1つずつ番号を付け、何が足りないかと、どう直すかを書いてください。申請者に送られます。"
        ),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )
    due_on = WarekiDateField(label=_("回答期限"), required=False)


class InquiryForm(VersionForm):
    """A question in the technical review."""

    question = PlainTextField(
        label=_("照会の内容"),
        help_text=_("申請者に送られます。"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )
    control_numbers = PlainTextField(
        label=_("関係する管理策の番号"),
        help_text=_("例：9.4.2.2.B、12.4.1.3。いくつでも、読点か空白で区切ってください。"),
        required=False,
        max_length=500,
    )
    due_on = WarekiDateField(label=_("回答期限"), required=False)


class ProposalForm(VersionForm):
    """The proposal that is put before the committee."""

    judgement = ChooseOneField(
        label=_("決定案"),
        choices=[(GRANT, _("登録する")), (REFUSE, _("登録しない"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("決定案を選んでください。")},
    )
    registration_number = PlainTextField(
        label=_("登録番号"),
        help_text=_("「登録する」のときは必ず入力します。公開リストに載ります。"),
        required=False,
        max_length=40,
    )
    reason = PlainTextField(
        label=_("決定の理由"),
        help_text=_("決定されると、決定の理由として申請者に伝わります。"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if kind == ApplicationKind.RENEWAL:
            del self.fields["registration_number"]
            self.fields["judgement"].choices = [
                (GRANT, _("登録を更新する")),
                (REFUSE, _("更新しない")),
            ]

    def clean(self) -> dict[str, Any]:
        """A registration needs its number."""
        data = super().clean() or self.cleaned_data
        field = "registration_number"
        if data.get("judgement") == GRANT and not data.get(field, "-") and field not in self.errors:
            self.add_error(field, _("登録番号を入力してください。"))
        return data

    @property
    def act_data(self) -> dict[str, Any]:
        """What the act takes."""
        data = dict(self.cleaned_data)
        grant = data.pop("judgement") == GRANT
        return data | {"grant": grant}


class QueueFilterForm(StrictForm):
    """Filters that may stand in an address: codes only."""

    state = ChooseOneField(
        label=_("状態"),
        required=False,
        choices=[
            (OPEN, _("手続中")),
            *[
                choice
                for choice in ApplicationState.choices
                if choice[0] != ApplicationState.PREPARING
            ],
            (ALL, _("すべて")),
        ],
    )
    kind = ChooseOneField(
        label=_("申請の区分"), required=False, choices=[("", _("すべて")), *ApplicationKind.choices]
    )


class QueueSearchForm(StrictForm):
    """Free text, sent by POST: names of applicants stand in no address and no log."""

    text = PlainTextField(label=_("サービス名・事業者名"), required=False, max_length=100)
