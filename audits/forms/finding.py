"""Forms of a finding: what the auditor says, what the provider answers, what the retest showed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.enums import Evaluation, Severity
from audits.forms.engagement import VersionForm
from audits.models import ControlTest
from core.choice_fields import ChooseManyField, ChooseOneField, ChooseRowField, ChooseTypedField
from core.fields import KeyField, PlainTextField, WarekiDateField
from core.forms import StrictForm
from documents.models import StoredFile

TEXT_LENGTH = 4000


class ChooseTestForm(StrictForm):
    """The control that a finding is about: one of those in the scope of the engagement."""

    test = ChooseRowField(label=_("管理策"), queryset=ControlTest.objects.none())

    def __init__(self, *args: Any, tests: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["test"].queryset = tests
        self.fields["test"].label_from_instance = control_label


def control_label(test: ControlTest) -> str:
    """The control of a test by number and title; a detail without a title has that of its objective."""
    control = test.control
    return f"{control.number} {control.title or control.parent.title}"


class FindingForm(StrictForm):
    """What the auditor says. `files` are those that were reviewed in the test."""

    evaluation = ChooseOneField(
        label=_("評価"), widget=forms.RadioSelect, choices=Evaluation.choices
    )
    severity = ChooseOneField(label=_("重要度"), widget=forms.RadioSelect, choices=Severity.choices)
    fact = PlainTextField(
        label=_("発見した事実"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
        help_text=_("通知すると、事業者が読みます。通知した後は変えられません。"),
    )
    effect = PlainTextField(
        label=_("影響"), max_length=TEXT_LENGTH, widget=forms.Textarea, required=False
    )
    sample_note = PlainTextField(
        label=_("サンプルでの件数と内容"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
        required=False,
    )
    evidence = ChooseManyField(
        label=_("示している証跡"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("この監査手続で閲覧した証跡です。"),
    )

    def __init__(self, *args: Any, files: Iterable[StoredFile], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(str(file.pk), file.label) for file in files]
        self.fields["evidence"].choices = choices
        if not choices:
            del self.fields["evidence"]


class RaiseForm(FindingForm):
    """A new finding."""

    creation_key = KeyField()


class EditForm(FindingForm, VersionForm):
    """A draft, written anew."""


class AnswerForm(VersionForm):
    """The provider's answer."""

    root_cause = PlainTextField(label=_("原因"), max_length=TEXT_LENGTH, widget=forms.Textarea)
    plan = PlainTextField(label=_("改善の計画"), max_length=TEXT_LENGTH, widget=forms.Textarea)
    owner = ChooseRowField(label=_("担当者"), queryset=User.objects.none())
    due_on = WarekiDateField(label=_("改善の期限"))

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues
        self.fields["owner"].label_from_instance = lambda person: person.name


class CompleteForm(VersionForm):
    """The remedy is done."""

    done_on = WarekiDateField(label=_("改善の完了日"))
    result = PlainTextField(
        label=_("改善の結果"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
        help_text=_(
            "何をしたかと、それを確かめられる記録を書いてください。監査機関が再評価します。"
        ),
    )


class RetestForm(VersionForm):
    """What looking again showed. A remedy that was not reported yet can be found there, but not found missing."""

    is_remedied = ChooseTypedField(
        label=_("再評価の結果"),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("改善を確認した（発見事項を完了にする）")),
            ("no", _("改善を確認できなかった（事業者の回答を待つ）")),
        ],
    )
    procedure = PlainTextField(
        label=_("再評価の手続と結果"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
        help_text=_("事業者も読みます。"),
    )
