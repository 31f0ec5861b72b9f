"""An official workbook on its way to the texts of an edition."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from controls.enums import TextImportState
from controls.models.edition import CatalogueEdition
from controls.querysets import TextImportQuerySet
from core.models import Job, UUIDModel


class TextImport(UUIDModel):
    """The import of one official workbook (公式の管理基準ファイルの読込み) for one edition of this installation.

    `choice` names the sheet and the columns that were applied; `counts` is what came of it.
    """

    edition = models.ForeignKey(CatalogueEdition, models.PROTECT, related_name="text_imports")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    state = models.CharField(
        _("状態"), max_length=10, choices=TextImportState, default=TextImportState.READING
    )
    problem = models.CharField(_("読み取れない理由"), max_length=300, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    choice = models.JSONField(_("シートと列"), default=dict, blank=True)
    counts = models.JSONField(_("結果の件数"), default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("受付日時"))
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(_("反映日時"), null=True)

    objects = TextImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="textimport_applied_names_who_and_when",
                condition=Q(
                    state=TextImportState.APPLIED,
                    applied_by__isnull=False,
                    applied_at__isnull=False,
                )
                | (
                    ~Q(state=TextImportState.APPLIED)
                    & Q(applied_by__isnull=True, applied_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="textimport_refused_iff_problem",
                condition=(Q(state=TextImportState.REFUSED) & ~Q(problem=""))
                | (~Q(state=TextImportState.REFUSED) & Q(problem="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.code} {self.file.label}"

    def get_absolute_url(self) -> str:
        return reverse("controls:text-import", args=[self.pk])


class TextImportSheet(models.Model):
    """The cells of one sheet as they were read; removed once the texts are in force.

    `cells` is a list of rows, each a list of texts; a number or a date of the spreadsheet is [kind, text].
    `merges` are first row, first column, last row, last column, counted from 0.
    """

    text_import = models.ForeignKey(TextImport, models.CASCADE, related_name="sheets")
    position = models.PositiveSmallIntegerField(_("順番"))
    name = models.CharField(_("シート"), max_length=100)
    is_hidden = models.BooleanField(_("非表示"), default=False)
    row_count = models.PositiveIntegerField(_("行数"))
    column_count = models.PositiveIntegerField(_("列数"))
    cells = models.JSONField(_("セル"), default=list)
    merges = models.JSONField(_("結合"), default=list, blank=True)

    class Meta:
        ordering = ["text_import", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["text_import", "position"], name="textimportsheet_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
