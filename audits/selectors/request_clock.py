"""The clock of an evidence request: working days until what was asked for is due. Pure."""

from datetime import date

from django.utils.translation import gettext as _

from audits.enums import WAITING_REQUESTS, ChaserStage
from audits.models import EvidenceRequest
from controls.rules import Rules
from core.calendar import add_working_days, is_working_day, working_days_between
from declarations.selectors.states import Tag

DUE_DAYS = "evidence_request_due_days"


def due_day(today: date, rules: Rules) -> date | None:
    """The last day for what is asked today; None while the parameter has no value."""
    days = rules.value(DUE_DAYS)
    return None if days is None else add_working_days(today, days)


def is_overdue(request: EvidenceRequest, *, today: date) -> bool:
    """It is the provider's turn and the last day is over."""
    return (
        request.state in WAITING_REQUESTS and request.due_on is not None and request.due_on < today
    )


def stage_of(due_on: date, *, today: date) -> ChaserStage | None:
    """What is told on this day: nothing on a day off, and nothing earlier than one working day before the last day."""
    if not is_working_day(today):
        return None
    if today > due_on:
        return ChaserStage.OVERDUE
    return ChaserStage.DUE if today >= add_working_days(due_on, -1) else None


def clock_tag(request: EvidenceRequest, *, today: date) -> Tag | None:
    """あと3営業日, 本日まで or 2営業日超過 while it is the provider's turn; None without a last day."""
    if request.state not in WAITING_REQUESTS or request.due_on is None:
        return None
    left = working_days_between(today, request.due_on)
    if is_overdue(request, today=today):
        return Tag("ng", _("%(days)d営業日超過") % {"days": -left} if left else _("期限超過"))
    if request.due_on == today:
        return Tag("warn", _("本日まで"))
    return Tag("warn" if left <= 1 else "todo", _("あと%(days)d営業日") % {"days": left})
