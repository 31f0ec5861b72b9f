"""Whole months between days, as periods and validity are counted."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day where it has no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def last_day_of_months(first: date, months: int) -> date:
    """The last day of a period of `months` that begins with `first` (2025-04-01 + 12 → 2026-03-31)."""
    return add_months(first, months) - timedelta(days=1)
