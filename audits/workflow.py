"""The moves of an engagement (regulation 2.2, rows 4 and 5), thin until the fieldwork, and of an audit cycle's plan."""

from audits.enums import CycleAction, CycleState
from audits.enums import EngagementMove as M
from audits.enums import EngagementState as S
from core.workflow import Move, Workflow

ENGAGEMENT = Workflow(
    Move(M.ACCEPT,    frozenset({S.COMMISSIONED}),              S.FIELDWORK),
    Move(M.DECLINE,   frozenset({S.COMMISSIONED}),              S.DECLINED),
    Move(M.REPORT,    frozenset({S.FIELDWORK}),                 S.REPORTED),
    Move(M.TERMINATE, frozenset({S.COMMISSIONED, S.FIELDWORK}), S.TERMINATED),
)  # fmt: skip

CYCLE = Workflow(
    Move(CycleAction.AGREE,  frozenset({CycleState.DRAFT}),  CycleState.AGREED),
    Move(CycleAction.REOPEN, frozenset({CycleState.AGREED}), CycleState.DRAFT),
)  # fmt: skip
