"""Evidence requests of the world: what is asked and given is for firm and provider alone, whatever was filed."""

import uuid
from typing import TYPE_CHECKING, Any

from audits.models import EvidenceRequest
from audits.services import requests as acts
from audits.services.requests import Answer

if TYPE_CHECKING:
    from tests.authz.cases import Case
    from tests.authz.world import World


def put_requests(world: "World") -> None:
    """One request of each open state and a withdrawn one in fieldwork; every reported audit has an accepted one."""
    case = world.cases["fieldwork"]
    _put(world, "asked", ask(case, "asked"))
    _put(world, "provided", provide(case, ask(case, "provided"), "provided"))
    returned = provide(case, ask(case, "returned"), "returned")
    reason = _keep(case, "returned", "reason")
    _put(world, "sent_back", acts.return_evidence(**_by(case, returned), reason=reason))
    reason = _keep(case, "withdrawn", "reason")
    _put(
        world,
        "withdrawn",
        acts.withdraw_request(**_by(case, ask(case, "withdrawn")), reason=reason),
    )
    for prefix, cases in (("", world.cases), ("other_", world.other_cases)):
        for state, one in cases.items():
            if one.request:
                _put(world, prefix + state, one.request)


def settle(case: "Case") -> EvidenceRequest:
    """Asked, provided and accepted before the report."""
    provided = provide(case, ask(case, "settled"), "settled")
    return acts.accept_evidence(**_by(case, provided))


def ask(case: "Case", name: str) -> EvidenceRequest:
    """The firm asks about a detail."""
    assert case.engagement is not None
    return acts.ask_evidence(
        engagement_id=case.engagement.pk,
        actor=case.party.lead,
        creation_key=uuid.uuid4(),
        title=_keep(case, name, "title"),
        text=_keep(case, name, "text"),
        codes=["6.1.1.1"],
    )


def provide(case: "Case", request: EvidenceRequest, name: str) -> EvidenceRequest:
    """The provider gives words and a file."""
    readers = (*case.party.own, *case.party.firm)
    upload = case.upload(f"request-{name}-file", readers, _keep(case, name, "bytes").encode())
    return acts.provide_evidence(
        **_by(case, request) | {"actor": case.party.editor},
        creation_key=uuid.uuid4(),
        answer=Answer(_keep(case, name, "answer"), [upload]),
    )


def _keep(case: "Case", name: str, what: str) -> str:
    return case.keep(f"request-{name}-{what}", (*case.party.own, *case.party.firm))


def _by(case: "Case", request: EvidenceRequest) -> dict[str, Any]:
    return {"request_id": request.pk, "actor": case.party.lead, "version": request.row_version}


def _put(world: "World", state: str, request: EvidenceRequest) -> None:
    world.put("request", state, pk=request.pk)
    given = request.provided.first()
    if given:
        world.put("request_file", state, pk=request.pk, version=given.version_id)
