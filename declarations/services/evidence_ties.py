"""Evidence on many statements at once: tie a version, let a newer version take its place, undo either as a whole."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.exceptions import DomainError
from core.policies import require
from declarations import policies
from declarations.enums import BatchKind, DeclarationState, StatementAction
from declarations.models import (
    Declaration,
    Evidence,
    EvidenceVersion,
    Statement,
    StatementBatch,
    StatementEvidence,
    StatementHistory,
)
from declarations.services.declaration import locked_draft

SUMMARY_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Tied:
    """The act, and how many of the chosen statements had this version already; without a new tie there is no act."""

    batch: StatementBatch | None
    already: int


@transaction.atomic
def tie_evidence(
    *, declaration_id: uuid.UUID, version_id: uuid.UUID, actor: User, numbers: Iterable[str]
) -> Tied:
    """Tie a version to many statements of a draft in one act that can be undone as a whole.

    Statements that have it already stay as they are, so a second click changes nothing. DomainError for a number that
    the declaration does not have, retired evidence, or a declaration that is no draft.
    """
    version = locked_version(version_id, actor)
    declaration = locked_draft(declaration_id, actor)
    refuse_unfit(version, declaration)
    wanted = set(numbers)
    rows = list(
        Statement.objects.filter(declaration=declaration, control__number__in=wanted)
        .select_related("control")
        .order_by("control__sort_key")
    )
    _refuse_unknown(wanted - {row.control.number for row in rows})
    tied = set(
        StatementEvidence.objects.filter(
            statement__in=rows, version=version, removed_at__isnull=True
        ).values_list("statement_id", flat=True)
    )
    new = [row for row in rows if row.pk not in tied]
    if not new:
        return Tied(None, len(tied))
    now = timezone.now()
    summary = _("証跡「%(name)s」を紐付け") % {"name": version.name}
    batch = _batch(declaration, actor, now, summary=summary, rows=len(new))
    StatementEvidence.objects.bulk_create(
        StatementEvidence(statement=row, version=version, note=version.note, added_in=batch.pk)
        for row in new
    )
    changes = {row.pk: ["", version.name] for row in new}
    record_files(changes, StatementAction.FILE_ADDED, actor=actor, at=now, batch=batch.pk)
    return Tied(batch, len(tied))


def tying_drafts(evidence: Evidence, *, actor: User) -> list[Declaration]:
    """The drafts that tie a version of it, locked in one order. Part of an act."""
    ids = (
        StatementEvidence.objects.filter(
            version__evidence=evidence,
            removed_at__isnull=True,
            statement__declaration__state=DeclarationState.DRAFT,
        )
        .order_by()
        .values_list("statement__declaration", flat=True)
    )
    drafts = list(
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service")
        .filter(pk__in=set(ids), state=DeclarationState.DRAFT)
        .order_by("pk")
    )
    for draft in drafts:
        require(policies.can_edit_declaration, actor, draft)
    return drafts


def replace_in_drafts(
    version: EvidenceVersion, drafts: list[Declaration], *, actor: User, at: datetime
) -> list[int]:
    """Let `version` take the place of every earlier one in the locked drafts: one batch, one count for each draft."""
    return [_replace(version, draft, actor=actor, at=at) for draft in drafts]


def undo_ties(batch: StatementBatch, *, actor: User) -> tuple[StatementBatch | None, list[str]]:
    """Take back what a batch of ties did, but for statements on which it has been changed since; their numbers.

    The declaration is locked already. Without anything left to take back there is no batch.
    """
    added = _ties(added_in=batch.pk)
    removed = _ties(removed_in=batch.pk)
    ending = [tie for tie in added if tie.removed_at is None]
    gone = {tie.statement_id for tie in added} - {tie.statement_id for tie in ending}
    active = _active_pairs(batch)
    returning = [
        tie
        for tie in removed
        if tie.statement_id not in gone and (tie.statement_id, tie.version_id) not in active
    ]
    left = sorted({tie.statement.control.number for tie in added if tie.statement_id in gone})
    if not (ending or returning):
        return None, left
    now = timezone.now()
    summary = _("「%(summary)s」を取消し") % {"summary": batch.summary}
    changes = _swapped(ending, returning)
    undoing = _batch(
        batch.declaration, actor, now, summary=summary, rows=len(changes), undoes=batch
    )
    _end(ending, at=now, batch=undoing.pk)
    for tie in returning:
        tie.removed_at, tie.removed_in, tie.added_in = None, None, undoing.pk
    StatementEvidence.objects.bulk_update(returning, ["removed_at", "removed_in", "added_in"])
    record_files(changes, StatementAction.UNDONE, actor=actor, at=now, batch=undoing.pk)
    return undoing, left


def locked_version(version_id: uuid.UUID, actor: User) -> EvidenceVersion:
    """A version of the actor's own evidence; the evidence is locked, so that it is not retired meanwhile."""
    version = EvidenceVersion.objects.select_related("evidence__organisation", "file").get(
        pk=version_id
    )
    require(policies.can_keep_evidence, actor, version.evidence.organisation)
    version.evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(
        pk=version.evidence_id
    )
    return version


def refuse_unfit(version: EvidenceVersion, declaration: Declaration) -> None:
    """DomainError for what cannot be tied to a statement of this declaration."""
    if version.evidence.organisation_id != declaration.service.organisation_id:
        raise DomainError(_("この証跡は、別の組織のものです。自組織の証跡を選んでください。"))
    if version.evidence.retired_at is not None:
        raise DomainError(
            _(
                "この証跡は使用を終了しているため、新たに紐付けられません。先に使用を再開してください。"
            )
        )


def record_files(
    changes: dict[int, list[str]],
    action: StatementAction,
    *,
    actor: User,
    at: datetime,
    batch: uuid.UUID,
) -> None:
    """One history line for each statement: which file was there before, which is there now."""
    StatementHistory.objects.bulk_create(
        StatementHistory(
            statement_id=statement,
            batch=batch,
            **history.line(actor=actor, at=at, action=action, changes={"file": change}),
        )
        for statement, change in changes.items()
    )


def _replace(version: EvidenceVersion, draft: Declaration, *, actor: User, at: datetime) -> int:
    old = [
        tie
        for tie in _ties(
            statement__declaration=draft,
            version__evidence=version.evidence_id,
            removed_at__isnull=True,
        )
        if tie.version_id != version.pk
    ]
    statements = {tie.statement_id: tie for tie in old}
    if not old:
        return 0
    summary = _("証跡「%(name)s」に差替え") % {"name": version.name}
    batch = _batch(draft, actor, at, summary=summary, rows=len(statements))
    _end(old, at=at, batch=batch.pk)
    new = StatementEvidence.objects.bulk_create(
        StatementEvidence(statement_id=statement, version=version, note=tie.note, added_in=batch.pk)
        for statement, tie in statements.items()
    )
    record_files(
        _swapped(old, new), StatementAction.FILE_REPLACED, actor=actor, at=at, batch=batch.pk
    )
    return len(statements)


def _ties(**narrowed) -> list[StatementEvidence]:
    return list(
        StatementEvidence.objects.select_for_update(of=("self",))
        .filter(**narrowed)
        .select_related("version__file", "statement__control")
        .order_by("statement__control__sort_key", "version__number", "pk")
    )


def _active_pairs(batch: StatementBatch) -> set[tuple[int, uuid.UUID]]:
    """Statement and version of every tie in force on the statements of the batch."""
    statements = StatementHistory.objects.filter(
        batch=batch.pk, statement__declaration=batch.declaration_id
    ).values("statement")
    ties = StatementEvidence.objects.filter(statement__in=statements, removed_at__isnull=True)
    return set(ties.values_list("statement_id", "version_id"))


def _end(ties: list[StatementEvidence], *, at: datetime, batch: uuid.UUID) -> None:
    StatementEvidence.objects.filter(pk__in=[tie.pk for tie in ties]).update(
        removed_at=at, removed_in=batch
    )


def _swapped(
    before: list[StatementEvidence], after: list[StatementEvidence]
) -> dict[int, list[str]]:
    """By statement, the files that go and those that come."""
    changes: dict[int, list[list[str]]] = {}
    for place, ties in enumerate((before, after)):
        for tie in ties:
            changes.setdefault(tie.statement_id, [[], []])[place].append(tie.version.name)
    return {pk: ["、".join(names) for names in pair] for pk, pair in changes.items()}


def _batch(
    declaration: Declaration,
    actor: User,
    at: datetime,
    *,
    summary: str,
    rows: int,
    undoes: StatementBatch | None = None,
) -> StatementBatch:
    return StatementBatch.objects.create(
        declaration=declaration,
        kind=BatchKind.UNDO if undoes else BatchKind.EVIDENCE,
        summary=summary[:SUMMARY_LENGTH],
        rows=rows,
        actor=actor,
        occurred_at=at,
        undoes=undoes,
    )


def _refuse_unknown(numbers: set[str]) -> None:
    if numbers:
        raise DomainError(
            _("次の番号の管理策はこの言明にありません。番号を確認してください：%(numbers)s")
            % {"numbers": "、".join(sorted(numbers)[:10])}
        )
