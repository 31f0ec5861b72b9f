"""The scheme's numbers as dated data."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from controls.enums import ControlsAction, ParameterState, ParameterStatus
from controls.querysets import ParameterQuerySet
from core.db import DayRange
from core.models import HistoryEntry, UUIDModel


class SchemeParameter(UUIDModel):
    """A value, article number or form number of the scheme, with the days it holds, its status and its source.

    Names beginning with `article.` and `form.` hold numbers of the rules and of the forms. A null value means that we
    ship none: no check and no countdown runs on it, and pages say so.
    """

    name = models.CharField(_("名前"), max_length=60)
    label = models.CharField(_("内容"), max_length=200)
    value = models.JSONField(_("値"), null=True, blank=True)
    in_force_from = models.DateField(_("適用開始日"), null=True, blank=True)
    in_force_until = models.DateField(_("適用終了日"), null=True, blank=True)
    status = models.CharField(_("確度"), max_length=12, choices=ParameterStatus)
    source = models.CharField(_("出典"), max_length=300)
    reason = models.TextField(_("変更の理由"), blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=ParameterState)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("提案日時"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("公開日時"), null=True)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        ordering = ["name", F("in_force_from").asc(nulls_first=True), "pk"]
        constraints = [
            ExclusionConstraint(
                name="parameter_one_value_a_day",
                expressions=[
                    ("name", RangeOperators.EQUAL),
                    (
                        DayRange("in_force_from", "in_force_until", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state=ParameterState.PUBLISHED),
            ),
            models.UniqueConstraint(
                name="parameter_one_proposal_at_a_time",
                fields=["name"],
                condition=Q(state=ParameterState.DRAFT),
            ),
            models.CheckConstraint(
                name="parameter_in_force_ordered",
                condition=Q(in_force_from__isnull=True)
                | Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
            ),
            # Who proposed nothing by name is the shipped set, loaded by the system.
            models.CheckConstraint(
                name="parameter_published_by_a_second_person",
                condition=(
                    ~Q(state=ParameterState.PUBLISHED)
                    & Q(published_by__isnull=True, published_at__isnull=True)
                )
                | (
                    Q(state=ParameterState.PUBLISHED, published_at__isnull=False)
                    & (
                        Q(proposed_by__isnull=True)
                        | (Q(published_by__isnull=False) & ~Q(published_by=F("proposed_by")))
                    )
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_value_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'withdrawn' OR (OLD.state = 'published' AND (NEW.name, NEW.label,"
                    " NEW.value, NEW.in_force_from, NEW.status, NEW.source, NEW.reason, NEW.state,"
                    " NEW.proposed_by_id, NEW.published_by_id, NEW.published_at) IS DISTINCT FROM"
                    " (OLD.name, OLD.label, OLD.value, OLD.in_force_from, OLD.status, OLD.source,"
                    " OLD.reason, OLD.state, OLD.proposed_by_id, OLD.published_by_id, OLD.published_at))"
                ),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("controls:parameter", args=[self.pk])


class ParameterHistory(HistoryEntry):
    """Act history of a scheme parameter."""

    parameter = models.ForeignKey(SchemeParameter, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("制度パラメータの操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ControlsAction(self.action).label)
