"""The days of the demo, counted back from the day on which it is seeded, so that it never grows old."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.months import add_months

OFFICE_HOURS = time(10, 30)


@dataclass(frozen=True, slots=True)
class Period:
    """Twelve whole months that ended `months_ago` months before today's month began."""

    start: date
    end: date

    @classmethod
    def ended(cls, today: date, *, months_ago: int) -> "Period":
        """The period whose last day is the end of that month."""
        after = add_months(today.replace(day=1), 1 - months_ago)
        return cls(add_months(after, -12), after - timedelta(days=1))

    def day(self, offset: int) -> datetime:
        """Office hours, `offset` days after the last day of the period."""
        return timezone.make_aware(
            datetime.combine(self.end + timedelta(days=offset), OFFICE_HOURS)
        )
