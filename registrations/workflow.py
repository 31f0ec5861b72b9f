"""The moves of an application, a decision and a registration (regulation 2.2), and the fold of listing events."""

from collections.abc import Iterable
from datetime import datetime

from core.workflow import Move, Workflow
from registrations.enums import OPEN_STATES
from registrations.enums import ApplicationMove as A
from registrations.enums import ApplicationState as P
from registrations.enums import DecisionMove as D
from registrations.enums import DecisionState as V
from registrations.enums import RegistrationMove as M
from registrations.enums import RegistrationState as S

# So many agreeing votes of different members carry a proposal.
AGREEING_VOTES_NEEDED = 2

APPLICATION = Workflow(
    Move(A.FILE,               frozenset({P.PREPARING}),     P.FILED),
    Move(A.REQUEST_CORRECTION, frozenset({P.FILED}),         P.IN_CORRECTION),
    Move(A.RESUBMIT,           frozenset({P.IN_CORRECTION}), P.FILED),
    Move(A.ACCEPT,             frozenset({P.FILED}),         P.ACCEPTED),
    Move(A.START_REVIEW,       frozenset({P.ACCEPTED}),      P.UNDER_REVIEW),
    Move(A.INQUIRE,            frozenset({P.UNDER_REVIEW}),  P.IN_INQUIRY),
    Move(A.ANSWER,             frozenset({P.IN_INQUIRY}),    P.UNDER_REVIEW),
    Move(A.REFER,              frozenset({P.UNDER_REVIEW}),  P.REFERRED),
    Move(A.AMEND,              frozenset({P.REFERRED}),      P.REFERRED),
    Move(A.RETURN,             frozenset({P.REFERRED}),      P.UNDER_REVIEW),
    Move(A.GRANT,              frozenset({P.REFERRED}),      P.GRANTED),
    Move(A.REFUSE,             frozenset({P.REFERRED}),      P.REFUSED),
    Move(A.WITHDRAW,           frozenset(OPEN_STATES),       P.WITHDRAWN),
)  # fmt: skip

DECISION = Workflow(
    Move(D.CARRY,     frozenset({V.OPEN}), V.CARRIED),
    Move(D.DISSENT,   frozenset({V.OPEN}), V.DISSENTED),
    Move(D.SUPERSEDE, frozenset({V.OPEN}), V.SUPERSEDED),
    Move(D.DROP,      frozenset({V.OPEN}), V.DROPPED),
)  # fmt: skip

REGISTRATION = Workflow(
    Move(M.REGISTER,    frozenset({None}),                      S.REGISTERED),
    Move(M.RENEW,       frozenset({S.REGISTERED}),              S.REGISTERED),
    Move(M.SUSPEND,     frozenset({S.REGISTERED}),              S.SUSPENDED),
    Move(M.REINSTATE,   frozenset({S.SUSPENDED}),               S.REGISTERED),
    Move(M.WITHDRAW,    frozenset({S.REGISTERED, S.SUSPENDED}), S.WITHDRAWN),
    Move(M.DISCONTINUE, frozenset({S.REGISTERED, S.SUSPENDED}), S.DISCONTINUED),
    Move(M.CANCEL,      frozenset({S.REGISTERED, S.SUSPENDED}), S.CANCELLED),
)  # fmt: skip

# What an event of each kind leads to.
TARGETS = {move.name: move.target for move in REGISTRATION}


def state_at(events: Iterable, instant: datetime) -> str | None:
    """The target of the last event in effect by `instant`, None before the first. Events in order."""
    targets = [TARGETS[event.kind] for event in events if event.effective_at <= instant]
    return targets[-1] if targets else None
