"""Moving a declaration from one edition of the criteria to another, within its period."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.models import CatalogueEdition
from core import history
from core.db import refusals
from core.exceptions import DomainError
from core.policies import require
from declarations import policies
from declarations.enums import DeclarationAction, DeclarationMove, DeclarationState
from declarations.models import Declaration, DeclarationHistory
from declarations.selectors.carry_over import read_plan
from declarations.services.carrying import carry_plan_into
from declarations.services.declaration import refusal_messages
from declarations.snapshot import BODY_FIELDS
from declarations.workflow import DECLARATION


@transaction.atomic
def move_to_edition(
    *, declaration_id: uuid.UUID, actor: User, edition_id: uuid.UUID
) -> Declaration:
    """Begin the next version of a draft or of a fixed declaration against another edition, along its lineage.

    A draft is kept as it was, read-only (`moved`). A fixed version stays in force until the new one is fixed. Nothing
    in the new version counts as confirmed. Asking twice gives the version that the first asking began (double click).
    Raises DomainError for other states, an edition that is not published, the same edition, or no published lineage.
    """
    old = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service", "edition")
        .get(pk=declaration_id)
    )
    require(policies.can_open_declaration, actor, old.service)
    begun = Declaration.objects.open().filter(
        service=old.service,
        period_start=old.period_start,
        version__gt=old.version,
        edition=edition_id,
    )
    if new := begun.first():
        return new
    if sentence := not_movable(old):
        raise DomainError(sentence)
    edition = CatalogueEdition.objects.published().filter(pk=edition_id).first()
    if edition is None or edition_id == old.edition_id:
        raise DomainError(_("いまとは別の、公開されている管理基準の版を選んでください。"))
    plan = read_plan(old, edition_id)
    now = timezone.now()
    if old.state == DeclarationState.DRAFT:
        _leave(old, edition, actor=actor, at=now)
    with refusals(refusal_messages()):
        new = Declaration.objects.create(
            service=old.service,
            edition=edition,
            period_start=old.period_start,
            period_end=old.period_end,
            version=old.version + 1,
            created_at=now,
            **{name: getattr(old, name) for name in BODY_FIELDS},
        )
    carry_plan_into(new, plan)
    reason = _("「%(old)s」の言明から移行") % {"old": old.edition}
    DeclarationHistory.objects.create(
        declaration=new,
        **history.line(actor=actor, at=now, action=DeclarationAction.OPENED, reason=reason),
    )
    return new


def not_movable(declaration: Declaration) -> str:
    """Why this declaration cannot be moved to another edition, and how to go on; empty when it can."""
    sentences = {
        DeclarationState.IN_APPROVAL: _(
            "承認待ちの言明は移行できません。承認者に差戻しを依頼してから移行してください。"
        ),
        DeclarationState.SUPERSEDED: _(
            "旧版の言明は移行できません。最新の版から移行してください。"
        ),
        DeclarationState.MOVED: _(
            "この言明はすでに新しい基準の版へ移行しています。続きは、移行先の言明に入力してください。"
        ),
    }
    return sentences.get(DeclarationState(declaration.state), "")


def _leave(old: Declaration, edition: CatalogueEdition, *, actor: User, at: datetime) -> None:
    move = DECLARATION.check(DeclarationMove.MOVE, old.state)
    before, old.state = old.state, move.target
    old.row_version += 1
    old.save(update_fields=["state", "row_version"])
    DeclarationHistory.objects.create(
        declaration=old,
        **history.line(
            actor=actor,
            at=at,
            action=move.name,
            from_state=before,
            to_state=move.target,
            reason=_("「%(new)s」へ移行") % {"new": edition},
        ),
    )
