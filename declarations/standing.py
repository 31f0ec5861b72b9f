"""What the page of a service says about its registration. `registrations` stands above `declarations` and knows it:
it hands its reader over at start (`RegistrationsConfig.ready`), so that no import points upward."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from declarations.models import CloudService


@dataclass(frozen=True, slots=True)
class Standing:
    """The registration in force, if any, and until when to file. `basis` says what the last filing day rests on."""

    number: str = ""
    entry_url: str = ""
    state_label: str = ""
    valid_until: date | None = None
    is_renewal_pending: bool = False
    last_filing_day: date | None = None
    basis: str = ""


Reader = Callable[..., Standing]
_READERS: list[Reader] = []


def register(reader: Reader) -> Reader:
    """Make `reader(service, period_end=…, now=…)` the one that is asked."""
    _READERS[:] = [reader]
    return reader


def standing_of(service: CloudService, *, period_end: date | None, now: datetime) -> Standing:
    """Where the service stands; `period_end` ends the newest period that the reader sees.

    LookupError when no app knows registrations.
    """
    if not _READERS:
        raise LookupError("no reader of registrations was handed over")
    return _READERS[0](service, period_end=period_end, now=now)
