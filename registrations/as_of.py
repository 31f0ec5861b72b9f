"""基準時点: the instant for which the public list is asked."""

from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from core.calendar import parse_date
from core.exceptions import DomainError

END_OF_DAY = time(23, 59, 59)


def parse_as_of(text: str, *, now: datetime) -> datetime:
    """The instant meant by `text`: now when empty, 23:59:59 JST for a date, the very instant with an offset.

    Today's date means now, since the rest of the day is not known yet. Raises DomainError for what cannot be read, for
    a time without an offset and for an instant still to come.
    """
    text = text.strip()
    if not text:
        return now
    instant = _date_time(text) if "T" in text.upper() else _end_of_day(text, now)
    if instant > now:
        raise DomainError(
            _("基準時点に先の日時は指定できません。今日までの日付を入力してください。")
        )
    return instant


def _date_time(text: str) -> datetime:
    try:
        # In a query string an unescaped "+" arrives as a blank.
        instant = datetime.fromisoformat(text.upper().replace(" ", "+"))
    except ValueError:
        raise DomainError(
            _(
                "基準時点の日時を読み取れません。2026-03-01T09:00:00+09:00 のように入力してください。"
            )
        ) from None
    if instant.tzinfo is None:
        raise DomainError(_("日時で指定するときは、+09:00 のような時差も付けてください。"))
    return instant.astimezone(UTC)


def _end_of_day(text: str, now: datetime) -> datetime:
    try:
        day = parse_date(text)
    except ValueError as error:
        raise DomainError(str(error)) from error
    if day == timezone.localdate(now):
        return now
    return datetime.combine(day, END_OF_DAY, tzinfo=timezone.get_default_timezone())
