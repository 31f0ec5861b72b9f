"""Forms of an audit cycle and its plan."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.engagement import VersionForm
from audits.planning.moving import OUT
from core.choice_fields import ChooseManyField, ChooseTypedField
from core.fields import PlainTextField
from core.forms import StrictForm
from core.normalise import code_text

REASON_LENGTH = 1000


def year_choices(years: Iterable[int]) -> list[tuple[int, str]]:
    """1年目 and so on."""
    return [(year, _("%(year)s年目") % {"year": year}) for year in years]


class OpenCycleForm(StrictForm):
    """Over how many years the audit is spread."""

    years = ChooseTypedField(
        label=_("年数"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("年数を選んでください。")},
    )

    def __init__(self, *args, years: Iterable[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["years"].choices = [
            (number, _("%(years)s年") % {"years": number}) for number in years
        ]


class MoveForm(VersionForm):
    """Which controls go to which year. `n` are numbers of the page, `to` an open year or out of the plan."""

    n = ChooseManyField(
        label=_("移す項目"), error_messages={"required": _("移す項目を選んでください。")}
    )
    to = ChooseTypedField(
        label=_("移す先"), coerce=int, error_messages={"required": _("移す先を選んでください。")}
    )

    def __init__(self, *args, years: Iterable[int], numbers: Iterable[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["n"].choices = [(number, number) for number in numbers]
        self.fields["to"].choices = [
            ("", _("選んでください")),
            *year_choices(years),
            (OUT, _("計画から外す")),
        ]


class IncludeForm(VersionForm):
    """A control that the auditor puts into a year, with the reason."""

    number = PlainTextField(
        label=_("項目の番号"),
        max_length=20,
        help_text=_("詳細管理策の番号です。例：9.2.3.11.PB"),
    )
    year = ChooseTypedField(label=_("監査する年度"), coerce=int)
    reason = PlainTextField(
        label=_("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea,
        help_text=_("事業者と、申請を受けた事務局・運営委員会も読みます。"),
    )

    def __init__(self, *args, years: Iterable[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("選んでください")), *year_choices(years)]

    def clean_number(self) -> str:
        """As the criteria write it."""
        return code_text(self.cleaned_data["number"]).removeprefix("A.")
