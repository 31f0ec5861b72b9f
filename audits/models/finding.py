"""Findings: the auditor's fact and the provider's answer, each with its own owner, open until a retest closes them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    ENDED_FINDINGS,
    OPEN_FINDINGS,
    Evaluation,
    FindingMove,
    FindingState,
    Severity,
)
from audits.querysets import FindingQuerySet
from core.models import HistoryEntry, UUIDModel

# A finding is raised and issued in fieldwork, from a test of that engagement; what the provider was told stays as it
# was told; and each later state rests on the record that leads to it. OLD is null on insert.
REFUSE_UNFIT_FINDING = """
    IF TG_OP = 'INSERT' AND NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'finding_begins_as_draft' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('closed', 'dropped') THEN
        RAISE EXCEPTION 'finding_is_final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state <> 'draft' AND (
        NEW.state = 'draft'
        OR (NEW.evaluation, NEW.severity, NEW.fact, NEW.effect, NEW.sample_note, NEW.issued_at)
            IS DISTINCT FROM
            (OLD.evaluation, OLD.severity, OLD.fact, OLD.effect, OLD.sample_note, OLD.issued_at)
    ) THEN
        RAISE EXCEPTION 'finding_stays_as_issued'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (TG_OP = 'INSERT' OR (OLD.state = 'draft' AND NEW.state <> 'dropped')) AND NOT EXISTS (
        SELECT 1 FROM audits_controltest test
        JOIN audits_engagement engagement ON engagement.id = test.engagement_id
        WHERE test.id = NEW.test_id AND engagement.id = NEW.engagement_id
          AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'finding_of_test_in_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'dropped' AND OLD.state <> 'draft' THEN
        PERFORM 1 FROM audits_engagement engagement WHERE engagement.id = NEW.engagement_id FOR SHARE;
        IF NOT EXISTS (
            SELECT 1 FROM audits_engagement engagement
            WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
        ) OR EXISTS (
            SELECT 1 FROM audits_auditreport report
            WHERE report.engagement_id = NEW.engagement_id AND report.state IN ('signed', 'issued')
        ) THEN
            RAISE EXCEPTION 'finding_dropped_before_report'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.state IN ('answered', 'done') AND NOT EXISTS (
        SELECT 1 FROM audits_findinganswer answer WHERE answer.finding_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'finding_answered_by_answer'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'closed' AND NOT EXISTS (
        SELECT 1 FROM audits_retest retest
        WHERE retest.finding_id = NEW.id AND retest.is_remedied
    ) THEN
        RAISE EXCEPTION 'finding_closed_by_retest'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_UNFIT_EVIDENCE = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        WHERE finding.id = COALESCE(NEW.finding_id, OLD.finding_id) AND finding.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'findingevidence_of_draft'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        JOIN audits_reviewedevidence reviewed ON reviewed.test_id = finding.test_id
        WHERE finding.id = NEW.finding_id AND reviewed.file_id = NEW.file_id
    ) THEN
        RAISE EXCEPTION 'findingevidence_was_reviewed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
REFUSE_UNFIT_ANSWER = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        WHERE finding.id = NEW.finding_id AND finding.state IN ('issued', 'answered', 'done')
    ) THEN
        RAISE EXCEPTION 'findinganswer_of_open_finding'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        JOIN audits_engagement engagement ON engagement.id = finding.engagement_id
        JOIN declarations_declaration declaration ON declaration.id = engagement.declaration_id
        JOIN declarations_cloudservice service ON service.id = declaration.service_id
        JOIN accounts_membership membership
          ON membership.organisation_id = service.organisation_id
        WHERE finding.id = NEW.finding_id AND membership.user_id = NEW.owner_id
    ) THEN
        RAISE EXCEPTION 'findinganswer_owner_of_provider'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_UNFIT_RETEST = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        WHERE finding.id = NEW.finding_id AND finding.state IN ('issued', 'answered', 'done')
    ) THEN
        RAISE EXCEPTION 'retest_of_open_finding' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_finding finding
        JOIN audits_engagement raised ON raised.id = finding.engagement_id
        JOIN declarations_declaration before ON before.id = raised.declaration_id
        JOIN declarations_declaration audited
          ON audited.service_id = before.service_id AND audited.period_start >= before.period_start
        JOIN audits_engagement engagement ON engagement.declaration_id = audited.id
        WHERE finding.id = NEW.finding_id AND engagement.id = NEW.engagement_id
          AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'retest_in_fieldwork_of_service'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


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
    evidence = models.ManyToManyField(
        "documents.StoredFile", through="audits.FindingEvidence", related_name="+"
    )
    state = models.CharField(
        _("状態"), max_length=10, choices=FindingState, default=FindingState.DRAFT
    )
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("起票日時"))
    issued_at = models.DateTimeField(_("通知日時"), null=True)
    closed_at = models.DateTimeField(_("終了日時"), null=True)
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
                name="finding_ended_iff_time",
                condition=Q(state__in=ENDED_FINDINGS, closed_at__isnull=False)
                | (~Q(state__in=ENDED_FINDINGS) & Q(closed_at__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned", fields=["engagement", "test", "number", "raised_by", "raised_at"]
            ),
            pgtrigger.Trigger(
                name="fits_course",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_FINDING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.test.control.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:finding", args=[self.pk])

    @property
    def code(self) -> str:
        """How people name it: the year in which the audited period ends, and the number."""
        return f"{self.engagement.declaration.period_end:%Y}-{self.number}"

    @property
    def is_draft(self) -> bool:
        """The provider does not know of it."""
        return self.state == FindingState.DRAFT

    @property
    def is_open(self) -> bool:
        """The provider was told, and no retest has closed it."""
        return self.state in OPEN_FINDINGS


class FindingEvidence(models.Model):
    """A file, reviewed in the test, that shows what was found (発見事項の証跡)."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="shown_by")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["finding", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "file"], name="findingevidence_once_a_finding"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_EVIDENCE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.file}"


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
            models.CheckConstraint(
                name="findinganswer_says_what", condition=~Q(root_cause="") & ~Q(plan="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="fits_finding",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_ANSWER,
            ),
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
        constraints = [models.CheckConstraint(name="retest_says_how", condition=~Q(procedure=""))]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="fits_finding",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_RETEST,
            ),
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
