"""The moves of a declaration (regulation 2.2, rows 1 to 3; the approval step is ours)."""

from core.workflow import Move, Workflow
from declarations.enums import DeclarationMove as M
from declarations.enums import DeclarationState as S
from declarations.enums import ReviewState as R
from declarations.enums import StatementAction as A

DECLARATION = Workflow(
    Move(M.SUBMIT,    frozenset({S.DRAFT}),       S.IN_APPROVAL),
    Move(M.HAND_BACK, frozenset({S.IN_APPROVAL}), S.DRAFT),
    Move(M.FIX,       frozenset({S.IN_APPROVAL}), S.FIXED),
    Move(M.SUPERSEDE, frozenset({S.FIXED}),       S.SUPERSEDED),
    Move(M.MOVE,      frozenset({S.DRAFT}),       S.MOVED),
)  # fmt: skip

# Between colleagues, row by row. Who rewrites a row that was agreed takes it back to the beginning (save_statements).
REVIEW = Workflow(
    Move(A.REVIEW_REQUESTED, frozenset(R),            R.REQUESTED),
    Move(A.REVIEW_RETURNED,  frozenset({R.REQUESTED}), R.RETURNED),
    Move(A.REVIEW_AGREED,    frozenset({R.REQUESTED}), R.AGREED),
)  # fmt: skip
