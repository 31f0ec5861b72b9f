"""Audit cycles of the world: one that the provider plans, those of the firm, one that is fixed.

Whoever reads the plan reads its reasons; the firm reads nothing of a cycle before it has taken an audit.
"""

import uuid
from typing import TYPE_CHECKING, Any

from accounts.models import User
from audits.documents.coverage import COVERAGE_FORM, coverage_data, coverage_subject
from audits.models import AuditCycle
from audits.selectors.plan_facts import plan_facts
from audits.services import cycle as cycles
from audits.services import plan as plans
from documents.enums import DocumentState
from documents.services import request_document
from registrations.enums import FlagKind
from registrations.services.flags import flag_control
from tests.authz.cases import DETAIL, NEIGHBOUR, Case
from tests.authz.papers import put_file

if TYPE_CHECKING:
    from tests.authz.world import World

# By whom each plan was last left: these are being worked on, `AGREED` is fixed.
PLANNED, AGREED = ("preparing", "filed", "accepted"), "returned"


def put_cycles(world: "World") -> None:
    """A cycle for some of the cases, with a private reason each."""
    _of_provider(world)
    for state in (*PLANNED, AGREED):
        _put(world, state, _of_firm(world.cases[state]))
    _put(world, "other_preparing", _of_firm(world.other_cases["preparing"]))
    _fix(world.cases[AGREED], world.targets["cycle"][AGREED]["pk"])
    _put_papers(world)


def _put_papers(world: "World") -> None:
    """What somebody had printed is for that person, whoever else reads the plan; one could not be made."""
    for state, reader in (("preparing", "AL"), ("filed", "CA"), ("failed", "AL")):
        case = world.cases["accepted" if state == "failed" else state]
        cycle = AuditCycle.objects.select_related("service__organisation", "edition").get(
            declaration=case.declaration
        )
        actor = case.party.approver if reader == "CA" else case.party.lead
        paper = request_document(
            form=COVERAGE_FORM,
            subject=coverage_subject(cycle, actor),
            organisation_id=actor.organisation_id,
            data=coverage_data(cycle, actor),
            actor=actor,
        )
        if state == "failed":
            paper.state = DocumentState.FAILED
            paper.save(update_fields=["state"])
        else:
            put_file(paper, case, f"coverage-{state}", (reader,))
        world.put("coverage_paper", state, pk=cycle.pk, document=paper.pk)


def _put(world: "World", state: str, cycle: AuditCycle) -> None:
    world.put("cycle", state, pk=cycle.pk)


def _of_provider(world: "World") -> None:
    """Nobody audits this declaration yet; an incident has marked one of its controls."""
    case = world.cases["fixed"]
    flag_control(
        service_id=case.service.pk,
        control_id=world.edition.controls.get(number=DETAIL).pk,
        kind=FlagKind.INCIDENT,
        reason=case.keep("incident", case.party.own),
        since=case.declaration.period_start,
    )
    cycle = _open(case, case.party.approver)
    _put(world, "fixed", plans.propose_plan(**_by(cycle, case.party.approver)))


def _of_firm(case: Case) -> AuditCycle:
    lead = case.party.lead
    cycle = plans.propose_plan(**_by(_open(case, lead), lead))
    return plans.include_control(
        **_by(cycle, lead),
        number=NEIGHBOUR,
        year=2,
        reason=case.keep("inclusion", case.readers()),
    )


def _open(case: Case, actor: User) -> AuditCycle:
    return cycles.open_cycle(declaration_id=case.declaration.pk, years=3, actor=actor)


def _fix(case: Case, pk: uuid.UUID) -> None:
    """Fixed, opened again with a reason, and fixed."""
    cycle, lead = AuditCycle.objects.get(pk=pk), case.party.lead
    cycle = cycles.agree_plan(**_by(cycle, lead))
    cycle = cycles.reopen_plan(**_by(cycle, lead), reason=case.keep("reopen", case.readers()))
    cycles.agree_plan(**_by(cycle, lead))


def _by(cycle: AuditCycle, actor: User) -> dict[str, Any]:
    return {"cycle_id": cycle.pk, "actor": actor, "version": cycle.row_version}


def movable(cycle: AuditCycle) -> tuple[str, int]:
    """A control of chapter 9 that may be moved, and the last year, or the one before where it stands there."""
    facts = plan_facts(cycle, cycle.declaration)
    one = next(
        one
        for one in facts.plan.placements
        if one.control.place[0] == 9 and one.year >= facts.request.first_open
    )
    return one.control.number, cycle.years if one.year < cycle.years else cycle.years - 1
