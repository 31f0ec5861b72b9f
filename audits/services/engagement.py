"""Acts on an engagement: commission, accept, decline, report, terminate."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from audits import policies, tasks
from audits.enums import LIVE_REPORTS, LIVE_STATES, EngagementMove, EngagementState
from audits.models import Engagement, EngagementHistory
from audits.services.team import enlist_lead
from audits.workflow import ENGAGEMENT
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from core.workflow import Move
from declarations.enums import DeclarationState
from declarations.models import Declaration
from documents.models import StoredFile
from documents.services import store_upload
from documents.uploads import CheckedUpload
from registrations.enums import ClearanceKind
from registrations.services.clearance import record_clearance


@transaction.atomic
def commission(
    *, declaration_id: uuid.UUID, firm_id: uuid.UUID, actor: User, message: str = ""
) -> Engagement:
    """Commission a listed audit body to audit a fixed declaration, pinned by its hash.

    Asking the same firm twice gives the same engagement (double click). DomainError when another firm is at work, the
    firm is not listed, or the declaration is not fixed.
    """
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service")
        .get(pk=declaration_id)
    )
    require(policies.can_commission, actor, declaration)
    if declaration.state != DeclarationState.FIXED:
        raise DomainError(_("監査を委嘱できるのは、確定した最新の言明だけです。"))
    now = timezone.now()
    firm = (
        Organisation.objects.listed_audit_bodies(timezone.localdate(now)).filter(pk=firm_id).first()
    )
    if firm is None:
        raise DomainError(_("監査機関リストに掲載されている監査機関を選んでください。"))
    live = declaration.engagements.filter(state__in=LIVE_STATES).first()
    if live and live.firm_id == firm.pk:
        return live
    if live:
        raise DomainError(_("この言明の監査は、すでにほかの監査機関に委嘱しています。"))
    engagement = Engagement.objects.create(
        declaration=declaration,
        firm=firm,
        snapshot_sha256=declaration.snapshot_sha256 or "",
        message=clean_text(message),
        commissioned_by=actor,
        commissioned_at=now,
    )
    _record(engagement, actor, now, EngagementMove.COMMISSION, to_state=engagement.state)
    return engagement


@transaction.atomic
def accept_engagement(*, engagement_id: uuid.UUID, actor: User, version: int) -> Engagement:
    """The firm takes the engagement (受嘱); who accepts is in the team, unless something stands against that."""
    engagement = locked_engagement(engagement_id)
    require(policies.can_respond, actor, engagement)
    engagement = _advance(engagement, EngagementMove.ACCEPT, actor=actor, version=version)
    enlist_lead(engagement, actor, timezone.now())
    return engagement


@transaction.atomic
def decline_engagement(
    *, engagement_id: uuid.UUID, actor: User, version: int, reason: str
) -> Engagement:
    """The firm declines, with its reason; the provider may commission another."""
    engagement = locked_engagement(engagement_id)
    require(policies.can_respond, actor, engagement)
    return _advance(
        engagement,
        EngagementMove.DECLINE,
        actor=actor,
        version=version,
        reason=stated_reason(reason),
    )


@transaction.atomic
def terminate_engagement(
    *, engagement_id: uuid.UUID, actor: User, version: int, reason: str
) -> Engagement:
    """The provider ends the commission before the report, with its reason."""
    engagement = locked_engagement(engagement_id)
    require(policies.can_commission, actor, engagement.declaration)
    return _advance(
        engagement,
        EngagementMove.TERMINATE,
        actor=actor,
        version=version,
        reason=stated_reason(reason),
    )


@transaction.atomic
def file_audit_report(
    *,
    engagement_id: uuid.UUID,
    actor: User,
    version: int,
    reference: str,
    issued_on: date,
    upload: CheckedUpload,
) -> Engagement:
    """File the audit result report (実施結果報告書): the external audit of this declaration is finished."""
    engagement = locked_engagement(engagement_id)
    require(policies.can_report, actor, engagement)
    ENGAGEMENT.check(EngagementMove.REPORT, engagement.state)
    _require_version(engagement, version)
    if engagement.reports.filter(state__in=LIVE_REPORTS).exists():
        raise DomainError(
            _(
                "記録から作成した報告書の手続が進んでいます。その報告書を発行するか、取り消してから提出してください。"
            )
        )
    refuse_report_date(engagement, issued_on)
    report = store_upload(upload=upload, organisation_id=engagement.firm_id, actor=actor)
    return conclude(
        engagement,
        actor=actor,
        reference=report_reference(reference),
        issued_on=issued_on,
        file=report,
    )


def conclude(
    engagement: Engagement, *, actor: User, reference: str, issued_on: date, file: StoredFile
) -> Engagement:
    """The report ends the engagement and clears the declaration. For acts that hold the lock and have asked."""
    engagement.report_reference = reference
    engagement.report_issued_on, engagement.report_file = issued_on, file
    record_clearance(
        declaration_id=engagement.declaration_id,
        kind=ClearanceKind.EXTERNAL_AUDIT,
        issuer=engagement.firm.name,
        reference=reference,
        issued_on=issued_on,
        file_id=file.pk,
        recorded_at=timezone.now(),
    )
    return _advance(engagement, EngagementMove.REPORT, actor=actor, version=engagement.row_version)


def locked_engagement(engagement_id: uuid.UUID) -> Engagement:
    """The engagement for an act, locked against others."""
    return (
        Engagement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("firm", "declaration__service__organisation")
        .get(pk=engagement_id)
    )


def require_open_records(engagement: Engagement) -> None:
    """For acts on tests, requests and findings, which hold the engagement's lock.

    DomainError outside the fieldwork, and while a signed report rests on the records.
    """
    if not engagement.is_in_fieldwork:
        raise DomainError(
            _(
                "この監査は「%(state)s」のため、監査の記録は変更できません。監査実施中ではない監査の記録は、閲覧だけできます。"
            )
            % {"state": engagement.get_state_display()}
        )
    if engagement.has_signed_report:
        raise DomainError(
            _(
                "署名した実施結果報告書があるため、監査の記録は変えられません。変えるときは、監査責任者が報告書の署名を取り消してください。"
            )
        )


def _require_version(engagement: Engagement, version: int) -> None:
    if engagement.row_version != version:
        raise EditConflictError(current=engagement)


def _advance(
    engagement: Engagement, name: str, *, actor: User, version: int, reason: str = ""
) -> Engagement:
    move: Move = ENGAGEMENT.check(name, engagement.state)
    _require_version(engagement, version)
    before, engagement.state = engagement.state, EngagementState(move.target)
    engagement.row_version += 1
    engagement.save()
    _record(
        engagement,
        actor,
        timezone.now(),
        name,
        from_state=before,
        to_state=move.target,
        reason=reason,
    )
    return engagement


def _record(engagement: Engagement, actor: User, at: datetime, action: str, **facts: str) -> None:
    entry = EngagementHistory.objects.create(
        engagement=engagement, **history.line(actor=actor, at=at, action=action, **facts)
    )
    jobs.enqueue(
        tasks.send_engagement_mail, subject=f"engagement:{engagement.pk}", history_id=entry.pk
    )


def stated_reason(text: str) -> str:
    """The reason; DomainError when nothing can be seen of it."""
    reason = clean_text(text)
    if not reason:
        raise DomainError(_("理由を入力してください。"))
    return reason


def report_reference(text: str) -> str:
    """The number of a report; DomainError when nothing can be seen of it."""
    reference = clean_text(text, multiline=False)
    if not reference:
        raise DomainError(_("報告書の番号を入力してください。"))
    return reference


def refuse_report_date(engagement: Engagement, issued_on: date) -> None:
    """DomainError for a report that is dated in the future or before the audited period."""
    if issued_on > timezone.localdate():
        raise DomainError(_("報告書の日付が先の日になっています。発行した日を入力してください。"))
    if issued_on < engagement.declaration.period_start:
        raise DomainError(_("報告書の日付が監査対象期間より前です。日付を確認してください。"))
