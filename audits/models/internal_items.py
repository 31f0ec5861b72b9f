"""What an internal audit looks at and finds: items, nonconformities (facts), corrective actions (their answers)."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Gravity, ItemMethod, ItemReason, ItemResult, Verification
from audits.models import internal_rules as rules
from audits.models.internal import InternalAudit, InternalAuditor
from audits.querysets import CorrectiveActionQuerySet, NonconformityQuerySet
from core.models import UUIDModel

UNTESTED = Q(result="", tested_on__isnull=True)


class InternalAuditItem(models.Model):
    """One control of the audited declaration, who audits it, and the result."""

    audit = models.ForeignKey(InternalAudit, models.PROTECT, related_name="items")
    control = models.ForeignKey("controls.Control", models.PROTECT, related_name="+")
    reasons = ArrayField(models.CharField(max_length=15, choices=ItemReason))
    auditor = models.ForeignKey(InternalAuditor, models.PROTECT, null=True, related_name="items")
    method = models.CharField(_("方法"), max_length=15, choices=ItemMethod, blank=True)
    sample = models.TextField(_("確認した対象"), blank=True)
    result = models.CharField(_("結果"), max_length=12, choices=ItemResult, blank=True)
    note = models.TextField(_("所見"), blank=True)
    tested_on = models.DateField(_("確認した日"), null=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["audit", "control__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "control"], name="internalaudititem_once"),
            models.CheckConstraint(
                name="internalaudititem_tested_by_whom_when_and_how",
                condition=UNTESTED
                | (
                    Q(tested_on__isnull=False, auditor__isnull=False)
                    & ~Q(result="")
                    & ~Q(method="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="fits_audit",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=rules.REFUSE_UNFIT_ITEM,
            ),
            pgtrigger.Trigger(
                name="not_own_work",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("auditor_id", "control_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.auditor_id IS NOT NULL"),
                func=rules.REFUSE_OWN_WORK,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.control.number} {self.get_result_display()}".strip()

    @property
    def reason_labels(self) -> list[str]:
        """Why it was chosen, in words."""
        return [str(ItemReason(reason).label) for reason in self.reasons]


class Nonconformity(UUIDModel):
    """A fact that the auditor found (不適合). Its answer is a record of its own, by another person."""

    item = models.ForeignKey(InternalAuditItem, models.PROTECT, related_name="nonconformities")
    number = models.PositiveSmallIntegerField(_("番号"))
    severity = models.CharField(_("程度"), max_length=6, choices=Gravity)
    fact = models.TextField(_("不適合の内容"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("記録日時"))
    withdrawn_at = models.DateTimeField(_("取下げの日時"), null=True)
    withdrawn_reason = models.TextField(_("取下げの理由"), blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        ordering = ["item__audit", "number"]
        constraints = [
            models.CheckConstraint(
                name="nonconformity_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            models.CheckConstraint(name="nonconformity_has_fact", condition=~Q(fact="")),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="pinned", fields=["item", "number", "raised_by", "raised_at"]),
            pgtrigger.Trigger(
                name="of_running_audit",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=rules.REFUSE_UNFIT_FACT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.item.control.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:nonconformity", args=[self.pk])

    @property
    def is_withdrawn(self) -> bool:
        """The auditor took it back."""
        return self.withdrawn_at is not None


class CorrectiveAction(UUIDModel):
    """The answer to a nonconformity (是正処置): cause, action, owner and due day, then done, then verified."""

    nonconformity = models.ForeignKey(Nonconformity, models.PROTECT, related_name="actions")
    cause = models.TextField(_("原因"))
    action = models.TextField(_("是正処置"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("責任者")
    )
    due = models.DateField(_("期限"))
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("計画日時"))
    done_on = models.DateField(_("完了日"), null=True)
    done_note = models.TextField(_("実施した内容"), blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verified_on = models.DateField(_("検証日"), null=True)
    verification = models.CharField(
        _("検証の結果"), max_length=12, choices=Verification, blank=True
    )
    verification_note = models.TextField(_("検証の所見"), blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        ordering = ["nonconformity", "answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nonconformity"],
                condition=~Q(verification=Verification.INEFFECTIVE),
                name="correctiveaction_one_at_a_time",
            ),
            models.CheckConstraint(
                name="correctiveaction_done_before_verified",
                condition=Q(verified_by__isnull=True, verified_on__isnull=True, verification="")
                | (
                    Q(verified_by__isnull=False, verified_on__gte=F("done_on"))
                    & ~Q(verification="")
                ),
            ),
            models.CheckConstraint(
                name="correctiveaction_done_says_what",
                condition=Q(done_on__isnull=True, done_note="")
                | (Q(done_on__isnull=False) & ~Q(done_note="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned",
                fields=[
                    "nonconformity", "cause", "action", "owner", "due", "answered_by", "answered_at",
                ],
            ),
            pgtrigger.Protect(
                name="verified_is_final",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__verification=""),
            ),
            pgtrigger.Trigger(
                name="verified_by_another",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=rules.REFUSE_UNFIT_ACTION,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.action[:40]}"

    @property
    def is_done(self) -> bool:
        """The owner says that it was carried out."""
        return self.done_on is not None

    @property
    def is_verified(self) -> bool:
        """An auditor has looked at it."""
        return self.verification != ""

    @property
    def is_closed(self) -> bool:
        """Verified as effective."""
        return self.verification == Verification.EFFECTIVE
