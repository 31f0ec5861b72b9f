"""Filing the record of an internal audit (management criterion 4.6.2.2; ISMAP-LIU only).

`file_internal_audit` takes a report that was made elsewhere; what was audited here is filed by `internal_report`.
"""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import InternalAuditAction
from audits.models import InternalAudit, InternalAuditHistory, InternalAuditSubmission
from audits.selectors.internal.report import approved_here
from core import history
from core.exceptions import DomainError
from core.policies import require
from core.text import clean_text
from declarations.models import Declaration
from documents.services import store_upload
from documents.uploads import CheckedUpload
from registrations.enums import ClearanceKind
from registrations.services.clearance import record_clearance


@transaction.atomic
def file_internal_audit(
    *,
    declaration_id: uuid.UUID,
    actor: User,
    reference: str,
    audited_from: date,
    audited_until: date,
    issued_on: date,
    auditors: str,
    summary: str,
    upload: CheckedUpload,
) -> InternalAuditSubmission:
    """File the internal-audit record with its report; the internal audit of this declaration is finished.

    The same record sent twice is one (double click). DomainError for a declaration that is not fixed, one that has
    another record, one whose audit here has an approved report, and dates out of order.
    """
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service__organisation")
        .get(pk=declaration_id)
    )
    require(policies.can_file_internal_audit, actor, declaration)
    facts = {
        "reference": clean_text(reference, multiline=False),
        "audited_from": audited_from,
        "audited_until": audited_until,
        "issued_on": issued_on,
        "auditors": clean_text(auditors),
        "summary": clean_text(summary),
    }
    filed = (
        InternalAuditSubmission.objects.filter(declaration=declaration)
        .select_related("file")
        .first()
    )
    if filed and _says(filed, facts, upload):
        return filed
    if filed:
        raise DomainError(_("この言明の内部監査の記録はすでに提出されています。"))
    now = timezone.now()
    if not audited_from <= audited_until <= issued_on <= timezone.localdate(now):
        raise DomainError(
            _("監査の開始日、終了日、報告書の日付は、この順で今日までの日にしてください。")
        )
    _refuse_beside_approved(declaration)
    report = store_upload(
        upload=upload, organisation_id=declaration.service.organisation_id, actor=actor
    )
    return submit(
        InternalAuditSubmission(
            declaration=declaration, file=report, filed_by=actor, filed_at=now, **facts
        )
    )


def _says(filed: InternalAuditSubmission, facts: dict[str, Any], upload: CheckedUpload) -> bool:
    """The record holds these facts and these bytes."""
    same = all(getattr(filed, name) == value for name, value in facts.items())
    return same and filed.file.sha256 == upload.sha256


def _refuse_beside_approved(declaration: Declaration) -> None:
    """What was approved here is filed from here; the lock keeps an approval from passing by."""
    run = (
        InternalAudit.objects.select_for_update(no_key=True).filter(declaration=declaration).first()
    )
    if run and run.is_reported:
        raise DomainError(approved_here())


def submit(submission: InternalAuditSubmission) -> InternalAuditSubmission:
    """Keep the record and tell `registrations` that this audit is finished; inside the transaction of the act.

    That act has locked the declaration, asked for permission and seen that there is no record yet.
    """
    submission.save(force_insert=True)
    declaration = submission.declaration
    record_clearance(
        declaration_id=declaration.pk,
        kind=ClearanceKind.INTERNAL_AUDIT,
        issuer=declaration.service.organisation.name,
        reference=submission.reference,
        issued_on=submission.issued_on,
        file_id=submission.file.pk,
        recorded_at=submission.filed_at,
    )
    InternalAuditHistory.objects.create(
        submission=submission,
        **history.line(
            actor=submission.filed_by,
            at=submission.filed_at,
            action=InternalAuditAction.FILED,
        ),
    )
    return submission
