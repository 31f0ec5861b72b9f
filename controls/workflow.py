"""The moves of editions, lineages and parameters, which a second person publishes, and of imports of official texts."""

from controls.enums import ControlsAction, EditionState, ParameterState, TextImportState
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

TEXT_IMPORT = Workflow(
    Move(ControlsAction.TEXTS_IMPORTED, frozenset({TextImportState.READY}), TextImportState.APPLIED),
)  # fmt: skip
