"""What an application needs before it can be filed: one list, shown to the applicant and enforced by the act."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _

from controls.rules import Rules
from core.calendar import format_wareki
from declarations.enums import DeclarationState
from registrations.enums import ApplicationKind, ClearanceKind
from registrations.models import Application, Clearance
from registrations.validity import first_filing_day, validity_after

PROVIDER_FIELDS = ("corporate_number", "address", "representative_title", "representative_name")
SERVICE_FIELDS = (
    "governing_law",
    "data_locations",
    "foreign_law_risk",
    "capital_and_officers",
    "third_party_tests",
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that an application needs; `mend` says what to do when it is not met."""

    key: str
    label: str
    is_met: bool
    mend: str = ""
    blocks: bool = True


def requirements(
    application: Application, *, today: date, valid_until: date | None, rules: Rules
) -> list[Requirement]:
    """All requirements (regulation 4.2), met or not. `valid_until` is the end of the registration to be renewed."""
    clearances = {c.kind for c in Clearance.objects.filter(declaration=application.declaration_id)}
    found = [
        _fixed(application),
        *_audits(clearances),
        _fields("provider", application.organisation, PROVIDER_FIELDS, _("事業者の情報")),
        _fields("service", application.service, SERVICE_FIELDS, _("サービスの情報")),
    ]
    if application.kind == ApplicationKind.RENEWAL:
        found.append(_renewal_in_time(today, valid_until))
    else:
        found.append(_first_filing_day(application, today, rules))
    found.append(_period_gives_validity(application, today, valid_until, rules))
    return found


def _fixed(application: Application) -> Requirement:
    return Requirement(
        "declaration",
        _("確定した言明"),
        application.declaration.state == DeclarationState.FIXED,
        _("言明の新しい版があります。最新の確定版で申請してください。"),
    )


def _audits(clearances: set[str]) -> list[Requirement]:
    return [
        Requirement(
            "external_audit",
            _("外部監査の実施結果報告書"),
            ClearanceKind.EXTERNAL_AUDIT in clearances,
            _("監査機関に委嘱し、実施結果報告書の提出を受けてください。"),
        ),
        Requirement(
            "internal_audit",
            _("内部監査に係る報告書"),
            ClearanceKind.INTERNAL_AUDIT in clearances,
            _("内部監査の記録を提出してください。"),
        ),
    ]


def _fields(key: str, row: Model, names: tuple[str, ...], label: str) -> Requirement:
    missing = [
        str(row._meta.get_field(name).verbose_name) for name in names if not getattr(row, name)
    ]
    mend = _("次の項目を入力してください：%(fields)s") % {"fields": "、".join(missing)}
    return Requirement(key, label, not missing, mend if missing else "")


def _renewal_in_time(today: date, valid_until: date | None) -> Requirement:
    """基本規程 3.5: on or before the last valid day (parameter `renewal_due_rule`)."""
    return Requirement(
        "in_time",
        _("有効期間内の更新申請"),
        valid_until is not None and today <= valid_until,
        _("有効期間が満了しているため、更新申請はできません。新規の申請をしてください。"),
    )


def _first_filing_day(application: Application, today: date, rules: Rules) -> Requirement:
    """The four months are unconfirmed, so a late filing is told and not refused."""
    fact = rules.fact("application_due_months")
    last = first_filing_day(application.declaration.period_end, rules)
    return Requirement(
        "in_time",
        _("申請の時期（目安：%(day)sまで、%(status)s）")
        % {"day": format_wareki(last, weekday=False), "status": fact.status_label},
        today <= last,
        _("目安の日を過ぎています。申請できるかを事務局に確認してください。"),
        blocks=False,
    )


def _period_gives_validity(
    application: Application, today: date, valid_until: date | None, rules: Rules
) -> Requirement:
    """The validity that follows from the audited period is not over, and lasts longer than the one to be renewed."""
    end = validity_after(application.declaration.period_end, rules).valid_until
    mend = ""
    if end < today:
        mend = _(
            "この監査対象期間による有効期間は%(day)sで終わっています。次の期間の言明で申請してください。"
        ) % {"day": format_wareki(end, weekday=False)}
    elif valid_until and end <= valid_until:
        mend = _(
            "いまの登録は%(day)sまで有効で、この監査対象期間では延びません。次の期間の言明で申請してください。"
        ) % {"day": format_wareki(valid_until, weekday=False)}
    return Requirement("period", _("有効期間につながる監査対象期間"), not mend, mend)
