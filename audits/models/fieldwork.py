"""Fieldwork: what an engagement tests, how, on which sample, and with what result."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    SEEDED_METHODS,
    FieldworkAction,
    SampleMethod,
    ScopeBasis,
    TestResult,
)
from audits.models.report import REFUSE_UNDER_SIGNED_REPORT
from audits.querysets import ControlTestQuerySet
from core.models import HistoryEntry, UUIDModel

# Working papers are written while the firm is at work, about details of the declaration's own edition.
REFUSE_UNFIT_TEST = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'controltest_outside_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        JOIN declarations_declaration declaration ON declaration.id = engagement.declaration_id
        JOIN controls_control control ON control.edition_id = declaration.edition_id
        WHERE engagement.id = NEW.engagement_id AND control.id = NEW.control_id
          AND control.level = 'detail'
    ) THEN
        RAISE EXCEPTION 'controltest_control_of_edition'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# The list that was drawn is kept whole; of all items no list is kept, because it says nothing.
REFUSE_BROKEN_SAMPLE = """
    IF (NEW.sample_method = '') <> (NEW.sample_size IS NULL)
        OR (NEW.sample_method = 'all' AND NEW.sample_size IS DISTINCT FROM NEW.population_size)
        OR jsonb_array_length(NEW.sample)
            <> (CASE WHEN NEW.sample_method IN ('', 'all') THEN 0 ELSE NEW.sample_size END)
    THEN
        RAISE EXCEPTION 'controltest_sample_as_drawn'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


# What was looked at belongs to the paper, and is as final as the paper is.
REFUSE_LATE_EVIDENCE = """
    PERFORM 1 FROM audits_controltest test
    JOIN audits_engagement engagement ON engagement.id = test.engagement_id
    WHERE test.id = NEW.test_id FOR SHARE OF engagement;
    IF EXISTS (
        SELECT 1 FROM audits_controltest test
        JOIN audits_engagement engagement ON engagement.id = test.engagement_id
        LEFT JOIN audits_auditreport report
            ON report.engagement_id = engagement.id AND report.state IN ('signed', 'issued')
        WHERE test.id = NEW.test_id AND (engagement.state <> 'fieldwork' OR report.id IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'reviewedevidence_in_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class ControlTest(UUIDModel):
    """One control in the scope of one engagement: design (整備状況評価) and operating evaluation (運用状況評価).

    A working paper: the firm's confirmed members read and write it, nobody else. An empty result is not tested yet. The
    sample is kept as seed, method and list, so that drawing it again gives the same.
    """

    engagement = models.ForeignKey("audits.Engagement", models.PROTECT, related_name="tests")
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    basis = models.CharField(_("対象とした理由"), max_length=10, choices=ScopeBasis)
    basis_note = models.TextField(_("対象とした理由の説明"), blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    design_procedure = models.TextField(_("整備状況評価の手続"), blank=True)
    design_result = models.CharField(
        _("整備状況評価の結果"), max_length=14, choices=TestResult, blank=True
    )
    operating_procedure = models.TextField(_("運用状況評価の手続"), blank=True)
    population = models.TextField(_("母集団"), blank=True)
    population_size = models.PositiveIntegerField(_("母集団の件数"), null=True)
    sample_size = models.PositiveIntegerField(_("サンプルの件数"), null=True)
    sample_method = models.CharField(
        _("抽出の方法"), max_length=12, choices=SampleMethod, blank=True
    )
    sample_seed = models.CharField(_("抽出のシード"), max_length=64, blank=True)
    sample = models.JSONField(_("サンプル"), default=list)
    operating_result = models.CharField(
        _("運用状況評価の結果"), max_length=14, choices=TestResult, blank=True
    )
    notes = models.TextField(_("監査人の記録"), blank=True)
    skip_reason = models.TextField(_("手続を省略した理由"), blank=True)
    inherited_from = models.ForeignKey(
        "declarations.ListedService", models.PROTECT, null=True, related_name="+"
    )
    tested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    tested_at = models.DateTimeField(_("記録日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = ControlTestQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "control__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "control"], name="controltest_once_an_engagement"
            ),
            models.CheckConstraint(
                name="controltest_sample_within_population",
                condition=Q(sample_size__isnull=True)
                | Q(population_size__isnull=False, sample_size__lte=F("population_size")),
            ),
            models.CheckConstraint(
                name="controltest_drawn_sample_is_repeatable",
                condition=~Q(sample_method__in=SEEDED_METHODS) | ~Q(sample_seed=""),
            ),
            models.CheckConstraint(
                name="controltest_pulled_says_why",
                condition=~Q(basis=ScopeBasis.PULLED) | ~Q(basis_note=""),
            ),
            models.CheckConstraint(
                name="controltest_inherited_says_why",
                condition=Q(inherited_from__isnull=True) | ~Q(skip_reason=""),
            ),
            models.CheckConstraint(
                name="controltest_skipped_without_result",
                condition=Q(skip_reason="") | Q(design_result="", operating_result=""),
            ),
            models.CheckConstraint(
                name="controltest_result_names_who",
                condition=Q(design_result="", operating_result="", skip_reason="")
                | Q(tested_by__isnull=False, tested_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="pinned", fields=["engagement", "control"]),
            pgtrigger.Trigger(
                name="fits_engagement",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_TEST,
            ),
            pgtrigger.Trigger(
                name="sample_as_drawn",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_BROKEN_SAMPLE,
            ),
            pgtrigger.Trigger(
                name="no_signed_report",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_UNDER_SIGNED_REPORT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control.number}"

    @property
    def is_skipped(self) -> bool:
        """The procedures are left out, for the reason that stands here."""
        return bool(self.skip_reason)


class ReviewedEvidence(models.Model):
    """A file that was looked at in a test (閲覧した証跡): of the pinned snapshot, or provided on request."""

    test = models.ForeignKey(ControlTest, models.PROTECT, related_name="reviewed")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("追加日時"))

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["test", "file"], name="reviewedevidence_once_a_test")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="in_fieldwork",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_LATE_EVIDENCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file}"


class FieldworkHistory(HistoryEntry):
    """Act history of the working papers of an engagement; `changes` are {field: [old, new]} of one test."""

    engagement = models.ForeignKey(
        "audits.Engagement", models.PROTECT, related_name="fieldwork_history"
    )
    test = models.ForeignKey(ControlTest, models.PROTECT, null=True, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("監査手続の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(FieldworkAction(self.action).label)
