"""Findings of the world: those of an audit under way in each state, and one of each audit that is reported."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from audits.enums import Evaluation, ScopeBasis, Severity
from audits.models import ControlTest, Engagement, Finding
from audits.services import finding as acts
from audits.services.finding_answer import AnswerFacts, answer_finding, complete_remedy

if TYPE_CHECKING:
    from accounts.models import User
    from tests.authz.cases import Case
    from tests.authz.world import World

CONTROL = "9.2.3.2"


def put_findings(world: "World") -> None:
    """What the firm found in the audit that is under way; what it has not issued is for its own eyes."""
    case = world.cases["fieldwork"]
    own, firm = case.party.own, case.party.firm
    world.put("control_test", "fieldwork", pk=control_test(case.engagement).pk)
    draft = _raise(case, "draft-finding", firm)
    dropped = _raise(case, "dropped-draft", firm)
    acts.drop_finding(**_by(dropped, case.party.lead), reason=case.keep("drop-reason", firm))
    issued = _issued(case, "issued-finding")
    answered = _answered(case, "answered-finding")
    done = _answered(case, "done-finding")
    complete_remedy(
        **_by(done, case.party.editor),
        done_on=timezone.localdate(),
        result=case.keep("finding-result", (*own, *firm)),
    )
    found = {"draft": draft, "issued": issued, "answered": answered, "done": done}
    for state, finding in found.items():
        world.put("finding", state, pk=finding.pk)
    world.put("finding", "dropped", pk=dropped.pk)


def issue_one(case: "Case") -> Finding:
    """One finding, told to the provider, before the report of the case is filed."""
    return _issued(case, "finding")


def control_test(engagement: Engagement) -> ControlTest:
    """A control in the scope of the engagement."""
    control = engagement.declaration.edition.controls.get(number=CONTROL)
    return ControlTest.objects.get_or_create(
        engagement=engagement, control=control, defaults={"basis": ScopeBasis.PLAN}
    )[0]


def _raise(case: "Case", name: str, readers: tuple[str, ...]) -> Finding:
    facts = acts.FindingFacts(Evaluation.OPERATING, Severity.LOW, case.keep(name, readers))
    return acts.raise_finding(
        test_id=control_test(case.engagement).pk,
        actor=case.party.lead,
        creation_key=uuid.uuid4(),
        facts=facts,
    )


def _issued(case: "Case", name: str) -> Finding:
    finding = _raise(case, name, case.readers())
    return acts.issue_finding(**_by(finding, case.party.lead))


def _answered(case: "Case", name: str) -> Finding:
    facts = AnswerFacts(
        root_cause=case.keep(f"{name}-cause", case.readers()),
        plan="見本の計画です。",
        owner_id=case.party.editor.pk,
        due_on=timezone.localdate() + timedelta(days=9),
    )
    return answer_finding(**_by(_issued(case, name), case.party.editor), facts=facts)


def _by(finding: Finding, actor: "User") -> dict[str, Any]:
    finding.refresh_from_db()
    return {"finding_id": finding.pk, "actor": actor, "version": finding.row_version}
