"""The evidence library (証跡): what a provider keeps once, in versions, and ties to many statements."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from declarations.enums import EvidenceAction
from declarations.models.statement import Statement
from declarations.querysets import EvidenceQuerySet, EvidenceVersionQuerySet
from documents.models import StoredFile

# A tie belongs to a draft, and its file to the provider of that draft.
REFUSE_FOREIGN_TIE = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_statement statement
        JOIN declarations_declaration declaration ON declaration.id = statement.declaration_id
        WHERE statement.id = COALESCE(NEW.statement_id, OLD.statement_id)
          AND declaration.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'declaration_is_not_a_draft'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM declarations_statement statement
        JOIN declarations_declaration declaration ON declaration.id = statement.declaration_id
        JOIN declarations_cloudservice service ON service.id = declaration.service_id
        JOIN declarations_evidenceversion version ON version.id = NEW.version_id
        JOIN declarations_evidence evidence ON evidence.id = version.evidence_id
        WHERE statement.id = NEW.statement_id
          AND evidence.organisation_id = service.organisation_id
    ) THEN
        RAISE EXCEPTION 'evidence_of_another_organisation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""

REFUSE_FOREIGN_FILE = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_evidence evidence
        JOIN documents_storedfile file ON file.id = NEW.file_id
        WHERE evidence.id = NEW.evidence_id AND evidence.organisation_id = file.organisation_id
    ) THEN
        RAISE EXCEPTION 'evidence_of_another_organisation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Evidence(UUIDModel):
    """Something that shows that controls work (証跡), kept by one provider in versions.

    Retired, it is tied to nothing new; what it is tied to stays tied.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="evidence"
    )
    title = models.CharField(_("名称"), max_length=255)
    search_key = models.CharField(max_length=1000, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("担当者"),
    )
    retired_at = models.DateTimeField(_("使用終了日時"), null=True)
    creation_key = models.UUIDField(editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "creation_key"], name="evidence_created_once"
            ),
            models.CheckConstraint(name="evidence_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("declarations:evidence-item", args=[self.pk])


class EvidenceVersion(UUIDModel):
    """One file of a piece of evidence, with the days that it speaks of. Never changed: what is wrong gets a new one."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版"))
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    collected_on = models.DateField(_("取得日"), null=True)
    covers_from = models.DateField(_("対象期間の開始日"), null=True)
    covers_until = models.DateField(_("対象期間の終了日"), null=True)
    note = models.CharField(_("説明"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("追加日時"))
    creation_key = models.UUIDField(editable=False)

    objects = EvidenceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["evidence", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "number"], name="evidenceversion_number_once"
            ),
            models.UniqueConstraint(
                fields=["evidence", "creation_key"], name="evidenceversion_created_once"
            ),
            models.CheckConstraint(
                name="evidenceversion_number_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="evidenceversion_covers_ordered",
                condition=Q(covers_from__isnull=True)
                | Q(covers_until__isnull=True)
                | Q(covers_until__gte=F("covers_from")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["covers_until"],
                name="evidenceversion_by_end",
                condition=Q(covers_until__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="own_file",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_FILE,
            ),
        ]

    def __str__(self) -> str:
        return self.file.label

    @property
    def name(self) -> str:
        """How history and messages call it: the file, and from the second version on which one."""
        if self.number == 1:
            return self.file.label
        return gettext("%(label)s（第%(number)s版）") % {
            "label": self.file.label,
            "number": self.number,
        }


class StatementEvidence(UUIDModel):
    """One version of evidence (証跡) tied to a statement. Taking it off ends the tie; the bytes stay.

    `added_in` and `removed_in` are the batches of the history lines that say so.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="evidence")
    version = models.ForeignKey(EvidenceVersion, models.PROTECT, related_name="ties")
    note = models.CharField(_("説明"), max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True)
    added_in = models.UUIDField(null=True)
    removed_in = models.UUIDField(null=True)

    class Meta:
        ordering = ["statement", "version__file__stored_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "version"],
                condition=Q(removed_at__isnull=True),
                name="statementevidence_tied_once",
            ),
            models.CheckConstraint(
                name="statementevidence_removed_in_an_act",
                condition=Q(removed_in__isnull=True) | Q(removed_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_TIE,
            ),
        ]

    def __str__(self) -> str:
        return self.version.file.label

    @property
    def file(self) -> StoredFile:
        """The file of the version. Load `version__file` along."""
        return self.version.file


class EvidenceHistory(HistoryEntry):
    """Act history of a piece of evidence; ties are in the history of their statements."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("証跡の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(EvidenceAction(self.action).label)
