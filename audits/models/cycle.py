"""The audit cycle: which control is audited in which year, and why."""

from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    AUDITOR_KINDS,
    CycleAction,
    CycleState,
    InclusionKind,
    PlanBasis,
)
from audits.limits import MAX_CYCLE_YEARS
from audits.querysets import AuditCycleQuerySet
from core.db import DayRange
from core.models import HistoryEntry, UUIDModel
from core.months import add_months

REFUSE_FOREIGN_DECLARATION = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_declaration declaration
        WHERE declaration.id = NEW.declaration_id AND declaration.service_id = NEW.service_id
          AND declaration.edition_id = NEW.edition_id
          AND declaration.state IN ('fixed', 'superseded')
          AND declaration.period_end BETWEEN NEW.starts_on AND NEW.ends_on
    ) THEN
        RAISE EXCEPTION 'cycle_rests_on_own_declaration'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# The days stay as they are, except that a cycle may be ended early, once: with the last of its years that was declared
# against its edition.
REFUSE_OTHER_DAYS = """
    IF (NEW.years, NEW.ends_on, NEW.state = 'ended')
        IS DISTINCT FROM (OLD.years, OLD.ends_on, OLD.state = 'ended')
    AND NOT (
        OLD.state <> 'ended' AND NEW.state = 'ended' AND NEW.years BETWEEN 1 AND OLD.years - 1
        AND NEW.ends_on = (NEW.first_year_ends_on + 1
            + make_interval(months => NEW.year_months * (NEW.years - 1)))::date - 1
        AND NOT EXISTS (
            SELECT 1 FROM declarations_declaration declaration
            WHERE declaration.service_id = NEW.service_id
              AND declaration.edition_id = NEW.edition_id
              AND declaration.state IN ('fixed', 'superseded')
              AND declaration.period_end > NEW.ends_on AND declaration.period_end <= OLD.ends_on
        )
    ) THEN
        RAISE EXCEPTION 'cycle_keeps_its_days' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# A fixed plan is frozen, save what lies beyond the last year of a cycle that was ended early; years are over once their
# audit or a later one is reported, and every item fits its cycle. OLD is null on insert and NEW on delete; LEAST passes
# over the one that is null.
REFUSE_UNFIT_ITEM = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_auditcycle cycle
        WHERE cycle.id = COALESCE(NEW.cycle_id, OLD.cycle_id)
          AND (cycle.state = 'draft' OR (TG_OP = 'DELETE' AND OLD.year > cycle.years))
    ) THEN
        RAISE EXCEPTION 'planitem_of_fixed_plan'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM audits_auditcycle cycle
        JOIN declarations_declaration declaration ON declaration.service_id = cycle.service_id
        JOIN audits_engagement engagement ON engagement.declaration_id = declaration.id
        WHERE cycle.id = COALESCE(NEW.cycle_id, OLD.cycle_id) AND engagement.state = 'reported'
          AND declaration.period_end <= cycle.ends_on
          AND declaration.period_end >= GREATEST(
              cycle.starts_on,
              (cycle.first_year_ends_on + 1
                  + make_interval(months => cycle.year_months * (LEAST(OLD.year, NEW.year) - 2)))::date
          )
    ) THEN
        RAISE EXCEPTION 'planitem_of_reported_year'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM audits_auditcycle cycle
        WHERE cycle.id = NEW.cycle_id AND NEW.year BETWEEN 1 AND cycle.years
    ) THEN
        RAISE EXCEPTION 'planitem_year_inside_cycle'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM audits_auditcycle cycle
        JOIN controls_control control ON control.edition_id = cycle.edition_id
        WHERE cycle.id = NEW.cycle_id AND control.id = NEW.control_id AND control.level = 'detail'
    ) THEN
        RAISE EXCEPTION 'planitem_control_of_edition'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
REFUSE_REASON_OF_FIXED_PLAN = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_planitem item
        JOIN audits_auditcycle cycle ON cycle.id = item.cycle_id
        WHERE item.id = COALESCE(NEW.item_id, OLD.item_id)
          AND (cycle.state = 'draft' OR (TG_OP = 'DELETE' AND item.year > cycle.years))
    ) THEN
        RAISE EXCEPTION 'inclusion_of_fixed_plan'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class AuditCycle(UUIDModel):
    """The years over which the audit of one service is spread (監査サイクル), and the plan for them.

    The first year is the audited period of the declaration that it began with, without days of the cycle before; each
    further one is `year_months` long. A period belongs to the cycle, and to its year, in which it ends.
    `declaration` is the fixed declaration that the plan rests on: whoever may not read that does not see the plan.
    """

    service = models.ForeignKey(
        "declarations.CloudService", models.PROTECT, related_name="audit_cycles"
    )
    edition = models.ForeignKey("controls.CatalogueEdition", models.PROTECT, related_name="+")
    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, related_name="audit_cycles"
    )
    starts_on = models.DateField(_("開始日"))
    first_year_ends_on = models.DateField(_("1年目の終了日"))
    ends_on = models.DateField(_("終了日"))
    years = models.PositiveSmallIntegerField(_("年数"))
    year_months = models.PositiveSmallIntegerField(_("1年の月数"))
    state = models.CharField(_("状態"), max_length=10, choices=CycleState, default=CycleState.DRAFT)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("開始日時"))
    planned_at = models.DateTimeField(_("計画日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = AuditCycleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            ExclusionConstraint(
                name="auditcycle_one_at_a_time",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (
                        DayRange("starts_on", "ends_on", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="auditcycle_years_in_range",
                condition=Q(years__gte=1, years__lte=MAX_CYCLE_YEARS, year_months__gte=1),
            ),
            models.CheckConstraint(
                name="auditcycle_days_ordered",
                condition=Q(first_year_ends_on__gte=F("starts_on"))
                & Q(ends_on__gte=F("first_year_ends_on")),
            ),
            models.CheckConstraint(
                name="auditcycle_agreed_is_planned",
                condition=~Q(state=CycleState.AGREED) | Q(planned_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned",
                fields=[
                    "service", "edition", "starts_on", "first_year_ends_on", "year_months",
                    "opened_by",
                ],
            ),
            pgtrigger.Trigger(
                name="keeps_its_days",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_OTHER_DAYS,
            ),
            pgtrigger.Trigger(
                name="rests_on_own_declaration",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_DECLARATION,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} {self.starts_on:%Y-%m-%d}/{self.ends_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("audits:cycle", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """The plan may be worked on."""
        return self.state == CycleState.DRAFT

    @property
    def is_ended(self) -> bool:
        """It was ended early: its plan stays as it was."""
        return self.state == CycleState.ENDED

    @property
    def is_planned(self) -> bool:
        """A plan has been proposed."""
        return self.planned_at is not None

    def last_day_of(self, year: int) -> date:
        """The last day of a year of the cycle, counted from 1."""
        return end_of_year(self.first_year_ends_on, year=year, months=self.year_months)

    def first_day_of(self, year: int) -> date:
        """The first day of a year of the cycle."""
        return self.starts_on if year == 1 else self.last_day_of(year - 1) + timedelta(days=1)

    def year_of(self, day: date) -> int | None:
        """The year of the cycle that this day belongs to; None outside."""
        if not self.starts_on <= day <= self.ends_on:
            return None
        return next(year for year in range(1, self.years + 1) if day <= self.last_day_of(year))


def end_of_year(first_year_ends_on: date, *, year: int, months: int) -> date:
    """The last day of the year, so many months after the one before."""
    after = first_year_ends_on + timedelta(days=1)
    return add_months(after, months * (year - 1)) - timedelta(days=1)


class PlanItem(models.Model):
    """A control that is audited in a year of the cycle (監査計画の項目). Fieldwork will point here."""

    cycle = models.ForeignKey(AuditCycle, models.PROTECT, related_name="items")
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年目"))
    basis = models.CharField(_("区分"), max_length=10, choices=PlanBasis)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    moved_at = models.DateTimeField(_("移した日時"), null=True)

    class Meta:
        ordering = ["cycle", "control__sort_key", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "control", "year"], name="planitem_once_a_year"
            ),
            models.CheckConstraint(
                name="planitem_moved_by_a_person",
                condition=Q(moved_by__isnull=True, moved_at__isnull=True)
                | (Q(moved_by__isnull=False, moved_at__isnull=False) & ~Q(basis=PlanBasis.ALWAYS)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="fits_cycle",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_UNFIT_ITEM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control.number} {self.year}"


class Inclusion(models.Model):
    """One reason for which a control is audited in the year of its item (組入れの理由). Only a choice names a person.

    It goes with its item: when the item leaves the plan, the act history keeps what was said.
    """

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="inclusions")
    kind = models.CharField(_("理由の種類"), max_length=10, choices=InclusionKind)
    reason = models.TextField(_("理由"))
    flag = models.ForeignKey(
        "registrations.ControlFlag", models.PROTECT, null=True, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["item", "kind", "pk"]
        constraints = [
            models.CheckConstraint(name="inclusion_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="inclusion_incident_iff_flag",
                condition=Q(kind=InclusionKind.INCIDENT, flag__isnull=False)
                | (~Q(kind=InclusionKind.INCIDENT) & Q(flag__isnull=True)),
            ),
            models.CheckConstraint(
                name="inclusion_of_auditor_names_who",
                condition=Q(kind__in=AUDITOR_KINDS, made_by__isnull=False)
                | (~Q(kind__in=AUDITOR_KINDS) & Q(made_by__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_REASON_OF_FIXED_PLAN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class AuditCycleHistory(HistoryEntry):
    """Act history of an audit cycle. `changes` are the years of each control that moved: {number: [before, after]}."""

    cycle = models.ForeignKey(AuditCycle, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("監査サイクルの操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(CycleAction(self.action).label)
