"""Findings: the auditor's fact and the provider's answer, each with its own owner, open until a retest closes them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Evaluation, FindingMove, FindingState, Severity
from audits.querysets import FindingQuerySet
from core.models import HistoryEntry, UUIDModel


class Finding(UUIDModel):
    """A deficiency that an audit found (発見事項), tied to the test that showed it. The firm owns it.

    Nobody outside the firm sees it before it is issued. While it is open it goes along to the next engagement of the
    same service by itself: nothing is copied.
    """

    engagement = models.ForeignKey("audits.Engagement", models.PROTECT, related_name="findings")
    test = models.ForeignKey("audits.ControlTest", models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("番号"))
    evaluation = models.CharField(_("評価"), max_length=10, choices=Evaluation)
    severity = models.CharField(_("重要度"), max_length=10, choices=Severity)
    fact = models.TextField(_("発見した事実"))
    effect = models.TextField(_("影響"), blank=True)
    sample_note = models.TextField(_("サンプルでの件数と内容"), blank=True)
    evidence = models.ManyToManyField("documents.StoredFile", related_name="+")
    state = models.CharField(
        _("状態"), max_length=10, choices=FindingState, default=FindingState.DRAFT
    )
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("起票日時"))
    issued_at = models.DateTimeField(_("通知日時"), null=True)
    closed_at = models.DateTimeField(_("完了日時"), null=True)
    creation_key = models.UUIDField(editable=False)
    row_version = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "number"], name="finding_number_once"),
            models.UniqueConstraint(
                fields=["engagement", "creation_key"], name="finding_created_once"
            ),
            models.CheckConstraint(name="finding_says_what", condition=~Q(fact="")),
            models.CheckConstraint(
                name="finding_issued_unless_draft",
                condition=Q(state__in=[FindingState.DRAFT, FindingState.DROPPED])
                | Q(issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_closed_iff_time",
                condition=Q(state=FindingState.CLOSED, closed_at__isnull=False)
                | (~Q(state=FindingState.CLOSED) & Q(closed_at__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned", fields=["engagement", "test", "number", "raised_by", "raised_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.test.control.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:finding", args=[self.pk])


class FindingAnswer(UUIDModel):
    """The provider's answer to a finding, in versions: cause, plan, who and until when. The provider owns it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers")
    version = models.PositiveSmallIntegerField(_("版"))
    root_cause = models.TextField(_("原因"))
    plan = models.TextField(_("改善の計画"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("担当者")
    )
    due_on = models.DateField(_("改善の期限"))
    done_on = models.DateField(_("改善の完了日"), null=True)
    result = models.TextField(_("改善の結果"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("回答日時"))

    class Meta:
        ordering = ["finding", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "version"], name="findinganswer_version_once"
            ),
            models.CheckConstraint(
                name="findinganswer_done_says_result",
                condition=Q(done_on__isnull=True) | ~Q(result=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.finding} v{self.version}"


class Retest(models.Model):
    """One retest of a finding (再評価), in the engagement that did it. Append-only."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="retests")
    engagement = models.ForeignKey("audits.Engagement", models.PROTECT, related_name="retests")
    is_remedied = models.BooleanField(_("改善を確かめた"))
    procedure = models.TextField(_("再評価の手続と結果"))
    tested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tested_at = models.DateTimeField(_("再評価の日時"))

    class Meta:
        ordering = ["tested_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.tested_at:%Y-%m-%d}"


class FindingHistory(HistoryEntry):
    """Act history of a finding."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("発見事項の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(FindingMove(self.action).label)
