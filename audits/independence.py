"""Whether an auditor is independent of the audited provider: facts and dated rules in, a list of checks out. Pure.

A rule without a value (none is published, none was entered) gives no judgement.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audits.enums import CheckResult, IndependenceRule, InterestKind
from controls.rules import Fact, Rules
from core.calendar import format_wareki
from core.months import add_months

SENTENCES = "auditor_independence_rules"
COOLING_MONTHS = "auditor_advisory_cooling_months"
MAX_YEARS = "auditor_max_years_in_role"
BARRING_INTERESTS = "auditor_barring_interests"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person and one provider on a day.

    `advisory_last_day` None with `advisory_work` means that the work goes on. `member_until` is the last day on which
    the person belonged to the provider's organisation, None when never.
    """

    on: date
    advisory_work: bool = False
    advisory_last_day: date | None = None
    years_in_role: int = 1
    interests: frozenset[str] = frozenset()
    member_until: date | None = None


@dataclass(frozen=True, slots=True)
class RuleValues:
    """The parameters that the checks look at, each with its status."""

    sentences: Fact
    cooling_months: Fact
    max_years: Fact
    barring_interests: Fact

    @classmethod
    def of(cls, rules: Rules) -> "RuleValues":
        """Those that hold on the day of the rules. Raises MissingParameterError."""
        return cls(*map(rules.fact, (SENTENCES, COOLING_MONTHS, MAX_YEARS, BARRING_INTERESTS)))

    def as_data(self) -> list[dict[str, Any]]:
        """Names, values and status, as a statement keeps what was confirmed."""
        facts = (self.sentences, self.cooling_months, self.max_years, self.barring_interests)
        return [
            {"name": one.name, "label": one.label, "value": one.value, "status": one.status}
            for one in facts
        ]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, what was found, what it says, and why; `limit` and `status` are the value that it was judged by."""

    rule: str
    found: str
    limit: str
    status: str
    result: str
    sentence: str

    @property
    def is_refused(self) -> bool:
        """This rule keeps the person out."""
        return self.result == CheckResult.REFUSED

    def as_data(self) -> dict[str, str]:
        """As a statement keeps it."""
        return asdict(self)


def checks(facts: Facts, values: RuleValues) -> list[Check]:
    """Every rule, in the order in which people read them."""
    return [rule(facts, values) for rule in (_advisory, former_member, _years, _interests)]


def former_member(facts: Facts, values: RuleValues) -> Check:
    """Whoever belonged to the provider waits as long as after advisory work. It needs no answer of the person."""
    until = facts.member_until
    found = _("%(day)sまで所属") % {"day": _day(until)} if until else _("所属の記録なし")
    return _after_a_while(
        IndependenceRule.FORMER_MEMBER,
        values.cooling_months,
        found=found,
        last_day=until,
        on=facts.on,
    )


def refusals(found: Sequence[Check]) -> list[str]:
    """Why the person may not audit; empty when nothing stands against it."""
    return [one.sentence for one in found if one.is_refused]


def first_free_day(last_day: date, months: int) -> date:
    """The first day on which enough months lie behind (2025-03-31 + 12 → 2026-04-01)."""
    return date.fromordinal(add_months(last_day, months).toordinal() + 1)


def _advisory(facts: Facts, values: RuleValues) -> Check:
    rule, value = IndependenceRule.ADVISORY, values.cooling_months
    if facts.advisory_work and facts.advisory_last_day is None:
        sentence = _("助言業務が続いているため、監査を担当できません。")
        return _check(rule, value, _("継続中"), CheckResult.REFUSED, sentence)
    found = _("%(day)sまで") % {"day": _day(facts.advisory_last_day)}
    return _after_a_while(
        rule,
        value,
        found=found if facts.advisory_work else _("なし"),
        last_day=facts.advisory_last_day if facts.advisory_work else None,
        on=facts.on,
    )


def _after_a_while(
    rule: IndependenceRule, value: Fact, *, found: str, last_day: date | None, on: date
) -> Check:
    if last_day is None:
        return _check(rule, value, found, CheckResult.OK, _("該当する事実はありません。"))
    if value.value is None:
        return _unknown(rule, value, found)
    free = first_free_day(last_day, value.value)
    facts = {"rule": rule.label, "day": _day(last_day), "months": value.value, "free": _day(free)}
    if on < free:
        sentence = _(
            "%(rule)sが%(day)sまでありました。担当できるのは、%(months)dか月が過ぎた%(free)sからです。"
        )
        return _check(rule, value, found, CheckResult.REFUSED, sentence % facts)
    sentence = _("%(rule)sが終わってから%(months)dか月が過ぎています。")
    return _check(rule, value, found, CheckResult.OK, sentence % facts)


def _years(facts: Facts, values: RuleValues) -> Check:
    rule, value = IndependenceRule.YEARS, values.max_years
    found = _("%(years)d年目") % {"years": facts.years_in_role}
    if value.value is None:
        return _unknown(rule, value, found)
    numbers = {"years": facts.years_in_role, "max": value.value}
    if facts.years_in_role > value.value:
        sentence = _("続けて担当するのは%(years)d年目で、上限の%(max)d年を超えています。")
        return _check(rule, value, found, CheckResult.REFUSED, sentence % numbers)
    sentence = _("上限の%(max)d年を超えていません。")
    return _check(rule, value, found, CheckResult.OK, sentence % numbers)


def _interests(facts: Facts, values: RuleValues) -> Check:
    rule, value = IndependenceRule.INTERESTS, values.barring_interests
    declared = [kind for kind in InterestKind if kind in facts.interests]
    found = "、".join(str(kind.label) for kind in declared) or _("なし")
    if not declared:
        return _check(rule, value, found, CheckResult.OK, _("該当する事実はありません。"))
    if value.value is None:
        return _unknown(rule, value, found)
    barring = [str(kind.label) for kind in declared if kind in value.value]
    if barring:
        sentence = _("%(kinds)sがあるため、監査を担当できません。") % {"kinds": "、".join(barring)}
        return _check(rule, value, found, CheckResult.REFUSED, sentence)
    sentence = _("申告された利害関係は、担当を妨げるものとされていません。")
    return _check(rule, value, found, CheckResult.OK, sentence)


def _unknown(rule: IndependenceRule, value: Fact, found: str) -> Check:
    sentence = _("制度パラメータ「%(label)s」に値がないため、判定していません。")
    return _check(rule, value, found, CheckResult.UNKNOWN, sentence % {"label": value.label})


def _check(
    rule: IndependenceRule, value: Fact, found: str, result: CheckResult, sentence: str
) -> Check:
    return Check(rule.value, found, _limit(value), value.status, result.value, sentence)


def _limit(value: Fact) -> str:
    """The value as people read it."""
    if value.value is None:
        return _("値なし")
    if value.name == BARRING_INTERESTS:
        return "、".join(str(InterestKind(kind).label) for kind in value.value)
    shapes = {COOLING_MONTHS: _("%(value)dか月"), MAX_YEARS: _("%(value)d年まで")}
    return shapes[value.name] % {"value": value.value}


def _day(day: date | None) -> str:
    return format_wareki(day, weekday=False) if day else ""
