"""What `audits` reports downwards: a finished audit of a fixed declaration."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.db import refusals
from core.exceptions import DomainError
from declarations.models import Declaration
from registrations.enums import ClearanceKind
from registrations.models import Clearance


@transaction.atomic
def record_clearance(
    *,
    declaration_id: uuid.UUID,
    kind: ClearanceKind,
    issuer: str,
    reference: str,
    issued_on: date,
    file_id: uuid.UUID | None,
    recorded_at: datetime,
) -> Clearance:
    """Record that an audit of this declaration is finished. Called by the act in `audits`, in its transaction.

    That act has asked for permission and writes the history. DomainError for a declaration that is not fixed and for
    a second clearance of the same kind.
    """
    declaration = Declaration.objects.select_for_update(of=("self",), no_key=True).get(
        pk=declaration_id
    )
    if not declaration.is_frozen:
        raise DomainError(_("確定していない言明には、監査の完了を記録できません。"))
    with refusals({"clearance_once_per_kind": _("この言明の監査はすでに完了しています。")}):
        return Clearance.objects.create(
            declaration=declaration,
            kind=kind,
            issuer=issuer,
            reference=reference,
            issued_on=issued_on,
            file_id=file_id,
            recorded_at=recorded_at,
        )
