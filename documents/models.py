"""Stored bytes, issued forms and uploaded workbooks. `documents` knows a file and its owner, not what it proves."""

from datetime import datetime
from typing import NamedTuple

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.canonical import PlainEncoder
from core.enums import JobState
from core.models import Job, UUIDModel
from documents.enums import DocumentState, FileState, ImportState
from documents.querysets import DocumentQuerySet, StoredFileQuerySet


class StoredFile(UUIDModel):
    """Uploaded or issued bytes (保管ファイル) under their hash. The label is data and never a path."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("大きさ"))
    media_type = models.CharField(_("形式"), max_length=100)
    label = models.CharField(_("ファイル名"), max_length=255)
    state = models.CharField(
        _("検査"), max_length=12, choices=FileState, default=FileState.QUARANTINE
    )
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    stored_at = models.DateTimeField(_("保管日時"))

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-stored_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="storedfile_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="content_fixed",
                fields=[
                    "organisation",
                    "sha256",
                    "size",
                    "media_type",
                    "label",
                    "stored_by",
                    "stored_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def path(self) -> str:
        """Where the storage keeps the bytes: named by the hash alone."""
        return f"files/{self.sha256[:2]}/{self.sha256}"


class Document(UUIDModel):
    """An issued form (帳票): rendered once from data, kept as bytes, never rendered again.

    `data_sha256` is the hash of the data it shows. When the data behind it has moved since, the document is *stale*:
    that is found by comparing hashes when somebody looks, and never changes the document.
    """

    form = models.CharField(_("帳票"), max_length=40)
    subject = models.CharField(_("対象"), max_length=120)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(_("文書番号"), max_length=60, unique=True)
    template_version = models.CharField(_("書式の版"), max_length=20)
    data = models.JSONField(_("元の値"))
    data_sha256 = models.CharField(_("元の値のハッシュ"), max_length=64)
    state = models.CharField(
        _("状態"), max_length=10, choices=DocumentState, default=DocumentState.PENDING
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="document")
    pages = models.PositiveIntegerField(_("ページ数"), null=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("依頼日時"))
    issued_at = models.DateTimeField(_("発行日時"), null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "subject", "template_version", "data_sha256"],
                name="document_one_per_data",
            ),
            models.CheckConstraint(
                name="document_issued_iff_file",
                condition=Q(
                    state=DocumentState.ISSUED,
                    file__isnull=False,
                    pages__isnull=False,
                    issued_at__isnull=False,
                )
                | (
                    ~Q(state=DocumentState.ISSUED)
                    & Q(file__isnull=True, pages__isnull=True, issued_at__isnull=True)
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="issued_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=DocumentState.ISSUED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number}"

    @property
    def is_failed(self) -> bool:
        """Could not be made, or its job died without telling (a worker that was killed each time). Load `job` along.

        The job tells the reason as it ends, a moment after the document is marked: until then nothing is final.
        """
        job_state = self.job.state if self.job else None
        if self.state == DocumentState.FAILED:
            return job_state != JobState.RUNNING
        return self.state == DocumentState.PENDING and job_state == JobState.DEAD


class Undoing(NamedTuple):
    """Who took an import back, and when."""

    name: str
    at: datetime


class WorkbookUpload(UUIDModel):
    """An uploaded workbook: read once in the background, compared whenever somebody looks.

    `content` is what the reader found (columns and rows as text), kept so that the preview can be made again against
    the rows as they are then. Applying adds `rejected`: the cells that were not taken, as they were told. `choices`
    says for conflicting rows, by number, whether the file wins.
    """

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
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
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("終了日時"), null=True)

    class Meta:
        abstract = True
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_refused_iff_reason",
                condition=Q(state=ImportState.REFUSED) & ~Q(refusal="")
                | ~Q(state=ImportState.REFUSED) & Q(refusal=""),
            ),
            models.CheckConstraint(
                name="%(class)s_ended_by_a_person",
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
        """What it would change, or what came of it."""
        raise NotImplementedError

    @property
    def is_stuck(self) -> bool:
        """Its job died without telling (a worker that was killed each time). Load `job` along."""
        died = self.job is not None and self.job.state == JobState.DEAD
        return self.state == ImportState.PARSING and died

    @property
    def rows_written(self) -> int | None:
        """How many rows applying has changed; None before."""
        raise NotImplementedError

    @property
    def undoing(self) -> Undoing | None:
        """Who took it back; None while it holds."""
        raise NotImplementedError
