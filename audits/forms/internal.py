"""Forms of the internal audit: programme, plan, auditors, items, results, nonconformities, actions, report."""

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.enums import Gravity, ItemMethod, ItemReason, ItemResult, Verification
from audits.forms.engagement import VersionForm
from audits.models import InternalAuditor
from core.choice_fields import ChooseManyField, ChooseOneField, ChooseRowField, ChooseTypedField
from core.fields import KeyField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm

FREQUENCIES = (1, 3, 6, 12, 24, 36)
# What an item on which nothing was said yet sends.
UNTESTED = ("", _("未確認"))


class LongTextField(PlainTextField):
    """Several lines."""

    widget = forms.Textarea


class ProgrammeForm(StrictForm):
    """The programme (内部監査基本計画). `version` is the one that the page showed, 0 without any."""

    version = VersionField(min_value=0)
    purpose = LongTextField(label=_("目的"), max_length=2000)
    scope = LongTextField(label=_("対象範囲"), max_length=2000)
    management = LongTextField(
        label=_("管理体制"),
        max_length=2000,
        help_text=_("誰が計画し、誰が監査し、誰が承認して誰に報告するかを書いてください。"),
    )
    frequency_months = ChooseTypedField(
        label=_("頻度"),
        coerce=int,
        choices=[(months, _("%(months)sか月ごと") % {"months": months}) for months in FREQUENCIES],
    )
    weighting = LongTextField(
        label=_("重み付けの考え方"),
        max_length=2000,
        help_text=_("重要さと過去の結果を、監査する項目の選び方にどう反映するかを書いてください。"),
    )
    valid_from = WarekiDateField(label=_("適用開始日"))


class PlanForm(StrictForm):
    """When, where and how (内部監査実施計画)."""

    starts_on = WarekiDateField(label=_("監査の開始日"))
    ends_on = WarekiDateField(label=_("監査の終了日"))
    place = PlainTextField(label=_("場所"), max_length=200)
    methods = LongTextField(label=_("方法"), max_length=2000)


class EditPlanForm(PlanForm):
    """The same, of a plan that exists."""

    version = VersionField()


class AuditorForm(StrictForm):
    """A colleague who audits."""

    person = ChooseRowField(label=_("内部監査人"), queryset=User.objects.none())
    share = PlainTextField(
        label=_("分担"), max_length=300, help_text=_("例：5章から9章まで、運用部門の項目")
    )

    def __init__(self, *args, people: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda person: person.name


class ReasonsForm(VersionForm):
    """Add every control that has one of these reasons."""

    reasons = ChooseManyField(
        label=_("加える理由"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, one.label) for one in ItemReason if one != ItemReason.CHOSEN],
        error_messages={"required": _("監査する理由を1つ以上選んでください。")},
    )


class SectionItemsForm(VersionForm):
    """Take the ticked controls of a section in or out."""

    act = ChooseOneField(label=_("操作"), choices=[("add", _("加える")), ("remove", _("外す"))])
    n = ChooseManyField(
        label=_("項目"), error_messages={"required": _("項目を1つ以上選んでください。")}
    )

    def __init__(self, *args, numbers: Iterable[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["n"].choices = [(number, number) for number in numbers]


class AssignForm(VersionForm):
    """Give the items of sections to an auditor."""

    auditor = ChooseTypedField(label=_("内部監査人"), coerce=int)
    only_free = ChooseTypedField(
        label=_("割り当てる項目"),
        coerce=lambda value: value == "free",
        widget=forms.RadioSelect,
        choices=[
            ("free", _("監査人が決まっていない項目だけ")),
            ("all", _("ほかの監査人の項目も含む（確認済みを除く）")),
        ],
        initial="free",
    )
    sections = ChooseManyField(
        label=_("節"), error_messages={"required": _("節を1つ以上選んでください。")}
    )

    def __init__(
        self,
        *args,
        auditors: Iterable[InternalAuditor],
        sections: Iterable[tuple[str, str]],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.fields["auditor"].choices = [
            ("", _("選んでください")),
            *((one.pk, f"{one.person.name}（{one.share}）") for one in auditors),
        ]
        self.fields["sections"].choices = list(sections)


class ResultsForm(StrictForm):
    """The day that holds for the results that are recorded together."""

    tested_on = WarekiDateField(label=_("確認した日"), initial=timezone.localdate)


class ResultForm(StrictForm):
    """One row: what the auditor found."""

    version = VersionField()
    result = ChooseOneField(
        label=_("結果"),
        required=False,
        widget=forms.RadioSelect,
        choices=[UNTESTED, *ItemResult.choices],
    )
    method = ChooseOneField(
        label=_("方法"),
        required=False,
        choices=[("", _("方法を選ぶ")), *ItemMethod.choices],
    )
    sample = PlainTextField(label=_("確認した対象"), required=False, max_length=1000)
    note = LongTextField(label=_("所見"), required=False, max_length=2000)


class FactForm(StrictForm):
    """What the auditor states."""

    severity = ChooseOneField(
        label=_("程度"), widget=forms.RadioSelect, choices=Gravity.choices, initial=Gravity.MINOR
    )
    fact = LongTextField(
        label=_("不適合の内容"),
        max_length=3000,
        help_text=_(
            "確認した事実と、満たしていない要求を書いてください。原因と処置は責任者が答えます。"
        ),
    )


class RaiseForm(FactForm):
    """A new nonconformity."""

    creation_key = KeyField()


class RewordForm(FactForm):
    """The same, better said."""

    version = VersionField()


class SaidForm(StrictForm):
    """An act on a row that moves no version, with its reason."""

    reason = LongTextField(label=_("理由"), max_length=2000)


class AnswerForm(StrictForm):
    """Cause and corrective action."""

    creation_key = KeyField()
    cause = LongTextField(label=_("原因"), max_length=3000)
    action = LongTextField(label=_("是正処置"), max_length=3000)
    owner = ChooseRowField(label=_("責任者"), queryset=User.objects.none())
    due = WarekiDateField(label=_("期限"))

    def __init__(self, *args, people: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        self.fields["owner"].label_from_instance = lambda person: person.name


class DoneForm(StrictForm):
    """The owner's word that the action was carried out."""

    done_on = WarekiDateField(label=_("完了日"), initial=timezone.localdate)
    note = LongTextField(label=_("実施した内容"), max_length=3000)


class VerifyForm(VersionForm):
    """What the auditor found."""

    verification = ChooseOneField(
        label=_("検証の結果"), widget=forms.RadioSelect, choices=Verification.choices
    )
    note = LongTextField(label=_("検証の所見"), max_length=3000)


class ApproveForm(VersionForm):
    """What the approver says beside the records."""

    reference = PlainTextField(label=_("報告書の番号"), max_length=100)
    conclusion = LongTextField(label=_("総合結果"), max_length=3000)
    reported_to = PlainTextField(
        label=_("報告先"), max_length=200, help_text=_("例：情報セキュリティ委員会")
    )
    reported_on = WarekiDateField(label=_("報告日"), initial=timezone.localdate)
