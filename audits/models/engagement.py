"""External audit engagements, and the internal-audit record that is filed with a declaration."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    ACCEPTED_STATES,
    ENDED_STATES,
    LIVE_STATES,
    SIGNED_REPORTS,
    EngagementAction,
    EngagementMove,
    EngagementState,
    InternalAuditAction,
)
from audits.querysets import EngagementQuerySet, InternalAuditQuerySet
from audits.workflow import ENGAGEMENT
from core.models import HistoryEntry, UUIDModel

TRANSITIONS = [
    (str(source), str(move.target))
    for move in ENGAGEMENT
    for source in sorted(filter(None, move.sources))
]


class Engagement(UUIDModel):
    """One audit body's audit (監査業務) of one declaration snapshot, pinned by its hash."""

    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, related_name="engagements"
    )
    firm = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("監査機関")
    )
    snapshot_sha256 = models.CharField(_("確定版のハッシュ"), max_length=64)
    state = models.CharField(
        _("状態"), max_length=12, choices=EngagementState, default=EngagementState.COMMISSIONED
    )
    message = models.TextField(_("委嘱に当たっての連絡事項"), blank=True)
    commissioned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    commissioned_at = models.DateTimeField(_("委嘱日時"))
    report_reference = models.CharField(_("報告書の番号"), max_length=100, blank=True)
    report_issued_on = models.DateField(_("報告書の日付"), null=True)
    report_file = models.ForeignKey(
        "documents.StoredFile", models.PROTECT, null=True, related_name="+"
    )
    row_version = models.PositiveIntegerField(default=1)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["-commissioned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"],
                condition=Q(state__in=LIVE_STATES),
                name="engagement_one_live_per_declaration",
            ),
            models.CheckConstraint(
                name="engagement_reported_iff_report",
                condition=(
                    Q(state=EngagementState.REPORTED)
                    & Q(report_issued_on__isnull=False, report_file__isnull=False)
                    & ~Q(report_reference="")
                )
                | (
                    ~Q(state=EngagementState.REPORTED)
                    & Q(report_issued_on__isnull=True, report_file__isnull=True)
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned", fields=["declaration", "firm", "snapshot_sha256", "commissioned_by"]
            ),
            pgtrigger.FSM(name="moves", field="state", transitions=TRANSITIONS),
            # The clearance rests on the report, and the report on its number, day and file.
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=ENDED_STATES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} – {self.declaration}"

    def get_absolute_url(self) -> str:
        return reverse("audits:engagement", args=[self.pk])

    @property
    def is_accepted(self) -> bool:
        """The firm has taken it, so the confirmed members of its team may read the snapshot."""
        return self.state in ACCEPTED_STATES

    def is_audited_by(self, person_id: uuid.UUID) -> bool:
        """A member of the team who has confirmed to be independent. One query for each person and loaded row."""
        known: dict[uuid.UUID, bool] = self.__dict__.setdefault("_audited_by", {})
        if person_id not in known:
            known[person_id] = self.members.confirmed().filter(person=person_id).exists()
        return known[person_id]

    @property
    def is_reported(self) -> bool:
        """Its report is issued."""
        return self.state == EngagementState.REPORTED

    @property
    def has_signed_report(self) -> bool:
        """A signed report, issued or not, rests on the records. One query."""
        return self.reports.filter(state__in=SIGNED_REPORTS).exists()

    @property
    def is_in_fieldwork(self) -> bool:
        """The audit goes on: its team may change, and work."""
        return self.state == EngagementState.FIELDWORK


class InternalAuditSubmission(UUIDModel):
    """The record of the internal audit (内部監査に係る報告書) filed with a declaration; ISMAP-LIU only (4.6.2.2)."""

    declaration = models.OneToOneField(
        "declarations.Declaration", models.PROTECT, related_name="internal_audit"
    )
    reference = models.CharField(_("報告書の番号"), max_length=100)
    audited_from = models.DateField(_("監査の開始日"))
    audited_until = models.DateField(_("監査の終了日"))
    issued_on = models.DateField(_("報告書の日付"))
    auditors = models.TextField(_("監査人とその独立性"))
    summary = models.TextField(_("監査の対象と結果の概要"))
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("提出日時"))

    objects = InternalAuditQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.reference}"


ENGAGEMENT_ACTS = dict(EngagementMove.choices + EngagementAction.choices)


class EngagementHistory(HistoryEntry):
    """Act history of an engagement and its team; `changes` of the latter is {"member": [name before, name after]}."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("監査業務の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ENGAGEMENT_ACTS[self.action])

    @property
    def is_about_team(self) -> bool:
        """An act on the team, which the audited provider does not see."""
        return self.action in EngagementAction.values

    @property
    def member_name(self) -> str:
        """Whom an act on the team was about."""
        names = self.changes.get("member", [])
        return next((name for name in names if name), "")


class InternalAuditHistory(HistoryEntry):
    """Act history of an internal-audit submission."""

    submission = models.ForeignKey(InternalAuditSubmission, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("内部監査の記録の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(InternalAuditAction(self.action).label)
