"""The record of an internal audit that was made outside the records, as a case files it."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from audits.models import InternalAuditSubmission
from audits.services.internal.filing import file_internal_audit
from declarations.models import Declaration
from documents.uploads import CheckedUpload


def file_record(
    declaration: Declaration, approver: User, *, summary: str, upload: CheckedUpload
) -> InternalAuditSubmission:
    """Filed today, for an audit of the days before."""
    today = timezone.localdate()
    return file_internal_audit(
        declaration_id=declaration.pk,
        actor=approver,
        reference="内監-1",
        audited_from=today - timedelta(days=9),
        audited_until=today - timedelta(days=2),
        issued_on=today,
        auditors="内部監査室",
        summary=summary,
        upload=upload,
    )
