"""Internal audits of the world, which only their provider knows: CA audits, CE wrote and answers, ED approves."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from audits.models import CorrectiveAction, InternalAudit, InternalAuditItem, Nonconformity
from audits.services.internal import findings, items
from audits.services.internal import plan as plans
from audits.services.internal import report as reports
from documents.services import store_issued
from tests.authz.cases import DETAIL, NEIGHBOUR, SECOND_DETAIL, Case
from tests.authz.people import OWN
from tests.documents.files import pdf

if TYPE_CHECKING:
    from tests.authz.world import World

UNTESTED = "9.2.3.10"
CONTROLS = (DETAIL, NEIGHBOUR, SECOND_DETAIL, UNTESTED)


def put_internal(world: "World") -> None:
    """One audit in each state, and a programme for a declaration that has no audit yet."""
    cases = world.cases
    _programme(cases["fixed"])
    planned = _planned(world, cases["commissioned"])
    running = _running(world, cases["fieldwork"])
    reported = _reported(world, cases["last_year"])
    for state, run in (("planned", planned), ("running", running), ("reported", reported)):
        world.put("internal", state, pk=run.pk)
    spare = plans.add_auditor(
        audit_id=planned.pk,
        actor=cases["commissioned"].party.approver,
        person_id=cases["commissioned"].party.editor.pk,
        share="予備",
    )
    world.put("internal_auditor", "planned", pk=planned.pk, auditor=spare.pk)


def by(run: InternalAudit, actor: User) -> dict[str, Any]:
    """The arguments of an act on the whole audit."""
    run.refresh_from_db()
    return {"audit_id": run.pk, "actor": actor, "version": run.row_version}


def row_of(item: InternalAuditItem, **facts: Any) -> dict[str, Any]:
    """A row as it is stored, with other facts."""
    stored = {
        name: getattr(item, name) for name in ("method", "sample", "result", "note", "tested_on")
    }
    return {"item_id": item.pk, "version": item.row_version} | stored | facts


def _programme(case: Case) -> None:
    plans.decide_programme(
        service_id=case.service.pk,
        actor=case.party.approver,
        version=0,
        facts=plans.ProgrammeFacts(
            purpose=case.keep("programme", OWN), scope="全体", management="監査室",
            frequency_months=12, weighting="前回の不適合を優先", valid_from=timezone.localdate(),
        ),
    )  # fmt: skip


def _planned(world: "World", case: Case) -> InternalAudit:
    _programme(case)
    approver, today = case.party.approver, timezone.localdate()
    run = plans.plan_audit(
        declaration_id=case.declaration.pk,
        actor=approver,
        facts=plans.PlanFacts(
            today - timedelta(days=9), today, "本社", case.keep("audit-methods", OWN)
        ),
    )
    auditor = plans.add_auditor(
        audit_id=run.pk, actor=approver, person_id=approver.pk, share="全章"
    )
    items.add_items(**by(run, approver), numbers=CONTROLS)
    items.assign_items(
        **by(run, approver), auditor_id=auditor.pk, sections=("6.1", "9.2"), only_free=True
    )
    return run


def _test(case: Case, run: InternalAudit, *numbers: str, **facts: Any) -> None:
    today = timezone.localdate()
    edits = [
        items.ResultEdit(
            **row_of(
                run.items.get(control__number=number),
                **{"method": "documents", "result": "conforms", "tested_on": today} | facts,
            )
        )
        for number in numbers
    ]
    items.record_results(audit_id=run.pk, actor=case.party.approver, edits=edits)


def _running(world: "World", case: Case) -> InternalAudit:
    """Three nonconformities: one without an answer, one whose action is planned, one whose action is done."""
    run = _planned(world, case)
    party = case.party
    plans.start_audit(**by(run, party.approver))
    failed = (DETAIL, NEIGHBOUR, SECOND_DETAIL)
    _test(case, run, *failed, result="nonconforms")
    _test(case, run, SECOND_DETAIL, result="nonconforms", sample=case.keep("sample", OWN))
    facts = [_raise(case, run, number) for number in failed]
    planned, done = (_answer(case, fact) for fact in facts[1:])
    findings.finish_action(
        action_id=done.pk,
        actor=party.editor,
        done_on=timezone.localdate(),
        note=case.keep("done", OWN),
    )
    for state, fact in zip(("open", "answered", "done"), facts, strict=True):
        world.put("nonconformity", state, pk=fact.pk)
    world.put("action", "planned", pk=planned.pk)
    world.put("action", "done", pk=done.pk)
    item = run.items.get(control__number=DETAIL)
    world.put("internal_item", "running", pk=run.pk, item=item.pk)
    return run


def _raise(case: Case, run: InternalAudit, number: str) -> Nonconformity:
    return findings.raise_nonconformity(
        item_id=run.items.get(control__number=number).pk,
        actor=case.party.approver,
        creation_key=uuid.uuid4(),
        severity="minor",
        fact=case.keep(f"fact-{number.replace('.', '_').lower()}", OWN),
    )


def _answer(case: Case, fact: Nonconformity) -> CorrectiveAction:
    number = fact.item.control.number.replace(".", "_").lower()
    return findings.answer_nonconformity(
        nonconformity_id=fact.pk,
        actor=case.party.second_editor,
        creation_key=uuid.uuid4(),
        facts=findings.AnswerFacts(
            case.keep(f"cause-{number}", OWN),
            "様式を改める。",
            case.party.editor.pk,
            timezone.localdate() + timedelta(days=30),
        ),
    )


def _reported(world: "World", case: Case) -> InternalAudit:
    """Approved by ED; a short PDF stands for the paper."""
    run = _planned(world, case)
    approver, today = case.party.approver, timezone.localdate()
    plans.start_audit(**by(run, approver))
    _test(case, run, *CONTROLS)
    run = reports.approve_report(
        **by(run, case.party.second_editor),
        facts=reports.ReportFacts("内監-1", case.keep("conclusion", OWN), "委員会", today),
    )
    document = run.document
    document.file = store_issued(
        content=pdf(case.keep("internal-paper-bytes", OWN).encode()),
        label=f"{case.keep('internal-paper', OWN)}.pdf",
        organisation_id=document.organisation_id,
    )
    document.state, document.pages, document.issued_at = "issued", 1, timezone.now()
    document.save()
    return run
