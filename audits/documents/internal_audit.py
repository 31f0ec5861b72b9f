"""The 内部監査に係る報告書: plain values from the records of an internal audit. Its headings are the form's fields."""

from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from audits.enums import Gravity, ItemMethod, ItemResult, Verification
from audits.models import CorrectiveAction, InternalAudit, InternalAuditItem
from audits.selectors.internal.own_work import own_work
from audits.selectors.internal.proposal import proposal_for
from audits.selectors.internal.report import Finding, findings
from controls.rules import Rules
from core.calendar import jst_date
from declarations.documents import printed_form_number
from documents.registry import FormSpec, register
from registrations.selectors.register import current_registration

INTERNAL_AUDIT_FORM = register(
    FormSpec(
        key="internal_audit",
        letter="I",
        title="内部監査に係る報告書",
        template="audits/pdf/internal_audit.html",
        template_version="1",
    )
)


@dataclass(frozen=True, slots=True)
class AuditorLine:
    """One auditor. `is_independent` is the result of comparing the items with who wrote and looks after them."""

    name: str
    share: str
    items: int
    is_independent: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One audited control."""

    number: str
    title: str
    auditor: str
    method: str
    sample: str
    result: str
    note: str
    tested_on: str


@dataclass(frozen=True, slots=True)
class SectionLines:
    """The audited controls of a section, and how many came out in which way."""

    number: str
    title: str
    items: tuple[ItemLine, ...]
    conforms: int
    nonconforms: int
    observations: int


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One corrective action as it stood at the approval; days are ISO dates, empty while it is open."""

    cause: str
    action: str
    owner: str
    due: str
    done_on: str
    done_note: str
    verified_on: str
    verifier: str
    verification: str
    verification_note: str


@dataclass(frozen=True, slots=True)
class NonconformityLine:
    """One nonconformity with its actions."""

    number: int
    control: str
    title: str
    severity: str
    fact: str
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True, slots=True)
class InternalAuditPaper:
    """Everything that the 内部監査に係る報告書 shows. Days are ISO dates."""

    form_number: str
    addressee: str
    author: str
    subtitle: str
    registration_number: str
    period_start: str
    period_end: str
    edition: str
    declaration_version: int
    snapshot_sha256: str
    reference: str
    audited_from: str
    audited_until: str
    planned_from: str
    planned_until: str
    place: str
    methods: str
    programme: dict[str, Any]
    auditors: tuple[AuditorLine, ...]
    adopted: int
    outside_external: int | None
    sections: tuple[SectionLines, ...]
    nonconformities: tuple[NonconformityLine, ...]
    conclusion: str
    reported_to: str
    reported_on: str
    approved_by: str
    approved_on: str

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


def internal_audit_subject(audit: InternalAudit) -> str:
    """How documents name this audit."""
    return f"internal_audit:{audit.pk}"


def internal_audit_data(audit: InternalAudit) -> dict[str, Any]:
    """The data of the report as the records stand; before the approval its last fields are empty.

    Load `declaration__service__organisation`, `declaration__edition` and `programme` along. A constant number of
    queries.
    """
    declaration, programme = audit.declaration, audit.programme
    items = list(
        audit.items.select_related("control__parent__parent", "auditor__person").order_by(
            "control__sort_key"
        )
    )
    days = [item.tested_on for item in items if item.tested_on]
    proposal = proposal_for(declaration)
    audited = {item.control_id for item in items}
    registration = current_registration(declaration.service, audit.approved_at or timezone.now())
    return InternalAuditPaper(
        form_number=printed_form_number(Rules.at(_day(audit)), "internal_audit"),
        addressee=Organisation.objects.get(kind=OrganisationKind.COMMITTEE).name,
        author=declaration.service.organisation.name,
        subtitle=declaration.service.name,
        registration_number=registration.number if registration else "",
        period_start=_iso(declaration.period_start),
        period_end=_iso(declaration.period_end),
        edition=declaration.edition.name,
        declaration_version=declaration.version,
        snapshot_sha256=declaration.snapshot_sha256 or "",
        reference=audit.reference,
        audited_from=_iso(min(days, default=None)),
        audited_until=_iso(max(days, default=None)),
        planned_from=_iso(audit.starts_on),
        planned_until=_iso(audit.ends_on),
        place=audit.place,
        methods=audit.methods,
        programme={
            "version": programme.version,
            "purpose": programme.purpose,
            "scope": programme.scope,
            "management": programme.management,
            "frequency_months": programme.frequency_months,
            "weighting": programme.weighting,
            "valid_from": _iso(programme.valid_from),
        },
        auditors=_auditors(audit, items),
        adopted=len(proposal.candidates),
        outside_external=_outside(proposal, audited),
        sections=_sections(items),
        nonconformities=tuple(map(_nonconformity, findings(audit, live_only=True))),
        conclusion=audit.conclusion,
        reported_to=audit.reported_to,
        reported_on=_iso(audit.reported_on),
        approved_by=audit.approved_by.name if audit.approved_by else "",
        approved_on=_iso(_day(audit)) if audit.approved_at else "",
    ).to_data()


def _day(audit: InternalAudit) -> date:
    return jst_date(audit.approved_at) if audit.approved_at else timezone.localdate()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _outside(proposal: Any, audited: set[Any]) -> int | None:
    """How many audited controls this year's external audit leaves out; None without a plan of it."""
    if proposal.cycle is None:
        return None
    return sum(
        one.control_id in audited and "uncovered" in one.reasons for one in proposal.candidates
    )


def _auditors(audit: InternalAudit, items: list[InternalAuditItem]) -> tuple[AuditorLine, ...]:
    """Those who audited something; who was only planned is no part of what was done."""
    auditors = list(audit.auditors.select_related("person"))
    barred = own_work(audit.declaration, [auditor.person_id for auditor in auditors])
    lines = []
    for auditor in auditors:
        own = [item for item in items if item.auditor_id == auditor.pk]
        if not own:
            continue
        clashes = any(auditor.person_id in barred.get(item.control_id, ()) for item in own)
        lines.append(AuditorLine(auditor.person.name, auditor.share, len(own), not clashes))
    return tuple(lines)


def _sections(items: list[InternalAuditItem]) -> tuple[SectionLines, ...]:
    lines = []
    for section, group in groupby(items, key=lambda item: item.control.parent.parent):
        rows = list(group)
        results = [row.result for row in rows]
        lines.append(
            SectionLines(
                section.number,
                section.title,
                tuple(map(_item, rows)),
                results.count(ItemResult.CONFORMS),
                results.count(ItemResult.NONCONFORMS),
                results.count(ItemResult.OBSERVATION),
            )
        )
    return tuple(lines)


def _item(item: InternalAuditItem) -> ItemLine:
    return ItemLine(
        number=item.control.number,
        title=item.control.title,
        auditor=item.auditor.person.name if item.auditor else "",
        method=str(ItemMethod(item.method).label) if item.method else "",
        sample=item.sample,
        result=str(ItemResult(item.result).label) if item.result else _("未確認"),
        note=item.note,
        tested_on=_iso(item.tested_on),
    )


def _nonconformity(found: Finding) -> NonconformityLine:
    fact = found.nonconformity
    return NonconformityLine(
        fact.number,
        fact.item.control.number,
        fact.item.control.title,
        str(Gravity(fact.severity).label),
        fact.fact,
        tuple(map(_action, found.actions)),
    )


def _action(row: CorrectiveAction) -> ActionLine:
    return ActionLine(
        cause=row.cause,
        action=row.action,
        owner=row.owner.name,
        due=_iso(row.due),
        done_on=_iso(row.done_on),
        done_note=row.done_note,
        verified_on=_iso(row.verified_on),
        verifier=row.verified_by.name if row.verified_by else "",
        verification=str(Verification(row.verification).label) if row.verification else "",
        verification_note=row.verification_note,
    )
