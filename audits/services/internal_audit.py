"""The act that files the record of the internal audit (management criterion 4.6.2.2; ISMAP-LIU only)."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import InternalAuditAction
from audits.models import InternalAuditHistory, InternalAuditSubmission
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

    Raises DomainError for a declaration that is not fixed, one that has its record, and dates out of order.
    """
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service__organisation")
        .get(pk=declaration_id)
    )
    require(policies.can_file_internal_audit, actor, declaration)
    now = timezone.now()
    if not audited_from <= audited_until <= issued_on <= timezone.localdate(now):
        raise DomainError(
            _("監査の開始日、終了日、報告書の日付は、この順で今日までの日にしてください。")
        )
    if InternalAuditSubmission.objects.filter(declaration=declaration).exists():
        raise DomainError(_("この言明の内部監査の記録はすでに提出されています。"))
    organisation = declaration.service.organisation
    report = store_upload(upload=upload, organisation_id=organisation.pk, actor=actor)
    submission = InternalAuditSubmission.objects.create(
        declaration=declaration,
        reference=clean_text(reference, multiline=False),
        audited_from=audited_from,
        audited_until=audited_until,
        issued_on=issued_on,
        auditors=clean_text(auditors),
        summary=clean_text(summary),
        file=report,
        filed_by=actor,
        filed_at=now,
    )
    record_clearance(
        declaration_id=declaration.pk,
        kind=ClearanceKind.INTERNAL_AUDIT,
        issuer=organisation.name,
        reference=submission.reference,
        issued_on=issued_on,
        file_id=report.pk,
        recorded_at=now,
    )
    InternalAuditHistory.objects.create(
        submission=submission,
        **history.line(actor=actor, at=now, action=InternalAuditAction.FILED),
    )
    return submission
