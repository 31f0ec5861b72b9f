"""Dates and times as people in Japan read them. An empty value gives an empty text."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.calendar import JST, format_wareki, jst_date

register = template.Library()

# From this many days on a deadline is shown as near.
NEAR_DAYS = 7


def _as_date(value: date | datetime) -> date:
    return jst_date(value) if isinstance(value, datetime) else value


@register.filter
def wareki_text(value: date | datetime | None) -> str:
    """令和8年11月22日（日）, plain text. An instant is read as its day in Japan."""
    return format_wareki(_as_date(value)) if value else ""


@register.filter
def wareki(value: date | datetime | None) -> str:
    """The same in a `<time>` element that carries the ISO date."""
    if not value:
        return ""
    day = _as_date(value)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), format_wareki(day))


@register.filter
def jst_text(value: datetime | None) -> str:
    """令和8年11月22日（日） 14:32, plain text, time of Japan."""
    return f"{wareki_text(value)} {value.astimezone(JST):%H:%M}" if value else ""


@register.filter
def jst(value: datetime | None) -> str:
    """The same in a `<time>` element that carries the instant with its offset."""
    if not value:
        return ""
    stamp = value.astimezone(JST).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', stamp, jst_text(value))


@register.filter
def days_left(due: date | None, today: date) -> str:
    """あと5日, 本日 or 3日超過."""
    if not due:
        return ""
    days = (due - today).days
    if days == 0:
        return _("本日")
    if days < 0:
        return _("%(days)d日超過") % {"days": -days}
    return _("あと%(days)d日") % {"days": days}


@register.filter
def due_state(due: date | None, today: date) -> str:
    """`over`, `near` (within a week) or `later`, for the colour of a deadline."""
    if not due:
        return "later"
    days = (due - today).days
    if days < 0:
        return "over"
    return "near" if days <= NEAR_DAYS else "later"
