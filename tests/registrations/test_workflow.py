"""The tables of moves, and that the services follow them whatever the order in which people act."""

from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import DomainError, TransitionNotAllowedError
from registrations.enums import (
    DECIDED_STATES,
    OPEN_STATES,
    ApplicationMove,
    ApplicationState,
    RegistrationMove,
    RegistrationState,
)
from registrations.workflow import APPLICATION, REGISTRATION, TARGETS, state_at
from tests.registrations.factories import Case, case, provider

START = datetime(2026, 4, 1, tzinfo=UTC)
CORPORATE_NUMBERS = count(1)


def event(kind: str, hours: int) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, effective_at=START + timedelta(hours=hours))


@pytest.mark.parametrize("move", list(APPLICATION), ids=lambda move: move.name)
def test_a_move_starts_from_its_sources_only(move):
    for state in ApplicationState:
        if state in move.sources:
            assert APPLICATION.check(move.name, state) is move
        else:
            with pytest.raises(TransitionNotAllowedError):
                APPLICATION.check(move.name, state)


def test_no_move_leaves_an_end():
    assert all(APPLICATION.moves_from(state) == [] for state in DECIDED_STATES)
    ends = (
        RegistrationState.WITHDRAWN,
        RegistrationState.DISCONTINUED,
        RegistrationState.CANCELLED,
    )
    assert all(REGISTRATION.moves_from(state) == [] for state in ends)


def test_every_open_application_can_be_withdrawn():
    for state in OPEN_STATES:
        assert APPLICATION.check(ApplicationMove.WITHDRAW, state).target == "withdrawn"


def test_every_kind_of_listing_event_has_a_target():
    assert set(TARGETS) == set(RegistrationMove)


def test_the_state_is_the_target_of_the_last_event_in_effect():
    events = [event("register", 0), event("suspend", 5), event("reinstate", 9)]
    assert state_at(events, START - timedelta(seconds=1)) is None
    assert state_at(events, START) == RegistrationState.REGISTERED
    assert state_at(events, START + timedelta(hours=5)) == RegistrationState.SUSPENDED
    assert state_at(events, START + timedelta(days=9)) == RegistrationState.REGISTERED


# What each move is, acted by the person who may. Votes stand for the moves that follow from them.
ATTEMPTS = {
    ApplicationMove.FILE: lambda found: found.file(),
    ApplicationMove.REQUEST_CORRECTION: lambda found: found.ask_correction(),
    ApplicationMove.RESUBMIT: lambda found: found.resubmit(),
    ApplicationMove.ACCEPT: lambda found: found.accept(),
    ApplicationMove.START_REVIEW: lambda found: found.review(),
    ApplicationMove.INQUIRE: lambda found: found.inquire(),
    ApplicationMove.ANSWER: lambda found: found.answer(),
    ApplicationMove.REFER: lambda found: found.propose(),
    ApplicationMove.AMEND: lambda found: found.propose(),
    ApplicationMove.RETURN: lambda found: _dissent(found),
    ApplicationMove.GRANT: lambda found: _carry(found, grant=True),
    ApplicationMove.REFUSE: lambda found: _carry(found, grant=False),
    ApplicationMove.WITHDRAW: lambda found: found.withdraw(),
}


def _dissent(found: Case) -> None:
    proposal = found.application.decisions.open().first()
    if proposal is None:
        raise TransitionNotAllowedError(name="return", state=found.application.state)
    found.vote(proposal, found.members[0], agrees=False, reason="不足。")


def _carry(found: Case, *, grant: bool) -> None:
    if not found.application.decisions.open().exists():
        raise TransitionNotAllowedError(name="grant", state=found.application.state)
    found.decide(grant=grant)


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(st.sampled_from(list(ATTEMPTS)), max_size=14), data=st.data())
def test_any_order_of_acts_follows_the_table(small_edition, moves, data):
    """Half of the steps are drawn from those that the table allows, so that walks go far and also go wrong."""
    number = f"{next(CORPORATE_NUMBERS):013}"
    found = case(small_edition, organisation=provider(corporate_number=number)).apply()
    for drawn in moves:
        state = found.application.state
        allowed = [move.name for move in APPLICATION.moves_from(state)]
        pick = data.draw(st.booleans()) and allowed
        move = data.draw(st.sampled_from(allowed)) if pick else drawn
        before = found.application.history.count()
        try:
            ATTEMPTS[move](found)
        except DomainError:
            found.application.refresh_from_db()
            assert move not in allowed
            assert (found.application.state, found.application.history.count()) == (state, before)
            continue
        assert move in allowed or _same_page(move, allowed)
        assert found.application.state in _targets(move)
        for line in found.application.history.exclude(from_state=""):
            assert APPLICATION.check(line.action, line.from_state).target == line.to_state


def _same_page(move: str, allowed: list[str]) -> bool:
    """Referring and amending are one act, and filing again finds the receipt."""
    twins = {ApplicationMove.REFER, ApplicationMove.AMEND}
    return move == ApplicationMove.FILE or (move in twins and bool(twins & set(allowed)))


def _targets(move: str) -> set[str]:
    if move == ApplicationMove.FILE:
        return set(OPEN_STATES)
    return {one.target for one in APPLICATION if one.name == move}
