"""Forms of an engagement."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.choice_fields import ChooseRowField
from core.fields import PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from documents.forms import UploadField


class CommissionForm(StrictForm):
    """Choose a listed audit body."""

    firm = ChooseRowField(
        label=_("監査機関"),
        queryset=Organisation.objects.none(),
        empty_label=_("監査機関を選んでください"),
        help_text=_("監査機関リストに掲載されている監査機関から選びます。"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            _("監査機関リストに掲載されている監査機関を選んでください。"),
        ),
    )
    message = PlainTextField(
        label=_("連絡事項"), required=False, max_length=2000, widget=forms.Textarea
    )

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["firm"].queryset = Organisation.objects.listed_audit_bodies(on)


class VersionForm(StrictForm):
    """An act that needs nothing but the version that the page showed."""

    version = VersionField()


class ReasonForm(VersionForm):
    """An act that needs a reason."""

    reason = PlainTextField(label=_("理由"), max_length=2000, widget=forms.Textarea)


class AuditReportForm(VersionForm):
    """The audit result report."""

    reference = PlainTextField(label=_("報告書の番号"), max_length=100)
    issued_on = WarekiDateField(label=_("報告書の日付"))
    upload = UploadField(label=_("実施結果報告書"))


class InternalAuditForm(StrictForm):
    """The internal-audit record."""

    reference = PlainTextField(label=_("報告書の番号"), max_length=100)
    audited_from = WarekiDateField(label=_("監査の開始日"))
    audited_until = WarekiDateField(label=_("監査の終了日"))
    issued_on = WarekiDateField(label=_("報告書の日付"))
    auditors = PlainTextField(
        label=_("監査人とその独立性"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("監査した人の所属と、自らの業務を監査していないことを書いてください。"),
    )
    summary = PlainTextField(
        label=_("監査の対象と結果の概要"), max_length=5000, widget=forms.Textarea
    )
    upload = UploadField(label=_("内部監査報告書"))
