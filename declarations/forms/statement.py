"""Input of the declaration editor. A form knows texts and their limits; the services know the rules."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from core.choice_fields import ChooseOneField
from core.fields import KeyField, PlainTextField, VersionField
from core.forms import StrictForm
from declarations.enums import Adoption
from declarations.models import Statement
from declarations.services.statements import EDITABLE, LIMITS
from documents.forms import UploadField


class StatementForm(StrictForm):
    """The editable fields of one statement. Bound, it has only the fields that were sent, and saves only those."""

    version = VersionField()
    adoption = ChooseOneField(label=_("採否"), choices=Adoption.choices)
    reason = PlainTextField(
        label=_("選択しない理由"),
        help_text=_("この管理策を適用しなくてよいと判断した理由を書いてください。"),
        max_length=LIMITS["reason"],
        required=False,
        widget=forms.Textarea,
    )
    individual_control = PlainTextField(
        label=_("個別管理策"),
        help_text=_("誰が、何を、どの頻度で行い、何に記録するかを書いてください。"),
        max_length=LIMITS["individual_control"],
        required=False,
        widget=forms.Textarea,
    )
    base_service = ChooseOneField(
        label=_("基盤クラウドサービス"),
        help_text=_("監査対象期間を通してリストに掲載されているサービスだけを選べます。"),
        required=False,
    )
    inherited_note = PlainTextField(
        label=_("継承の内容"),
        help_text=_("何を継承し、どこからを自社で行うかを書いてください。"),
        max_length=LIMITS["inherited_note"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, number: str, bases: Sequence[tuple[str, str]] = (), **kwargs: Any
    ):
        super().__init__(*args, auto_id=f"{number}-%s", **kwargs)
        field = cast("forms.ChoiceField", self.fields["base_service"])
        field.choices = [("", _("継承しない")), *bases]
        for name in EDITABLE if self.is_bound else ():
            if name not in self.data:
                del self.fields[name]

    @classmethod
    def showing(
        cls, statement: Statement, bases: Sequence[tuple[str, str]] = ()
    ) -> "StatementForm":
        """The form with what is stored; `bases` are the services that it offers."""
        stored = {name: statement.said(name) for name in EDITABLE}
        return cls(
            number=statement.control.number,
            bases=bases,
            initial=stored | {"version": statement.row_version},
        )

    def completed(
        self,
        statement: Statement,
        bases: Sequence[tuple[str, str]] = (),
        *,
        version: int | None = None,
    ) -> "StatementForm":
        """The same input with what was not sent as it is stored: the whole form, to be shown again."""
        stored = {name: statement.said(name) for name in EDITABLE}
        sent = {name: self.data[name] for name in EDITABLE if name in self.data}
        shown = version or self.data.get("version") or statement.row_version
        again = StatementForm(
            stored | sent | {"version": shown}, number=statement.control.number, bases=bases
        )
        for name, errors in self.errors.items():
            known: list[str] = again.errors.get(name, [])
            again.add_error(
                None if name == NON_FIELD_ERRORS else name,
                [error for error in errors if error not in known],
            )
        return again

    @property
    def changes(self) -> dict[str, str]:
        """What was sent, cleaned, by field."""
        return {name: self.cleaned_data[name] for name in EDITABLE if name in self.cleaned_data}


class ExclusionForm(StrictForm):
    """Why an objective is excluded."""

    # 0 while the objective has no exclusion.
    version = VersionField(min_value=0)
    reason = PlainTextField(
        label=_("除外する理由"),
        help_text=_("このサービスに統制目標を合理的に適用できない理由を、具体的に書いてください。"),
        max_length=LIMITS["reason"],
        widget=forms.Textarea,
    )


class EvidenceForm(StrictForm):
    """A file for a statement. The key lets a second click find what the first one made."""

    upload = UploadField(label=_("ファイル"))
    note = PlainTextField(label=_("説明"), max_length=200, required=False)
    creation_key = KeyField()

    def __init__(self, *args: Any, number: str, **kwargs: Any):
        super().__init__(*args, auto_id=f"{number}-%s", **kwargs)
