"""What the acts on an internal audit share: the lock, the version, the line of history."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import InternalAudit, InternalAuditActHistory
from core import history
from core.exceptions import DomainError, EditConflictError
from core.text import clean_text


def locked(audit_id: uuid.UUID) -> InternalAudit:
    """The audit for an act on it or on anything below it: acts on one audit come one after the other."""
    return (
        InternalAudit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("declaration__service__organisation", "declaration__edition", "programme")
        .get(pk=audit_id)
    )


def require_version(audit: InternalAudit, version: int) -> None:
    """EditConflictError unless the page showed the plan as it is now."""
    if audit.row_version != version:
        raise EditConflictError(
            _(
                "ほかの人が先にこの監査を変えました。最新の内容を確かめてから、もう一度操作してください。"
            ),
            current=audit,
        )


def require_worked_on(audit: InternalAudit) -> None:
    """DomainError once the report is approved."""
    if not audit.is_worked_on:
        raise DomainError(
            _("報告書を承認した監査は変更できません。変えるには、先に承認を取り消してください。")
        )


def touch(audit: InternalAudit) -> None:
    """Save with the next version."""
    audit.row_version += 1
    audit.save()


def record(
    audit: InternalAudit, actor: User, at: datetime, action: str, **facts: Any
) -> InternalAuditActHistory:
    """One line of history."""
    return InternalAuditActHistory.objects.create(
        audit=audit, **history.line(actor=actor, at=at, action=action, **facts)
    )


def words(text: str, label: str, *, multiline: bool = True) -> str:
    """The cleaned text; DomainError that names the field where nothing is left."""
    said = clean_text(text, multiline=multiline)
    if not said:
        raise DomainError(_("「%(label)s」を入力してください。") % {"label": label})
    return said
