"""Approval: submit, hand back, fix. Fixing freezes the snapshot that audits and applications point to."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.canonical import sha256_hex
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from declarations import policies, preflight
from declarations.enums import DeclarationMove, DeclarationState
from declarations.facts import read_facts
from declarations.models import Declaration, DeclarationHistory, DeclarationSnapshot
from declarations.querysets import DeclarationQuerySet
from declarations.snapshot import snapshot_bytes
from declarations.workflow import DECLARATION


@transaction.atomic
def submit_declaration(*, declaration_id: uuid.UUID, actor: User) -> Declaration:
    """Ask for approval. DomainError while the pre-flight check finds an error."""
    declaration = _locked(declaration_id)
    require(policies.can_edit_declaration, actor, declaration)
    move = DECLARATION.check(DeclarationMove.SUBMIT, declaration.state)
    now = timezone.now()
    _refuse_errors(declaration, now)
    _move(declaration, move.target, actor=actor, at=now, action=move.name)
    return declaration


@transaction.atomic
def hand_back_declaration(*, declaration_id: uuid.UUID, actor: User, reason: str) -> Declaration:
    """Return the draft to its writers with a reason (差戻し)."""
    declaration = _locked(declaration_id)
    require(policies.can_approve_declaration, actor, declaration)
    move = DECLARATION.check(DeclarationMove.HAND_BACK, declaration.state)
    if not reason.strip():
        raise DomainError(_("差戻しの理由を入力してください。"))
    _move(declaration, move.target, actor=actor, at=timezone.now(), action=move.name, reason=reason)
    return declaration


@transaction.atomic
def fix_declaration(*, declaration_id: uuid.UUID, actor: User, version: int) -> Declaration:
    """Approve and fix this version: check again, freeze the snapshot with its hash, replace the earlier version.

    Only an approver who edited nothing in it may (403); `version` is what the approver was shown (409).
    """
    declaration, replaced = _locked_with_replaced(declaration_id)
    require(policies.can_fix_declaration, actor, declaration)
    move = DECLARATION.check(DeclarationMove.FIX, declaration.state)
    if declaration.row_version != version:
        raise EditConflictError(current=declaration)
    now = timezone.now()
    content = _refuse_errors(declaration, now)
    lines = [_superseded(old, actor=actor, at=now) for old in replaced]
    declaration.snapshot_sha256 = sha256_hex(content)
    declaration.fixed_by, declaration.fixed_at = actor, now
    lines.append(_moved(declaration, move.target, actor=actor, at=now, action=move.name))
    DeclarationHistory.objects.bulk_create(lines)
    DeclarationSnapshot.objects.create(declaration=declaration, content=content)
    return declaration


def _lockable() -> DeclarationQuerySet:
    return Declaration.objects.select_for_update(of=("self",), no_key=True).select_related(
        "service__organisation", "edition"
    )


def _locked(declaration_id: uuid.UUID) -> Declaration:
    return _lockable().get(pk=declaration_id)


def _locked_with_replaced(declaration_id: uuid.UUID) -> tuple[Declaration, list[Declaration]]:
    """The version, and the fixed ones of its period, which it replaces: one query locks them all."""
    asked = Declaration.objects.filter(pk=declaration_id)
    rows = list(
        _lockable().filter(
            Q(pk=declaration_id) | Q(state=DeclarationState.FIXED),
            service__in=asked.values("service"),
            period_start__in=asked.values("period_start"),
        )
    )
    declaration = next((row for row in rows if row.pk == declaration_id), None)
    if declaration is None:
        raise Declaration.DoesNotExist(declaration_id)
    return declaration, [row for row in rows if row is not declaration]


def _refuse_errors(declaration: Declaration, now: datetime) -> bytes:
    """The snapshot's bytes, or DomainError with the number of what blocks."""
    facts = read_facts(declaration, today=timezone.localdate(now))
    found = preflight.errors(preflight.run(facts))
    if found:
        raise DomainError(
            _(
                "事前確認でエラーが%(count)s件あります。事前確認の画面で内容を確かめ、直してください。"
            )
            % {"count": f"{len(found):,}"}
        )
    return snapshot_bytes(facts)


def _superseded(old: Declaration, *, actor: User, at: datetime) -> DeclarationHistory:
    move = DECLARATION.check(DeclarationMove.SUPERSEDE, old.state)
    return _moved(old, move.target, actor=actor, at=at, action=move.name)


def _move(declaration: Declaration, target: str, **facts: Any) -> None:
    _moved(declaration, target, **facts).save(force_insert=True)


def _moved(
    declaration: Declaration,
    target: str,
    *,
    actor: User,
    at: datetime,
    action: str,
    reason: str = "",
) -> DeclarationHistory:
    """Change the state and return the history line, which the caller records."""
    before, declaration.state = declaration.state, target
    declaration.row_version += 1
    declaration.save(
        update_fields=["state", "row_version", "snapshot_sha256", "fixed_by", "fixed_at"]
    )
    return DeclarationHistory(
        declaration=declaration,
        **history.line(
            actor=actor, at=at, action=action, from_state=before, to_state=target, reason=reason
        ),
    )
