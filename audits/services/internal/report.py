"""Acts on the report of an internal audit: approve it, take the approval back, file it. Nothing is typed twice."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.documents.internal_audit import (
    INTERNAL_AUDIT_FORM,
    internal_audit_data,
    internal_audit_subject,
)
from audits.enums import InternalAuditAct, InternalAuditState, Verification
from audits.models import InternalAudit, InternalAuditSubmission
from audits.selectors.internal.report import filed_elsewhere, gaps
from audits.services.internal.common import locked, record, require_version, touch, words
from audits.services.internal.filing import submit
from audits.workflow import INTERNAL_AUDIT
from core.calendar import jst_date
from core.exceptions import DomainError
from core.policies import require
from declarations.models import Declaration
from documents.services import request_document


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the approver says beside the records: number, overall result, reported to whom and when (4.6.2.6)."""

    reference: str
    conclusion: str
    reported_to: str
    reported_on: date


@transaction.atomic
def approve_report(
    *, audit_id: uuid.UUID, actor: User, version: int, facts: ReportFacts
) -> InternalAudit:
    """Approve the report and have its paper made (worker, queue `pdf`). The approver is none of the auditors.

    DomainError once a record made elsewhere was filed, while an item is untested, a 不適合 is not stated, or a
    nonconformity has no action with owner and due day. Actions that are still open are printed as open.
    """
    audit = locked(audit_id)
    require(policies.can_approve_internal_audit, actor, audit)
    move = INTERNAL_AUDIT.check(InternalAuditAct.APPROVE, audit.state)
    require_version(audit, version)
    if reason := filed_elsewhere(audit):
        raise DomainError(reason)
    if not gaps(audit).is_ready:
        raise DomainError(
            _("報告書に足りないものがあります。不足の一覧を確かめ、そろえてから承認してください。")
        )
    now = timezone.now()
    tested = audit.items.order_by("-tested_on").values_list("tested_on", flat=True).first()
    if tested is None or not tested <= facts.reported_on <= timezone.localdate(now):
        raise DomainError(_("報告日は、最後に項目を確認した日から今日までの日にしてください。"))
    audit.reference = words(facts.reference, _("報告書の番号"), multiline=False)
    audit.conclusion = words(facts.conclusion, _("総合結果"))
    audit.reported_to = words(facts.reported_to, _("報告先"), multiline=False)
    audit.reported_on = facts.reported_on
    audit.approved_by, audit.approved_at = actor, now
    audit.document = request_document(
        form=INTERNAL_AUDIT_FORM,
        subject=internal_audit_subject(audit),
        organisation_id=audit.declaration.service.organisation_id,
        data=internal_audit_data(audit),
        actor=actor,
    )
    return _move(audit, actor, move.name, move.target)


@transaction.atomic
def reopen_report(*, audit_id: uuid.UUID, actor: User, version: int, reason: str) -> InternalAudit:
    """Take the approval back, with the reason: the audit goes on. What was issued stays as it was issued."""
    audit = locked(audit_id)
    require(policies.can_approve_internal_audit, actor, audit)
    move = INTERNAL_AUDIT.check(InternalAuditAct.REOPEN, audit.state)
    require_version(audit, version)
    said = words(reason, _("理由"))
    audit.approved_by = audit.approved_at = audit.document = None
    return _move(audit, actor, move.name, move.target, reason=said)


@transaction.atomic
def file_report(*, audit_id: uuid.UUID, actor: User, version: int) -> InternalAuditSubmission:
    """File the approved paper as the record of the declaration's internal audit. Everything follows from the records.

    Asked for twice it is one. DomainError while the paper is being made, and when a record was filed otherwise.
    """
    pk = InternalAudit.objects.values_list("declaration", flat=True).get(pk=audit_id)
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service__organisation")
        .get(pk=pk)
    )
    audit = locked(audit_id)
    require(policies.can_file_internal_audit, actor, declaration)
    filed = InternalAuditSubmission.objects.filter(declaration=declaration).first()
    if filed and audit.is_filed:
        return filed
    if filed:
        raise DomainError(_("この言明の内部監査の記録はすでに提出されています。"))
    move = INTERNAL_AUDIT.check(InternalAuditAct.FILE, audit.state)
    require_version(audit, version)
    document, approved_at = audit.document, audit.approved_at
    if document is None or document.file is None or approved_at is None:
        raise DomainError(_("報告書のPDFがまだできていません。できてから提出してください。"))
    now = timezone.now()
    days = [day for day in audit.items.values_list("tested_on", flat=True) if day]
    submission = submit(
        InternalAuditSubmission(
            declaration=declaration,
            reference=audit.reference,
            audited_from=min(days),
            audited_until=max(days),
            issued_on=jst_date(approved_at),
            auditors=auditors_text(audit),
            summary=summary_text(audit),
            file=document.file,
            filed_by=actor,
            filed_at=now,
        )
    )
    _move(audit, actor, move.name, move.target)
    return submission


def auditors_text(audit: InternalAudit) -> str:
    """Who audited what, and that nobody audited own work, as the record says it."""
    data = audit.document.data
    lines = [
        _("%(name)s（%(share)s、%(count)s項目）")
        % {"name": line["name"], "share": line["share"], "count": line["items"]}
        for line in data["auditors"]
    ]
    checked = _(
        "言明項目の操作履歴と担当者に照らし、自らの業務を監査した人がいないことを確認しました。承認者：%(name)s"
    ) % {"name": data["approved_by"]}
    return "\n".join((*lines, checked))


def summary_text(audit: InternalAudit) -> str:
    """What was audited and what came out, as the approved paper says it: actions may have gone on since."""
    data = audit.document.data
    sections = data["sections"]
    open_ones = sum(not _is_closed(line["actions"]) for line in data["nonconformities"])
    numbers = _(
        "%(total)s項目を監査しました。適合%(conforms)s件、不適合%(nonconforms)s件、観察%(observations)s件です。"
        "是正処置が完了していない不適合は%(open)s件です。"
    ) % {
        "total": sum(len(section["items"]) for section in sections),
        "conforms": sum(section["conforms"] for section in sections),
        "nonconforms": sum(section["nonconforms"] for section in sections),
        "observations": sum(section["observations"] for section in sections),
        "open": open_ones,
    }
    return f"{numbers}\n{data['conclusion']}"


def _is_closed(actions: list[dict[str, str]]) -> bool:
    """The newest action on the paper was verified as effective."""
    return bool(actions) and actions[-1]["verification"] == str(Verification.EFFECTIVE.label)


def _move(
    audit: InternalAudit, actor: User, name: str, target: str, reason: str = ""
) -> InternalAudit:
    before, audit.state = audit.state, InternalAuditState(target)
    touch(audit)
    record(
        audit, actor, timezone.now(), name, from_state=before, to_state=target, reason=reason
    )  # fmt: skip
    return audit
