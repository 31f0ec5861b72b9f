"""The moves of an internal audit, cell by cell: each move in each state, through the services."""

import pytest

from audits.enums import InternalAuditAct, InternalAuditState
from audits.services.internal import plan as plans
from audits.services.internal import report as reports
from audits.workflow import INTERNAL_AUDIT
from core.exceptions import TransitionNotAllowedError
from tests.audits.internal import CONTROL, Internal, planned, report_facts, reported, running

pytestmark = pytest.mark.django_db

STATES = {
    InternalAuditState.PLANNED: lambda edition: _assigned(edition),
    InternalAuditState.RUNNING: lambda edition: running(edition, CONTROL).test(),
    InternalAuditState.REPORTED: reported,
    InternalAuditState.FILED: lambda edition: reported(edition).file(),
}
MOVES = {
    InternalAuditAct.START: lambda found: plans.start_audit(**found.by()),
    InternalAuditAct.APPROVE: lambda found: reports.approve_report(
        **found.by(), facts=report_facts()
    ),
    InternalAuditAct.REOPEN: lambda found: reports.reopen_report(**found.by(), reason="訂正"),
    InternalAuditAct.FILE: lambda found: reports.file_report(**found.by()),
}


def _assigned(edition) -> Internal:
    found = planned(edition).staff().select(CONTROL)
    found.assign()
    return found


def test_the_table_knows_every_move():
    assert {move.name for move in INTERNAL_AUDIT} == set(MOVES)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", MOVES)
def test_cell(small_edition, state, name):
    found = STATES[state](small_edition)
    found.run.refresh_from_db()
    assert found.run.state == state
    move = next(move for move in INTERNAL_AUDIT if move.name == name)
    if state in move.sources:
        MOVES[name](found)
        after = move.target
    elif (state, name) == (InternalAuditState.FILED, InternalAuditAct.FILE):
        MOVES[name](found)  # a double click finds what was filed
        after = state
    else:
        with pytest.raises(TransitionNotAllowedError):
            MOVES[name](found)
        after = state
    found.run.refresh_from_db()
    assert found.run.state == after
