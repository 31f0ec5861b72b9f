"""Changes of a control inside the audited period (統制変更; criteria 2.2.4): before, after and the day."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import UUIDModel
from declarations.enums import ChangeKind
from declarations.models.statement import Statement

REFUSE_UNLESS_STATEMENT_OF_DRAFT = """
    IF NOT EXISTS (
        SELECT 1 FROM declarations_statement statement
        JOIN declarations_declaration declaration ON declaration.id = statement.declaration_id
        WHERE statement.id = COALESCE(NEW.statement_id, OLD.statement_id)
          AND declaration.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'declaration_is_not_a_draft'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class ControlChange(UUIDModel):
    """An individual control as it was and as it is since a day of the audited period. Taking it off keeps the row."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="changes")
    kind = models.CharField(_("変更の種類"), max_length=10, choices=ChangeKind)
    changed_on = models.DateField(_("変更日"))
    before = models.TextField(_("変更前"))
    after = models.TextField(_("変更後"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("記録日時"))
    creation_key = models.UUIDField(editable=False)
    removed_at = models.DateTimeField(null=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["statement", "changed_on", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "creation_key"], name="controlchange_recorded_once"
            ),
            models.CheckConstraint(
                name="controlchange_says_before_and_after", condition=~Q(before="") & ~Q(after="")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=REFUSE_UNLESS_STATEMENT_OF_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.changed_on:%Y-%m-%d} {self.get_kind_display()}"
