"""Workbooks of working papers that auditors bring back: what was read, what they chose, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.canonical import PlainEncoder
from documents.enums import ImportState
from documents.models import Undoing, WorkbookUpload


class TestImport(WorkbookUpload):
    """A workbook of working papers (取り込む調書ブック) of one engagement, for the firm's confirmed members alone.

    `written` is what applying has changed, as the sheet says it: {number: {column: [old, new]}}. Undoing reverses it.
    """

    __test__ = False  # no test class, whatever pytest makes of its name

    engagement = models.ForeignKey("audits.Engagement", models.PROTECT, related_name="test_imports")
    written = models.JSONField(_("取り込んだ内容"), default=dict, blank=True, encoder=PlainEncoder)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("取消日時"), null=True)

    class Meta(WorkbookUpload.Meta):
        constraints = [
            *WorkbookUpload.Meta.constraints,
            models.CheckConstraint(
                name="testimport_applied_iff_written",
                condition=Q(state=ImportState.APPLIED) & ~Q(written={})
                | ~Q(state=ImportState.APPLIED) & Q(written={}),
            ),
            models.CheckConstraint(
                name="testimport_undone_by_a_person_once_applied",
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(state=ImportState.APPLIED, undone_by__isnull=False, undone_at__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("audits:fieldwork_import", args=[self.engagement_id, self.pk])

    @property
    def rows_written(self) -> int | None:
        """How many papers applying has changed."""
        return len(self.written) or None

    @property
    def undoing(self) -> Undoing | None:
        """Who undid it. Load `undone_by` along."""
        if self.undone_by is None or self.undone_at is None:
            return None
        return Undoing(self.undone_by.name, self.undone_at)
