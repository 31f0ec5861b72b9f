"""What ends an engagement: the provider's confirmation (経営者確認書) and the firm's report (実施結果報告書)."""

import json
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import LIVE_REPORTS, ConfirmationAction, ReportMove, ReportState
from audits.querysets import EngagementChildQuerySet
from core.models import HistoryEntry, UUIDModel

# The share lock makes an edit and a signature wait for each other, so that neither misses the other.
REFUSE_UNDER_SIGNED_REPORT = """
    PERFORM 1 FROM audits_engagement engagement WHERE engagement.id = NEW.engagement_id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM audits_auditreport report
        WHERE report.engagement_id = NEW.engagement_id AND report.state IN ('signed', 'issued')
    ) THEN
        RAISE EXCEPTION 'records_under_signed_report'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_FOREIGN_HASH = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
          AND engagement.snapshot_sha256 = NEW.snapshot_sha256
    ) THEN
        RAISE EXCEPTION 'confirmation_of_audited_declaration'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_WRONG_HASH = """
    IF encode(sha256(NEW.content), 'hex') <> NEW.content_sha256 THEN
        RAISE EXCEPTION 'content_is_what_was_hashed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_UNFIT_REPORT = """
    IF NEW.state <> 'prepared' OR NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        JOIN audits_managementconfirmation confirmation ON confirmation.engagement_id = engagement.id
        WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
          AND confirmation.id = NEW.confirmation_id
    ) THEN
        RAISE EXCEPTION 'auditreport_begins_in_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# A review and a signature stay what they were, also when the report is void.
REFUSE_OTHER_SIGNATURE = """
    IF (OLD.reviewed_by_id IS NOT NULL AND (OLD.reviewed_by_id, OLD.reviewed_at)
            IS DISTINCT FROM (NEW.reviewed_by_id, NEW.reviewed_at))
       OR (OLD.signed_by_id IS NOT NULL
            AND (OLD.signed_by_id, OLD.signed_at, OLD.signed_sha256, OLD.reference, OLD.dated_on)
            IS DISTINCT FROM
            (NEW.signed_by_id, NEW.signed_at, NEW.signed_sha256, NEW.reference, NEW.dated_on)) THEN
        RAISE EXCEPTION 'auditreport_signature_is_kept'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

NOT_REVIEWED = Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
REVIEWED = Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
NOT_SIGNED = Q(
    signed_by__isnull=True, signed_at__isnull=True, dated_on__isnull=True, signed_sha256="", reference=""
)  # fmt: skip
SIGNED = (
    Q(signed_by__isnull=False, signed_at__isnull=False, dated_on__isnull=False)
    & Q(signed_sha256=F("content_sha256"))
    & ~Q(reference="")
)


class ManagementConfirmation(UUIDModel):
    """What the provider's management confirms to the firm about one frozen declaration (経営者確認書; criteria 2.2.8).

    Append-only, in versions: the newest counts. `content` are the canonical JSON bytes that were hashed and signed.
    """

    engagement = models.ForeignKey(
        "audits.Engagement", models.PROTECT, related_name="confirmations"
    )
    version = models.PositiveSmallIntegerField(_("版"))
    snapshot_sha256 = models.CharField(_("確定版のハッシュ"), max_length=64)
    dated_on = models.DateField(_("確認書の日付"))
    subsequent_events = models.TextField(_("期間後の事象"), blank=True)
    fraud = models.TextField(_("不正又は違法な行為"), blank=True)
    signer_title = models.CharField(_("署名者の役職"), max_length=100)
    signer_name = models.CharField(_("署名者の氏名"), max_length=100)
    content = models.BinaryField()
    content_sha256 = models.CharField(_("内容のハッシュ"), max_length=64)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("署名日時"))

    objects = EngagementChildQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "version"], name="managementconfirmation_version_once"
            ),
            models.CheckConstraint(
                name="managementconfirmation_names_signer",
                condition=~Q(signer_name="") & ~Q(signer_title=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="audited_declaration",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_HASH,
            ),
            pgtrigger.Trigger(
                name="hash_of_content",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_WRONG_HASH,
            ),
            pgtrigger.Trigger(
                name="no_signed_report",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_UNDER_SIGNED_REPORT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} v{self.version}"

    @property
    def facts(self) -> dict[str, Any]:
        """The content as values."""
        return json.loads(bytes(self.content))


class AuditReport(UUIDModel):
    """One version of the report on an engagement (実施結果報告書), frozen from the records when it is prepared.

    Preparer, reviewer and signer are three people. `content` are the canonical JSON bytes that were hashed; the
    signature names that hash. A version that is void keeps its signature, its reason and who made it void.
    """

    engagement = models.ForeignKey("audits.Engagement", models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(_("版"))
    state = models.CharField(
        _("状態"), max_length=10, choices=ReportState, default=ReportState.PREPARED
    )
    confirmation = models.ForeignKey(ManagementConfirmation, models.PROTECT, related_name="reports")
    content = models.BinaryField()
    content_sha256 = models.CharField(_("内容のハッシュ"), max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("作成日時"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("査閲日時"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("署名日時"), null=True)
    signed_sha256 = models.CharField(_("署名したハッシュ"), max_length=64, blank=True)
    reference = models.CharField(_("報告書の番号"), max_length=100, blank=True)
    dated_on = models.DateField(_("報告書の日付"), null=True)
    issued_at = models.DateTimeField(_("発行日時"), null=True)
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(_("無効にした日時"), null=True)
    void_reason = models.TextField(_("無効にした理由"), blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = EngagementChildQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "version"], name="auditreport_version_once"
            ),
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(state__in=LIVE_REPORTS),
                name="auditreport_one_live_per_engagement",
            ),
            models.CheckConstraint(
                name="auditreport_three_people",
                condition=(Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("prepared_by")))
                & (
                    Q(signed_by__isnull=True)
                    | (~Q(signed_by=F("prepared_by")) & ~Q(signed_by=F("reviewed_by")))
                ),
            ),
            models.CheckConstraint(
                name="auditreport_state_has_its_signatures",
                condition=(Q(state=ReportState.PREPARED) & NOT_REVIEWED & NOT_SIGNED)
                | (Q(state=ReportState.REVIEWED) & REVIEWED & NOT_SIGNED)
                | (Q(state__in=[ReportState.SIGNED, ReportState.ISSUED]) & REVIEWED & SIGNED)
                | (
                    Q(state=ReportState.VOID)
                    & ((NOT_REVIEWED & NOT_SIGNED) | (REVIEWED & (NOT_SIGNED | SIGNED)))
                ),
            ),
            models.CheckConstraint(
                name="auditreport_issued_iff_file",
                condition=Q(state=ReportState.ISSUED, issued_at__isnull=False, file__isnull=False)
                | (~Q(state=ReportState.ISSUED) & Q(issued_at__isnull=True, file__isnull=True)),
            ),
            models.CheckConstraint(
                name="auditreport_void_says_why",
                condition=(
                    Q(state=ReportState.VOID, voided_by__isnull=False, voided_at__isnull=False)
                    & ~Q(void_reason="")
                )
                | (
                    ~Q(state=ReportState.VOID)
                    & Q(voided_by__isnull=True, voided_at__isnull=True, void_reason="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned",
                fields=[
                    "engagement", "version", "confirmation", "content", "content_sha256", "prepared_by",
                    "prepared_at",
                ],
            ),
            pgtrigger.Protect(
                name="final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[ReportState.ISSUED.value, ReportState.VOID.value]),
            ),
            pgtrigger.Trigger(
                name="hash_of_content",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_WRONG_HASH,
            ),
            pgtrigger.Trigger(
                name="fits_engagement",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_REPORT,
            ),
            pgtrigger.Trigger(
                name="signature_kept",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_OTHER_SIGNATURE,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.engagement_id} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("audits:report_version", args=[self.pk])

    @property
    def facts(self) -> dict[str, Any]:
        """The content as values."""
        return json.loads(bytes(self.content))

    @property
    def is_live(self) -> bool:
        """On its way to be issued, or issued."""
        return self.state in LIVE_REPORTS


class AuditReportHistory(HistoryEntry):
    """Act history of a report."""

    report = models.ForeignKey(AuditReport, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("実施結果報告書の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ReportMove(self.action).label)


class ConfirmationHistory(HistoryEntry):
    """Act history of a confirmation: its signature."""

    confirmation = models.ForeignKey(ManagementConfirmation, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("経営者確認書の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ConfirmationAction(self.action).label)
