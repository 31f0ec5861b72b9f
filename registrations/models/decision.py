"""Decisions of the committee: a proposal, votes on it, conflicts of interest."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import UUIDModel
from registrations.enums import DecisionKind, DecisionState
from registrations.models.application import Application
from registrations.models.register import Registration
from registrations.querysets.decision import ConflictQuerySet, DecisionQuerySet

REFUSE_IMPROPER_VOTE = """
    IF NOT EXISTS (
        SELECT 1 FROM registrations_decision decision
        WHERE decision.id = NEW.decision_id AND decision.state = 'open'
          AND decision.proposed_by_id <> NEW.member_id
    ) THEN
        RAISE EXCEPTION 'vote_only_on_an_open_proposal_of_somebody_else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM registrations_conflictofinterest conflict
        JOIN registrations_decision decision ON decision.id = NEW.decision_id
        LEFT JOIN registrations_application application ON application.id = decision.application_id
        LEFT JOIN registrations_registration registration ON registration.id = decision.registration_id
        JOIN declarations_cloudservice service
          ON service.id = COALESCE(application.service_id, registration.service_id)
        WHERE conflict.member_id = NEW.member_id AND conflict.ended_at IS NULL
          AND conflict.organisation_id = service.organisation_id
    ) THEN
        RAISE EXCEPTION 'vote_without_conflict_of_interest'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# A vote of a member who declared a conflict after voting counts no more.
REFUSE_UNCARRIED = """
    IF (SELECT count(*) FILTER (WHERE vote.agrees AND NOT EXISTS (
            SELECT 1 FROM registrations_conflictofinterest conflict
            LEFT JOIN registrations_application application ON application.id = NEW.application_id
            LEFT JOIN registrations_registration registration ON registration.id = NEW.registration_id
            JOIN declarations_cloudservice service
              ON service.id = COALESCE(application.service_id, registration.service_id)
            WHERE conflict.member_id = vote.member_id AND conflict.ended_at IS NULL
              AND conflict.organisation_id = service.organisation_id
        )) < 2 OR bool_or(NOT vote.agrees)
        FROM registrations_vote vote WHERE vote.decision_id = NEW.id) THEN
        RAISE EXCEPTION 'decision_carried_by_two_members'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Decision(UUIDModel):
    """One version of a proposal (決定案) and what became of it. Votes belong to one version."""

    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="decisions"
    )
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, related_name="decisions"
    )
    kind = models.CharField(_("決定の種類"), max_length=10, choices=DecisionKind)
    proposal_version = models.PositiveSmallIntegerField(_("案の版"))
    state = models.CharField(
        _("状態"), max_length=12, choices=DecisionState, default=DecisionState.OPEN
    )
    registration_number = models.CharField(_("登録番号"), max_length=40, blank=True)
    article = models.CharField(_("条項"), max_length=60, blank=True)
    reason = models.TextField(_("理由"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提案日時"))
    closed_at = models.DateTimeField(_("終了日時"), null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_about_exactly_one_thing",
                condition=Q(application__isnull=False, registration__isnull=True)
                | Q(application__isnull=True, registration__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["application", "proposal_version"], name="decision_version_once"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=DecisionState.OPEN),
                name="decision_one_open_per_application",
            ),
            models.CheckConstraint(
                name="decision_closed_iff_not_open",
                condition=Q(state=DecisionState.OPEN, closed_at__isnull=True)
                | (~Q(state=DecisionState.OPEN) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="decision_register_has_number",
                condition=~Q(kind=DecisionKind.REGISTER) | ~Q(registration_number=""),
            ),
            models.CheckConstraint(name="decision_has_reason", condition=~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'open'"),
            ),
            pgtrigger.ReadOnly(
                name="proposal_is_fixed",
                fields=[
                    "application", "registration", "kind", "proposal_version", "registration_number",
                    "article", "reason", "proposed_by", "proposed_at",
                ],
            ),
            pgtrigger.Trigger(
                name="carried_by_two",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'carried'"),
                func=REFUSE_UNCARRIED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.proposal_version}"


class Vote(models.Model):
    """One member's vote (表決) on one version of a proposal."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agrees = models.BooleanField(_("賛否"))
    reason = models.TextField(_("理由"), blank=True)
    cast_at = models.DateTimeField(_("表決日時"))

    class Meta:
        ordering = ["cast_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "member"], name="vote_once_per_member"),
            models.CheckConstraint(
                name="vote_dissent_has_reason", condition=Q(agrees=True) | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="proper",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_IMPROPER_VOTE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_agrees_display()}"

    def get_agrees_display(self) -> str:
        """賛成 or 反対."""
        return str(_("賛成") if self.agrees else _("反対"))


class ConflictOfInterest(UUIDModel):
    """A committee member's declared conflict (利益相反) with one cloud service provider."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reason = models.TextField(_("内容"))
    declared_at = models.DateTimeField(_("申告日時"))
    ended_at = models.DateTimeField(_("終了日時"), null=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="conflict_once_per_member_and_csp",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="declared_is_fixed", fields=["member", "organisation", "reason", "declared_at"]
            ),
            pgtrigger.Protect(
                name="ended_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.ended_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.organisation}"
