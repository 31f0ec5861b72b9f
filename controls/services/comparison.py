"""Marking an edition as compared with the official criteria: one person says so, a second one confirms it."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls import policies
from controls.enums import ControlsAction
from controls.models import CatalogueEdition, EditionHistory
from controls.selectors.text_import import comparison_basis
from core import history
from core.exceptions import DomainError, EditConflictError
from core.policies import require


@transaction.atomic
def propose_comparison(*, edition_id: uuid.UUID, actor: User) -> CatalogueEdition:
    """Say that the numbers of an edition are those of the official workbook that was imported last.

    Raises DomainError unless that import found a text for every detail and had no other detail number. Saying it twice
    of one file is one proposal; a later file makes a new one.
    """
    edition = CatalogueEdition.objects.select_for_update(no_key=True).get(pk=edition_id)
    require(policies.can_propose_comparison, actor)
    basis = comparison_basis(edition)
    if basis is None:
        raise DomainError(
            _(
                "最後に反映した公式のファイルで、すべての詳細管理策が一致していません。照合済みとは提案できません。"
            )
        )
    if edition.is_compared:
        raise DomainError(_("この版は、すでに照合済みと確認されています。"))
    if edition.compared_sha256 == basis.file.sha256:
        return edition
    now = timezone.now()
    edition.compared_by, edition.compared_at = actor, now
    edition.compared_sha256 = basis.file.sha256
    edition.save(update_fields=["compared_by", "compared_at", "compared_sha256"])
    _record(edition, actor, now, ControlsAction.COMPARISON_PROPOSED, basis.file.label)
    return edition


@transaction.atomic
def confirm_comparison(*, edition_id: uuid.UUID, seen_sha256: str, actor: User) -> CatalogueEdition:
    """Confirm as a second person; from then on pages no longer call the numbers unconfirmed.

    Raises EditConflictError when another file was proposed since, DomainError when nothing waits or when a later import
    no longer bears it out.
    """
    edition = CatalogueEdition.objects.select_for_update(no_key=True).get(pk=edition_id)
    require(policies.can_confirm_comparison, actor, edition)
    if edition.is_compared or edition.compared_by_id is None:
        raise DomainError(_("確認を待っている照合はありません。"))
    if seen_sha256 != edition.compared_sha256:
        raise EditConflictError(
            _("確認した後に、別のファイルで照合されました。内容を見直してから確認してください。")
        )
    basis = comparison_basis(edition)
    if basis is None or basis.file.sha256 != edition.compared_sha256:
        raise DomainError(
            _(
                "照合の後に別のファイルが反映されました。事務局がもう一度照合してから確認してください。"
            )
        )
    edition.is_compared = True
    now = timezone.now()
    edition.compared_confirmed_by, edition.compared_confirmed_at = actor, now
    edition.save(update_fields=["is_compared", "compared_confirmed_by", "compared_confirmed_at"])
    _record(edition, actor, now, ControlsAction.COMPARISON_CONFIRMED, basis.file.label)
    return edition


def _record(
    edition: CatalogueEdition, actor: User, now: datetime, action: str, file_name: str
) -> None:
    line = history.line(
        actor=actor,
        at=now,
        action=action,
        from_state=edition.state,
        to_state=edition.state,
        reason=file_name,
        changes={"compared_sha256": ["", edition.compared_sha256]},
    )
    EditionHistory.objects.create(edition=edition, **line)
