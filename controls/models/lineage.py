"""From one edition of the criteria to the next: what became of each control (新旧対照)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from controls.enums import ControlsAction, EditionState, Relation
from controls.models.edition import CatalogueEdition, Control
from controls.querysets import LineageQuerySet
from core.models import HistoryEntry, UUIDModel

REFUSE_WHEN_LINEAGE_PUBLISHED = """
    IF EXISTS (
        SELECT 1 FROM controls_lineage lineage
        WHERE lineage.id IN (OLD.lineage_id, NEW.lineage_id) AND lineage.state = 'published'
    ) THEN
        RAISE EXCEPTION 'lineage_is_published: a published lineage is immutable'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class Lineage(UUIDModel):
    """What became of the controls of one edition in another (新旧対照). A second person publishes it."""

    old_edition = models.ForeignKey(CatalogueEdition, models.PROTECT, related_name="lineages_from")
    new_edition = models.ForeignKey(CatalogueEdition, models.PROTECT, related_name="lineages_to")
    state = models.CharField(
        _("状態"), max_length=10, choices=EditionState, default=EditionState.DRAFT
    )
    source = models.CharField(_("出典"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("作成日時"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("公開日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = LineageQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["old_edition", "new_edition"], name="lineage_once_per_pair"
            ),
            models.CheckConstraint(
                name="lineage_joins_two_editions", condition=~Q(old_edition=F("new_edition"))
            ),
            models.CheckConstraint(
                name="lineage_published_by_a_second_person",
                condition=Q(
                    state=EditionState.DRAFT, published_by__isnull=True, published_at__isnull=True
                )
                | (
                    Q(
                        state=EditionState.PUBLISHED,
                        published_by__isnull=False,
                        published_at__isnull=False,
                    )
                    & (Q(proposed_by__isnull=True) | ~Q(published_by=F("proposed_by")))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=EditionState.PUBLISHED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_edition.code} → {self.new_edition.code}"

    def get_absolute_url(self) -> str:
        return reverse("controls:lineage", args=[self.pk])


class ControlLineage(models.Model):
    """One line of a lineage: `old` became `new`. A split has several lines with one `old`, a merger several with one
    `new`; a withdrawn control has no `new`, a new one no `old`."""

    lineage = models.ForeignKey(Lineage, models.CASCADE, related_name="lines")
    old = models.ForeignKey(Control, models.PROTECT, null=True, related_name="+")
    new = models.ForeignKey(Control, models.PROTECT, null=True, related_name="+")
    relation = models.CharField(_("変更の種類"), max_length=10, choices=Relation)
    note = models.CharField(_("説明"), max_length=300, blank=True)
    is_proposed = models.BooleanField(_("自動の提案のまま"), default=True)

    class Meta:
        ordering = ["lineage", "new__sort_key", "old__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lineage", "old", "new"],
                name="controllineage_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="controllineage_sides_fit_relation",
                condition=Q(relation=Relation.NEW, old__isnull=True, new__isnull=False)
                | Q(relation=Relation.WITHDRAWN, old__isnull=False, new__isnull=True)
                | (
                    ~Q(relation__in=[Relation.NEW, Relation.WITHDRAWN])
                    & Q(old__isnull=False, new__isnull=False)
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_when_published",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_WHEN_LINEAGE_PUBLISHED,
            ),
        ]

    def __str__(self) -> str:
        old, new = (side.number if side else "–" for side in (self.old, self.new))
        return f"{old} → {new}"


class LineageHistory(HistoryEntry):
    """Act history of a lineage."""

    lineage = models.ForeignKey(Lineage, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("新旧対照の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ControlsAction(self.action).label)
