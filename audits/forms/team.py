"""Forms of the team of an engagement."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.enums import InterestKind
from audits.limits import MAX_YEARS_IN_ROLE
from audits.models import IndependenceStatement
from audits.services.team import Answers
from core.choice_fields import ChooseOneField, ChooseRowField, ConfirmField
from core.fields import PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from core.normalise import code_text

YES, NO = "yes", "no"
YES_NO = [(NO, _("いいえ")), (YES, _("はい"))]
TEXT_LENGTH = 2000
_YEARS = format_lazy(_("1から{max}までの整数を入力してください。"), max=MAX_YEARS_IN_ROLE)


class AssignForm(StrictForm):
    """A person of the firm; whether he or she may join is for the service to say."""

    person = ChooseRowField(
        label=_("監査人"),
        queryset=User.objects.none(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("この監査機関の監査人から選んでください。")
        ),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])


class EndMemberForm(StrictForm):
    """Why a person leaves the team."""

    reason = PlainTextField(label=_("理由"), max_length=TEXT_LENGTH, widget=forms.Textarea)


class YearsField(forms.IntegerField):
    """Years in a row; full-width digits are accepted."""

    widget = forms.TextInput
    default_error_messages = {"required": _("年数を入力してください。"), "invalid": _YEARS}

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.validators = [
            MinValueValidator(1, message=_YEARS),
            MaxValueValidator(MAX_YEARS_IN_ROLE, message=_YEARS),
        ]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"class": "input--short", "inputmode": "numeric"}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(code_text(value) if isinstance(value, str) else value)


class IndependenceForm(StrictForm):
    """The questions to a member, each answered with yes or no, and with words where the answer is yes."""

    version = VersionField(min_value=0)
    advisory_work = ChooseOneField(
        label=_("この事業者に対して、助言やコンサルティングの業務を行ったことがありますか"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text=_("言明書や規程の作成の支援、システムの構築の支援を含みます。"),
    )
    advisory_last_day = WarekiDateField(
        label=_("助言業務を最後に行った日"),
        required=False,
        help_text=_(
            "いまも続いているときは空欄にしてください。例：令和8年4月1日 または 2026-04-01"
        ),
    )
    advisory_description = PlainTextField(
        label=_("助言業務の内容"), required=False, max_length=TEXT_LENGTH, widget=forms.Textarea
    )
    years_in_role = YearsField(
        label=_("この事業者の監査を、今回を含めて何年続けて担当しますか"),
        help_text=_("初めて担当するときは1です。"),
    )
    is_true = ConfirmField(
        label=_("以上のとおりで、独立性の条件を理解しています。変わったときは、すぐに確認し直します。")
    )  # fmt: skip

    field_order = (
        "advisory_work", "advisory_last_day", "advisory_description", "years_in_role",
        *(name for kind in InterestKind for name in (kind.value, f"{kind.value}_text")), "is_true",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for kind in InterestKind:
            self.fields[kind.value] = ChooseOneField(
                label=QUESTIONS[kind], choices=YES_NO, widget=forms.RadioSelect
            )
            self.fields[f"{kind.value}_text"] = PlainTextField(
                label=_("%(kind)sの内容") % {"kind": kind.label},
                required=False,
                max_length=TEXT_LENGTH,
                widget=forms.Textarea,
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        needed = {"advisory_work": "advisory_description"}
        needed |= {kind.value: f"{kind.value}_text" for kind in InterestKind}
        for question, text in needed.items():
            if sent.get(question) == YES and text not in self.errors and not sent.get(text):
                self.add_error(text, _("「はい」と答えたときは、内容を入力してください。"))
        return sent

    def answers(self) -> Answers:
        """What was said, once the form is valid."""
        sent = self.cleaned_data
        return Answers(
            advisory_work=sent["advisory_work"] == YES,
            years_in_role=sent["years_in_role"],
            advisory_last_day=sent["advisory_last_day"],
            advisory_description=sent["advisory_description"],
            interests={
                kind.value: sent[f"{kind.value}_text"]
                for kind in InterestKind
                if sent[kind.value] == YES
            },
        )


QUESTIONS = {
    InterestKind.FINANCIAL: _("この事業者に、株式、貸付けなどの経済的な利害関係がありますか"),
    InterestKind.FAMILY: _("この事業者の役員や担当者に、家族や親族がいますか"),
    InterestKind.EMPLOYMENT: _("この事業者の役員か従業員である、またはその予定がありますか"),
}


def answers_said(statement: IndependenceStatement) -> dict[str, Any]:
    """What was said last, as the form shows it again; the tick is not repeated."""
    said = {
        "advisory_work": YES if statement.advisory_work else NO,
        "advisory_last_day": statement.advisory_last_day,
        "advisory_description": statement.advisory_description,
        "years_in_role": statement.years_in_role,
    }
    for kind in InterestKind:
        said[kind.value] = YES if kind in statement.interests else NO
        said[f"{kind.value}_text"] = statement.interests.get(kind, "")
    return said
