"""Whether people of a firm may be put into a team: what stands against them on a day, with the reason."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.db.models import F, Max

from accounts.models import Membership, User
from audits.enums import StatementOutcome
from audits.independence import Facts, RuleValues, checks, former_member, refusals
from audits.models import Engagement, IndependenceStatement
from audits.policies import AUDITORS
from controls.rules import Rules


def auditors_of(engagement: Engagement, on: date) -> list[User]:
    """The people of the firm who may audit on that day, by name. One query."""
    holders = Membership.objects.in_force(on).filter(
        organisation=engagement.firm_id, role__in=AUDITORS
    )
    return list(
        User.objects.filter(is_active=True, memberships__in=holders)
        .distinct()
        .order_by("name", "pk")
    )


def member_until(
    provider_id: uuid.UUID, people: Iterable[uuid.UUID], on: date
) -> dict[uuid.UUID, date]:
    """The last day on which each of them belonged to the provider before `on`. One query."""
    past = Membership.objects.filter(
        organisation=provider_id, user__in=people, ends_on__lt=on
    ).order_by()
    return dict(past.values("user").annotate(last=Max("ends_on")).values_list("user", "last"))


def bars(engagement: Engagement, people: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, str]:
    """What keeps each of them out of this team on that day, in one sentence; who is not there may join.

    A refusal for the same provider stands until its rule has passed. Three queries.
    """
    people = list(people)
    provider = engagement.declaration.service.organisation_id
    values = RuleValues.of(Rules.at(on))
    until = member_until(provider, people, on)
    newest = {one.person: one for one in _newest_statements(provider, people)}
    found = {}
    for person in people:
        belonged = Facts(on=on, member_until=until.get(person))
        reasons = refusals([former_member(belonged, values)])
        said = newest.get(person)
        if said and said.outcome == StatementOutcome.REFUSED:
            reasons = refusals(checks(facts_of(said, on, until.get(person)), values))
        if reasons:
            found[person] = "".join(reasons)
    return found


def facts_of(said: IndependenceStatement, on: date, until: date | None) -> Facts:
    """What was said in a statement, looked at on another day."""
    return Facts(
        on=on,
        advisory_work=said.advisory_work,
        advisory_last_day=said.advisory_last_day,
        years_in_role=said.years_in_role,
        interests=frozenset(said.interests),
        member_until=until,
    )


def _newest_statements(provider: uuid.UUID, people: list[uuid.UUID]):
    """The newest statement of each person in any engagement of the provider, with `person`."""
    return (
        IndependenceStatement.objects.filter(
            member__person__in=people,
            member__engagement__declaration__service__organisation=provider,
        )
        .annotate(person=F("member__person"))
        .order_by("member__person_id", "-confirmed_at", "-version")
        .distinct("member__person_id")
    )
