"""Forms of the 経営者確認書 and of the report."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.engagement import VersionForm
from audits.selectors.confirmation import EVENTS, FRAUD, ConfirmationFacts, Point
from core.choice_fields import ChooseOneField, ConfirmField
from core.fields import PlainTextField, WarekiDateField

NONE, SOME = "none", "some"
ANSWERS = [(NONE, _("なし")), (SOME, _("あり"))]
MAX_DETAILS = 4000


class ConfirmationForm(VersionForm):
    """The points one by one: a tick for what is confirmed as it stands, "none" or details for the two others."""

    def __init__(self, *args: Any, points: Sequence[Point], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            if point.is_told:
                self.fields[point.code] = ChooseOneField(
                    label=point.text, choices=ANSWERS, widget=forms.RadioSelect
                )
                self.fields[f"{point.code}_details"] = PlainTextField(
                    label=_("「あり」のときの内容"),
                    required=False,
                    max_length=MAX_DETAILS,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )
            else:
                self.fields[point.code] = ConfirmField(label=point.text)
        self.fields["dated_on"] = WarekiDateField(label=_("確認書の日付"))
        self.fields["signer_title"] = PlainTextField(label=_("署名者の役職"), max_length=100)
        self.fields["signer_name"] = PlainTextField(label=_("署名者の氏名"), max_length=100)

    def clean(self) -> dict[str, Any]:
        """An answer and its details agree."""
        data = super().clean() or {}
        for code in (EVENTS, FRAUD):
            answer, details = data.get(code), data.get(f"{code}_details")
            if answer == SOME and not details and f"{code}_details" not in self.errors:
                self.add_error(
                    f"{code}_details", _("「あり」を選んだときは、内容を入力してください。")
                )
            if answer == NONE and details:
                self.add_error(
                    code, _("内容が入力されています。「あり」を選ぶか、内容を消してください。")
                )
        return data

    def facts(self) -> ConfirmationFacts:
        """What was filled in, once it is valid."""
        data = self.cleaned_data
        return ConfirmationFacts(
            dated_on=data["dated_on"],
            confirmed=frozenset(p.code for p in self.points if not p.is_told and data[p.code]),
            subsequent_events=data.get(f"{EVENTS}_details") or "",
            fraud=data.get(f"{FRAUD}_details") or "",
            signer_title=data["signer_title"],
            signer_name=data["signer_name"],
        )


class ReviewForm(VersionForm):
    """A tick that the content was read."""

    confirmed = ConfirmField(
        label=_("報告書の内容を読み、監査の記録と合っていることを確認しました。")
    )


class SignForm(VersionForm):
    """Number and date of the report, and a tick."""

    reference = PlainTextField(label=_("報告書の番号"), max_length=100)
    dated_on = WarekiDateField(label=_("報告書の日付"))
    confirmed = ConfirmField(label=_("報告書の内容を確認し、監査責任者として署名します。"))


class IssueForm(VersionForm):
    """A tick before what cannot be taken back."""

    confirmed = ConfirmField(
        label=_("PDFの内容を確認しました。発行すると取り消せないことを理解しています。")
    )
