"""Engagements whose fieldwork is done, with reports on their way: what a report says is for the firm alone."""

import uuid
from typing import TYPE_CHECKING, Any

from accounts.enums import Role
from declarations.services.cloud_service import create_service
from documents.models import Document
from tests.accounts.factories import person
from tests.audits import reports
from tests.audits.factories import Audit
from tests.authz.people import FIRM, OWN
from tests.documents.files import pdf
from tests.registrations.factories import SERVICE, fixed_declaration

if TYPE_CHECKING:
    from tests.authz.world import World

REPORT = ("prepared", "reviewed", "signed")


def put_reports(world: "World") -> None:
    """One engagement that is ready for its report, and one for each step of a report."""
    firm = world.people["AL"].organisation
    helper = person(Role.AUDIT_MEMBER, organisation=firm)
    # Whoever prepares or reviews leaves a lead who may sign.
    other_lead = person(Role.AUDIT_LEAD, organisation=firm)
    ready = _confirmed(world, "ready", helper, other_lead)
    world.put("engagement", "ready", pk=ready.engagement.pk)
    _put_paper(world, "confirmation", ready, (*OWN, *FIRM))
    for steps, state in enumerate(REPORT, 1):
        case = _confirmed(world, state, helper, other_lead)
        for step in ("prepare", "review", "sign")[:steps]:
            getattr(case, step)()
        world.put("report", state, pk=case.report.pk)
    _put_paper(world, "report", case, FIRM)


def _confirmed(world: "World", state: str, helper: Any, other_lead: Any) -> reports.Reported:
    people, keep = world.people, world.canaries.text
    service = create_service(
        actor=people["CE"],
        creation_key=uuid.uuid4(),
        facts=SERVICE | {"name": f"報告の見本 {state}"},
    )
    declaration = fixed_declaration(service, world.edition, people["CE"], people["CA"])
    lead = people["AL"]
    audit = Audit(declaration, people["CE"], people["CA"], lead.organisation, lead)
    audit.commission().accept()
    for member in (helper, people["AM"], other_lead):
        audit.assign(member)
        audit.confirm(member)
    case = reports.Reported(audit, helper, people["AM"], lead)
    # Each text is private where the table opens its page: a report that is made, a confirmation before it.
    is_ready = state == "ready"
    population = "承認の記録" if is_ready else keep(f"a-report-{state}", FIRM)
    reports.tested(case, "3.1.2.1", population=population)
    fraud = keep("a-fraud", (*OWN, *FIRM)) if is_ready else ""
    return case.confirm(fraud=fraud)


def _put_paper(
    world: "World", about: str, case: reports.Reported, readers: tuple[str, ...]
) -> None:
    subject = case.report if about == "report" else case.engagement.confirmations.get()
    document = Document.objects.about(f"{about}:{subject.pk}").first()
    content = world.canaries.text(f"a-{about}-paper-bytes", readers).encode()
    reports.made(document, pdf(content))
    world.put("audit_paper", about, pk=case.engagement.pk, paper=document.pk)
