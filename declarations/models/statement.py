"""Statements: the CSP's answer to one detailed control. The table that grows; every query starts from a declaration."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from declarations.enums import Adoption, StatementAction
from declarations.models.declaration import REFUSE_UNLESS_DRAFT, Declaration
from declarations.querysets import StatementQuerySet


class Statement(models.Model):
    """The CSP's row (言明項目) for one detailed control of a declaration.

    Named in URLs by declaration and control number, so it keeps a plain bigint key.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="statements")
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    adoption = models.CharField(
        _("採否"), max_length=12, choices=Adoption, default=Adoption.UNDECIDED
    )
    reason = models.TextField(_("非選択理由"), blank=True)
    individual_control = models.TextField(_("個別管理策"), blank=True)
    inherited_from = models.CharField(_("引き継ぐ基盤クラウドサービス"), max_length=200, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(_("更新日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["declaration", "control__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "control"], name="statement_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_UNLESS_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control.number} {self.get_adoption_display()}"


class StatementEvidence(UUIDModel):
    """A file (証跡) tied to a statement. Taking it off ends the tie; the bytes stay."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="evidence")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    note = models.CharField(_("説明"), max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["statement", "file__stored_at", "pk"]

    def __str__(self) -> str:
        return self.file.label


class StatementHistory(HistoryEntry):
    """Act history of a statement: one line per changed row, one batch per act."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="history")
    batch = models.UUIDField()

    class Meta(HistoryEntry.Meta):
        verbose_name = _("言明項目の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(StatementAction(self.action).label)
