"""Reads for the pages of findings: lists, one finding with its answers, and what a person may do next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import User
from audits import policies
from audits.enums import INSIDE_MOVES, EngagementState, FindingMove, FindingState
from audits.models import ControlTest, Engagement, Finding, FindingAnswer, FindingHistory, Retest
from audits.selectors.open_findings import RELATED
from audits.workflow import FINDING
from controls.rules import Fact, Rules
from core.calendar import jst_date
from core.wording import Piece, pieces
from documents.models import StoredFile

DUE_DAYS = "finding_remediation_due_days"
BY_AUDITOR = (FindingMove.EDIT, FindingMove.ISSUE, FindingMove.DROP)
BY_LEAD = (FindingMove.ISSUE, FindingMove.DROP)
IN_FIELDWORK = (FindingMove.EDIT, FindingMove.ISSUE)
RETEST = "retest"
# In which order a provider reads its findings, beside those that are overdue.
URGENCY = (
    FindingState.ISSUED, FindingState.ANSWERED, FindingState.DONE, FindingState.CLOSED, FindingState.DROPPED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list, with the owner and the day of its newest answer."""

    finding: Finding
    owner_name: str | None
    due_on: date | None
    today: date

    @property
    def is_overdue(self) -> bool:
        """The day of the newest answer has passed, and the remedy is not done."""
        return is_overdue(self.finding, self.due_on, self.today)


@dataclass(frozen=True, slots=True)
class EngagementFindings:
    """What an engagement found, and what earlier ones left to it. Drafts are for the firm alone."""

    drafts: list[FindingLine]
    issued: list[FindingLine]
    carried: list[FindingLine]

    @property
    def open(self) -> int:
        """Issued here and not closed."""
        return sum(line.finding.is_open for line in self.issued)

    @property
    def carried_open(self) -> int:
        """Of earlier audits and not closed."""
        return sum(line.finding.is_open for line in self.carried)

    @property
    def overdue(self) -> int:
        """Those of both whose day has passed."""
        return sum(line.is_overdue for line in (*self.issued, *self.carried))


@dataclass(frozen=True, slots=True)
class AnswerVersion:
    """One version of the answer: what each text said before, word by word. The first one has no pieces."""

    answer: FindingAnswer
    root_cause: list[Piece] = field(default_factory=list)
    plan: list[Piece] = field(default_factory=list)
    result: list[Piece] = field(default_factory=list)
    before: FindingAnswer | None = None

    @property
    def has_new_owner(self) -> bool:
        """Somebody else looks after it than in the version before."""
        return bool(self.before) and self.before.owner_id != self.answer.owner_id

    @property
    def has_new_day(self) -> bool:
        """It is to be done by another day than in the version before."""
        return bool(self.before) and self.before.due_on != self.answer.due_on


@dataclass(frozen=True, slots=True)
class Due:
    """By which day the scheme wants a remedy. `day` None while it says nothing of that."""

    fact: Fact
    day: date | None

    def is_passed_by(self, planned: date) -> bool:
        """The provider plans a later day."""
        return self.day is not None and planned > self.day


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One finding as a reader may see it. `versions` are newest first."""

    finding: Finding
    evidence: list[StoredFile]
    versions: list[AnswerVersion]
    retests: list[Retest]
    history: list[FindingHistory]
    due: Due | None
    acts: frozenset[str]
    is_overdue: bool
    plans_later: bool
    shows_engagement: bool


def findings_for(user: User):
    """The findings that this person may know, with what a page of them shows."""
    return Finding.objects.visible_to(user).select_related(*RELATED, "raised_by")


def engagement_findings(engagement: Engagement, user: User) -> EngagementFindings:
    """The findings of an engagement and those of earlier ones that were open when it began. Two or three queries."""
    known, today = findings_for(user).with_answer(), timezone.localdate()
    own = finding_lines(known.filter(engagement=engagement).order_by("number"), today)
    return EngagementFindings(
        drafts=[line for line in own if not line.finding.issued_at],
        issued=[line for line in own if line.finding.issued_at],
        carried=_carried(engagement, known, today),
    )


def _carried(engagement: Engagement, known: Any, today: date) -> list[FindingLine]:
    """Those of earlier audits that were open when the firm accepted, whatever became of them since."""
    if not engagement.is_accepted:
        return []
    began = (
        engagement.history.filter(to_state=EngagementState.FIELDWORK)
        .values_list("occurred_at", flat=True)
        .first()
    )
    earlier = (
        known.issued()
        .taken_up_by(engagement)
        .order_by("engagement__declaration__period_start", "number", "pk")
    )
    return [
        line
        for line in finding_lines(earlier, today)
        if line.finding.closed_at is None or (began and line.finding.closed_at > began)
    ]


def findings_about(test: ControlTest, user: User) -> list[Finding]:
    """The findings of this test, and those of earlier audits on its control that were left to this one. One query."""
    engagement = test.engagement
    left = (
        Finding.objects.issued()
        .taken_up_by(engagement)
        .filter(
            Q(closed_at__isnull=True) | Q(retests__engagement=engagement),
            test__control=test.control_id,
        )
    )
    found = findings_for(user).filter(Q(test=test) | Q(pk__in=left.values("pk")))
    return list(found.order_by("engagement__declaration__period_start", "number", "pk"))


def own_findings(user: User) -> QuerySet[Finding]:
    """All findings of a provider with their answers: overdue first, then what waits for it, closed ones last."""
    overdue = When(state=FindingState.ANSWERED, due_on__lt=timezone.localdate(), then=0)
    states = [When(state=state, then=place) for place, state in enumerate(URGENCY, 1)]
    found = findings_for(user).with_answer().annotate(urgency=Case(overdue, *states))
    return found.order_by("urgency", "-issued_at", "pk")


def finding_lines(found: Iterable[Any], today: date) -> list[FindingLine]:
    """Findings that were read with their answers, as a list shows them."""
    return [FindingLine(one, one.owner_name, one.due_on, today) for one in found]


def finding_page(finding: Finding, user: User) -> FindingPage:
    """The finding with all versions of its answer, its retests and what this person may do.

    A constant number of queries.
    """
    answers = list(finding.answers.select_related("owner", "answered_by").order_by("version"))
    is_firm = user.kind == OrganisationKind.AUDIT_BODY
    of_own_firm = is_firm and finding.engagement.firm_id == user.organisation_id
    history = finding.history.order_by("-occurred_at", "-pk")
    due = due_of(finding)
    newest = answers[-1] if answers else None
    return FindingPage(
        finding=finding,
        evidence=list(finding.evidence.order_by("label", "pk")),
        versions=_versions(answers),
        retests=list(
            finding.retests.select_related("engagement__firm", "tested_by").order_by(
                "-tested_at", "-pk"
            )
        ),
        history=list(history if of_own_firm else history.exclude(action__in=INSIDE_MOVES)),
        due=due,
        acts=acts_of(finding, user),
        is_overdue=bool(newest) and is_overdue(finding, newest.due_on, timezone.localdate()),
        plans_later=bool(newest and due) and due.is_passed_by(newest.due_on),
        shows_engagement=of_own_firm or not is_firm,
    )


def is_overdue(finding: Finding, due_on: date | None, today: date) -> bool:
    """The remedy was to be done by now; a reported one waits for the auditor."""
    return finding.state == FindingState.ANSWERED and due_on is not None and due_on < today


def due_of(finding: Finding) -> Due | None:
    """By which day the scheme wants the remedy, counted from the issue; None for a draft."""
    if finding.issued_at is None:
        return None
    day = jst_date(finding.issued_at)
    fact = Rules.at(day).fact(DUE_DAYS)
    return Due(fact, None if fact.value is None else day + timedelta(days=fact.value))


def acts_of(finding: Finding, user: User) -> frozenset[str]:
    """Policy and workflow crossed once: the acts that the page offers."""
    engagement = finding.engagement
    found = set()
    moves = {move.name for move in FINDING.moves_from(finding.state)}
    if policies.can_audit(user, engagement):
        at_work = engagement.is_in_fieldwork and not engagement.has_signed_report
        needs_work = IN_FIELDWORK if finding.is_draft else BY_AUDITOR
        leads = policies.can_issue_finding(user, engagement)
        found = {
            name
            for name in moves & set(BY_AUDITOR)
            if (leads or name not in BY_LEAD) and (at_work or name not in needs_work)
        }
    if FindingMove.CLOSE in moves and retesting_engagement(finding, user):
        found.add(RETEST)
    if policies.can_answer(user, engagement):
        found |= moves & {FindingMove.ANSWER, FindingMove.COMPLETE}
    return frozenset(found)


def retesting_engagement(finding: Finding, user: User) -> Engagement | None:
    """The newest fieldwork of this person's on the service, in which the finding may be looked at again."""
    if user.kind != OrganisationKind.AUDIT_BODY:
        return None
    at_work = Engagement.objects.taking_up(finding.engagement).filter(
        firm=user.organisation_id, state=EngagementState.FIELDWORK
    )
    return next((one for one in at_work if policies.can_audit(user, one)), None)


def _versions(answers: list[FindingAnswer]) -> list[AnswerVersion]:
    pairs = zip(answers, [None, *answers], strict=False)
    return [_version(answer, before) for answer, before in pairs][::-1]


def _version(answer: FindingAnswer, before: FindingAnswer | None) -> AnswerVersion:
    if before is None:
        return AnswerVersion(answer)

    def changed(old: str, new: str) -> list[Piece]:
        return pieces(old, new, context=None) if old != new else []

    return AnswerVersion(
        answer,
        changed(before.root_cause, answer.root_cause),
        changed(before.plan, answer.plan),
        changed(before.result, answer.result),
        before,
    )
