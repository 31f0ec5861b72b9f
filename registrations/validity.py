"""How long a registration is valid: pure functions over dates and scheme parameters (基本規程 3.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from controls.rules import Rules
from core.months import add_months


@dataclass(frozen=True, slots=True)
class Validity:
    """The last valid day and the values that gave it."""

    valid_until: date
    computed_from: dict[str, Any]


def first_filing_day(period_end: date, rules: Rules) -> date:
    """Until when the first application for a period should be filed (parameter `application_due_months`)."""
    return add_months(period_end, rules.value("application_due_months"))


def validity_after(period_end: date, rules: Rules) -> Validity:
    """Validity counted from the day after the audited period (2026-03-31 gives 2027-07-31 by default).

    Whether that day is day one is the parameter `validity_count_inclusive`.
    """
    months, inclusive = rules.value("validity_months"), rules.value("validity_count_inclusive")
    end = add_months(period_end + timedelta(days=1), months)
    return Validity(
        valid_until=end - timedelta(days=1) if inclusive else end,
        computed_from={
            "period_end": period_end.isoformat(),
            "validity_months": months,
            "validity_count_inclusive": inclusive,
        },
    )
