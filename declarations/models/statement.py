"""Statements: the CSP's answer to one detailed control. The table that grows; every query starts from a declaration."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.canonical import PlainEncoder
from core.models import HistoryEntry, UUIDModel
from declarations.enums import Adoption, BatchKind, ReviewState, StatementAction
from declarations.models.declaration import REFUSE_UNLESS_DRAFT, Declaration
from declarations.models.listed_service import ListedService
from declarations.querysets import StatementQuerySet

# What is inherited comes from another service, which was on the list over the whole period. A row that says so already
# may go on saying so, and so may a later version of the same period: that the service left the list meanwhile is a
# finding of the check before approval and no reason to lose what was written. For the same reason a row may be given
# back what its own history names: whether this is an undo, which alone may do so, the service knows.
REFUSE_UNLISTED_BASE = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_declaration declaration
        JOIN declarations_listedservice base ON base.id = NEW.base_service_id
        WHERE declaration.id = NEW.declaration_id
          AND base.listed_from <= declaration.period_start
          AND (base.listed_until IS NULL OR base.listed_until >= declaration.period_end)
          AND base.cloud_service_id IS DISTINCT FROM declaration.service_id
    ) AND NOT EXISTS (
        SELECT 1 FROM declarations_statement said
        JOIN declarations_declaration version ON version.id = said.declaration_id
        JOIN declarations_declaration declaration ON declaration.id = NEW.declaration_id
        WHERE said.base_service_id = NEW.base_service_id
          AND (said.id = NEW.id OR (
              version.service_id = declaration.service_id
              AND version.period_start = declaration.period_start
              AND version.version < declaration.version
          ))
    ) AND NOT EXISTS (
        SELECT 1 FROM declarations_statementhistory line
        WHERE line.statement_id = NEW.id
          AND line.changes -> 'base_service_id' ? NEW.base_service_id::text
    ) THEN
        RAISE EXCEPTION 'statement_base_listed_over_period'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


# Fields by the names under which older history lines know them.
FORMER_NAMES = {"inherited_from": "inherited_note"}


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
    base_service = models.ForeignKey(
        ListedService,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("基盤クラウドサービス"),
    )
    inherited_note = models.TextField(_("継承の内容"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("担当者"),
    )
    review_state = models.CharField(
        _("確認"), max_length=10, choices=ReviewState, default=ReviewState.NONE
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("確認者"),
    )
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("引継ぎの確認日時"), null=True)
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
            models.CheckConstraint(
                name="statement_reviewer_iff_reviewed",
                condition=Q(review_state=ReviewState.NONE, reviewer__isnull=True)
                | (~Q(review_state=ReviewState.NONE) & Q(reviewer__isnull=False)),
            ),
            models.CheckConstraint(
                name="statement_confirmed_by_a_person",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(
                    carried_from__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "declaration"],
                name="statement_by_owner",
                condition=Q(owner__isnull=False),
            ),
            models.Index(
                fields=["reviewer", "declaration"],
                name="statement_by_reviewer",
                condition=Q(reviewer__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_UNLESS_DRAFT,
            ),
            pgtrigger.Trigger(
                name="base_listed_over_period",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.base_service_id IS NOT NULL"),
                func=REFUSE_UNLISTED_BASE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control.number} {self.get_adoption_display()}"

    def said(self, name: str) -> str:
        """What an editable field says, as edits and history carry it: a row of another table by its key."""
        if name == "base_service":
            return str(self.base_service_id or "")
        return getattr(self, name)

    @property
    def is_unconfirmed(self) -> bool:
        """Carried over from an earlier declaration, and nobody has said since that it still holds (引継・未確認)."""
        return self.carried_from_id is not None and self.confirmed_at is None


class StatementHistory(HistoryEntry):
    """Act history of a statement: one line per changed row, one batch per act."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="history")
    batch = models.UUIDField()
    # Thousands of lines with whole texts are written at once.
    changes = models.JSONField(_("変更"), default=dict, blank=True, encoder=PlainEncoder)

    class Meta(HistoryEntry.Meta):
        verbose_name = _("言明項目の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(StatementAction(self.action).label)


class StatementBatch(UUIDModel):
    """One act over many statements of a declaration; its id is the `batch` of their history lines.

    Undoing it is a batch of its own that names it, so each batch is undone once at most.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="batches")
    kind = models.CharField(_("種類"), max_length=10, choices=BatchKind)
    summary = models.CharField(_("内容"), max_length=300)
    rows = models.PositiveIntegerField(_("件数"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField(_("日時"))
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ["-occurred_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="batch_undo_names_what_it_undoes",
                condition=Q(kind=BatchKind.UNDO, undoes__isnull=False)
                | (~Q(kind=BatchKind.UNDO) & Q(undoes__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rows}"
