"""Files tied to a statement (証跡)."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import history
from declarations.enums import StatementAction
from declarations.models import (
    Declaration,
    Statement,
    StatementEvidence,
    StatementHistory,
)
from declarations.services.declaration import locked_draft
from documents.services import store_upload


@transaction.atomic
def add_evidence(
    *, declaration_id: uuid.UUID, number: str, actor: User, upload: Any, note: str = ""
) -> StatementEvidence:
    """Store the upload and tie it to the statement. DomainError when the gate refuses the file."""
    declaration = locked_draft(declaration_id, actor)
    statement = Statement.objects.get(declaration=declaration, control__number=number)
    stored = store_upload(
        upload=upload, organisation_id=declaration.service.organisation_id, actor=actor
    )
    tie = StatementEvidence.objects.create(statement=statement, file=stored, note=note)
    _record(statement, actor, StatementAction.FILE_ADDED, ["", stored.label])
    return tie


@transaction.atomic
def remove_evidence(
    *, declaration_id: uuid.UUID, evidence_id: uuid.UUID, actor: User
) -> StatementEvidence:
    """End the tie; the bytes stay, since history points to them. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    tie = _locked_tie(declaration, evidence_id)
    if tie.removed_at is None:
        tie.removed_at = timezone.now()
        tie.save(update_fields=["removed_at"])
        _record(tie.statement, actor, StatementAction.FILE_REMOVED, [tie.file.label, ""])
    return tie


@transaction.atomic
def restore_evidence(
    *, declaration_id: uuid.UUID, evidence_id: uuid.UUID, actor: User
) -> StatementEvidence:
    """Tie a removed file to its statement again: the way back from a slip. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    tie = _locked_tie(declaration, evidence_id)
    if tie.removed_at is not None:
        tie.removed_at = None
        tie.save(update_fields=["removed_at"])
        _record(tie.statement, actor, StatementAction.FILE_ADDED, ["", tie.file.label])
    return tie


def _locked_tie(declaration: Declaration, evidence_id: uuid.UUID) -> StatementEvidence:
    return (
        StatementEvidence.objects.select_for_update(of=("self",))
        .select_related("statement__control", "file")
        .get(pk=evidence_id, statement__declaration=declaration)
    )


def _record(statement: Statement, actor: User, action: str, change: list[str]) -> None:
    StatementHistory.objects.create(
        statement=statement,
        batch=uuid.uuid4(),
        **history.line(actor=actor, at=timezone.now(), action=action, changes={"file": change}),
    )
