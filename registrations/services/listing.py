"""What the register tells those who build on its services (`declarations.ListedService`)."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from declarations.models import ListedService
from declarations.services.listed_services import follow_register
from registrations.enums import RegistrationMove, RegistrationState
from registrations.models import Registration
from registrations.selectors.register import grace_applies

ON_THE_LIST = (RegistrationState.REGISTERED, RegistrationState.SUSPENDED)


@transaction.atomic
def tell_listing(registration_id: uuid.UUID, *, at: datetime) -> ListedService:
    """Say where one registration stands. Part of every act on the register; twice is harmless."""
    listed = Registration.objects.listed_at(at, grace=grace_applies(at)).get(pk=registration_id)
    begun = listed.listing_events.get(kind=RegistrationMove.REGISTER).effective_at
    first = timezone.localdate(begun)
    return follow_register(
        cloud_service_id=listed.service_id,
        number=listed.number,
        name=listed.entry["service_name"],
        provider_name=listed.entry["provider_name"],
        listed_from=first,
        listed_until=_last_day(listed),
        at=at,
    )


def tell_listings(*, at: datetime | None = None) -> int:
    """Say where every registration stands; how many there are. A system act, each a transaction of its own.

    Started every night, because a registration lapses by date and no act says so; and once by hand for registrations
    that are older than the listed services.
    """
    at = at or timezone.now()
    keys = list(Registration.objects.listed_at(at, grace=True).values_list("pk", flat=True))
    for key in keys:
        tell_listing(key, at=at)
    return len(keys)


def _last_day(listed: Registration) -> date | None:
    """The last day on the list: None while it is on it. A suspended service stays on the list."""
    if listed.state not in ON_THE_LIST:
        return timezone.localdate(listed.state_since)
    return listed.valid_until if listed.is_lapsed else None
