"""The provider's own audit (内部監査, management criterion 4.6.2): programme, plan and execution, who audits."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import WORKED_ON_STATES, InternalAuditAct, InternalAuditState
from audits.models import internal_rules as rules
from audits.querysets import InternalAuditRunQuerySet, ProgrammeQuerySet
from core.models import HistoryEntry, UUIDModel

APPROVED = Q(
    approved_by__isnull=False,
    approved_at__isnull=False,
    reported_on__isnull=False,
    document__isnull=False,
) & ~Q(reference="") & ~Q(conclusion="") & ~Q(reported_to="")  # fmt: skip
# What a report says stays as it was approved.
REPORTED_COLUMNS = (
    "programme_id", "starts_on", "ends_on", "place", "methods",
)  # fmt: skip


class InternalAuditProgramme(UUIDModel):
    """One version of the programme (内部監査基本計画) of a service (4.6.2.3). A change is a new version."""

    service = models.ForeignKey(
        "declarations.CloudService", models.PROTECT, related_name="internal_programmes"
    )
    version = models.PositiveSmallIntegerField(_("版"))
    purpose = models.TextField(_("目的"))
    scope = models.TextField(_("対象範囲"))
    management = models.TextField(_("管理体制"))
    frequency_months = models.PositiveSmallIntegerField(_("頻度（月）"))
    weighting = models.TextField(_("重み付けの考え方"))
    valid_from = models.DateField(_("適用開始日"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("決定日時"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["service", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "version"], name="internalauditprogramme_version_once"
            ),
            models.CheckConstraint(
                name="internalauditprogramme_frequency_positive",
                condition=Q(frequency_months__gte=1),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.service} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("audits:internal_programme", args=[self.service_id])


class InternalAudit(UUIDModel):
    """The plan (内部監査実施計画) and execution of the internal audit of one fixed declaration.

    `document` is the report as it was approved; filing makes of it the `InternalAuditSubmission`.
    """

    declaration = models.OneToOneField(
        "declarations.Declaration", models.PROTECT, related_name="internal_audit_run"
    )
    programme = models.ForeignKey(InternalAuditProgramme, models.PROTECT, related_name="audits")
    state = models.CharField(
        _("状態"),
        max_length=10,
        choices=InternalAuditState,
        default=InternalAuditState.PLANNED,
    )
    starts_on = models.DateField(_("監査の開始日"))
    ends_on = models.DateField(_("監査の終了日"))
    place = models.CharField(_("場所"), max_length=200)
    methods = models.TextField(_("方法"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(_("計画日時"))
    reference = models.CharField(_("報告書の番号"), max_length=100, blank=True)
    conclusion = models.TextField(_("総合結果"), blank=True)
    reported_to = models.CharField(_("報告先"), max_length=200, blank=True)
    reported_on = models.DateField(_("報告日"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("承認日時"), null=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    objects = InternalAuditRunQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="internalaudit_days_ordered", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="internalaudit_reported_iff_approved",
                condition=(~Q(state__in=WORKED_ON_STATES) & APPROVED)
                | Q(
                    state__in=WORKED_ON_STATES,
                    approved_by__isnull=True,
                    approved_at__isnull=True,
                    document__isnull=True,
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="pinned", fields=["declaration", "planned_by", "planned_at"]),
            pgtrigger.Protect(
                name="filed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=InternalAuditState.FILED.value),
            ),
            pgtrigger.Protect(
                name="reported_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'reported' AND ("
                    + ", ".join(f"NEW.{name}" for name in REPORTED_COLUMNS)
                    + ") IS DISTINCT FROM ("
                    + ", ".join(f"OLD.{name}" for name in REPORTED_COLUMNS)
                    + ")"
                ),
            ),
            pgtrigger.Trigger(
                name="of_fixed_declaration",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("programme_id"),
                when=pgtrigger.Before,
                func=rules.REFUSE_UNFIT_AUDIT,
            ),
            pgtrigger.Trigger(
                name="starts_assigned",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state = 'planned' AND NEW.state <> 'planned'"),
                func=rules.REFUSE_EARLY_START,
            ),
            pgtrigger.Trigger(
                name="report_is_complete",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('planned', 'running') AND NEW.state IN ('reported', 'filed')"
                ),
                func=rules.REFUSE_UNFINISHED_REPORT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration}"

    def get_absolute_url(self) -> str:
        return reverse("audits:internal", args=[self.pk])

    @property
    def is_planned(self) -> bool:
        """Items are still being chosen and assigned."""
        return self.state == InternalAuditState.PLANNED

    @property
    def is_running(self) -> bool:
        """Results are being recorded."""
        return self.state == InternalAuditState.RUNNING

    @property
    def is_worked_on(self) -> bool:
        """The report is not approved yet."""
        return self.state in WORKED_ON_STATES

    @property
    def is_reported(self) -> bool:
        """Approved and not filed yet."""
        return self.state == InternalAuditState.REPORTED

    @property
    def is_filed(self) -> bool:
        """Filed: it never changes."""
        return self.state == InternalAuditState.FILED


class InternalAuditor(models.Model):
    """A person of the provider who audits (内部監査人), with the share of the work (分担)."""

    audit = models.ForeignKey(InternalAudit, models.PROTECT, related_name="auditors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    share = models.CharField(_("分担"), max_length=300)

    class Meta:
        ordering = ["audit", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "person"], name="internalauditor_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="before_report",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=rules.REFUSE_AUDITOR_AFTER_REPORT,
            ),
        ]

    def __str__(self) -> str:
        return self.person.name


class InternalAuditActHistory(HistoryEntry):
    """Act history of an internal audit, with its items, nonconformities and actions."""

    audit = models.ForeignKey(InternalAudit, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("内部監査の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(InternalAuditAct(self.action).label)
