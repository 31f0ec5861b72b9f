"""The 登録申請書: plain values from the application, its service, its declaration and its audits."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from controls.rules import Rules
from core.calendar import jst_date
from declarations.documents import printed_form_number
from declarations.enums import DeliveryModel
from documents.registry import FormSpec, register
from registrations.enums import ApplicationKind, ClearanceKind
from registrations.models import Application, Clearance
from registrations.particulars import particulars_of
from registrations.selectors.register import current_registration

APPLICATION_FORM = register(
    FormSpec(
        key="application",
        letter="A",
        title="登録申請書",
        template="registrations/pdf/application.html",
        template_version="1",
    )
)

ORGANISATION_FIELDS = (
    "name", "corporate_number", "postal_code", "address", "representative_title", "representative_name",
)  # fmt: skip
SERVICE_FIELDS = (
    "name", "name_kana", "data_locations", "foreign_law_risk", "governing_law", "capital_and_officers",
    "third_party_tests", "other_certifications", "generative_ai", "contact_name", "contact_email",
    "contact_phone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of a question that is answered by a mark."""

    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A finished audit that the application rests on. `issued_on` is an ISO date."""

    label: str
    issuer: str
    reference: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class ApplicationPaper:
    """Everything that the 登録申請書 shows. Days are ISO dates; `filed_on` is empty until filing."""

    form_number: str
    addressee: str
    filed_on: str
    author: str
    subtitle: str
    organisation: dict[str, str]
    service: dict[str, str]
    delivery_models: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    target_businesses: tuple[str, ...]
    registration_number: str
    period_start: str
    period_end: str
    edition: str
    declaration_version: int
    snapshot_sha256: str
    audits: tuple[AuditLine, ...]
    note: str

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


def application_subject(application: Application) -> str:
    """How documents name this application."""
    return f"application:{application.pk}"


def application_data(application: Application) -> dict[str, Any]:
    """The data of the 登録申請書: as filed, before that as it is now. Load `organisation`, `service` and
    `declaration__edition` along.
    """
    instant = application.filed_at or timezone.now()
    day = jst_date(instant)
    declaration, particulars = application.declaration, particulars_of(application)
    organisation, service = particulars["organisation"], particulars["service"]
    return ApplicationPaper(
        form_number=printed_form_number(Rules.at(day), "application"),
        addressee=Organisation.objects.get(kind=OrganisationKind.COMMITTEE).name,
        filed_on=_iso(day) if application.filed_at else "",
        author=organisation["name"],
        subtitle=service["name"],
        organisation={name: organisation[name] for name in ORGANISATION_FIELDS},
        service={name: service[name] for name in SERVICE_FIELDS},
        delivery_models=_choices(DeliveryModel, service["delivery_model"]),
        kinds=_choices(ApplicationKind, application.kind),
        target_businesses=tuple(service["target_businesses"]),
        registration_number=_registration_number(application, instant),
        period_start=_iso(declaration.period_start),
        period_end=_iso(declaration.period_end),
        edition=declaration.edition.name,
        declaration_version=declaration.version,
        snapshot_sha256=declaration.snapshot_sha256 or "",
        audits=_audits(application),
        note=application.note,
    ).to_data()


def _choices(options: Any, chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(option.label), option == chosen) for option in options)


def _iso(day: date) -> str:
    return day.isoformat()


def _registration_number(application: Application, instant: datetime) -> str:
    """The number to be renewed, by the register of the day of filing."""
    if application.kind != ApplicationKind.RENEWAL:
        return ""
    registration = current_registration(application.service, instant)
    return registration.number if registration else ""


def _audits(application: Application) -> tuple[AuditLine, ...]:
    rows = Clearance.objects.filter(declaration=application.declaration_id).order_by("kind")
    return tuple(
        AuditLine(
            str(ClearanceKind(row.kind).label), row.issuer, row.reference, _iso(row.issued_on)
        )
        for row in rows
    )
