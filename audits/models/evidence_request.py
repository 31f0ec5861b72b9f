"""Evidence requests: what the auditors ask the provider for, and what comes back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import CLOSED_REQUESTS, RequestMove, RequestState
from audits.querysets import EvidenceRequestQuerySet
from audits.workflow import REQUEST
from core.models import HistoryEntry, UUIDModel

REFUSE_OUTSIDE_FIELDWORK = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'evidencerequest_outside_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# A control is asked about when it is a detail of the pinned declaration.
REFUSE_FOREIGN_CONTROL = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_evidencerequest request
        JOIN audits_engagement engagement ON engagement.id = request.engagement_id
        JOIN declarations_statement statement ON statement.declaration_id = engagement.declaration_id
        WHERE request.id = NEW.request_id AND statement.control_id = NEW.control_id
    ) THEN
        RAISE EXCEPTION 'requestedcontrol_of_the_declaration'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# What is provided belongs to the provider, and comes while it is the provider's turn.
REFUSE_FOREIGN_EVIDENCE = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_evidencerequest request
        JOIN audits_engagement engagement ON engagement.id = request.engagement_id
        JOIN declarations_declaration declaration ON declaration.id = engagement.declaration_id
        JOIN declarations_cloudservice service ON service.id = declaration.service_id
        JOIN declarations_evidenceversion version ON version.id = NEW.version_id
        JOIN declarations_evidence evidence ON evidence.id = version.evidence_id
        WHERE request.id = NEW.request_id AND evidence.organisation_id = service.organisation_id
    ) THEN
        RAISE EXCEPTION 'providedevidence_of_another_organisation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_evidencerequest request
        JOIN audits_engagement engagement ON engagement.id = request.engagement_id
        WHERE request.id = NEW.request_id AND request.state IN ('asked', 'returned')
          AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'providedevidence_out_of_turn'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
TRANSITIONS = [
    (str(source), str(move.target))
    for move in REQUEST
    for source in sorted(filter(None, move.sources))
]


class EvidenceRequest(UUIDModel):
    """One thing asked for (資料の依頼), with a working-day clock.

    Both sides read it, so it says nothing of procedures or samples. `controls` are what it is about, as
    the provider knows them.
    """

    engagement = models.ForeignKey(
        "audits.Engagement", models.PROTECT, related_name="evidence_requests"
    )
    number = models.PositiveSmallIntegerField(_("番号"))
    title = models.CharField(_("件名"), max_length=200)
    text = models.TextField(_("依頼の内容"))
    controls = models.ManyToManyField(
        "controls.Control", through="audits.RequestedControl", related_name="+"
    )
    state = models.CharField(
        _("状態"), max_length=10, choices=RequestState, default=RequestState.ASKED
    )
    due_on = models.DateField(_("期限"), null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("依頼日時"))
    answer = models.TextField(_("事業者からの回答"), blank=True)
    creation_key = models.UUIDField(editable=False)
    row_version = models.PositiveIntegerField(default=1)

    objects = EvidenceRequestQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "number"], name="evidencerequest_number_once"
            ),
            models.UniqueConstraint(
                fields=["engagement", "creation_key"], name="evidencerequest_created_once"
            ),
            models.CheckConstraint(
                name="evidencerequest_says_what", condition=~Q(title="") & ~Q(text="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned",
                fields=[
                    "engagement", "number", "title", "text", "asked_by", "asked_at", "creation_key",
                ],
            ),
            pgtrigger.Protect(
                name="begins_asked",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state=RequestState.ASKED),
            ),
            pgtrigger.Protect(
                name="final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=CLOSED_REQUESTS),
            ),
            pgtrigger.FSM(name="moves", field="state", transitions=TRANSITIONS),
            pgtrigger.Trigger(
                name="in_fieldwork",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_OUTSIDE_FIELDWORK,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("audits:evidence_request", args=[self.pk])


class RequestedControl(models.Model):
    """A detail of the pinned declaration that a request is about."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="asked_controls")
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["request", "control__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "control"], name="requestedcontrol_once_a_request"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="of_the_declaration",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_CONTROL,
            ),
        ]

    def __str__(self) -> str:
        return self.control.number


class ProvidedEvidence(models.Model):
    """A version of a piece of the provider's evidence library that was given in answer to a request."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="provided")
    version = models.ForeignKey("declarations.EvidenceVersion", models.PROTECT, related_name="+")
    provided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    provided_at = models.DateTimeField(_("提出日時"))

    class Meta:
        ordering = ["provided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "version"], name="providedevidence_once_a_request"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="of_the_provider",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_FOREIGN_EVIDENCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class EvidenceRequestHistory(HistoryEntry):
    """Act history of an evidence request; both sides read it.

    `reason` of a `provide` is what the provider answered then; the files of that act have its very instant.
    """

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("資料の依頼の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(RequestMove(self.action).label)
