"""Reads for the public list: what everybody may see, as of an instant, folded from the listing events."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.rules import Rules
from registrations.enums import RegistrationState
from registrations.models import ListingEvent, Registration, ValidityPeriod

LISTED = [RegistrationState.REGISTERED, RegistrationState.SUSPENDED]
LAPSED = "lapsed"
# What the page of the list shows of an entry.
NAMES = ("service_name", "provider_name")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the official list (parameter `public_list_columns`)."""

    key: str
    label: str
    status: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The question that a reader asked, with the rules of that day."""

    instant: datetime
    rules: Rules

    @classmethod
    def at(cls, instant: datetime) -> "Listing":
        """One query: the rules that held on that day."""
        return cls(instant, Rules.at(timezone.localdate(instant)))

    @property
    def columns(self) -> list[Column]:
        """Columns and their order, as the scheme's data has them."""
        return [Column(**column) for column in self.rules.value("public_list_columns")]

    def registrations(
        self, *, words: str = "", state: str = "", facts: Collection[str] = ()
    ) -> QuerySet[Registration]:
        """What the list shows: by default what is listed; `state` chooses one state, `lapsed` or `all`.

        With `facts`, `entry` holds only those of the published facts.
        """
        grace = bool(self.rules.value("renewal_grace_until_decision"))
        rows = Registration.objects.listed_at(self.instant, grace=grace, facts=facts)
        if state == LAPSED:
            rows = rows.filter(state__in=LISTED, is_lapsed=True)
        elif state in RegistrationState.values:
            rows = rows.filter(state=state, **({"is_lapsed": False} if state in LISTED else {}))
        elif state != "all":
            rows = rows.filter(state__in=LISTED, is_lapsed=False)
        if self.rules.value("public_list_suspended_display") == "hidden":
            rows = rows.exclude(state=RegistrationState.SUSPENDED)
        if words:
            rows = rows.matching(words, self.instant)
        return rows.order_by("number", "pk")


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One service on the list with everything that was published about it."""

    registration: Registration
    columns: list[tuple[Column, Any]]
    events: list[ListingEvent]
    periods: list[ValidityPeriod]
    states_of_the_day: list[ListingEvent]

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the audited period that was published."""
        entry = self.registration.entry
        return date.fromisoformat(entry["period_start"]), date.fromisoformat(entry["period_end"])


def state_label(registration: Registration) -> str:
    """登録, 一時停止 …, or 失効 when the validity has ended."""
    if registration.is_lapsed and registration.state in LISTED:
        return _("失効")
    return str(RegistrationState(registration.state).label)


def public_entry(listing: Listing, registration_id: uuid.UUID) -> PublicEntry | None:
    """The entry of one registration, None when it was not on the list by that instant."""
    registration = listing.registrations(state="all").filter(pk=registration_id).first()
    if registration is None:
        return None
    events = list(registration.listing_events.in_order().filter(effective_at__lte=listing.instant))
    day = timezone.localdate(listing.instant)
    values = row_values(registration)
    return PublicEntry(
        registration=registration,
        columns=[(c, values[c.key]) for c in listing.columns if values.get(c.key)],
        events=events[::-1],
        periods=list(registration.validity_periods.filter(valid_from__lte=day)),
        states_of_the_day=[e for e in events if timezone.localdate(e.effective_at) == day],
    )


def row_values(registration: Registration) -> dict[str, Any]:
    """The values of one row by column key, as plain data for page, JSON and CSV alike."""
    entry = registration.entry
    return entry | {
        "registration_number": registration.number,
        "csp_name": entry["provider_name"],
        "audited_period": f"{entry['period_start']}/{entry['period_end']}",
        "objectives": [f"{row['number']} {row['title']}" for row in entry["objectives"]],
        "registered_on": _iso(registration.valid_from),
        "valid_until": _iso(registration.valid_until),
        "listing_note": state_label(registration),
    }


def data_rows(listing: Listing, rows: QuerySet[Registration]) -> Iterator[dict[str, Any]]:
    """The rows for JSON and CSV: state and the columns of the list, read in chunks."""
    keys = [column.key for column in listing.columns]
    for registration in rows.iterator(chunk_size=500):
        values = row_values(registration)
        yield {
            "id": str(registration.pk),
            "state": LAPSED
            if registration.is_lapsed and registration.state in LISTED
            else registration.state,
            "state_since": registration.state_since.isoformat(),
            "renewal_pending": registration.renewal_pending,
        } | {key: values[key] for key in keys if key in values}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
