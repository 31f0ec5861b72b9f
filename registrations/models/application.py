"""Applications, what the secretariat asks of the applicant, and the clearances that audits report."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.calendar import fiscal_year, format_wareki, jst_date
from core.models import HistoryEntry, UUIDModel
from declarations.enums import EDITING_ACTIONS, ORGANISING_ACTIONS
from registrations.enums import (
    OPEN_STATES,
    ApplicationKind,
    ApplicationMove,
    ApplicationState,
    ClearanceKind,
    RequestKind,
)
from registrations.querysets.application import ApplicationQuerySet

# The filer edited nothing in the version that is filed: a fact about persons, kept by the database too.
REFUSE_FILING_BY_EDITOR = f"""
    IF EXISTS (
        SELECT 1 FROM declarations_declarationhistory entry
        WHERE entry.declaration_id = NEW.declaration_id AND entry.actor_id = NEW.filed_by_id
          AND entry.action IN ({", ".join(f"'{action}'" for action in EDITING_ACTIONS)})
    ) OR EXISTS (
        SELECT 1 FROM declarations_statementhistory entry
        JOIN declarations_statement statement ON statement.id = entry.statement_id
        WHERE statement.declaration_id = NEW.declaration_id AND entry.actor_id = NEW.filed_by_id
          AND entry.action NOT IN ({", ".join(f"'{action}'" for action in ORGANISING_ACTIONS)})
    ) THEN
        RAISE EXCEPTION 'application_filer_edited_nothing'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""  # noqa: S608 -- the names are our own constants

# Granted and refused are words of the committee: there is a carried decision of that kind.
REFUSE_UNDECIDED = """
    IF NOT EXISTS (
        SELECT 1 FROM registrations_decision decision
        WHERE decision.application_id = NEW.id AND decision.state = 'carried'
          AND (decision.kind = 'refuse') = (NEW.state = 'refused')
    ) THEN
        RAISE EXCEPTION 'application_decided_by_committee'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Application(UUIDModel):
    """An application for registration or renewal (登録申請) of one fixed declaration.

    `particulars` is what was filed beside the declaration: provider and service as described at that moment. What is
    reviewed and later published is what was filed, whatever is typed into the service's page meanwhile. `filed_by` is
    who filed, or filed again after a correction; `filed_at` stays the first filing, by which deadlines are judged.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "declarations.CloudService", models.PROTECT, related_name="applications"
    )
    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, related_name="applications"
    )
    kind = models.CharField(_("申請の区分"), max_length=10, choices=ApplicationKind)
    state = models.CharField(
        _("状態"), max_length=16, choices=ApplicationState, default=ApplicationState.PREPARING
    )
    note = models.TextField(_("申請に当たっての補足"), blank=True)
    particulars = models.JSONField(_("申請時の事業者とサービスの情報"), default=dict, blank=True)
    filing_number = models.PositiveIntegerField(_("申請番号"), null=True)
    filed_at = models.DateTimeField(_("申請日時"), null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(_("受理日時"), null=True)
    decided_at = models.DateTimeField(_("決定・取下げの日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("準備開始日時"))

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state__in=OPEN_STATES),
                name="application_one_open_per_service",
            ),
            models.UniqueConstraint(
                fields=["organisation", "filing_number"], name="application_filing_number_once"
            ),
            models.CheckConstraint(
                name="application_filed_has_receipt",
                condition=Q(state__in=[ApplicationState.PREPARING, ApplicationState.WITHDRAWN])
                | Q(filed_at__isnull=False, filed_by__isnull=False, filing_number__isnull=False),
            ),
            models.CheckConstraint(
                name="application_review_needs_acceptance",
                condition=~Q(
                    state__in=[
                        ApplicationState.ACCEPTED,
                        ApplicationState.UNDER_REVIEW,
                        ApplicationState.IN_INQUIRY,
                        ApplicationState.REFERRED,
                        ApplicationState.GRANTED,
                        ApplicationState.REFUSED,
                    ]
                )
                | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_decided_iff_ended",
                condition=Q(state__in=OPEN_STATES, decided_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(decided_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="filer_edited_nothing",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.filed_by_id IS NOT NULL AND (NEW.filed_by_id, NEW.declaration_id)"
                    " IS DISTINCT FROM (OLD.filed_by_id, OLD.declaration_id)"
                ),
                func=REFUSE_FILING_BY_EDITOR,
            ),
            pgtrigger.Trigger(
                name="decided_by_committee",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.state IN ('granted', 'refused') AND NEW.state IS DISTINCT FROM OLD.state"
                ),
                func=REFUSE_UNDECIDED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("registrations:application", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Not yet decided or withdrawn."""
        return self.state in OPEN_STATES

    @property
    def receipt_number(self) -> str:
        """申請番号, such as 令和8年度 第3号: numbers run per applicant. Empty before filing."""
        if self.filed_at is None:
            return ""
        first_day = date(fiscal_year(jst_date(self.filed_at)), 4, 1)
        year = format_wareki(first_day, weekday=False).partition("年")[0]
        return str(_("%(year)s年度 第%(number)s号") % {"year": year, "number": self.filing_number})


class ApplicationRequest(UUIDModel):
    """What the secretariat asks and the applicant answers: a correction (補正) or an inquiry (照会)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="requests")
    kind = models.CharField(_("種類"), max_length=10, choices=RequestKind)
    question = models.TextField(_("求める内容"))
    control_numbers = models.CharField(_("関係する管理策の番号"), max_length=500, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("送付日時"))
    due_on = models.DateField(_("回答期限"), null=True)
    answer = models.TextField(_("回答"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("回答日時"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True),
                name="request_one_open_per_application",
            ),
            models.CheckConstraint(
                name="request_answered_completely",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answered_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.answered_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"

    @property
    def numbers(self) -> list[str]:
        """The control numbers that it concerns, in catalogue order."""
        return self.control_numbers.split("、") if self.control_numbers else []


class Clearance(models.Model):
    """A finished audit (監査完了の記録) of one fixed declaration: written by `audits`, never read back from it."""

    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, related_name="clearances"
    )
    kind = models.CharField(_("種類"), max_length=16, choices=ClearanceKind)
    issuer = models.CharField(_("実施者"), max_length=200)
    reference = models.CharField(_("報告書の番号"), max_length=100)
    issued_on = models.DateField(_("報告書の日付"))
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("記録日時"))

    class Meta:
        ordering = ["declaration", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "kind"], name="clearance_once_per_kind")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class ApplicationHistory(HistoryEntry):
    """Act history of an application: who moved it, when, why, under which article."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("申請の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(ApplicationMove(self.action).label)
