"""The moves of an engagement (regulation 2.2, rows 4 and 5), of what belongs to it, and of internal audits."""

from audits.enums import (
    OPEN_REQUESTS,
    CycleAction,
    CycleState,
    ReportMove,
    ReportState,
    RequestMove,
    RequestState,
)
from audits.enums import EngagementMove as M
from audits.enums import EngagementState as S
from audits.enums import FindingMove as F
from audits.enums import FindingState as G
from audits.enums import InternalAuditAct as Act
from audits.enums import InternalAuditState as Internal
from core.workflow import Move, Workflow

ENGAGEMENT = Workflow(
    Move(M.ACCEPT,    frozenset({S.COMMISSIONED}),              S.FIELDWORK),
    Move(M.DECLINE,   frozenset({S.COMMISSIONED}),              S.DECLINED),
    Move(M.REPORT,    frozenset({S.FIELDWORK}),                 S.REPORTED),
    Move(M.TERMINATE, frozenset({S.COMMISSIONED, S.FIELDWORK}), S.TERMINATED),
)  # fmt: skip

CYCLE = Workflow(
    Move(CycleAction.AGREE,  frozenset({CycleState.DRAFT}),                    CycleState.AGREED),
    Move(CycleAction.REOPEN, frozenset({CycleState.AGREED}),                   CycleState.DRAFT),
    Move(CycleAction.END,    frozenset({CycleState.DRAFT, CycleState.AGREED}), CycleState.ENDED),
)  # fmt: skip

# What is accepted or withdrawn stays so.
REQUEST = Workflow(
    Move(RequestMove.ASK,      frozenset({None}),                                         RequestState.ASKED),
    Move(RequestMove.PROVIDE,  frozenset({RequestState.ASKED, RequestState.RETURNED}),    RequestState.PROVIDED),
    Move(RequestMove.ACCEPT,   frozenset({RequestState.PROVIDED}),                        RequestState.ACCEPTED),
    Move(RequestMove.RETURN,   frozenset({RequestState.PROVIDED}),                        RequestState.RETURNED),
    Move(RequestMove.WITHDRAW, frozenset(OPEN_REQUESTS),                                  RequestState.WITHDRAWN),
)  # fmt: skip

FINDING = Workflow(
    Move(F.RAISE,    frozenset({None}),                         G.DRAFT),
    Move(F.EDIT,     frozenset({G.DRAFT}),                      G.DRAFT),
    Move(F.ISSUE,    frozenset({G.DRAFT}),                      G.ISSUED),
    Move(F.ANSWER,   frozenset({G.ISSUED, G.ANSWERED, G.DONE}), G.ANSWERED),
    Move(F.COMPLETE, frozenset({G.ANSWERED}),                   G.DONE),
    Move(F.CLOSE,    frozenset({G.ISSUED, G.ANSWERED, G.DONE}), G.CLOSED),
    Move(F.REOPEN,   frozenset({G.DONE}),                       G.ANSWERED),
    Move(F.DROP,     frozenset({G.DRAFT, G.ISSUED, G.ANSWERED}), G.DROPPED),
)  # fmt: skip

_OPEN = frozenset({ReportState.PREPARED, ReportState.REVIEWED, ReportState.SIGNED})
REPORT = Workflow(
    Move(ReportMove.PREPARE, frozenset({None}),                 ReportState.PREPARED),
    Move(ReportMove.REVIEW,  frozenset({ReportState.PREPARED}), ReportState.REVIEWED),
    Move(ReportMove.RETURN,  frozenset({ReportState.PREPARED}), ReportState.VOID),
    Move(ReportMove.SIGN,    frozenset({ReportState.REVIEWED}), ReportState.SIGNED),
    Move(ReportMove.ISSUE,   frozenset({ReportState.SIGNED}),   ReportState.ISSUED),
    Move(ReportMove.REOPEN,  _OPEN,                             ReportState.VOID),
)  # fmt: skip

INTERNAL_AUDIT = Workflow(
    Move(Act.START,   frozenset({Internal.PLANNED}),  Internal.RUNNING),
    Move(Act.APPROVE, frozenset({Internal.RUNNING}),  Internal.REPORTED),
    Move(Act.REOPEN,  frozenset({Internal.REPORTED}), Internal.RUNNING),
    Move(Act.FILE,    frozenset({Internal.REPORTED}), Internal.FILED),
)  # fmt: skip
