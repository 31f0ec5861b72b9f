"""The moves of a declaration (regulation 2.2, rows 1 to 3; the approval step is ours)."""

from core.workflow import Move, Workflow
from declarations.enums import DeclarationMove as M
from declarations.enums import DeclarationState as S

DECLARATION = Workflow(
    Move(M.SUBMIT,    frozenset({S.DRAFT}),       S.IN_APPROVAL),
    Move(M.HAND_BACK, frozenset({S.IN_APPROVAL}), S.DRAFT),
    Move(M.FIX,       frozenset({S.IN_APPROVAL}), S.FIXED),
    Move(M.SUPERSEDE, frozenset({S.FIXED}),       S.SUPERSEDED),
    Move(M.MOVE,      frozenset({S.DRAFT}),       S.MOVED),
)  # fmt: skip
