"""The content of an application as terms and values: what 登録申請書 says (regulation 4.2)."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.calendar import format_wareki
from core.corporate_number import format_corporate_number
from declarations.enums import DeliveryModel
from declarations.models import CloudService
from registrations.enums import ClearanceKind
from registrations.models import Application, Clearance
from registrations.particulars import particulars_of

_PROVIDER = (
    "name", "corporate_number", "postal_code", "address", "representative_title", "representative_name", "phone",
)  # fmt: skip
_SERVICE = (
    "name", "delivery_model", "overview", "regions", "base_services", "uncovered_services", "target_businesses",
)  # fmt: skip
_DISCLOSURE = (
    "data_locations", "foreign_law_risk", "governing_law", "capital_and_officers", "third_party_tests",
    "other_certifications", "generative_ai",
)  # fmt: skip
_CONTACT = ("contact_name", "contact_email", "contact_phone")

Item = dict[str, Any]


def application_facts(
    application: Application, clearances: dict[str, Clearance]
) -> list[tuple[str, list[Item]]]:
    """Headings with their terms and values, as filed, or before filing as they are now."""
    content = particulars_of(application)
    provider, service = content["organisation"], content["service"]
    return [
        (_("申請"), _filing(application)),
        (_("申請者"), _items(Organisation, _PROVIDER, provider)),
        (_("クラウドサービス"), _items(CloudService, _SERVICE, service)),
        (_("開示する情報"), _items(CloudService, _DISCLOSURE, service)),
        (_("監査"), _audits(application, clearances)),
        (_("連絡先"), _items(CloudService, _CONTACT, service)),
    ]


def clearance_items(clearance: Clearance | None) -> list[Item]:
    """Who issued the report, its number and its date; one line that says so where there is none."""
    if clearance is None:
        return [_item(_("報告書"), _("まだありません"))]
    return [
        _item(_("実施者"), clearance.issuer),
        _item(_("報告書の番号"), clearance.reference),
        _item(_("報告書の日付"), format_wareki(clearance.issued_on)),
    ]


def _filing(application: Application) -> list[Item]:
    declaration = application.declaration
    filed = application.filed_at
    return [
        _item(_("申請の区分"), application.get_kind_display()),
        _item(_("申請番号"), application.receipt_number or _("申請すると付きます")),
        _item(_("申請日"), format_wareki(timezone.localdate(filed)) if filed else _("未申請")),
        _item(_("言明の版"), _("第%(version)s版") % {"version": declaration.version}),
        _item(_("監査対象期間"), period_text(application)),
        _item(_("補足"), application.note or _("なし"), is_multiline=True),
    ]


def period_text(application: Application) -> str:
    """令和7年4月1日から令和8年3月31日まで."""
    declaration = application.declaration
    return _("%(start)sから%(end)sまで") % {
        "start": format_wareki(declaration.period_start, weekday=False),
        "end": format_wareki(declaration.period_end, weekday=False),
    }


def _audits(application: Application, clearances: dict[str, Clearance]) -> list[Item]:
    external = clearances.get(ClearanceKind.EXTERNAL_AUDIT)
    internal = clearances.get(ClearanceKind.INTERNAL_AUDIT)
    missing = _("まだありません")
    return [
        _item(_("監査機関"), external.issuer if external else missing),
        _item(_("実施結果報告書"), _report(external) or missing),
        _item(_("内部監査に係る報告書"), _report(internal) or missing),
    ]


def _report(clearance: Clearance | None) -> str:
    if clearance is None:
        return ""
    return f"{clearance.reference}（{format_wareki(clearance.issued_on, weekday=False)}）"


def _items(model: type[Model], names: tuple[str, ...], values: dict[str, Any]) -> list[Item]:
    return [
        _item(
            str(model._meta.get_field(name).verbose_name),
            _text(name, values[name]),
            is_multiline=True,
        )
        for name in names
    ]


def _text(name: str, value: Any) -> str:
    if not value:
        return _("未入力")
    if name == "corporate_number":
        return format_corporate_number(value)
    if name == "delivery_model":
        return str(DeliveryModel(value).label)
    return "\n".join(value) if isinstance(value, list) else value


def _item(term: str, value: str, *, is_multiline: bool = False) -> Item:
    return {"term": term, "value": value, "is_multiline": is_multiline}
