"""Input of the secretariat's pages of listed services."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.choice_fields import ChooseOneField
from core.fields import KeyField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from core.labels import field_label
from core.normalise import code_text
from declarations.enums import ListName
from declarations.models import ListedService
from declarations.services.listed_services import FACTS

REASON_LENGTH = 1_000


class ListedSearchForm(StrictForm):
    """Free text for the list."""

    text = PlainTextField(
        label=gettext_lazy("登録番号・サービス名・事業者名"), max_length=100, required=False
    )


class ListedServiceForm(StrictForm):
    """What the published list says of one service."""

    list_name = ChooseOneField(
        label=field_label(ListedService, "list_name"),
        choices=ListName.choices,
        widget=forms.RadioSelect,
    )
    number = PlainTextField(
        label=field_label(ListedService, "number"),
        help_text=gettext_lazy("公表されている表記のとおりに入力してください。"),
        max_length=40,
    )
    name = PlainTextField(label=field_label(ListedService, "name"), max_length=200)
    provider_name = PlainTextField(
        label=field_label(ListedService, "provider_name"), max_length=200
    )
    listed_from = WarekiDateField(label=field_label(ListedService, "listed_from"))
    listed_until = WarekiDateField(
        label=field_label(ListedService, "listed_until"),
        help_text=gettext_lazy("リストに載っていた最後の日です。掲載中のときは空にします。"),
        required=False,
    )
    source = PlainTextField(
        label=field_label(ListedService, "source"),
        help_text=gettext_lazy("確かめた資料の名前、確認した日、URLなどを書いてください。"),
        max_length=500,
    )

    def clean_number(self) -> str:
        """One code without blanks, in plain width."""
        number = code_text(self.cleaned_data["number"])
        if re.search(r"\s", number):
            raise ValidationError(
                _("登録番号の中に空白があります。空白を除いて入力してください。"), code="blank"
            )
        return number

    def clean(self) -> dict[str, Any]:
        """The days run forward."""
        first, last = self.cleaned_data.get("listed_from"), self.cleaned_data.get("listed_until")
        if first and last and last < first:
            self.add_error(
                "listed_until", _("掲載開始日より前です。どちらかの日付を直してください。")
            )
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        return {name: self.cleaned_data[name] for name in FACTS}


class EnterListedServiceForm(ListedServiceForm):
    """A service that is not known yet. The key lets a second click find what the first one made."""

    creation_key = KeyField()


class CorrectListedServiceForm(ListedServiceForm):
    """A correction, with its reason and the row version that the person sees."""

    reason = PlainTextField(
        label=gettext_lazy("訂正の理由"), max_length=REASON_LENGTH, widget=forms.Textarea
    )
    version = VersionField()


class EndListingForm(StrictForm):
    """The last day on the list, and how it is known."""

    listed_until = WarekiDateField(
        label=field_label(ListedService, "listed_until"),
        help_text=gettext_lazy(
            "リストに載っていた最後の日です。例：令和8年4月1日 または 2026-04-01"
        ),
    )
    reason = PlainTextField(
        label=gettext_lazy("理由と出典"),
        help_text=gettext_lazy("廃止、取消しなどの別と、確かめた資料を書いてください。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea,
    )
    version = VersionField()
