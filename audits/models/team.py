"""The team of an external audit, and what its members say of their independence."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.enums import CheckResult, StatementOutcome
from audits.limits import MAX_YEARS_IN_ROLE
from audits.models.engagement import Engagement
from audits.querysets import EngagementMemberQuerySet
from core.models import UUIDModel

# Days of memberships are days in Japan.
REFUSE_STRANGER = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        WHERE engagement.id = NEW.engagement_id AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'engagementmember_in_fieldwork'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagement engagement
        JOIN accounts_membership membership ON membership.organisation_id = engagement.firm_id
        WHERE engagement.id = NEW.engagement_id AND membership.user_id = NEW.person_id
          AND membership.role IN ('audit_lead', 'audit_member')
          AND membership.starts_on <= (NEW.assigned_at AT TIME ZONE 'Asia/Tokyo')::date
          AND COALESCE(membership.ends_on, 'infinity') >= (NEW.assigned_at AT TIME ZONE 'Asia/Tokyo')::date
    ) THEN
        RAISE EXCEPTION 'engagementmember_of_firm'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_STATEMENT_OF_NOBODY = """
    IF NOT EXISTS (
        SELECT 1 FROM audits_engagementmember member
        JOIN audits_engagement engagement ON engagement.id = member.engagement_id
        WHERE member.id = NEW.member_id AND member.ended_at IS NULL AND engagement.state = 'fieldwork'
    ) THEN
        RAISE EXCEPTION 'independencestatement_of_live_member'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class EngagementMember(UUIDModel):
    """One person of the firm in the team of one engagement (監査チームの一員), until the audit lead ends it."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("チームに加えた日時"))
    ended_at = models.DateTimeField(_("チームから外した日時"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.TextField(_("チームから外した理由"), blank=True)

    objects = EngagementMemberQuerySet.as_manager()

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "person"],
                condition=Q(ended_at__isnull=True),
                name="engagementmember_once",
            ),
            models.CheckConstraint(
                name="engagementmember_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="pinned", fields=["engagement", "person", "assigned_by", "assigned_at"]
            ),
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="of_firm",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_STRANGER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.engagement_id}"

    @property
    def is_live(self) -> bool:
        """Still in the team."""
        return self.ended_at is None


class IndependenceStatement(UUIDModel):
    """What a member said of his or her independence (独立性の確認), by which rules it was judged, and the outcome.

    The newest version counts. `interests` is {kind: text} for those that exist, `rules` the parameters of that day with
    their status, `checks` what each rule said (audits.independence.Check).
    """

    member = models.ForeignKey(EngagementMember, models.PROTECT, related_name="statements")
    version = models.PositiveSmallIntegerField(_("版"))
    advisory_work = models.BooleanField(_("助言業務の有無"))
    advisory_last_day = models.DateField(_("助言業務の最終日"), null=True)
    advisory_description = models.TextField(_("助言業務の内容"), blank=True)
    years_in_role = models.PositiveSmallIntegerField(_("続けて担当する年数"))
    interests = models.JSONField(_("利害関係"), default=dict)
    rules = models.JSONField(_("確認した条件"))
    checks = models.JSONField(_("確認の結果"))
    outcome = models.CharField(_("結果"), max_length=10, choices=StatementOutcome)
    confirmed_at = models.DateTimeField(_("確認日時"))

    class Meta:
        ordering = ["member", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "version"], name="independencestatement_version_once"
            ),
            models.CheckConstraint(
                name="independencestatement_advisory_described",
                condition=Q(
                    advisory_work=False, advisory_last_day__isnull=True, advisory_description=""
                )
                | (Q(advisory_work=True) & ~Q(advisory_description="")),
            ),
            models.CheckConstraint(
                name="independencestatement_years_in_range",
                condition=Q(years_in_role__gte=1, years_in_role__lte=MAX_YEARS_IN_ROLE),
            ),
            models.CheckConstraint(
                name="independencestatement_refused_iff_check",
                condition=Q(
                    outcome=StatementOutcome.REFUSED,
                    checks__contains=[{"result": CheckResult.REFUSED}],
                )
                | (
                    Q(outcome=StatementOutcome.PASSED)
                    & ~Q(checks__contains=[{"result": CheckResult.REFUSED}])
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="of_live_member",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=REFUSE_STATEMENT_OF_NOBODY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.version}"

    @property
    def is_passed(self) -> bool:
        """No rule stood against the person."""
        return self.outcome == StatementOutcome.PASSED
