"""What a person has to know to choose an audited period: the rules with their sources, and the period that follows."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from controls.rules import Fact, Rules
from core.calendar import format_wareki
from core.months import last_day_of_months
from declarations.models import CloudService, Declaration


@dataclass(frozen=True, slots=True)
class PeriodGuide:
    """The rules as sentences, the longest period that follows the previous one, and what has to be finished first."""

    sentences: list[str]
    proposal: dict[str, date]
    unfinished: Declaration | None


def period_guide(service: CloudService) -> PeriodGuide:
    """The guide for the next declaration of a service. Two queries."""
    rules = Rules.at(timezone.localdate())
    declarations = list(
        Declaration.objects.filter(service=service).only("service_id", "period_end", "state")
    )
    previous_end = max((row.period_end for row in declarations), default=None)
    return PeriodGuide(
        sentences=_sentences(previous_end, rules),
        proposal=_proposal(previous_end, rules),
        unfinished=next((row for row in declarations if row.is_open), None),
    )


def _proposal(previous_end: date | None, rules: Rules) -> dict[str, date]:
    if previous_end is None:
        return {}
    start = previous_end + timedelta(days=1)
    longest = rules.value("audited_period_max_months")
    return {"period_start": start, "period_end": last_day_of_months(start, longest)}


def _sentences(previous_end: date | None, rules: Rules) -> list[str]:
    shortest = rules.fact("audited_period_min_months")
    longest = rules.fact("audited_period_max_months")
    length = _("監査対象期間は%(min)sか月以上%(max)sか月以内です。") % {
        "min": shortest.value,
        "max": longest.value,
    }
    sentences = [length + _basis(longest)]
    gap = rules.fact("audited_period_gap_allowed")
    if previous_end is not None and not gap.value:
        chain = _("前の監査対象期間（%(end)sまで）との間を空けることはできません。") % {
            "end": format_wareki(previous_end, weekday=False)
        }
        sentences.append(chain + _basis(gap))
    return sentences


def _basis(fact: Fact) -> str:
    return _("［%(status)s：%(source)s］") % {"status": fact.status_label, "source": fact.source}
