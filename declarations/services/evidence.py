"""Evidence (証跡) on one statement: upload and tie, tie what is kept already, take off, put back."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from declarations.enums import StatementAction
from declarations.models import Declaration, EvidenceVersion, Statement, StatementEvidence
from declarations.services.declaration import locked_draft
from declarations.services.evidence_library import VersionFacts, keep_evidence
from declarations.services.evidence_ties import locked_version, record_files, refuse_unfit


@transaction.atomic
def add_evidence(
    *,
    declaration_id: uuid.UUID,
    number: str,
    actor: User,
    upload: Any,
    note: str = "",
    creation_key: uuid.UUID | None = None,
) -> StatementEvidence:
    """Keep the upload as new evidence and tie it to the statement. DomainError when the gate refuses the file.

    The same `creation_key` again gives the tie that it made (double click).
    """
    declaration = locked_draft(declaration_id, actor)
    statement = _statement(declaration, number)
    version = keep_evidence(
        organisation_id=declaration.service.organisation_id,
        actor=actor,
        upload=upload,
        creation_key=creation_key or uuid.uuid4(),
        facts=VersionFacts(note=note),
    )
    return _tie(statement, version, actor)


@transaction.atomic
def tie_kept_evidence(
    *, declaration_id: uuid.UUID, number: str, actor: User, version_id: uuid.UUID
) -> StatementEvidence:
    """Tie a version that is kept already to the statement. Twice is harmless.

    DomainError when the evidence is retired or belongs to another provider.
    """
    version = locked_version(version_id, actor)
    declaration = locked_draft(declaration_id, actor)
    refuse_unfit(version, declaration)
    return _tie(_statement(declaration, number), version, actor)


@transaction.atomic
def remove_evidence(
    *, declaration_id: uuid.UUID, evidence_id: uuid.UUID, actor: User
) -> StatementEvidence:
    """End the tie; the evidence stays in the library. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    tie = _locked_tie(declaration, evidence_id)
    if tie.removed_at is None:
        tie.removed_at, tie.removed_in = timezone.now(), uuid.uuid4()
        tie.save(update_fields=["removed_at", "removed_in"])
        change = [tie.version.name, ""]
        _record(tie, StatementAction.FILE_REMOVED, actor, change, tie.removed_in)
    return tie


@transaction.atomic
def restore_evidence(
    *, declaration_id: uuid.UUID, evidence_id: uuid.UUID, actor: User
) -> StatementEvidence:
    """Tie what was taken off again: the way back from a slip. Twice is harmless, as is what is tied already."""
    declaration = locked_draft(declaration_id, actor)
    tie = _locked_tie(declaration, evidence_id)
    if tie.removed_at is None:
        return tie
    if again := _active(tie.statement, tie.version):
        return again
    tie.removed_at, tie.removed_in, tie.added_in = None, None, uuid.uuid4()
    tie.save(update_fields=["removed_at", "removed_in", "added_in"])
    _record(tie, StatementAction.FILE_ADDED, actor, ["", tie.version.name], tie.added_in)
    return tie


def _statement(declaration: Declaration, number: str) -> Statement:
    return Statement.objects.select_related("control").get(
        declaration=declaration, control__number=number
    )


def _active(statement: Statement, version: EvidenceVersion) -> StatementEvidence | None:
    return (
        StatementEvidence.objects.filter(
            statement=statement, version=version, removed_at__isnull=True
        )
        .select_related("statement__control", "version__file")
        .first()
    )


def _tie(statement: Statement, version: EvidenceVersion, actor: User) -> StatementEvidence:
    if there := _active(statement, version):
        return there
    batch = uuid.uuid4()
    tie = StatementEvidence.objects.create(
        statement=statement, version=version, note=version.note, added_in=batch
    )
    _record(tie, StatementAction.FILE_ADDED, actor, ["", version.name], batch)
    return tie


def _locked_tie(declaration: Declaration, evidence_id: uuid.UUID) -> StatementEvidence:
    return (
        StatementEvidence.objects.select_for_update(of=("self",))
        .select_related("statement__control", "version__file")
        .get(pk=evidence_id, statement__declaration=declaration)
    )


def _record(
    tie: StatementEvidence,
    action: StatementAction,
    actor: User,
    change: list[str],
    batch: uuid.UUID,
) -> None:
    record_files({tie.statement_id: change}, action, actor=actor, at=timezone.now(), batch=batch)
