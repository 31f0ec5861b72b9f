"""The register: numbers, validity, renewal in time, in grace, late."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from controls.rules import Rules
from core.calendar import JST
from core.exceptions import DomainError
from declarations.models import ListedService
from declarations.services.cloud_service import update_service
from registrations.completeness import requirements
from registrations.enums import ApplicationKind
from registrations.models import Registration, ValidityPeriod
from registrations.selectors.register import current_registration
from registrations.services.listing import tell_listings
from registrations.validity import validity_after
from tests.declarations.builders import listed
from tests.registrations.factories import SERVICE, case, provider

pytestmark = pytest.mark.django_db

START, END = date(2025, 4, 1), date(2026, 3, 31)
LAST_DAY = date(2027, 7, 31)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=JST)


@pytest.fixture
def registered(small_edition):
    """A service registered on 2026-06-01 for the audited period 2025-04-01 to 2026-03-31."""
    with time_machine.travel(noon(date(2026, 6, 1)), tick=False):
        found = case(small_edition, start=START, end=END).apply().file().accept().review()
        found.decide(number="C26-0001")
    return found


def test_validity_lasts_16_months_from_the_day_after_the_period(registered):
    """The worked example of the scheme: a period to 2026-03-31 gives 2027-07-31."""
    period = ValidityPeriod.objects.get()
    assert (period.valid_from, period.valid_until) == (date(2026, 6, 1), LAST_DAY)
    assert period.computed_from == {
        "period_end": "2026-03-31",
        "validity_months": 16,
        "validity_count_inclusive": True,
    }


def test_what_a_clerk_entered_under_the_number_refuses_no_registration(small_edition):
    """Neither a row that reaches into the registration nor two that begin within its days."""
    listed("C26-0001", since=date(2026, 1, 1), until=date(2026, 6, 30))
    listed("C26-0001", since=date(2026, 7, 1), until=date(2026, 9, 30))
    listed("C26-0001", since=date(2026, 10, 1))
    with time_machine.travel(noon(date(2026, 6, 1)), tick=False):
        found = case(small_edition, start=START, end=END).apply().file().accept().review()
        found.decide(number="C26-0001")
    assert Registration.objects.get().number == "C26-0001"
    assert not ListedService.objects.filter(origin="register").exists()

    ListedService.objects.filter(listed_from=date(2026, 7, 1)).update(number="ほかの番号")
    tell_listings(at=noon(date(2026, 6, 2)))
    told = ListedService.objects.get(origin="register")
    assert (told.listed_from, told.listed_until) == (date(2026, 6, 1), None)
    assert ListedService.objects.get(listed_from=date(2026, 1, 1)).listed_until == date(2026, 5, 31)


def test_validity_follows_the_parameters():
    rules = Rules.at(date(2026, 6, 1))
    assert validity_after(END, rules).valid_until == LAST_DAY
    facts = {
        "validity_months": replace(rules.fact("validity_months"), value=12),
        "validity_count_inclusive": replace(rules.fact("validity_count_inclusive"), value=False),
    }
    assert validity_after(END, Rules(rules.day, facts)).valid_until == date(2027, 4, 1)


def test_the_entry_is_what_was_filed_whatever_was_typed_since(small_edition):
    found = case(small_edition).apply().file()
    update_service(
        service_id=found.service.pk,
        actor=found.editor,
        version=found.service.row_version,
        facts={"governing_law": "書き換えた準拠法"},
    )
    found.accept().review().decide()
    entry = Registration.objects.get().listing_events.get().entry
    assert entry["governing_law"] == SERVICE["governing_law"]
    assert entry["audit_body"] == "見本監査法人"


def test_an_application_while_registered_is_a_renewal_and_keeps_the_number(registered):
    with time_machine.travel(noon(date(2027, 6, 1)), tick=False):
        following = registered.next_year().apply()
        assert following.application.kind == ApplicationKind.RENEWAL
        following.file().accept().review().decide()
    registration = Registration.objects.get()
    assert registration.number == "C26-0001"
    assert [event.kind for event in registration.listing_events.in_order()] == ["register", "renew"]
    assert registration.validity_periods.last().valid_until == date(2028, 7, 31)


def test_a_timely_renewal_keeps_the_registration_until_the_decision(registered):
    with time_machine.travel(noon(LAST_DAY), tick=False):
        following = registered.next_year().apply().file()
    for day in (LAST_DAY + timedelta(days=1), date(2027, 12, 1)):
        in_force = current_registration(registered.service, noon(day))
        assert (in_force.renewal_pending, in_force.is_lapsed) == (True, False)
    with time_machine.travel(noon(date(2027, 12, 1)), tick=False):
        following.accept().review().decide()
    assert current_registration(registered.service, noon(date(2027, 12, 2))).valid_until == date(
        2028, 7, 31
    )
    assert current_registration(registered.service, noon(date(2027, 11, 1))) is not None


def test_without_a_renewal_the_registration_lapses_after_the_last_day(registered):
    assert current_registration(registered.service, noon(LAST_DAY)) is not None
    assert current_registration(registered.service, noon(LAST_DAY + timedelta(days=1))) is None


def test_a_refused_renewal_ends_the_grace(registered):
    with time_machine.travel(noon(LAST_DAY), tick=False):
        following = registered.next_year().apply().file()
    with time_machine.travel(noon(date(2027, 12, 1)), tick=False):
        following.accept().review().decide(grant=False)
    assert current_registration(registered.service, noon(date(2027, 12, 2))) is None
    assert current_registration(registered.service, noon(date(2027, 11, 1))) is not None


def test_a_renewal_cannot_be_filed_after_the_last_day(registered):
    with time_machine.travel(noon(LAST_DAY), tick=False):
        following = registered.next_year().apply()
    with (
        time_machine.travel(noon(LAST_DAY + timedelta(days=1)), tick=False),
        pytest.raises(DomainError, match="有効期間内の更新申請"),
    ):
        following.file()


def test_after_the_lapse_the_next_application_is_a_new_one_with_a_new_number(registered):
    with time_machine.travel(noon(date(2027, 9, 1)), tick=False):
        following = registered.next_year().apply()
        assert following.application.kind == ApplicationKind.NEW
        following.file().accept().review().decide(number="C27-0009")
    assert Registration.objects.filter(service=registered.service).count() == 2


def test_a_renewal_needs_a_later_period(registered):
    with time_machine.travel(noon(date(2026, 9, 1)), tick=False):
        revised = registered.revise()
        registered.declaration = revised
        with pytest.raises(DomainError, match="有効期間につながる"):
            registered.apply().file()


def test_a_period_whose_validity_is_over_cannot_be_filed(small_edition):
    with time_machine.travel(noon(date(2028, 1, 1)), tick=False):
        found = case(small_edition, start=START, end=END).apply()
        with pytest.raises(DomainError, match="有効期間につながる"):
            found.file()


def test_a_late_first_application_is_told_and_not_refused(small_edition):
    """The four months are unconfirmed: a warning, no refusal."""
    with time_machine.travel(noon(date(2026, 8, 1)), tick=False):
        found = case(small_edition, start=START, end=END).apply()
        (timing,) = [
            item
            for item in requirements(
                found.application,
                today=timezone.localdate(),
                valid_until=None,
                rules=Rules.at(timezone.localdate()),
            )
            if item.key == "in_time"
        ]
        assert (timing.is_met, timing.blocks) == (False, False)
        assert "令和8年7月31日" in timing.label
        assert "未確認" in timing.label
        assert found.file().application.filing_number == 1


def test_two_services_cannot_get_the_same_number(small_edition):
    """Both proposals were made while the number was free; the second decision is refused and nothing of it remains."""
    first = case(small_edition).apply().file().accept().review()
    second = case(small_edition, organisation=provider(corporate_number="7999900000002"))
    second.apply().file().accept().review()
    ours, theirs = first.propose(number="C26-0001"), second.propose(number="C26-0001")
    for member in first.members[:2]:
        first.vote(ours, member)
    second.vote(theirs, second.members[0])
    with pytest.raises(DomainError, match="別の番号"):
        second.vote(theirs, second.members[1])
    assert theirs.votes.count() == 1
    assert Registration.objects.count() == 1


def listing() -> tuple[str, date, date | None]:
    """What those who build on the service are told."""
    told = ListedService.objects.get(number="C26-0001")
    return told.name, told.listed_from, told.listed_until


def test_registering_tells_those_who_build_on_the_service(registered):
    assert listing() == (registered.service.name, date(2026, 6, 1), None)
    told = ListedService.objects.get()
    assert (told.list_name, told.origin) == ("liu", "register")


def test_a_renewal_publishes_its_name_and_the_first_day_stays(registered):
    update_service(
        service_id=registered.service.pk,
        actor=registered.editor,
        version=registered.service.row_version,
        facts={"name": "改めた名前"},
    )
    with time_machine.travel(noon(date(2027, 6, 1)), tick=False):
        registered.next_year().apply().file().accept().review().decide()
    assert listing() == ("改めた名前", date(2026, 6, 1), None)


def test_a_lapse_is_told_by_the_night_and_a_pending_renewal_is_none(registered):
    tell_listings(at=noon(LAST_DAY))
    assert listing()[2] is None
    with time_machine.travel(noon(LAST_DAY), tick=False):
        following = registered.next_year().apply().file()
    tell_listings(at=noon(date(2027, 9, 1)))
    assert listing()[2] is None
    with time_machine.travel(noon(date(2027, 12, 1)), tick=False):
        following.accept().review().decide(grant=False)
    call_command("tell_listings")
    tell_listings(at=noon(date(2027, 12, 2)))
    assert listing()[2] == LAST_DAY


def test_what_ends_the_registration_ends_the_listing_and_suspension_does_not(registered):
    registration = Registration.objects.get()
    for day, kind, last in (
        (date(2026, 8, 1), "suspend", None),
        (date(2026, 9, 1), "withdraw", date(2026, 9, 1)),
    ):
        registration.listing_events.create(
            kind=kind, effective_at=noon(day), recorded_at=noon(day), article="見本"
        )
        tell_listings(at=noon(day))
        assert listing()[2] == last


def test_registrations_that_are_older_are_told_by_hand(registered):
    ListedService.objects.update(number="ほかの番号")
    tell_listings(at=noon(date(2026, 7, 1)))
    assert listing()[1] == date(2026, 6, 1)
