"""The description of a cloud service (forms 言明書 and 登録申請書, public list): one long form in sections."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.organisations import KanaField, PhoneField
from controls.rules import Rules
from core.choice_fields import ChooseManyField, ChooseOneField
from core.fields import KeyField, MailField, PlainTextField, VersionField
from core.forms import StrictForm
from core.labels import field_label
from declarations.enums import DeliveryModel
from declarations.forms.publication import tell_publication
from declarations.models import CloudService
from declarations.snapshot import SERVICE_FIELDS

LONG = 2_000
BUSINESS_LIMIT = 200
FOR_APPLICATION = gettext_lazy("登録申請までに必要")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form under its own heading."""

    anchor: str
    title: Promise
    names: tuple[str, ...]


SECTIONS = (
    Section(
        "basics",
        gettext_lazy("サービスの基本"),
        ("name", "name_kana", "delivery_model", "overview", "businesses", "other_businesses"),
    ),
    Section(
        "extent",
        gettext_lazy("リージョンと基盤"),
        ("regions", "base_services", "uncovered_services"),
    ),
    Section(
        "law",
        gettext_lazy("データと法令"),
        ("data_locations", "foreign_law_risk", "governing_law"),
    ),
    Section(
        "trust",
        gettext_lazy("事業者と検査"),
        ("capital_and_officers", "third_party_tests", "other_certifications", "generative_ai"),
    ),
    Section("contact", gettext_lazy("連絡先"), ("contact_name", "contact_email", "contact_phone")),
)


def _text(name: str, hint: Any, *, required: bool = False, later: Any = "") -> PlainTextField:
    field = PlainTextField(
        label=field_label(CloudService, name),
        help_text=hint,
        max_length=LONG,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field.optional_label = later
    return field


class ServiceForm(StrictForm):
    """Everything that a provider says about a service. Hints tell which of it stands on the public list."""

    name = PlainTextField(
        label=field_label(CloudService, "name"),
        max_length=200,
        help_text=gettext_lazy("契約書や利用規約で使っている正式な名称を入力してください。"),
    )
    name_kana = KanaField(label=field_label(CloudService, "name_kana"), max_length=200)
    delivery_model = ChooseOneField(
        label=field_label(CloudService, "delivery_model"),
        choices=DeliveryModel,
        initial=DeliveryModel.SAAS,
        widget=forms.RadioSelect,
    )
    overview = _text(
        "overview", gettext_lazy("誰が、何のために使うサービスかを書いてください。"), required=True
    )
    businesses = ChooseManyField(
        label=field_label(CloudService, "target_businesses"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other_businesses = PlainTextField(
        label=gettext_lazy("そのほかの対象業務"),
        help_text=gettext_lazy("公式の資料にある名称を、1行に1つずつ入力してください。"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    regions = _text(
        "regions",
        gettext_lazy("サービスを提供し、データを処理するリージョンをすべて書いてください。"),
        required=True,
    )
    base_services = _text(
        "base_services",
        gettext_lazy("土台にしているクラウドサービスの名称と、ISMAPの登録番号を書いてください。"),
    )
    uncovered_services = _text(
        "uncovered_services",
        gettext_lazy(
            "利用しているが言明の対象に含めないサービスを挙げ、その関係を書いてください。"
        ),
    )
    data_locations = _text(
        "data_locations",
        gettext_lazy("利用者のデータと、その控えを保管する国と地域を書いてください。"),
        required=True,
    )
    foreign_law_risk = _text(
        "foreign_law_risk",
        gettext_lazy(
            "国外の法令により、意図しないデータの開示や処理が行われるおそれを書いてください。"
        ),
        later=FOR_APPLICATION,
    )
    governing_law = _text(
        "governing_law",
        gettext_lazy("利用者との契約に適用する法律と、裁判を行う裁判所を書いてください。"),
        required=True,
    )
    capital_and_officers = _text(
        "capital_and_officers",
        gettext_lazy("主な株主と、役員の構成を書いてください。"),
        later=FOR_APPLICATION,
    )
    third_party_tests = _text(
        "third_party_tests",
        gettext_lazy(
            "侵入テストや脆弱性診断の実施状況と、利用者による検査の受入れを書いてください。"
        ),
        later=FOR_APPLICATION,
    )
    other_certifications = _text(
        "other_certifications",
        gettext_lazy("認証の名称、番号、範囲、有効期間を書いてください。"),
    )
    generative_ai = _text(
        "generative_ai",
        gettext_lazy("生成AIの機能の有無と、利用している生成AIのサービスを書いてください。"),
    )
    contact_name = PlainTextField(label=field_label(CloudService, "contact_name"), max_length=200)
    contact_email = MailField(label=field_label(CloudService, "contact_email"))
    contact_phone = PhoneField(label=field_label(CloudService, "contact_phone"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, rules: Rules, initial: dict[str, Any] | None = None
    ):
        super().__init__(data, initial=initial)
        known = rules.value("target_businesses") or []
        businesses = cast("forms.MultipleChoiceField", self.fields["businesses"])
        businesses.choices = [(name, name) for name in known]
        tell_publication(self, rules)

    @classmethod
    def values_of(cls, facts: dict[str, Any], rules: Rules) -> dict[str, Any]:
        """Stored facts as the form shows them; the twin of `facts`."""
        known = rules.value("target_businesses") or []
        chosen = facts["target_businesses"]
        return facts | {
            "businesses": [name for name in chosen if name in known],
            "other_businesses": "\n".join(name for name in chosen if name not in known),
        }

    @property
    def sections(self) -> Iterator[tuple[Section, list[BoundField]]]:
        """The fields by section."""
        for section in SECTIONS:
            yield section, [self[name] for name in section.names]

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        lines = data["other_businesses"].splitlines()
        businesses = dict.fromkeys([*data["businesses"], *lines])
        return {name: data[name] for name in SERVICE_FIELDS if name in data} | {
            "target_businesses": list(businesses)
        }

    def clean_other_businesses(self) -> str:
        """One business a line, each short enough to be kept."""
        lines = [line.strip() for line in self.cleaned_data["other_businesses"].splitlines()]
        for number, line in enumerate(lines, 1):
            if len(line) > BUSINESS_LIMIT:
                raise ValidationError(
                    _(
                        "%(number)s行目が長すぎます。1行は%(max)s字以内にしてください（いまは%(count)s字です）。"
                    )
                    % {"number": number, "max": BUSINESS_LIMIT, "count": len(line)}
                )
        return "\n".join(filter(None, lines))


class NewServiceForm(ServiceForm):
    """For a service that is not described yet. The key lets a second click find what the first one made."""

    creation_key = KeyField()

    @property
    def key(self) -> UUID:
        """Which sheet this is."""
        return self.cleaned_data["creation_key"]


class EditServiceForm(ServiceForm):
    """For one that is. `version` is the row version that the person sees."""

    version = VersionField()
