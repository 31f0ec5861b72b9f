"""Excluding an objective releases its details and keeps their text (criteria 2.2.4 (3))."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.enums import Level, Standard
from controls.models import Control
from core import history
from core.exceptions import DomainError, EditConflictError
from core.text import clean_text
from declarations.enums import DeclarationAction
from declarations.models import Declaration, DeclarationHistory, ObjectiveExclusion
from declarations.services.declaration import locked_draft


@transaction.atomic
def exclude_objective(
    *, declaration_id: uuid.UUID, actor: User, number: str, reason: str, version: int
) -> ObjectiveExclusion:
    """Exclude an objective with its reason, or change the reason of one that is excluded.

    `version` is the row version that was shown, 0 where the objective was not excluded. Raises DomainError for
    governance and management objectives, which cannot be excluded.
    """
    declaration = locked_draft(declaration_id, actor)
    objective = _objective(declaration, number)
    reason = clean_text(reason)
    if not reason:
        raise DomainError(_("除外する理由を入力してください。"))
    exclusion = declaration.exclusions.select_for_update().filter(objective=objective).first()
    if exclusion and exclusion.reason == reason:
        return exclusion
    if version != (exclusion.row_version if exclusion else 0):
        raise EditConflictError(current=exclusion)
    before = exclusion.reason if exclusion else ""
    if exclusion:
        exclusion.reason, exclusion.row_version = reason, exclusion.row_version + 1
        exclusion.save(update_fields=["reason", "row_version"])
    else:
        exclusion = ObjectiveExclusion.objects.create(
            declaration=declaration, objective=objective, reason=reason
        )
    _record(declaration, actor, DeclarationAction.OBJECTIVE_EXCLUDED, number, [before, reason])
    return exclusion


@transaction.atomic
def include_objective(*, declaration_id: uuid.UUID, actor: User, number: str) -> None:
    """Take an exclusion back; the details count again with the text that they kept. Twice is harmless."""
    declaration = locked_draft(declaration_id, actor)
    exclusion = (
        declaration.exclusions.select_for_update()
        .filter(objective=_objective(declaration, number))
        .first()
    )
    if exclusion is None:
        return
    reason = exclusion.reason
    exclusion.delete()
    _record(declaration, actor, DeclarationAction.OBJECTIVE_INCLUDED, number, [reason, ""])


def _objective(declaration: Declaration, number: str) -> Control:
    objective = Control.objects.filter(
        edition=declaration.edition_id, level=Level.OBJECTIVE, number=number
    ).first()
    if objective is None:
        raise DomainError(_("この統制目標は、この言明の管理基準にありません。"))
    if objective.standard != Standard.CONTROL_MEASURE:
        raise DomainError(
            _(
                "ガバナンス基準とマネジメント基準の統制目標は除外できません。すべての項目を採用してください。"
            )
        )
    return objective


def _record(
    declaration: Declaration, actor: User, action: str, number: str, change: list[str]
) -> None:
    DeclarationHistory.objects.create(
        declaration=declaration,
        **history.line(actor=actor, at=timezone.now(), action=action, changes={number: change}),
    )
