"""Acts on an audit cycle as a whole: begin it, fix its plan, reopen it, end it early."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import CycleAction, CycleState
from audits.limits import MAX_CYCLE_YEARS
from audits.models import AuditCycle, AuditCycleHistory
from audits.selectors.plan_facts import (
    cycle_of,
    last_year_declared,
    newest_declaration,
    was_ended_by,
)
from audits.selectors.plan_scope import reported_years
from audits.services.plan_rows import drop_later_years
from audits.workflow import CYCLE
from core import history
from core.calendar import format_wareki
from core.db import refusals
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from declarations.enums import DeclarationState
from declarations.models import Declaration


@transaction.atomic
def open_cycle(*, declaration_id: uuid.UUID, years: int, actor: User) -> AuditCycle:
    """Begin a cycle of so many years with the period of a fixed declaration. It has no plan yet.

    The same cycle asked for twice is one (double click). DomainError for a number of years that is not planned or
    would be over at once, a declaration that is not the fixed one, and days that belong to another cycle.
    """
    declaration = (
        Declaration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("service")
        .get(pk=declaration_id)
    )
    require(policies.can_plan, actor, declaration)
    if declaration.state != DeclarationState.FIXED:
        raise DomainError(_("監査サイクルは、確定した最新の言明から始めます。"))
    if not 1 <= years <= MAX_CYCLE_YEARS:
        raise DomainError(
            _("年数は1年から%(most)s年までの間で選んでください。") % {"most": MAX_CYCLE_YEARS}
        )
    cycle, now = cycle_of(declaration, years=years), timezone.now()
    if max(reported_years(cycle), default=0) >= years:
        raise DomainError(
            _("監査の報告をすべて終えた年数になります。%(least)s年以上を選んでください。")
            % {"least": years + 1}
        )
    other = (
        AuditCycle.objects.covering(cycle.service_id, cycle.starts_on, cycle.ends_on)
        .order_by("starts_on")
        .first()
    )
    if other and (other.starts_on, other.years) == (cycle.starts_on, cycle.years):
        return other
    if other:
        raise DomainError(_overlap(other))
    cycle.opened_by, cycle.opened_at = actor, now
    with refusals({"auditcycle_one_at_a_time": _("この期間には、すでに監査サイクルがあります。")}):
        cycle.save(force_insert=True)
    record(cycle, actor, now, CycleAction.OPENED, to_state=cycle.state)
    return cycle


def _overlap(other: AuditCycle) -> str:
    return _(
        "%(first)sから%(last)sまでの監査サイクルと期間が重なっています。その翌日以降に始まる言明を選んでください。"
    ) % {
        "first": format_wareki(other.starts_on, weekday=False),
        "last": format_wareki(other.ends_on, weekday=False),
    }


@transaction.atomic
def agree_plan(*, cycle_id: uuid.UUID, actor: User, version: int) -> AuditCycle:
    """Fix the plan: from now on nothing moves. DomainError while it rests on an older declaration than the newest."""
    cycle = locked(cycle_id)
    require(policies.can_settle_plan, actor, cycle.declaration)
    move = CYCLE.check(CycleAction.AGREE, cycle.state)
    require_version(cycle, version)
    if not cycle.is_planned:
        raise DomainError(_("計画案がまだありません。計画案を作成してから確定してください。"))
    newest = newest_declaration(cycle)
    refuse_other_edition(cycle, newest)
    if newest != cycle.declaration:
        raise DomainError(_("新しい言明が確定しています。計画を更新してから確定してください。"))
    return _move(cycle, actor, move.name, move.target)


@transaction.atomic
def reopen_plan(*, cycle_id: uuid.UUID, actor: User, version: int, reason: str) -> AuditCycle:
    """Work on a fixed plan again, with the reason."""
    cycle = locked(cycle_id)
    _require_settling(cycle, actor)
    move = CYCLE.check(CycleAction.REOPEN, cycle.state)
    require_version(cycle, version)
    said = clean_text(reason)
    if not said:
        raise DomainError(_("理由を入力してください。"))
    return _move(cycle, actor, move.name, move.target, reason=said)


@transaction.atomic
def end_cycle(*, cycle_id: uuid.UUID, actor: User, version: int, reason: str) -> AuditCycle:
    """End a cycle early, with the last year declared against its edition; the next one begins with the new edition.

    What was planned for later years leaves the plan and stays in the history. Ended twice by the same person it is
    ended once (double click). DomainError without a declaration against another edition, when no year is left to cut
    off, and without a reason.
    """
    cycle = locked(cycle_id)
    if was_ended_by(cycle, actor):
        return cycle
    newest = newest_declaration(cycle)
    require(policies.can_plan, actor, newest)
    move = CYCLE.check(CycleAction.END, cycle.state)
    require_version(cycle, version)
    if newest.edition_id == cycle.edition_id:
        raise DomainError(
            _(
                "別の版の管理基準による言明が、このサイクルの期間にありません。打ち切らずに、計画を続けてください。"
            )
        )
    last = last_year_declared(cycle)
    if last == cycle.years:
        raise DomainError(
            _(
                "このサイクルの版による言明が最後の年度にあるため、打ち切れません。次のサイクルは、%(last)sより後に終わる期間の言明から始めてください。"
            )
            % {"last": format_wareki(cycle.ends_on, weekday=False)}
        )
    said = clean_text(reason)
    if not said:
        raise DomainError(_("理由を入力してください。"))
    cycle.years, cycle.ends_on = last, cycle.last_day_of(last)
    before, cycle.state = cycle.state, CycleState(move.target)
    cycle.row_version += 1
    cycle.save()
    changes = drop_later_years(cycle)
    record(
        cycle,
        actor,
        timezone.now(),
        move.name,
        from_state=before,
        to_state=move.target,
        reason=said,
        changes=changes,
    )
    return cycle


def refuse_other_edition(cycle: AuditCycle, declaration: Declaration) -> None:
    """DomainError for a declaration that this plan cannot follow."""
    if declaration.edition_id != cycle.edition_id:
        raise DomainError(
            _(
                "この期間の言明は管理基準「%(edition)s」によるもので、このサイクルの版と異なります。"
                "このサイクルを打ち切り、新しい版で次のサイクルを始めてください。"
            )
            % {"edition": declaration.edition.name}
        )


def _require_settling(cycle: AuditCycle, actor: User) -> None:
    """The firm of the plan, or the one that took the audit of a newer period and has to bring the plan up to date."""
    if not policies.can_settle_plan(actor, cycle.declaration):
        require(policies.can_settle_plan, actor, newest_declaration(cycle))


def _move(cycle: AuditCycle, actor: User, name: str, target: str, reason: str = "") -> AuditCycle:
    before, cycle.state = cycle.state, CycleState(target)
    cycle.row_version += 1
    cycle.save()
    record(cycle, actor, timezone.now(), name, from_state=before, to_state=target, reason=reason)
    return cycle


def locked(cycle_id: uuid.UUID) -> AuditCycle:
    """The cycle for an act on it, with its declaration."""
    return (
        AuditCycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("declaration__service__organisation", "declaration__edition")
        .get(pk=cycle_id)
    )


def require_version(cycle: AuditCycle, version: int) -> None:
    """EditConflictError unless the page showed the plan as it is now."""
    if cycle.row_version != version:
        raise EditConflictError(
            _(
                "ほかの人が先に計画を変えました。最新の計画を確かめてから、もう一度操作してください。"
            ),
            current=cycle,
        )


def record(cycle: AuditCycle, actor: User, at: datetime, action: str, **facts: Any) -> None:
    """One line of history."""
    AuditCycleHistory.objects.create(
        cycle=cycle, **history.line(actor=actor, at=at, action=action, **facts)
    )
