"""The moves of editions, lineages and parameters. All are published by a second person and never taken back."""

from controls.enums import ControlsAction, EditionState, ParameterState
from core.workflow import Move, Workflow

EDITION = Workflow(
    Move(ControlsAction.PUBLISHED, frozenset({EditionState.DRAFT}), EditionState.PUBLISHED),
)  # fmt: skip

LINEAGE = Workflow(
    Move(ControlsAction.PUBLISHED, frozenset({EditionState.DRAFT}), EditionState.PUBLISHED),
)  # fmt: skip

PARAMETER = Workflow(
    Move(ControlsAction.PUBLISHED, frozenset({ParameterState.DRAFT}), ParameterState.PUBLISHED),
    Move(ControlsAction.WITHDRAWN, frozenset({ParameterState.DRAFT}), ParameterState.WITHDRAWN),
)  # fmt: skip
