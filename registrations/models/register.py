"""The register: a registration has no state column; its state at an instant is the fold of its listing events."""

from datetime import date, datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, UUIDModel
from registrations.enums import RegistrationMove
from registrations.querysets.register import ListingEventQuerySet, RegistrationQuerySet

REFUSE_BACKDATING = """
    IF EXISTS (
        SELECT 1 FROM registrations_listingevent earlier
        WHERE earlier.registration_id = NEW.registration_id AND earlier.effective_at > NEW.effective_at
    ) THEN
        RAISE EXCEPTION 'listing_event_not_before_the_last'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

REFUSE_UNDECIDED = """
    IF NOT EXISTS (
        SELECT 1 FROM registrations_decision decision
        JOIN registrations_application application ON application.id = decision.application_id
        JOIN registrations_registration registration ON registration.id = NEW.registration_id
        WHERE decision.id = NEW.decision_id AND decision.state = 'carried' AND decision.kind = NEW.kind
          AND decision.registration_number = registration.number
          AND application.service_id = registration.service_id
    ) THEN
        RAISE EXCEPTION 'listing_event_as_decided'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Registration(UUIDModel):
    """A service's place on the ISMAP-LIU cloud service list (登録). After one has ended, another may follow."""

    service = models.ForeignKey(
        "declarations.CloudService", models.PROTECT, related_name="registrations"
    )
    number = models.CharField(_("登録番号"), max_length=40, unique=True)
    created_at = models.DateTimeField(_("記録日時"))

    # Annotated by `RegistrationQuerySet.listed_at`, as of the instant asked for.
    state: str
    state_since: datetime
    entry: dict[str, Any]
    valid_from: date
    valid_until: date
    renewal_pending: bool
    is_lapsed: bool

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(name="registration_has_number", condition=~Q(number=""))
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("public:entry", args=[self.pk])


class ListingEvent(models.Model):
    """What happened to a registration (掲載履歴), from the instant it takes effect. Append-only.

    Events that publish facts about the service carry them as `entry`, frozen as they were published, so that the
    list can answer for any day.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="listing_events")
    kind = models.CharField(_("種類"), max_length=12, choices=RegistrationMove)
    effective_at = models.DateTimeField(_("効力発生日時"))
    recorded_at = models.DateTimeField(_("記録日時"))
    article = models.CharField(_("条項"), max_length=60, blank=True)
    public_note = models.TextField(_("公表する内容"), blank=True)
    entry = models.JSONField(_("掲載内容"), null=True)
    entry_search_key = models.TextField(blank=True)
    decision = models.OneToOneField(
        "registrations.Decision", models.PROTECT, null=True, related_name="listing_event"
    )

    objects = ListingEventQuerySet.as_manager()

    class Meta:
        ordering = ["effective_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(kind=RegistrationMove.REGISTER),
                name="listing_event_registered_once",
            ),
            models.CheckConstraint(
                name="listing_event_with_its_entry",
                condition=Q(
                    kind__in=[RegistrationMove.REGISTER, RegistrationMove.RENEW],
                    entry__isnull=False,
                )
                | ~Q(kind__in=[RegistrationMove.REGISTER, RegistrationMove.RENEW]),
            ),
        ]
        indexes = [models.Index(fields=["registration", "effective_at"], name="listing_event_fold")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="in_order",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_BACKDATING,
            ),
            # Nothing is registered or renewed but by the carried decision on this service and number.
            pgtrigger.Trigger(
                name="as_decided",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.kind IN ('register', 'renew')"),
                func=REFUSE_UNDECIDED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_at:%Y-%m-%d %H:%M}"


class ValidityPeriod(models.Model):
    """From which to which day a registration is valid (有効期間), and which values it was computed from."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="validity_periods")
    application = models.OneToOneField(
        "registrations.Application", models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("有効期間の開始日"))
    valid_until = models.DateField(_("有効期間の満了日"))
    computed_from = models.JSONField(_("計算に用いた値"))

    class Meta:
        ordering = ["registration", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="validity_ordered", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.UniqueConstraint(
                fields=["registration", "valid_until"], name="validity_end_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_until}"


class RegistrationHistory(HistoryEntry):
    """Act history of a registration."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("登録の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(RegistrationMove(self.action).label)
