"""What the demo organisations did: every step through the services, on the day on which it would have happened."""

import io
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pikepdf
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from audits.models import Engagement, EngagementMember
from audits.services import engagement as audit
from audits.services import team
from audits.services.internal.filing import file_internal_audit
from controls.models import CatalogueEdition
from declarations.models import CloudService, Declaration
from declarations.services import cloud_service, declaration, fixing
from declarations.services.confirming import confirm_statements
from declarations.services.exclusions import exclude_objective
from declarations.services.statements import StatementEdit, save_statements
from demo.calendar import Period
from demo.filling import NOT_SELECTED_PERCENT, fill
from documents.uploads import CheckedUpload, check_upload
from registrations.models import Application, Decision
from registrations.services import application, decision, inquiry

NAMESPACE = uuid.UUID("6b1f6c5e-6b0c-4d5e-9a51-6d8b5a3a0f10")
EXCLUDED = {
    "14.2.7": "開発はすべて自社で行い、外部に委託していないため、適用する対象がありません。"
}

ADVICE = "前の勤め先で、情報資産の分類についての社内研修の講師を1回務めました。"

# What a year changes in every so manieth text.
REVISED, REVISED_EVERY = (
    "今年度から、点検の結果を四半期ごとに情報セキュリティ委員会へ報告しています。",
    40,
)


@dataclass
class World:
    """The people and organisations of the demo by their keys."""

    today: date
    people: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)


def describe(world: World, key: str, by: str, facts: dict[str, Any], at: datetime) -> CloudService:
    """A provider's person describes a service."""
    with time_machine.travel(at):
        return cloud_service.create_service(
            actor=world.people[by], creation_key=uuid.uuid5(NAMESPACE, key), facts=facts
        )


def open_and_fill(
    world: World,
    service: CloudService,
    period: Period,
    *,
    editors: Iterable[str],
    from_day: int,
    share: int = 100,
    left_out: int = NOT_SELECTED_PERCENT,
) -> Declaration:
    """Open a declaration and fill in `share` percent of its chapters, a few days of work for each editor.

    Of a hundred details that may be left out, `left_out` are.
    """
    writers = [world.people[name] for name in editors]
    with time_machine.travel(period.day(from_day)):
        opened = declaration.create_declaration(
            service_id=service.pk,
            actor=writers[0],
            edition_id=CatalogueEdition.objects.get(code="2024-07").pk,
            period_start=period.start,
            period_end=period.end,
        )
    rows = list(opened.statements.select_related("control__parent").order_by("control__sort_key"))
    rows = rows[: len(rows) * share // 100]
    part = -(-len(rows) // 4)
    for index in range(4):
        with time_machine.travel(period.day(from_day + 2 + index * 3)):
            fill(
                opened,
                writers[index % len(writers)],
                rows[index * part : (index + 1) * part],
                left_out=left_out,
            )
    with time_machine.travel(period.day(from_day + 14)):
        declaration.edit_declaration(
            declaration_id=opened.pk, actor=writers[0], version=1, facts=_body(service)
        )
        if share == 100:
            for number, reason in EXCLUDED.items():
                exclude_objective(
                    declaration_id=opened.pk,
                    actor=writers[0],
                    number=number,
                    reason=reason,
                    version=0,
                )
    return opened


def open_carried(
    world: World, previous: Declaration, period: Period, *, editor: str, from_day: int
) -> Declaration:
    """Open the next declaration from the one before, rewrite some rows and confirm the others."""
    writer = world.people[editor]
    with time_machine.travel(period.day(from_day)):
        opened = declaration.create_declaration(
            service_id=previous.service_id,
            actor=writer,
            edition_id=previous.edition_id,
            period_start=period.start,
            period_end=period.end,
            carry_from=previous.pk,
        )
    rows = list(opened.statements.select_related("control").order_by("control__sort_key"))
    written = [row for row in rows if row.individual_control]
    edits = [
        StatementEdit(
            row.control.number,
            row.row_version,
            {"individual_control": f"{row.individual_control}{REVISED}"},
        )
        for row in written[::REVISED_EVERY]
    ]
    with time_machine.travel(period.day(from_day + 5)):
        save_statements(declaration_id=opened.pk, actor=writer, edits=edits)
    rewritten = {edit.number for edit in edits}
    with time_machine.travel(period.day(from_day + 10)):
        confirm_statements(
            declaration_id=opened.pk,
            actor=writer,
            versions={
                row.control.number: row.row_version
                for row in rows
                if row.is_unconfirmed and row.control.number not in rewritten
            },
            summary="すべての章",
        )
        return declaration.edit_declaration(
            declaration_id=opened.pk, actor=writer, version=1, facts=_body(previous.service)
        )


def fix(world: World, opened: Declaration, *, editor: str, approver: str, at: datetime) -> None:
    """Ask for approval and get it two days later."""
    with time_machine.travel(at):
        submitted = fixing.submit_declaration(declaration_id=opened.pk, actor=world.people[editor])
    with time_machine.travel(at + timedelta(days=2)):
        fixing.fix_declaration(
            declaration_id=opened.pk, actor=world.people[approver], version=submitted.row_version
        )


def audit_both(
    world: World,
    fixed: Declaration,
    *,
    firm: str,
    approver: str,
    lead: str,
    at: datetime,
    year: str,
) -> None:
    """The external audit by a firm, and the internal audit whose report was made on paper."""
    audit_internally(world, fixed, approver=approver, at=at, year=year)
    audit_externally(world, fixed, firm=firm, approver=approver, lead=lead, at=at, year=year)


def audit_internally(
    world: World, fixed: Declaration, *, approver: str, at: datetime, year: str
) -> None:
    """File a record that was made elsewhere."""
    internal = at.date() + timedelta(days=10)
    with time_machine.travel(at + timedelta(days=16)):
        file_internal_audit(
            declaration_id=fixed.pk,
            actor=world.people[approver],
            reference=f"内監-{year}-01",
            audited_from=internal,
            audited_until=internal + timedelta(days=3),
            issued_on=internal + timedelta(days=5),
            auditors="内部監査室 2名。対象部門の業務には従事していません。",
            summary="全章を対象に、規程と記録の突合せと聞取りを行いました。不適合は0件、改善の機会は3件です。",
            upload=_pdf("内部監査報告書.pdf"),
        )


def audit_externally(
    world: World,
    fixed: Declaration,
    *,
    firm: str,
    approver: str,
    lead: str,
    at: datetime,
    year: str,
    meanwhile: Callable[[datetime], None] = lambda _at: None,
) -> None:
    """Commission a firm, which reports; `meanwhile` is done in the fieldwork."""
    accepted = engage(
        world,
        fixed,
        firm=firm,
        approver=approver,
        lead=lead,
        at=at,
        message="例年の範囲に加え、今年度に変更した管理策の確認をお願いします。",
    )
    meanwhile(at + timedelta(days=20))
    with time_machine.travel(at + timedelta(days=30)):
        audit.file_audit_report(
            engagement_id=accepted.pk,
            actor=world.people[lead],
            version=accepted.row_version,
            reference=f"見監報-{year}-{firm[:3].upper()}",
            issued_on=(at + timedelta(days=29)).date(),
            upload=_pdf("実施結果報告書.pdf"),
        )


def engage(
    world: World,
    fixed: Declaration,
    *,
    firm: str,
    approver: str,
    lead: str,
    at: datetime,
    message: str,
    colleagues: tuple[str, ...] = (),
) -> Engagement:
    """Commissioned and taken two days later; two days after that the team has confirmed to be independent."""
    auditor = world.people[lead]
    with time_machine.travel(at):
        commissioned = audit.commission(
            declaration_id=fixed.pk,
            firm_id=world.organisations[firm].pk,
            actor=world.people[approver],
            message=message,
        )
    with time_machine.travel(at + timedelta(days=2)):
        accepted = audit.accept_engagement(
            engagement_id=commissioned.pk, actor=auditor, version=commissioned.row_version
        )
    _gather(accepted, lead=auditor, colleague=world.people[f"{firm}-tantou"], at=at)
    for key in colleagues:
        _join(accepted, lead=auditor, member=world.people[key], at=at + timedelta(days=4))
    return accepted


def _gather(accepted: Engagement, *, lead: User, colleague: User, at: datetime) -> None:
    """The team: the lead brings in a colleague, and both confirm to be independent."""
    # Both stay on from year to year.
    before = EngagementMember.objects.filter(
        engagement__firm=accepted.firm_id,
        engagement__declaration__service=accepted.declaration.service_id,
        person=lead,
    ).count()
    with time_machine.travel(at + timedelta(days=3)):
        team.assign_member(engagement_id=accepted.pk, person_id=colleague.pk, actor=lead)
        answers = team.Answers(advisory_work=False, years_in_role=before)
        team.confirm_independence(engagement_id=accepted.pk, actor=lead, version=0, answers=answers)
    with time_machine.travel(at + timedelta(days=4)):
        answers = team.Answers(
            advisory_work=True,
            advisory_last_day=at.date() - timedelta(days=1500),
            advisory_description=ADVICE,
            years_in_role=before,
        )
        team.confirm_independence(
            engagement_id=accepted.pk, actor=colleague, version=0, answers=answers
        )


def _join(accepted: Engagement, *, lead: User, member: User, at: datetime) -> None:
    """One more in the team, with nothing to declare."""
    with time_machine.travel(at):
        team.assign_member(engagement_id=accepted.pk, person_id=member.pk, actor=lead)
        team.confirm_independence(
            engagement_id=accepted.pk,
            actor=member,
            version=0,
            answers=team.Answers(advisory_work=False, years_in_role=1),
        )


def file(world: World, fixed: Declaration, *, approver: str, at: datetime) -> Application:
    """Open an application and file it."""
    with time_machine.travel(at):
        opened = application.open_application(
            service_id=fixed.service_id, declaration_id=fixed.pk, actor=world.people[approver]
        )
        return application.file_application(
            application_id=opened.pk, actor=world.people[approver], version=opened.row_version
        )


def review(world: World, filed: Application, *, at: datetime) -> Application:
    """Accept, and begin the technical review a week later."""
    clerk = world.people["jimukyoku"]
    with time_machine.travel(at):
        accepted = application.accept_application(
            application_id=filed.pk, actor=clerk, version=filed.row_version
        )
    with time_machine.travel(at + timedelta(days=7)):
        return application.start_review(
            application_id=filed.pk, actor=clerk, version=accepted.row_version
        )


def inquire(
    world: World, reviewed: Application, *, question: str, controls: str, at: datetime
) -> None:
    """The secretariat asks a question."""
    with time_machine.travel(at):
        inquiry.inquire(
            application_id=reviewed.pk,
            actor=world.people["shinsa"],
            version=reviewed.row_version,
            question=question,
            control_numbers=controls,
        )


def decide(world: World, reviewed: Application, *, number: str, at: datetime) -> Decision:
    """Refer the case and let two members agree."""
    with time_machine.travel(at):
        proposed = decision.propose_decision(
            application_id=reviewed.pk,
            actor=world.people["jimukyoku"],
            version=reviewed.row_version,
            grant=True,
            reason="技術的審査の結果、基本言明要件を満たし、監査の結果にも登録を妨げる事項は認められません。",
            registration_number=number,
        )
    for days, member in enumerate(("iin1", "iin2"), start=3):
        with time_machine.travel(at + timedelta(days=days)):
            decision.cast_vote(
                decision_id=proposed.pk,
                actor=world.people[member],
                version=proposed.proposal_version,
                agrees=True,
            )
    return proposed


def _body(service: CloudService) -> dict[str, str]:
    return {
        "scope": f"{service.name}の全機能と、その開発、運用、利用者支援を行う組織を対象とします。",
        "out_of_scope": "利用者が用意する端末、回線、外部サービスとの連携部分は対象に含みません。",
        "subsequent_events": "該当する事象はありません。",
        "special_notes": "",
        "signer_title": service.organisation.representative_title,
        "signer_name": service.organisation.representative_name,
    }


def _pdf(name: str) -> CheckedUpload:
    """A one-page PDF without content: the demo has no real reports."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(content)
    return check_upload(SimpleUploadedFile(name, content.getvalue()))
