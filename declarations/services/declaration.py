"""Acts that open a declaration, revise it, and edit its body (everything but the statements)."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.models import CatalogueEdition, Control
from controls.rules import Rules
from core import history
from core.db import refusals
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from declarations import policies
from declarations.enums import DeclarationAction, DeclarationState
from declarations.models import (
    CloudService,
    Declaration,
    DeclarationHistory,
    ObjectiveExclusion,
    Statement,
    StatementEvidence,
)
from declarations.periods import check_period
from declarations.selectors.carry_over import read_plan
from declarations.services.carrying import NEXT_YEAR_BODY, carry_plan_into
from declarations.snapshot import BODY_FIELDS

# A new version of the same period says what the earlier one said, and what was confirmed stays confirmed.
REVISED = (
    "adoption", "reason", "individual_control", "base_service_id", "inherited_note", "owner_id", "carried_from_id",
    "confirmed_by_id", "confirmed_at",
)  # fmt: skip


def refusal_messages() -> dict[str, str]:
    """What it means when the database refuses another declaration, by the name of the constraint."""
    return {
        "declaration_one_open_per_service": _(
            "このサービスには作成中の言明があります。先にその言明を確定してください。"
        ),
        "declaration_version_once": _(
            "この期間の言明はすでにあります。内容を改めるときは、確定した言明から新しい版を作ってください。"
        ),
    }


@transaction.atomic
def create_declaration(
    *,
    service_id: uuid.UUID,
    actor: User,
    edition_id: uuid.UUID,
    period_start: date,
    period_end: date,
    carry_from: uuid.UUID | None = None,
) -> Declaration:
    """Open a declaration for a period: one statement per detail of the edition, in one insert.

    They are empty, or carried over from the fixed declaration `carry_from` of the same service, through the published
    lineage when the edition differs; nothing of it counts as confirmed. Asking again for the one that is open gives
    that one (double click). Raises PeriodError when the period breaks a rule or follows the last one with a gap,
    DomainError when another one is open, the edition is not published, or no published lineage leads to it.
    """
    service = CloudService.objects.select_for_update(of=("self",), no_key=True).get(pk=service_id)
    require(policies.can_open_declaration, actor, service)
    last = Declaration.objects.filter(service=service).order_by("-period_end", "-version").first()
    if last and last.is_open:
        asked = (edition_id, period_start, period_end)
        if last.version == 1 and asked == (last.edition_id, last.period_start, last.period_end):
            return last
        raise DomainError(refusal_messages()["declaration_one_open_per_service"])
    check_period(
        period_start,
        period_end,
        previous_end=last.period_end if last else None,
        rules=Rules.at(period_end),
    )
    published = CatalogueEdition.objects.published().filter(pk=edition_id)
    details = list(
        Control.objects.filter(edition__in=published).details().values_list("pk", flat=True)
    )
    if not details:
        raise DomainError(_("公開されている管理基準の版を選んでください。"))
    old = _carried_declaration(service, carry_from) if carry_from else None
    plan = read_plan(old, edition_id, over=(period_start, period_end)) if old else None
    now = timezone.now()
    with refusals(refusal_messages()):
        declaration = Declaration.objects.create(
            service=service,
            edition_id=edition_id,
            period_start=period_start,
            period_end=period_end,
            created_at=now,
            **({name: getattr(old, name) for name in NEXT_YEAR_BODY} if old else {}),
        )
    if plan is None:
        Statement.objects.bulk_create(
            Statement(declaration=declaration, control_id=control) for control in details
        )
    else:
        carry_plan_into(declaration, plan)
    reason = _("前回の言明から引き継いで開始") if old else ""
    _record(declaration, actor, now, DeclarationAction.OPENED, reason=reason)
    return declaration


@transaction.atomic
def revise_declaration(*, declaration_id: uuid.UUID, actor: User) -> Declaration:
    """Begin a new version of a fixed declaration for the same period, with everything that it says.

    Asking twice gives the version that the first asking began (double click).
    """
    old = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service")
        .get(pk=declaration_id)
    )
    require(policies.can_open_declaration, actor, old.service)
    if old.state != DeclarationState.FIXED:
        raise DomainError(_("新しい版は、確定した最新の版から作ります。"))
    begun = Declaration.objects.open().filter(
        service=old.service, period_start=old.period_start, version__gt=old.version
    )
    if new := begun.first():
        return new
    now = timezone.now()
    with refusals(refusal_messages()):
        new = Declaration.objects.create(
            service=old.service,
            edition_id=old.edition_id,
            period_start=old.period_start,
            period_end=old.period_end,
            version=old.version + 1,
            created_at=now,
            **{name: getattr(old, name) for name in BODY_FIELDS},
        )
    _carry_rows(old, new)
    _record(new, actor, now, DeclarationAction.OPENED, reason=_("確定版から新しい版を作成"))
    return new


@transaction.atomic
def edit_declaration(
    *, declaration_id: uuid.UUID, actor: User, version: int, facts: dict[str, Any]
) -> Declaration:
    """Change the body of a draft. EditConflictError when somebody saved since `version` was shown."""
    declaration = locked_draft(declaration_id, actor)
    after = {name: value for name, value in facts.items() if name in BODY_FIELDS}
    changes = history.changed_fields({name: getattr(declaration, name) for name in after}, after)
    if not changes:
        return declaration
    if declaration.row_version != version:
        raise EditConflictError(current=declaration)
    for name in changes:
        setattr(declaration, name, after[name])
    declaration.row_version += 1
    declaration.save(update_fields=[*changes, "row_version"])
    _record(declaration, actor, timezone.now(), DeclarationAction.EDITED, changes=changes)
    return declaration


def locked_draft(declaration_id: uuid.UUID, actor: User) -> Declaration:
    """The declaration, locked, for an act that edits it; refuses strangers and anything but a draft."""
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service")
        .get(pk=declaration_id)
    )
    require(policies.can_edit_declaration, actor, declaration)
    if declaration.state != DeclarationState.DRAFT:
        raise DomainError(not_a_draft(declaration))
    return declaration


def not_a_draft(declaration: Declaration) -> str:
    """Why this declaration cannot be edited, and how to go on."""
    state = declaration.get_state_display()
    if declaration.is_frozen:
        return _(
            "この言明は「%(state)s」のため編集できません。新しい版を作って改めてください。"
        ) % {"state": state}
    if declaration.state == DeclarationState.MOVED:
        return _(
            "この言明は「%(state)s」のため編集できません。続きは、移行先の言明に入力してください。"
        ) % {"state": state}
    return _("この言明は「%(state)s」のため編集できません。承認者に差戻しを依頼してください。") % {
        "state": state
    }


def _carried_declaration(service: CloudService, declaration_id: uuid.UUID) -> Declaration:
    old = Declaration.objects.fixed().filter(service=service, pk=declaration_id).first()
    if old is None:
        raise DomainError(_("引き継げるのは、このサービスの確定した言明だけです。"))
    return old


def _carry_rows(old: Declaration, new: Declaration) -> None:
    ObjectiveExclusion.objects.bulk_create(
        ObjectiveExclusion(declaration=new, objective_id=row.objective_id, reason=row.reason)
        for row in old.exclusions.all()
    )
    carried = Statement.objects.bulk_create(
        Statement(
            declaration=new,
            control_id=row.control_id,
            **{name: getattr(row, name) for name in REVISED},
        )
        for row in old.statements.all()
    )
    new_ids = {row.control_id: row.pk for row in carried}
    evidence = StatementEvidence.objects.filter(
        statement__declaration=old, removed_at__isnull=True
    ).select_related("statement")
    StatementEvidence.objects.bulk_create(
        StatementEvidence(
            statement_id=new_ids[tie.statement.control_id],
            version_id=tie.version_id,
            note=tie.note,
        )
        for tie in evidence
    )


def _record(declaration: Declaration, actor: User, at, action: str, **facts: Any) -> None:
    DeclarationHistory.objects.create(
        declaration=declaration, **history.line(actor=actor, at=at, action=action, **facts)
    )
