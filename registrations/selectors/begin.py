"""Reads of the applicant around an application: with what to begin, what the end means."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.rules import Rules
from core.calendar import format_wareki
from declarations.models import Declaration
from registrations.enums import ApplicationKind, ApplicationState, DecisionState
from registrations.models import Application, ValidityPeriod
from registrations.selectors.register import current_registration, kind_for
from registrations.validity import validity_after


def own_applications(user: User) -> QuerySet[Application]:
    """The applications of the own services, newest first."""
    return (
        Application.objects.visible_to(user)
        .select_related("service", "declaration")
        .order_by("-created_at", "pk")
    )


def declarations_to_apply_with(user: User) -> list[Declaration]:
    """Fixed declarations of services without an open application, and not granted already."""
    applications = Application.objects.filter(service=OuterRef("service"))
    granted = Application.objects.filter(declaration=OuterRef("pk"), state=ApplicationState.GRANTED)
    return list(
        Declaration.objects.visible_to(user)
        .fixed()
        .exclude(Exists(applications.open()))
        .exclude(Exists(granted))
        .select_related("service")
        .order_by("service__name_kana", "-period_start", "pk")
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What an application with this declaration would be: its kind, the registration it renews, its validity."""

    kind_label: str
    number: str
    valid_until: date | None
    next_valid_until: date


def plan(declaration: Declaration, *, now: datetime) -> Plan:
    """Kind and periods as they are now; `declaration` comes with its service."""
    registration = current_registration(declaration.service, now)
    rules = Rules.at(timezone.localdate(now))
    return Plan(
        kind_label=str(kind_for(declaration.service, now).label),
        number=registration.number if registration else "",
        valid_until=registration.valid_until if registration else None,
        next_valid_until=validity_after(declaration.period_end, rules).valid_until,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a decided application ended, as the applicant reads it."""

    number: str
    valid_until: date | None
    entry_url: str
    reason: str


def outcome(application: Application) -> Outcome | None:
    """The committee's decision; None while there is none."""
    decision = application.decisions.filter(state=DecisionState.CARRIED).first()
    if decision is None:
        return None
    period = (
        ValidityPeriod.objects.filter(application=application)
        .select_related("registration")
        .first()
    )
    if period is None:
        return Outcome("", None, "", decision.reason)
    entry_url = reverse("public:entry", args=[period.registration_id])
    return Outcome(period.registration.number, period.valid_until, entry_url, decision.reason)


def withdrawal_effect(application: Application, *, now: datetime) -> str:
    """What withdrawing means, for the page that asks for it."""
    text = _("取り下げると、この申請の手続は終わります。元に戻すことはできません。")
    registration = current_registration(application.service, now)
    if application.kind != ApplicationKind.RENEWAL or registration is None:
        return text
    return text + _(
        "いまの登録は、有効期間が満了する%(day)sの後、更新申請がなければ失効します。"
    ) % {"day": format_wareki(registration.valid_until, weekday=False)}
