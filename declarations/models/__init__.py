"""Django looks for models here; other code imports from the submodules."""

from declarations.models.change import ControlChange
from declarations.models.comment import CommentHistory, CommentMention, StatementComment
from declarations.models.declaration import (
    Declaration,
    DeclarationHistory,
    DeclarationSnapshot,
    ObjectiveExclusion,
)
from declarations.models.evidence import (
    Evidence,
    EvidenceHistory,
    EvidenceVersion,
    StatementEvidence,
)
from declarations.models.listed_service import ListedService, ListedServiceHistory
from declarations.models.presence import Presence
from declarations.models.service import CloudService, CloudServiceHistory
from declarations.models.statement import (
    Statement,
    StatementBatch,
    StatementHistory,
)
from declarations.models.workbook import WorkbookImport

__all__ = [
    "CloudService",
    "CloudServiceHistory",
    "CommentHistory",
    "CommentMention",
    "ControlChange",
    "Declaration",
    "DeclarationHistory",
    "DeclarationSnapshot",
    "Evidence",
    "EvidenceHistory",
    "EvidenceVersion",
    "ListedService",
    "ListedServiceHistory",
    "ObjectiveExclusion",
    "Presence",
    "Statement",
    "StatementBatch",
    "StatementComment",
    "StatementEvidence",
    "StatementHistory",
    "WorkbookImport",
]
