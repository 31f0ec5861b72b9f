"""Parsing of what people type about an organisation."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from core.choice_fields import ChooseOneField
from core.fields import CorporateNumberField, PlainTextField, VersionField, WarekiDateField
from core.forms import StrictForm
from core.normalise import code_text

_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_KANA = re.compile(r"[ァ-ヺー・　 ]*")
_POSTAL_CODE = re.compile(r"([0-9]{3})([0-9]{4})")
_PHONE = re.compile(r"\+?[0-9()-]{4,29}")
_HYPHENS = str.maketrans("‐‑‒–—−ーｰ", "--------")


class KanaField(PlainTextField):
    """フリガナ in full-width katakana; hiragana and half-width katakana are converted."""

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", value or "").translate(_TO_KATAKANA)
        text = super().to_python(typed) or ""
        if not _KANA.fullmatch(text):
            raise ValidationError(
                _("フリガナは、カタカナ（ひらがなも可）と空白、中点だけで入力してください。")
            )
        return text


class PostalCodeField(forms.CharField):
    """郵便番号: seven digits, stored as 123-4567."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        digits = "".join(code_text(text[:40]).translate(_HYPHENS).replace("-", "").split())
        match = _POSTAL_CODE.fullmatch(digits.removeprefix("〒"))
        if match is None:
            raise ValidationError(_("郵便番号は7桁の数字です。例：100-0001"))
        return f"{match[1]}-{match[2]}"


class PhoneField(forms.CharField):
    """電話番号: digits, hyphens and brackets, half width."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        number = "".join(code_text(text[:80]).translate(_HYPHENS).split())
        if not _PHONE.fullmatch(number):
            raise ValidationError(_("電話番号は数字とハイフンで入力してください。例：03-0000-0000"))
        return number


class OrganisationFields(StrictForm):
    """What is kept about an organisation."""

    name = PlainTextField(label=_("名称"), max_length=200, help_text=_("登記上の名称"))
    name_kana = KanaField(label=_("フリガナ"), max_length=200, required=False)
    corporate_number = CorporateNumberField(label=_("法人番号"), required=False)
    postal_code = PostalCodeField(label=_("郵便番号"), required=False)
    address = PlainTextField(label=_("所在地"), max_length=300, required=False)
    representative_title = PlainTextField(label=_("代表者の役職"), max_length=100, required=False)
    representative_name = PlainTextField(label=_("代表者の氏名"), max_length=100, required=False)
    phone = PhoneField(label=_("電話番号"), required=False)
    profile = PlainTextField(
        label=_("事業者の概要"), max_length=2000, required=False, widget=forms.Textarea
    )


class OrganisationForm(OrganisationFields):
    """The same for an existing organisation. `version` is the row version that the person sees."""

    version = VersionField(label=_("画面の版"))


class NewOrganisationForm(OrganisationFields):
    """The same for a new organisation. The committee is made at installation."""

    kind = ChooseOneField(
        label=_("種別"),
        widget=forms.RadioSelect,
        choices=[
            (kind.value, kind.label) for kind in (OrganisationKind.CSP, OrganisationKind.AUDIT_BODY)
        ],
    )
    field_order = ["kind"]


class SearchForm(StrictForm):
    """Free text for the list of organisations."""

    text = PlainTextField(label=_("名称・フリガナ・法人番号"), max_length=100, required=False)


class ListingForm(StrictForm):
    """A firm comes onto the list of audit bodies."""

    on = WarekiDateField(label=_("掲載日"))
    reason = PlainTextField(label=_("備考"), max_length=1000, required=False, widget=forms.Textarea)


class DelistingForm(StrictForm):
    """A firm leaves the list of audit bodies."""

    on = WarekiDateField(label=_("削除日"))
    reason = PlainTextField(label=_("理由"), max_length=1000, widget=forms.Textarea)
