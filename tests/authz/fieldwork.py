"""Working papers of the world: what the firm writes while it is at work, for the firm alone."""

from typing import TYPE_CHECKING

from audits.services.fieldwork import TestEdit, record_tests
from audits.services.fieldwork_sample import draw_sample
from audits.services.fieldwork_scope import pull_into_scope

if TYPE_CHECKING:
    from tests.authz.cases import Case

# The states of engagements whose papers the table opens.
WORKED_ON = ("fieldwork", "preparing", "filed", "accepted")
TEXTS = ("design_procedure", "operating_procedure", "population", "notes")


def work_on(case: "Case", number: str) -> None:
    """The paper of one control, every text a canary, and a sample."""
    if case.state not in WORKED_ON:
        return
    by = {"engagement_id": case.engagement.pk, "actor": case.party.lead}
    firm = case.party.firm
    pull_into_scope(**by, numbers=[number], reason=case.keep("pulled", firm))
    texts = {name: case.keep(name.replace("_", "-"), firm) for name in TEXTS}
    record_tests(**by, edits=[TestEdit(number, 1, texts | {"design_result": "deficient"})])
    draw_sample(**by, number=number, version=2, population_size=9, method="random", sample_size=2)
