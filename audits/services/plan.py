"""Acts on the plan of an audit cycle: propose and bring up to date, move, include, rebalance."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import CycleAction, InclusionKind
from audits.limits import MAX_MOVED
from audits.models import AuditCycle
from audits.planning.facts import Cause, Plan
from audits.planning.following import following_plan
from audits.planning.fresh import fresh_plan
from audits.planning.moving import MoveRefusedError, Refusal, moved_plan
from audits.planning.sentences import refusal_sentence
from audits.selectors.plan_facts import PlanFacts, newest_declaration, plan_facts
from audits.services.cycle import locked, record, refuse_other_edition, require_version
from audits.services.plan_rows import write_plan
from core.exceptions import DomainError
from core.policies import require
from core.text import clean_text


class MoveNotAllowedError(DomainError):
    """The plan stays as it is: `refusals` names each control that stands in the way."""

    def __init__(self, refusals: tuple[Refusal, ...]):
        super().__init__(refusal_sentence(refusals))
        self.refusals = refusals


@transaction.atomic
def propose_plan(*, cycle_id: uuid.UUID, actor: User, version: int) -> AuditCycle:
    """Propose the first plan, or bring the plan up to date with the newest declaration of the cycle.

    What stands stays: only new controls are placed, and those move for which the declaration gives a reason.
    DomainError for a declaration against another edition and for a fixed plan.
    """
    cycle = locked(cycle_id)
    declaration = newest_declaration(cycle)
    require(policies.can_plan, actor, declaration)
    _require_workable(cycle, version)
    refuse_other_edition(cycle, declaration)
    facts = plan_facts(cycle, declaration, renewed=True)
    action = CycleAction.UPDATED if cycle.is_planned else CycleAction.PROPOSED
    plan = (
        following_plan(facts.request, facts.plan) if cycle.is_planned else fresh_plan(facts.request)
    )
    cycle.declaration = declaration
    return _apply(cycle, facts, plan, actor=actor, action=action)


@transaction.atomic
def move_controls(
    *, cycle_id: uuid.UUID, actor: User, version: int, numbers: Iterable[str], to: int
) -> AuditCycle:
    """Move controls to another year (`to`), or take them out of the plan (0). All of them or none.

    MoveNotAllowedError, with a sentence for each reason, for what would break the coverage of the cycle.
    """
    cycle = locked(cycle_id)
    require(policies.can_plan, actor, cycle.declaration)
    _require_workable(cycle, version)
    wanted = sorted(set(numbers))
    if not wanted:
        raise DomainError(_("移す項目を選んでください。"))
    if len(wanted) > MAX_MOVED:
        raise DomainError(_("一度に移せるのは%(most)s項目までです。") % {"most": f"{MAX_MOVED:,}"})
    facts = plan_facts(cycle, cycle.declaration)
    try:
        plan = moved_plan(facts.plan, wanted, to=to)
    except MoveRefusedError as error:
        raise MoveNotAllowedError(error.refusals) from error
    return _apply(cycle, facts, plan, actor=actor, action=CycleAction.MOVED, mover=actor)


@transaction.atomic
def include_control(
    *,
    cycle_id: uuid.UUID,
    actor: User,
    version: int,
    number: str,
    year: int,
    reason: str,
) -> AuditCycle:
    """Put a control into a year by the auditor's judgement.

    A control that waits for another year moves there. DomainError for one that the declaration does not adopt, a
    year that is over or outside the cycle, and a reason without words.
    """
    cycle = locked(cycle_id)
    require(policies.can_include, actor, cycle.declaration)
    _require_workable(cycle, version)
    said = clean_text(reason)
    if not said:
        raise DomainError(_("理由を入力してください。"))
    facts = plan_facts(cycle, cycle.declaration)
    _require_includable(facts, number, year)
    cause = Cause(InclusionKind.CHOICE, said, is_held=False)
    there = facts.request.forced.get((number, year), ())
    if cause in there:
        return cycle
    forced = {**facts.request.forced, (number, year): (*there, cause)}
    request = replace(facts.request, forced=forced)
    plan = following_plan(request, facts.plan)
    return _apply(
        cycle, facts, plan, actor=actor, action=CycleAction.INCLUDED, reason=f"{number}：{said}"
    )


@transaction.atomic
def rebalance_plan(*, cycle_id: uuid.UUID, actor: User, version: int) -> AuditCycle:
    """Allocate the open years anew and evenly. What was moved by hand is moved again; reasons keep their years."""
    cycle = locked(cycle_id)
    require(policies.can_plan, actor, cycle.declaration)
    _require_workable(cycle, version)
    facts = plan_facts(cycle, cycle.declaration)
    return _apply(
        cycle, facts, fresh_plan(facts.request), actor=actor, action=CycleAction.REBALANCED
    )


def _require_workable(cycle: AuditCycle, version: int) -> None:
    if cycle.is_ended:
        raise DomainError(_("この監査サイクルは打ち切られたため、計画は変えられません。"))
    if not cycle.is_draft:
        raise DomainError(
            _("計画は確定しています。変えるには、監査責任者が確定を解除してください。")
        )
    require_version(cycle, version)


def _require_includable(facts: PlanFacts, number: str, year: int) -> None:
    if number not in {control.number for control in facts.request.controls}:
        raise DomainError(
            _("「%(number)s」は言明で採用していないため、監査の対象になりません。")
            % {"number": number}
        )
    if not 1 <= year <= facts.request.years:
        raise DomainError(_("その年度はこのサイクルにありません。"))
    if year < facts.request.first_open:
        raise DomainError(_("監査の報告を終えた年度には追加できません。"))


def _apply(
    cycle: AuditCycle,
    facts: PlanFacts,
    plan: Plan,
    *,
    actor: User,
    action: CycleAction,
    mover: User | None = None,
    reason: str = "",
) -> AuditCycle:
    missing = plan.uncovered(facts.request.controls)
    if missing:
        raise DomainError(
            _("このサイクルで監査できない項目が%(count)s件あります（%(first)sなど）。")
            % {"count": len(missing), "first": missing[0].number}
        )
    now = timezone.now()
    changes = write_plan(cycle, facts, plan, actor=actor, mover=mover, at=now)
    cycle.planned_at = now
    cycle.row_version += 1
    cycle.save()
    record(cycle, actor, now, action, reason=reason, changes=changes)
    return cycle
