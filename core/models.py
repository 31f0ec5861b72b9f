"""Abstract bases and the job table. `core` knows no scheme."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.enums import JobState
from core.querysets import JobQuerySet


class UUIDModel(models.Model):
    """A row that a URL may name. Its key is random, so a key tells neither count nor order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class HistoryEntry(models.Model):
    """Act history (操作履歴): who did what, why, from which state to which. Written by the act itself.

    Append-only by trigger. `actor_label` is frozen text and stays true when the person's row changes;
    `changes` is {field: [old, new]}.
    """

    occurred_at = models.DateTimeField(_("日時"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("操作者"),
    )
    actor_label = models.CharField(_("操作者の表示"), max_length=200)
    action = models.CharField(_("操作"), max_length=60)
    from_state = models.CharField(_("前の状態"), max_length=40, blank=True)
    to_state = models.CharField(_("後の状態"), max_length=40, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    article = models.CharField(_("条項"), max_length=60, blank=True)
    changes = models.JSONField(_("変更"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["occurred_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.actor_label} {self.action}"


class Job(UUIDModel):
    """A piece of background work (処理), inserted in the transaction that needs it.

    The row is the truth and the broker only a doorbell: what was never rung is found by the sweeper. One row per
    (kind, subject, input hash), so asking twice for the same work gives one job.
    """

    kind = models.CharField(_("種類"), max_length=80)
    subject = models.CharField(_("対象"), max_length=120)
    arguments = models.JSONField(_("引数"), default=dict)
    input_sha256 = models.CharField(_("入力のハッシュ"), max_length=64)
    queue = models.CharField(_("待ち行列"), max_length=20)
    state = models.CharField(_("状態"), max_length=10, choices=JobState, default=JobState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("試行回数"), default=0)
    lease_until = models.DateTimeField(_("占有期限"), null=True)
    lease_token = models.UUIDField(null=True)
    progress_percent = models.PositiveSmallIntegerField(_("進み具合"), default=0)
    progress_text = models.CharField(_("進み具合の説明"), max_length=200, blank=True)
    error = models.TextField(_("失敗の理由"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("受付日時"), auto_now_add=True)
    finished_at = models.DateTimeField(_("終了日時"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "input_sha256"], name="job_one_per_input"
            ),
            models.CheckConstraint(
                name="job_lease_iff_running",
                condition=Q(
                    state=JobState.RUNNING, lease_until__isnull=False, lease_token__isnull=False
                )
                | (
                    ~Q(state=JobState.RUNNING)
                    & Q(lease_until__isnull=True, lease_token__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="job_finished_iff_ended",
                condition=Q(state__in=[JobState.DONE, JobState.DEAD], finished_at__isnull=False)
                | (Q(state__in=[JobState.PENDING, JobState.RUNNING]) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_progress_is_percent", condition=Q(progress_percent__lte=100)
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="job_open",
                condition=Q(state__in=[JobState.PENDING, JobState.RUNNING]),
            ),
            models.Index(fields=["subject"], name="job_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.get_state_display()})"


class WorkerHeartbeat(models.Model):
    """When a queue's worker was last known to work: one row per queue, written by the worker itself."""

    queue = models.CharField(max_length=20, primary_key=True)
    beaten_at = models.DateTimeField()

    class Meta:
        ordering = ["queue"]

    def __str__(self) -> str:
        return f"{self.queue} {self.beaten_at:%H:%M:%S}"
