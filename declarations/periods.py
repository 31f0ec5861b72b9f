"""Rules on audited periods (criteria 2.2.5): pure functions over dates and scheme parameters."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from controls.rules import Rules
from core.calendar import format_wareki
from core.exceptions import DomainError
from core.months import last_day_of_months


class PeriodError(DomainError):
    """The period breaks a rule; `field` is the day that has to change: `period_start` or `period_end`."""

    def __init__(self, message: str, *, field: str):
        super().__init__(message)
        self.field = field


def check_period(start: date, end: date, *, previous_end: date | None, rules: Rules) -> None:
    """Raise PeriodError unless the period has a proper length and follows the previous one without a gap."""
    shortest = last_day_of_months(start, rules.value("audited_period_min_months"))
    longest = last_day_of_months(start, rules.value("audited_period_max_months"))
    if not shortest <= end <= longest:
        raise PeriodError(
            _(
                "監査対象期間は%(min)sか月以上%(max)sか月以内です。終了日を%(first)sから%(last)sまでの間にしてください。"
            )
            % {
                "min": rules.value("audited_period_min_months"),
                "max": rules.value("audited_period_max_months"),
                "first": format_wareki(shortest, weekday=False),
                "last": format_wareki(longest, weekday=False),
            },
            field="period_end",
        )
    if previous_end is None:
        return
    if start <= previous_end:
        raise PeriodError(
            _("前の監査対象期間（%(end)sまで）と重なっています。開始日を%(day)sにしてください。")
            % {
                "end": format_wareki(previous_end, weekday=False),
                "day": format_wareki(previous_end + timedelta(days=1), weekday=False),
            },
            field="period_start",
        )
    if rules.value("audited_period_gap_allowed"):
        return
    if start != previous_end + timedelta(days=1):
        raise PeriodError(
            _("前の監査対象期間の翌日から始めてください。開始日を%(day)sにしてください。")
            % {"day": format_wareki(previous_end + timedelta(days=1), weekday=False)},
            field="period_start",
        )
