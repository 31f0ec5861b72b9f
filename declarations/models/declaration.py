"""The declaration (言明): a CSP's claim for one service and audited period, in versions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from declarations.enums import (
    EDITING_ACTIONS,
    FROZEN_STATES,
    OPEN_STATES,
    ORGANISING_ACTIONS,
    DeclarationAction,
    DeclarationState,
)
from declarations.models.service import CloudService
from declarations.querysets import DeclarationQuerySet

# The approver of a version edited nothing in it: a fact about persons, kept by the database too. What a draft said that
# was moved to another edition stands in this version as well, so its writers count.
WORDED_IN = """
    SELECT origin.id FROM declarations_declaration origin
    WHERE origin.id = NEW.id OR (
        origin.service_id = NEW.service_id AND origin.period_start = NEW.period_start AND origin.state = 'moved'
    )
"""
REFUSE_APPROVAL_BY_EDITOR = f"""
    IF EXISTS (
        SELECT 1 FROM declarations_declarationhistory entry
        WHERE entry.declaration_id IN ({WORDED_IN}) AND entry.actor_id = NEW.fixed_by_id
          AND entry.action IN ({", ".join(f"'{action}'" for action in EDITING_ACTIONS)})
    ) OR EXISTS (
        SELECT 1 FROM declarations_statementhistory entry
        JOIN declarations_statement statement ON statement.id = entry.statement_id
        WHERE statement.declaration_id IN ({WORDED_IN}) AND entry.actor_id = NEW.fixed_by_id
          AND entry.action NOT IN ({", ".join(f"'{action}'" for action in ORGANISING_ACTIONS)})
    ) THEN
        RAISE EXCEPTION 'declaration_approver_edited_nothing'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""  # noqa: S608 -- the names are our own constants

# What is frozen stays as it was; only being replaced by a newer version and reaching the committee is still to come.
FROZEN_COLUMNS = (
    "service_id, edition_id, period_start, period_end, version, scope, out_of_scope, subsequent_events,"
    " special_notes, signer_title, signer_name, snapshot_sha256, fixed_by_id, fixed_at"
)


def _row(prefix: str) -> str:
    return "(" + ", ".join(f"{prefix}.{name.strip()}" for name in FROZEN_COLUMNS.split(",")) + ")"


class Declaration(UUIDModel):
    """One version of the declaration for one audited period (criteria 2.2)."""

    service = models.ForeignKey(CloudService, models.PROTECT, related_name="declarations")
    edition = models.ForeignKey("controls.CatalogueEdition", models.PROTECT, related_name="+")
    period_start = models.DateField(_("監査対象期間の開始日"))
    period_end = models.DateField(_("監査対象期間の終了日"))
    version = models.PositiveSmallIntegerField(_("版"), default=1)
    state = models.CharField(
        _("状態"), max_length=12, choices=DeclarationState, default=DeclarationState.DRAFT
    )
    scope = models.TextField(_("言明の対象範囲"), blank=True)
    out_of_scope = models.TextField(_("対象に含まないもの"), blank=True)
    subsequent_events = models.TextField(_("後発事象"), blank=True)
    special_notes = models.TextField(_("特記事項"), blank=True)
    signer_title = models.CharField(_("言明の責任者の役職"), max_length=100, blank=True)
    signer_name = models.CharField(_("言明の責任者の氏名"), max_length=100, blank=True)
    snapshot_sha256 = models.CharField(_("確定版のハッシュ"), max_length=64, null=True)  # noqa: DJ001 -- null says: not fixed
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    fixed_at = models.DateTimeField(_("確定日時"), null=True)
    reached_secretariat_at = models.DateTimeField(_("申請で提出した日時"), null=True)
    reached_committee_at = models.DateTimeField(_("審査に付された日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("開始日時"))

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-period_start", "-version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "period_start", "version"], name="declaration_version_once"
            ),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state__in=OPEN_STATES),
                name="declaration_one_open_per_service",
            ),
            models.UniqueConstraint(
                fields=["service", "period_start"],
                condition=Q(state=DeclarationState.FIXED),
                name="declaration_one_fixed_per_period",
            ),
            models.CheckConstraint(
                name="declaration_period_ordered", condition=Q(period_end__gt=F("period_start"))
            ),
            models.CheckConstraint(
                name="declaration_fixed_iff_snapshot",
                condition=Q(
                    state__in=FROZEN_STATES,
                    snapshot_sha256__isnull=False,
                    fixed_by__isnull=False,
                    fixed_at__isnull=False,
                )
                | (
                    ~Q(state__in=FROZEN_STATES)
                    & Q(
                        snapshot_sha256__isnull=True,
                        fixed_by__isnull=True,
                        fixed_at__isnull=True,
                        reached_secretariat_at__isnull=True,
                        reached_committee_at__isnull=True,
                    )
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approver_edited_nothing",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state IS DISTINCT FROM NEW.state AND NEW.state = 'fixed'"
                ),
                func=REFUSE_APPROVAL_BY_EDITOR,
            ),
            pgtrigger.Protect(
                name="fixed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('fixed', 'superseded') AND ("
                    f"{_row('NEW')} IS DISTINCT FROM {_row('OLD')}"
                    " OR NEW.state NOT IN ('fixed', 'superseded')"
                    " OR (OLD.state = 'superseded' AND NEW.state <> 'superseded'))"
                ),
            ),
            pgtrigger.Protect(
                name="moved_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=DeclarationState.MOVED.value),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.period_start:%Y-%m-%d}/{self.period_end:%Y-%m-%d} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("declarations:declaration", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Still being written or waiting for approval."""
        return self.state in OPEN_STATES

    @property
    def is_frozen(self) -> bool:
        """Fixed or replaced by a newer version: it has a snapshot and never changes."""
        return self.state in FROZEN_STATES


class DeclarationSnapshot(models.Model):
    """The frozen content (言明書確定版) as canonical JSON bytes, the very bytes that were hashed."""

    declaration = models.OneToOneField(
        Declaration, models.PROTECT, primary_key=True, related_name="snapshot"
    )
    content = models.BinaryField()

    class Meta:
        ordering = ["declaration"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.declaration_id)


REFUSE_UNLESS_DRAFT = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_declaration declaration
        WHERE declaration.id = COALESCE(NEW.declaration_id, OLD.declaration_id)
          AND declaration.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'declaration_is_not_a_draft'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class ObjectiveExclusion(UUIDModel):
    """An excluded objective (統制目標の除外) with its reason; exists only where an objective is excluded.

    Releases the details of the objective, which keep their text (criteria 2.2.4 (3)).
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="exclusions")
    objective = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    reason = models.TextField(_("除外理由"))
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["declaration", "objective__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "objective"], name="exclusion_once"),
            models.CheckConstraint(name="exclusion_has_reason", condition=~Q(reason="")),
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
        return f"{self.objective.number}"


class DeclarationHistory(HistoryEntry):
    """Act history of a declaration; single statements have their own (StatementHistory)."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("言明の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(DeclarationAction(self.action).label)
