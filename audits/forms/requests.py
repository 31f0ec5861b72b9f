"""Forms of evidence requests."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audits.forms.engagement import ReasonForm
from audits.limits import MAX_PROVIDED_FILES
from core.choice_fields import ChooseRowsField
from core.fields import KeyField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from declarations.models import EvidenceVersion
from declarations.selectors.evidence_targets import codes_in
from documents.forms import UploadsField

NUMBERS_LENGTH = 5_000


class AskForm(StrictForm):
    """What the auditors ask for."""

    title = PlainTextField(
        label=_("件名"), max_length=200, help_text=_("例：特権IDの棚卸し記録（上期）")
    )
    text = PlainTextField(
        label=_("依頼の内容"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("どの期間の、どの資料が必要かを書いてください。事業者はすべて読みます。"),
    )
    numbers = PlainTextField(
        label=_("管理策の番号"),
        max_length=NUMBERS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "いくつでも書けます。読点、空白、改行で区切り、全角でもかまいません。"
            "節や統制目標の番号（例：9.2）は、その中のすべての詳細管理策を表します。"
        ),
    )
    due_on = WarekiDateField(label=_("期限"), required=False)
    creation_key = KeyField()

    def __init__(self, *args: Any, due_hint: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].help_text = due_hint

    @property
    def codes(self) -> list[str]:
        """The numbers that were typed."""
        return codes_in(self.cleaned_data["numbers"] or "")


class ProvideForm(StrictForm):
    """What the provider gives: files from the library, new files, words."""

    versions = ChooseRowsField(
        label=_("保管庫の証跡"), queryset=EvidenceVersion.objects.none(), required=False
    )
    uploads = UploadsField(label=_("新しいファイル"), max_files=MAX_PROVIDED_FILES, required=False)
    answer = PlainTextField(label=_("回答"), max_length=5000, required=False, widget=forms.Textarea)
    version = VersionField()
    creation_key = KeyField()

    def __init__(self, *args: Any, versions: QuerySet[EvidenceVersion], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["versions"].queryset = versions


class ReturnForm(ReasonForm):
    """What is missing, and by when."""

    due_on = WarekiDateField(label=_("新しい期限"), required=False)

    def __init__(self, *args: Any, due_hint: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("足りないもの")
        self.fields["due_on"].help_text = due_hint
