"""Who may know of an application, and the register folded in SQL as in Python."""

import uuid
from datetime import UTC, datetime, timedelta

import pgtrigger
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from declarations.models import CloudService
from registrations.enums import RegistrationMove
from registrations.models import Application, Decision, ListingEvent, Registration
from registrations.workflow import state_at
from tests.accounts.factories import person
from tests.registrations.factories import SERVICE, provider

START = datetime(2026, 4, 1, tzinfo=UTC)
LATER = [kind for kind in RegistrationMove if kind != RegistrationMove.REGISTER]


def sees(user, application: Application) -> bool:
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


@pytest.mark.django_db
def test_each_party_sees_an_application_from_its_own_step_on(prepared):
    secretary, member = prepared.secretary, prepared.members[0]
    strangers = [person(Role.CSP_EDITOR), person(Role.AUDIT_LEAD), person(Role.SYSTEM_ADMIN)]
    seen = []
    for step in (lambda: None, prepared.file, prepared.accept):
        step()
        seen.append(
            [sees(user, prepared.application) for user in (prepared.editor, secretary, member)]
        )
        assert not any(sees(user, prepared.application) for user in strangers)
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]


@pytest.mark.django_db
def test_proposals_are_seen_by_secretariat_and_members_alone(reviewed):
    reviewed.propose()
    for user in (reviewed.secretary, reviewed.members[0]):
        assert Decision.objects.visible_to(user).count() == 1
    for user in (reviewed.editor, reviewed.approver, person(Role.AUDIT_LEAD)):
        assert Decision.objects.visible_to(user).count() == 0


def registration_with(events: list[tuple[str, int]]) -> Registration:
    """A registration with these kinds of events, at hours after START."""
    service = CloudService.objects.create(
        organisation=provider(name=f"見本組織{uuid.uuid4()}", corporate_number=""),
        name="みなと文書共有クラウド",
        creation_key=uuid.uuid4(),
        created_at=START,
        **SERVICE,
    )
    registration = Registration.objects.create(
        service=service, number=uuid.uuid4().hex, created_at=START
    )
    with pgtrigger.ignore("registrations.ListingEvent:as_decided"):
        for kind, hour in events:
            ListingEvent.objects.create(
                registration=registration,
                kind=kind,
                effective_at=START + timedelta(hours=hour),
                recorded_at=START,
                entry={"service_name": kind},
            )
    return registration


@st.composite
def listing_events(draw) -> list[tuple[str, int]]:
    """A registration, then anything in order of time: the fold asks no event whether it was allowed."""
    kinds = draw(st.lists(st.sampled_from(LATER), max_size=6))
    hours = sorted(draw(st.lists(st.integers(0, 48), min_size=len(kinds), max_size=len(kinds))))
    return [("register", 0), *zip(kinds, hours, strict=True)]


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=listing_events(), hour=st.integers(-2, 50), seconds=st.sampled_from([-1, 0, 1]))
def test_the_fold_in_sql_and_in_python_agree(db, events, hour, seconds):
    registration = registration_with(events)
    instant = START + timedelta(hours=hour, seconds=seconds)
    found = Registration.objects.with_state_at(instant).with_entry_at(instant)
    row = found.filter(pk=registration.pk).first()
    in_order = list(registration.listing_events.in_order())
    in_effect = [one for one in in_order if one.effective_at <= instant]
    assert (row is None) == (not in_effect)
    assert (row.state if row else None) == state_at(in_order, instant)
    if row:
        assert row.state_since == in_effect[-1].effective_at
        assert row.entry == in_effect[-1].entry
