"""Reads of the register that acts and pages share."""

from datetime import datetime

from django.utils import timezone

from controls.rules import Rules
from declarations.models import CloudService
from registrations.enums import ApplicationKind
from registrations.models import Registration


def grace_applies(instant: datetime) -> bool:
    """Whether a timely renewal keeps a registration alive past its end (parameter; 基本規程 3.5)."""
    return bool(Rules.at(timezone.localdate(instant)).value("renewal_grace_until_decision"))


def current_registration(service: CloudService, instant: datetime) -> Registration | None:
    """The registration of the service that is in force at `instant`, with state and validity; None if there is none."""
    return (
        Registration.objects.filter(service=service)
        .in_force_at(instant, grace=grace_applies(instant))
        .first()
    )


def kind_for(service: CloudService, instant: datetime) -> ApplicationKind:
    """A renewal while a registration of the service is in force, else a new application."""
    in_force = current_registration(service, instant)
    return ApplicationKind.RENEWAL if in_force else ApplicationKind.NEW
