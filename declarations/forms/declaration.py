"""Forms around a declaration: opening it, its body, handing it back, fixing it."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from controls.models import CatalogueEdition
from controls.rules import Rules
from core.calendar import format_wareki
from core.choice_fields import ChooseOneField, ConfirmField
from core.fields import PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from core.labels import field_label
from declarations.forms.publication import tell_publication
from declarations.models import Declaration
from declarations.snapshot import BODY_FIELDS

LONG = 5_000
CARRY, EMPTY = "carry", "empty"
FOR_APPROVAL = gettext_lazy("承認の依頼までに必要")


class OpenDeclarationForm(StrictForm):
    """Edition and audited period of a new declaration. The rules on periods are those of the service."""

    period_start = WarekiDateField(label=field_label(Declaration, "period_start"))
    period_end = WarekiDateField(label=field_label(Declaration, "period_end"))
    edition = ChooseOneField(
        label=gettext_lazy("適用するISMAP管理基準の版"), widget=forms.RadioSelect
    )
    start = ChooseOneField(
        label=gettext_lazy("記載の始め方"),
        help_text=gettext_lazy(
            "引き継いだ内容は「引継・未確認」になり、確認するまで承認を依頼できません。"
        ),
        widget=forms.RadioSelect,
        choices=[
            (CARRY, gettext_lazy("前回の言明から引き継ぐ")),
            (EMPTY, gettext_lazy("空の言明から始める")),
        ],
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        editions: list[CatalogueEdition],
        initial: dict[str, Any] | None = None,
        previous: Declaration | None = None,
    ):
        super().__init__(data, initial=initial)
        self.previous = previous
        if previous is None:
            del self.fields["start"]
        edition = cast("forms.ChoiceField", self.fields["edition"])
        edition.choices = [(str(row.pk), edition_label(row)) for row in editions]

    @property
    def facts(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        data = self.cleaned_data
        return {
            "edition_id": UUID(data["edition"]),
            "period_start": data["period_start"],
            "period_end": data["period_end"],
            "carry_from": self.previous.pk if self.previous and data["start"] == CARRY else None,
        }


def edition_label(edition: CatalogueEdition) -> str:
    """Name and first day in force."""
    return _("%(name)s（%(day)sから適用）") % {
        "name": edition.name,
        "day": format_wareki(edition.in_force_from, weekday=False),
    }


class BodyForm(StrictForm):
    """What a declaration says beside its statements (criteria 2.2). A draft may be incomplete."""

    scope = PlainTextField(
        label=field_label(Declaration, "scope"),
        help_text=gettext_lazy(
            "対象とするサービス、機能、組織、リージョンの範囲を書いてください。"
        ),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    out_of_scope = PlainTextField(
        label=field_label(Declaration, "out_of_scope"),
        help_text=gettext_lazy("同じ名称のサービスのうち、言明に含めないものを書いてください。"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    subsequent_events = PlainTextField(
        label=field_label(Declaration, "subsequent_events"),
        help_text=gettext_lazy(
            "監査対象期間の末日から実施結果報告書の日までに起きた、知らせるべき出来事を書いてください。"
        ),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    special_notes = PlainTextField(
        label=field_label(Declaration, "special_notes"),
        help_text=gettext_lazy("ほかに言明で述べておくことがあれば書いてください。"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    signer_title = PlainTextField(
        label=field_label(Declaration, "signer_title"),
        help_text=gettext_lazy(
            "このサービスの情報セキュリティのガバナンスに最終的な責任を持つ人です。例：執行役員 CISO"
        ),
        max_length=100,
        required=False,
    )
    signer_name = PlainTextField(
        label=field_label(Declaration, "signer_name"), max_length=100, required=False
    )
    version = VersionField()

    def __init__(
        self, data: QueryDict | None = None, *, rules: Rules, initial: dict[str, Any] | None = None
    ):
        super().__init__(data, initial=initial)
        tell_publication(self, rules)
        for name in ("scope", "signer_title", "signer_name"):
            cast("PlainTextField", self.fields[name]).optional_label = FOR_APPROVAL

    @classmethod
    def values_of(cls, declaration: Declaration) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        return {name: getattr(declaration, name) for name in BODY_FIELDS} | {
            "version": declaration.row_version
        }

    @property
    def facts(self) -> dict[str, str]:
        """What was typed, as the service takes it."""
        return {name: self.cleaned_data[name] for name in BODY_FIELDS}


class HandBackForm(StrictForm):
    """Why the approver returns the declaration to its writers."""

    reason = PlainTextField(
        label=gettext_lazy("差戻しの理由"),
        help_text=gettext_lazy(
            "どこを、どう直してほしいかを書いてください。担当者の画面に表示されます。"
        ),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class FixForm(StrictForm):
    """The approver's confirmation of what the page showed."""

    version = VersionField()
    confirmed = ConfirmField(label=gettext_lazy("この版の内容を確認し、言明として確定します"))
