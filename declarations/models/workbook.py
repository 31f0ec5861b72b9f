"""Workbooks of statements that people bring back: what was read, what they chose, what came of it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from declarations.models.declaration import Declaration
from declarations.models.statement import StatementBatch
from documents.enums import ImportState
from documents.models import Undoing, WorkbookUpload


class WorkbookImport(WorkbookUpload):
    """A workbook of statements (取り込むブック), and the batch that applying it was."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="workbook_imports")
    batch = models.OneToOneField(
        StatementBatch, models.PROTECT, null=True, related_name="workbook_import"
    )

    class Meta(WorkbookUpload.Meta):
        constraints = [
            *WorkbookUpload.Meta.constraints,
            models.CheckConstraint(
                name="workbookimport_applied_iff_batch",
                condition=Q(state=ImportState.APPLIED, batch__isnull=False)
                | ~Q(state=ImportState.APPLIED) & Q(batch__isnull=True),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("declarations:workbook-import", args=[self.declaration_id, self.pk])

    @property
    def rows_written(self) -> int | None:
        """The rows of its batch. Load `batch` along."""
        return self.batch.rows if self.batch else None

    @property
    def undoing(self) -> Undoing | None:
        """Who undid its batch. Load `batch__undone_by__actor` along."""
        undone_by = getattr(self.batch, "undone_by", None)
        return Undoing(undone_by.actor.name, undone_by.occurred_at) if undone_by else None
