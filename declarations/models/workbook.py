"""Workbooks that people bring back: what was read, what they chose, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.canonical import PlainEncoder
from core.enums import JobState
from core.models import Job, UUIDModel
from declarations.enums import ImportState
from declarations.models.declaration import Declaration
from declarations.models.statement import StatementBatch


class WorkbookImport(UUIDModel):
    """An uploaded workbook (取り込むブック): read once in the background, compared whenever somebody looks.

    `content` is what the reader found (columns and rows as text), kept so that the preview can be made again against
    the statements as they are then. Applying adds `rejected`: the cells that were not taken, as they were told.
    `choices` says for conflicting rows, by number, whether the file wins.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="workbook_imports")
    file = models.OneToOneField("documents.StoredFile", models.PROTECT, related_name="+")
    state = models.CharField(
        _("状態"), max_length=10, choices=ImportState, default=ImportState.PARSING
    )
    refusal = models.TextField(_("読み取れない理由"), blank=True)
    content = models.JSONField(_("読み取った内容"), default=dict, blank=True, encoder=PlainEncoder)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    exported_at = models.CharField(_("書き出した日時"), max_length=40, blank=True)
    is_own = models.BooleanField(_("この版から書き出したブック"), default=False)
    choices = models.JSONField(_("重なった行の選択"), default=dict, blank=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("アップロード日時"))
    batch = models.OneToOneField(
        StatementBatch, models.PROTECT, null=True, related_name="workbook_import"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("終了日時"), null=True)

    class Meta:
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="workbookimport_refused_iff_reason",
                condition=Q(state=ImportState.REFUSED) & ~Q(refusal="")
                | ~Q(state=ImportState.REFUSED) & Q(refusal=""),
            ),
            models.CheckConstraint(
                name="workbookimport_applied_iff_batch",
                condition=Q(state=ImportState.APPLIED, batch__isnull=False)
                | ~Q(state=ImportState.APPLIED) & Q(batch__isnull=True),
            ),
            models.CheckConstraint(
                name="workbookimport_ended_by_a_person",
                condition=Q(
                    state__in=[ImportState.APPLIED, ImportState.DISCARDED],
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                )
                | ~Q(state__in=[ImportState.APPLIED, ImportState.DISCARDED])
                & Q(ended_by__isnull=True, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("declarations:workbook-import", args=[self.declaration_id, self.pk])

    @property
    def is_stuck(self) -> bool:
        """Its job died without telling (a worker that was killed each time). Load `job` along."""
        died = self.job is not None and self.job.state == JobState.DEAD
        return self.state == ImportState.PARSING and died
