"""Acts on the team of an engagement: put a person in, take a person out, confirm the own independence."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.enums import (
    EngagementAction,
    InterestKind,
    StatementOutcome,
)
from audits.independence import RuleValues, checks, refusals
from audits.limits import MAX_YEARS_IN_ROLE
from audits.models import Engagement, EngagementHistory, EngagementMember, IndependenceStatement
from audits.selectors.standing import auditors_of, bars, facts_of, member_until
from controls.rules import Rules
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text


@dataclass(frozen=True, slots=True)
class Answers:
    """What a member says. Advisory work without a last day goes on; `interests` is {kind: text}."""

    advisory_work: bool
    years_in_role: int
    advisory_last_day: date | None = None
    advisory_description: str = ""
    interests: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def assign_member(
    *, engagement_id: uuid.UUID, person_id: uuid.UUID, actor: User
) -> EngagementMember:
    """Put a person of the firm into the team; a second click finds who is in it already.

    DomainError outside the fieldwork, for people of other organisations, and with the reason where a rule stands
    against the assignment.
    """
    engagement = _locked(engagement_id)
    require(policies.can_lead_team, actor, engagement)
    _require_fieldwork(engagement)
    now = timezone.now()
    today = timezone.localdate(now)
    person = next((one for one in auditors_of(engagement, today) if one.pk == person_id), None)
    if person is None:
        raise DomainError(_("監査チームに加えられるのは、この監査機関に所属する監査人だけです。"))
    member = engagement.members.live().filter(person=person).first()
    if member:
        return member
    if reason := bars(engagement, [person.pk], today).get(person.pk):
        raise DomainError(
            _("%(name)sさんは監査チームに加えられません。%(reason)s")
            % {"name": person.name, "reason": reason}
        )
    return _enlist(engagement, person, actor, now)


def enlist_lead(engagement: Engagement, lead: User, now: datetime) -> None:
    """Who accepts is in the team from then on; a lead who may not audit this provider accepts and stays outside."""
    if not bars(engagement, [lead.pk], timezone.localdate(now)):
        _enlist(engagement, lead, lead, now)


@transaction.atomic
def end_member(
    *, engagement_id: uuid.UUID, member_id: uuid.UUID, actor: User, reason: str
) -> EngagementMember:
    """Take a person out of the team, with the reason. Twice is once."""
    engagement = _locked(engagement_id)
    require(policies.can_lead_team, actor, engagement)
    member = engagement.members.select_related("person").get(pk=member_id)
    if not member.is_live:
        return member
    _require_fieldwork(engagement)
    reason = clean_text(reason)
    if not reason:
        raise DomainError(_("理由を入力してください。"))
    now = timezone.now()
    member.ended_at, member.ended_by, member.end_reason = now, actor, reason
    member.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _record(member, actor, now, EngagementAction.ENDED, reason=reason)
    return member


@transaction.atomic
def confirm_independence(
    *, engagement_id: uuid.UUID, actor: User, version: int, answers: Answers
) -> IndependenceStatement:
    """A member says what the rules ask for; the outcome, passed or refused, is kept with the reasons.

    `version` is the number of statements that the page showed: a second click finds the first one's, another answer
    from an old page is an EditConflictError. DomainError for answers that are incomplete or impossible.
    """
    engagement = _locked(engagement_id)
    require(policies.can_confirm_independence, actor, engagement)
    _require_fieldwork(engagement)
    member = engagement.members.live().select_related("person").get(person=actor)
    now = timezone.now()
    answers = _cleaned(answers, timezone.localdate(now))
    newest = member.statements.first()
    present = newest.version if newest else 0
    if newest and version == present - 1 and _said(newest) == answers:
        return newest
    if version != present:
        raise EditConflictError(current=newest)
    statement = _judged(IndependenceStatement(member=member, version=present + 1), answers, now)
    statement.save()
    _record(
        member,
        actor,
        now,
        EngagementAction.CONFIRMED if statement.is_passed else EngagementAction.REFUSED,
    )
    return statement


def _judged(
    statement: IndependenceStatement, answers: Answers, now: datetime
) -> IndependenceStatement:
    """The statement with answers, rules, checks and outcome."""
    statement.advisory_work = answers.advisory_work
    statement.advisory_last_day = answers.advisory_last_day
    statement.advisory_description = answers.advisory_description
    statement.years_in_role, statement.interests = answers.years_in_role, answers.interests
    today, member = timezone.localdate(now), statement.member
    provider, person = member.engagement.declaration.service.organisation_id, member.person_id
    until = member_until(provider, [person], today).get(person)
    values = RuleValues.of(Rules.at(today))
    found = checks(facts_of(statement, today, until), values)
    statement.rules = values.as_data()
    statement.checks = [one.as_data() for one in found]
    statement.outcome = StatementOutcome.REFUSED if refusals(found) else StatementOutcome.PASSED
    statement.confirmed_at = now
    return statement


def _cleaned(answers: Answers, today: date) -> Answers:
    """The answers without what does not belong to them. Raises DomainError."""
    interests = {kind: clean_text(text) for kind, text in answers.interests.items()}
    if not interests.keys() <= set(InterestKind.values) or not all(interests.values()):
        raise DomainError(_("利害関係の内容を入力してください。"))
    if not 1 <= answers.years_in_role <= MAX_YEARS_IN_ROLE:
        raise DomainError(
            _("続けて担当する年数は1から%(max)dまでです。") % {"max": MAX_YEARS_IN_ROLE}
        )
    if not answers.advisory_work:
        return Answers(False, answers.years_in_role, interests=interests)
    if answers.advisory_last_day and answers.advisory_last_day > today:
        raise DomainError(_("助言業務の最終日が先の日です。続いているときは空欄にしてください。"))
    description = clean_text(answers.advisory_description)
    if not description:
        raise DomainError(_("助言業務の内容を入力してください。"))
    return Answers(True, answers.years_in_role, answers.advisory_last_day, description, interests)


def _said(statement: IndependenceStatement) -> Answers:
    return Answers(
        statement.advisory_work,
        statement.years_in_role,
        statement.advisory_last_day,
        statement.advisory_description,
        statement.interests,
    )


def _locked(engagement_id: uuid.UUID) -> Engagement:
    return (
        Engagement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("firm", "declaration__service__organisation")
        .get(pk=engagement_id)
    )


def _require_fieldwork(engagement: Engagement) -> None:
    if not engagement.is_in_fieldwork:
        raise DomainError(_("監査チームと独立性を扱えるのは、監査を実施している間だけです。"))


def _enlist(engagement: Engagement, person: User, actor: User, now: datetime) -> EngagementMember:
    member = EngagementMember.objects.create(
        engagement=engagement, person=person, assigned_by=actor, assigned_at=now
    )
    _record(member, actor, now, EngagementAction.ASSIGNED)
    return member


def _record(
    member: EngagementMember, actor: User, at: datetime, action: EngagementAction, **facts: str
) -> None:
    name = member.person.name
    names = [name, ""] if action == EngagementAction.ENDED else ["", name]
    entry = EngagementHistory.objects.create(
        engagement=member.engagement,
        **history.line(actor=actor, at=at, action=action, changes={"member": names}, **facts),
    )
    jobs.enqueue(
        tasks.send_team_mail,
        subject=f"engagement-member:{member.pk}",
        history_id=entry.pk,
        member_id=str(member.pk),
    )
