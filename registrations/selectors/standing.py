"""Where a service stands: its registration in force, and until when its next application is to be filed."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.rules import Rules
from declarations.models import CloudService
from declarations.standing import Standing
from registrations.models import Registration
from registrations.selectors.public import state_label
from registrations.selectors.register import current_registration
from registrations.validity import first_filing_day


def standing_of(service: CloudService, *, period_end: date | None, now: datetime) -> Standing:
    """For the page of the service; `period_end` is the last day of the newest period that its reader sees."""
    registration = current_registration(service, now)
    if registration is not None:
        return _registered(registration)
    if period_end is None:
        return Standing()
    rules = Rules.at(timezone.localdate(now))
    fact = rules.fact("application_due_months")
    return Standing(
        last_filing_day=first_filing_day(period_end, rules),
        basis=_("監査対象期間の末日から%(months)sか月の目安です（%(status)s）。")
        % {"months": fact.value, "status": fact.status_label},
    )


def _registered(registration: Registration) -> Standing:
    """A renewal is filed by the last valid day (基本規程 3.5; parameter `renewal_due_rule`)."""
    pending = registration.renewal_pending
    return Standing(
        number=registration.number,
        entry_url=reverse("public:entry", args=[registration.pk]),
        state_label=state_label(registration),
        valid_until=registration.valid_until,
        is_renewal_pending=pending,
        last_filing_day=None if pending else registration.valid_until,
        basis="" if pending else _("更新申請は、有効期間の最終日までに行います。"),
    )
