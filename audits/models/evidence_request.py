"""Evidence requests: what the auditors ask the provider for, and what comes back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import RequestMove, RequestState
from audits.querysets import EvidenceRequestQuerySet
from core.models import HistoryEntry, UUIDModel


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
    controls = models.ManyToManyField("controls.Control", related_name="+")
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
                name="pinned", fields=["engagement", "number", "asked_by", "asked_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("audits:evidence_request", args=[self.pk])


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
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class EvidenceRequestHistory(HistoryEntry):
    """Act history of an evidence request; both sides read it."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("資料の依頼の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(RequestMove(self.action).label)
