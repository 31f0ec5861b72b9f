"""The team of an engagement of the world: a lead, an auditor who was refused first, and a newcomer."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import User
from audits.services import team
from tests.authz.fieldwork import WORKED_ON
from tests.registrations.factories import PERIOD_START

if TYPE_CHECKING:
    from tests.authz.cases import Case


def put_team(case: "Case") -> None:
    """Whoever audits has confirmed; the newcomer of the firm has not."""
    party = case.party
    _confirm(case, party.lead)
    if party.auditor is None or party.newcomer is None:
        return
    _assign(case, party.auditor)
    # Private where the table opens the team's pages.
    keep = case.keep if case.state in WORKED_ON else lambda name, _readers: name
    _confirm(case, party.auditor, interests={"family": keep("interest", case.judges())})
    _confirm(
        case,
        party.auditor,
        version=1,
        advisory_work=True,
        advisory_last_day=PERIOD_START - timedelta(days=999),
        advisory_description=keep("advisory", case.judges()),
    )
    _assign(case, party.newcomer)


def _assign(case: "Case", person: User) -> None:
    team.assign_member(engagement_id=case.engagement.pk, person_id=person.pk, actor=case.party.lead)


def _confirm(case: "Case", person: User, version: int = 0, **facts: Any) -> None:
    team.confirm_independence(
        engagement_id=case.engagement.pk,
        actor=person,
        version=version,
        answers=team.Answers(**{"advisory_work": False, "years_in_role": 1} | facts),
    )
