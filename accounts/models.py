"""Organisations, people and what they may do where."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    AuditBodyListing,
    InvitationState,
    OrganisationAction,
    OrganisationKind,
    Role,
)
from accounts.querysets import (
    InvitationQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    UserManager,
)
from core.db import DayRange
from core.models import HistoryEntry, UUIDModel


class Organisation(UUIDModel):
    """A cloud service provider, an audit body, or the committee with its secretariat."""

    kind = models.CharField(_("種別"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("名称"), max_length=200)
    name_kana = models.CharField(_("フリガナ"), max_length=200, blank=True)
    search_key = models.TextField(editable=False)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    address = models.CharField(_("所在地"), max_length=300, blank=True)
    representative_title = models.CharField(_("代表者の役職"), max_length=100, blank=True)
    representative_name = models.CharField(_("代表者の氏名"), max_length=100, blank=True)
    phone = models.CharField(_("電話番号"), max_length=30, blank=True)
    profile = models.TextField(_("事業者の概要"), blank=True)
    listed_on = models.DateField(_("監査機関リスト掲載日"), null=True, blank=True)
    delisted_on = models.DateField(_("監査機関リスト削除日"), null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name_kana", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "corporate_number"],
                condition=~Q(corporate_number=""),
                name="organisation_corporate_number_once_per_kind",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=OrganisationKind.COMMITTEE),
                name="organisation_one_committee",
            ),
            models.CheckConstraint(
                name="organisation_only_audit_bodies_are_listed",
                condition=Q(kind=OrganisationKind.AUDIT_BODY) | Q(listed_on__isnull=True),
            ),
            models.CheckConstraint(
                name="organisation_delisted_after_listed",
                condition=Q(delisted_on__isnull=True) | Q(delisted_on__gt=F("listed_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this organisation, for signed-in people."""
        return reverse("accounts:organisation", args=[self.pk])

    def listing_on(self, day: date) -> AuditBodyListing:
        """Where this firm stands on the list of audit bodies (監査機関リスト) on that day."""
        if self.listed_on is None:
            return AuditBodyListing.UNLISTED
        if self.delisted_on is not None and self.delisted_on <= day:
            return AuditBodyListing.DELISTED
        return AuditBodyListing.LISTED if self.listed_on <= day else AuditBodyListing.SCHEDULED


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Where a person acts today and in which roles."""

    organisation: Organisation | None
    roles: frozenset[str]


class User(UUIDModel, AbstractBaseUser):
    """A person. What he or she may do comes from memberships alone; there is no superuser."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    is_active = models.BooleanField(_("有効"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_without_case")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def affiliation(self) -> Affiliation:
        """Today's memberships, read once per loaded person, that is once per request."""
        in_force = self.memberships.in_force(timezone.localdate())
        rows = list(in_force.select_related("organisation").order_by())
        organisation = rows[0].organisation if rows else None
        return Affiliation(organisation, frozenset(row.role for row in rows))

    @property
    def roles(self) -> frozenset[str]:
        """The roles in force today."""
        return self.affiliation.roles

    @property
    def organisation(self) -> Organisation | None:
        """The one organisation that this person acts for today."""
        return self.affiliation.organisation

    @property
    def organisation_id(self):
        """Key of that organisation, or None."""
        return self.organisation.pk if self.organisation else None

    @property
    def kind(self) -> str:
        """Kind of that organisation, or an empty string."""
        return self.organisation.kind if self.organisation else ""


class Membership(UUIDModel):
    """A person's role in an organisation (所属), from one day to another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("役割"), max_length=20, choices=Role)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    deputy_for = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代理の相手"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="membership_deputy_is_temporary",
                condition=Q(deputy_for__isnull=True) | Q(ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="membership_deputy_for_somebody_else",
                condition=Q(deputy_for__isnull=True) | ~Q(deputy_for=F("user")),
            ),
            ExclusionConstraint(
                name="membership_role_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        DayRange("starts_on", "ends_on", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            ExclusionConstraint(
                name="membership_one_organisation_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.NOT_EQUAL),
                    (
                        DayRange("starts_on", "ends_on", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Invitation(UUIDModel):
    """An invitation by mail: bound to address (lower case), organisation and roles, used once.

    Only the token's hash is kept. The token itself is derived when a mail is written (`token`), so it
    stands in no table and no job, and a copy of the database opens no door without the secret key.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("メールアドレス"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("役割"))
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有効期限"))
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="invitation_offers_a_role", condition=~Q(roles=[])),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def token(self) -> str:
        """256 bits in hexadecimal for the one-time link: HMAC of key and expiry under SECRET_KEY.

        Sending again moves the expiry, so the link of the earlier mail ends.
        """
        expiry = self.expires_at.astimezone(UTC).isoformat(timespec="microseconds")
        return salted_hmac(
            "accounts.invitation", f"{self.pk}:{expiry}", algorithm="sha256"
        ).hexdigest()

    def state_at(self, instant: datetime) -> InvitationState:
        """Whether the link opens the door at that instant, and if not, why."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if instant < self.expires_at else InvitationState.EXPIRED

    def get_roles_display(self) -> str:
        """The roles offered, in Japanese."""
        return "、".join(str(Role(role).label) for role in self.roles)


class OrganisationHistory(HistoryEntry):
    """Act history of an organisation and its people."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="history")

    class Meta(HistoryEntry.Meta):
        verbose_name = _("組織の操作履歴")

    def get_action_display(self) -> str:
        """The act in Japanese."""
        return str(OrganisationAction(self.action).label)
