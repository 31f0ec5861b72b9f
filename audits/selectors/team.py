"""Reads for the pages of an engagement's team and of its members' independence."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import CheckResult, IndependenceRule, InterestKind
from audits.enums import StatementOutcome as Outcome
from audits.models import Engagement, EngagementMember, IndependenceStatement
from audits.selectors.standing import auditors_of, bars
from controls.enums import ParameterStatus
from controls.rules import Rules
from declarations.selectors.states import Tag

RESULT_KINDS = {CheckResult.OK: "ok", CheckResult.REFUSED: "ng", CheckResult.UNKNOWN: "wait"}


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member of the team with what its state is derived from; `outcome` None before the first statement."""

    member: EngagementMember
    outcome: str | None

    @property
    def tag(self) -> Tag:
        """未確認, 確認済 or 独立性に問題あり."""
        return state_tag(self.outcome)

    @property
    def missing(self) -> str:
        """What keeps this person from the declaration."""
        if self.outcome is None:
            return _("本人の独立性の確認を待っています。")
        return _("独立性の条件を満たしていません。") if self.outcome == Outcome.REFUSED else ""


def state_tag(outcome: str | None) -> Tag:
    """The state of a member by the newest statement."""
    if outcome is None:
        return Tag("warn", _("未確認"))
    return Tag("ok" if outcome == Outcome.PASSED else "ng", str(Outcome(outcome).label))


@dataclass(frozen=True, slots=True)
class TeamCard:
    """The team on the page of an engagement. `own` is the line of the reader, None for others.

    The audited provider sees `names`, those of confirmed members, and no lines.
    """

    lines: list[MemberLine]
    names: list[str]
    own: MemberLine | None
    may_read: bool
    may_lead: bool
    is_open: bool


def team_card(engagement: Engagement, user: User) -> TeamCard:
    """The live members as this reader may see them. One query."""
    rows = engagement.members.live().with_outcome().select_related("person")
    lines = [MemberLine(member, member.outcome) for member in rows]
    may_read, is_open = policies.can_read_team(user, engagement), engagement.is_in_fieldwork
    own = next((one for one in lines if one.member.person_id == user.pk), None)
    return TeamCard(
        lines=lines if may_read else [],
        names=[one.member.person.name for one in lines if one.outcome == Outcome.PASSED],
        own=own if may_read else None,
        may_read=may_read,
        may_lead=is_open and policies.can_lead_team(user, engagement),
        is_open=is_open,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the firm: in the team already, barred for a reason, or free to join."""

    person: User
    is_member: bool
    bar: str

    @property
    def is_free(self) -> bool:
        """May be put into the team now."""
        return not self.is_member and not self.bar


def candidates(engagement: Engagement, today: date) -> list[Candidate]:
    """Everybody of the firm with his or her standing. Five queries, however many people."""
    people = auditors_of(engagement, today)
    members = set(engagement.members.live().values_list("person", flat=True))
    barred = bars(engagement, [one.pk for one in people], today)
    return [Candidate(one, one.pk in members, barred.get(one.pk, "")) for one in people]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One rule of a statement, as it was judged then."""

    rule: str
    found: str
    limit: str
    status: str
    is_confirmed: bool
    tag: Tag
    sentence: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """One version of a statement, with what was said in it."""

    statement: IndependenceStatement
    tag: Tag
    checks: list[CheckLine]
    interests: list[tuple[str, str]]
    sentences: list[str]
    sentences_status: str


def statement_view(statement: IndependenceStatement) -> StatementView:
    """Everything that a statement keeps, in words."""
    sentences = next(iter(statement.rules))
    return StatementView(
        statement=statement,
        tag=state_tag(statement.outcome),
        checks=[_check_line(one) for one in statement.checks],
        interests=[
            (str(kind.label), statement.interests[kind])
            for kind in InterestKind
            if kind in statement.interests
        ],
        sentences=sentences["value"] or [],
        sentences_status=str(ParameterStatus(sentences["status"]).label),
    )


def _check_line(kept: dict[str, str]) -> CheckLine:
    status, result = ParameterStatus(kept["status"]), CheckResult(kept["result"])
    return CheckLine(
        rule=str(IndependenceRule(kept["rule"]).label),
        found=kept["found"],
        limit=kept["limit"],
        status=str(status.label),
        is_confirmed=status == ParameterStatus.CONFIRMED,
        tag=Tag(RESULT_KINDS[result], str(result.label)),
        sentence=kept["sentence"],
    )


@dataclass(frozen=True, slots=True)
class MemberReport:
    """A member, past or present, with the statements that the reader may see, newest first."""

    line: MemberLine
    statements: list[StatementView]
    may_read: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The result of the independence checks of an engagement (独立性の確認結果)."""

    reports: list[MemberReport]
    may_lead: bool


def team_page(engagement: Engagement, user: User) -> TeamPage:
    """Every member with the statements, as far as they are this reader's to read. Two queries."""
    rows = engagement.members.select_related("person").prefetch_related("statements")
    reports = []
    for member in rows:
        member.engagement = engagement
        said = list(member.statements.all())
        may_read = policies.can_read_statements(user, member)
        reports.append(
            MemberReport(
                line=MemberLine(member, said[0].outcome if said else None),
                statements=[statement_view(one) for one in said] if may_read else [],
                may_read=may_read,
            )
        )
    may_lead = engagement.is_in_fieldwork and policies.can_lead_team(user, engagement)
    return TeamPage(reports, may_lead)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The page on which a member confirms: what was said last, and what the rules are today."""

    newest: StatementView | None
    version: int
    sentences: list[str]
    sentences_status: str
    is_open: bool


def own_page(engagement: Engagement, user: User, today: date) -> OwnPage:
    """For a member of the team."""
    member = engagement.members.live().get(person=user)
    newest = member.statements.first()
    sentences = Rules.at(today).fact("auditor_independence_rules")
    return OwnPage(
        newest=statement_view(newest) if newest else None,
        version=newest.version if newest else 0,
        sentences=sentences.value or [],
        sentences_status=sentences.status_label,
        is_open=engagement.is_in_fieldwork,
    )
