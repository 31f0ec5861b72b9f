"""What happened to a control and has to reach the next audit: written from above, read from above."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import UUIDModel
from registrations.enums import FlagKind


class ControlFlag(UUIDModel):
    """A mark on a control of a service (監査への申し送り), until it is cleared.

    `incidents` sets it and `audits` reads it when it plans; the two never import each other.
    """

    service = models.ForeignKey(
        "declarations.CloudService", models.PROTECT, related_name="control_flags"
    )
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    kind = models.CharField(_("種類"), max_length=10, choices=FlagKind)
    reason = models.TextField(_("理由"))
    since = models.DateField(_("発生日"))
    cleared_on = models.DateField(_("解除日"), null=True)
    recorded_at = models.DateTimeField(_("記録日時"))

    class Meta:
        ordering = ["service", "since", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(name="controlflag_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="controlflag_days_ordered",
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=F("since")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="said_once", exclude=["cleared_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.control.number} {self.get_kind_display()}"
