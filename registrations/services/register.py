"""Acts on the register. They run inside the act that decided them: lock, fold, check, append."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.rules import Rules
from core import history
from core.db import refusals
from core.exceptions import DomainError
from core.normalise import search_key
from registrations.entries import list_entry
from registrations.enums import RegistrationMove
from registrations.models import (
    Application,
    Decision,
    ListingEvent,
    Registration,
    RegistrationHistory,
    ValidityPeriod,
)
from registrations.selectors.register import current_registration
from registrations.services.listing import tell_listing
from registrations.validity import validity_after
from registrations.workflow import REGISTRATION, state_at


@transaction.atomic
def register_service(
    *, application: Application, decision: Decision, actor: User, at: datetime
) -> Registration:
    """Enter the service in the register with the number that the committee decided (article.registration)."""
    if current_registration(application.service, at):
        raise DomainError(_("このサービスはすでに登録されています。更新として決定してください。"))
    move = REGISTRATION.check(RegistrationMove.REGISTER, None)
    with refusals(
        {
            "registration_number": _(
                "この登録番号はすでに使われています。別の番号で決定案を作り直してください。"
            )
        }
    ):
        registration = Registration.objects.create(
            service=application.service, number=decision.registration_number, created_at=at
        )
    _publish(registration, application, decision, at=at, kind=move.name)
    _record(
        registration, decision, actor, at, action=move.name, from_state="", to_state=move.target
    )
    return registration


@transaction.atomic
def renew_registration(
    *, application: Application, decision: Decision, actor: User, at: datetime
) -> Registration:
    """Give the registration a new period of validity and publish the new facts (基本規程 3.5)."""
    registration = Registration.objects.select_for_update(of=("self",), no_key=True).get(
        service=application.service, number=decision.registration_number
    )
    before = state_at(registration.listing_events.in_order(), at)
    move = REGISTRATION.check(RegistrationMove.RENEW, before)
    _publish(registration, application, decision, at=at, kind=move.name)
    _record(
        registration,
        decision,
        actor,
        at,
        action=move.name,
        from_state=before or "",
        to_state=move.target,
    )
    return registration


def _publish(
    registration: Registration,
    application: Application,
    decision: Decision,
    *,
    at: datetime,
    kind: str,
) -> None:
    """The listing event with the frozen entry, the period of validity that begins with it, and word to those who
    build on the service."""
    entry = list_entry(application)
    ListingEvent.objects.create(
        registration=registration,
        kind=kind,
        effective_at=at,
        recorded_at=at,
        article=decision.article,
        entry=entry,
        entry_search_key=search_key(
            registration.number,
            entry["service_name"],
            entry["service_kana"],
            entry["provider_name"],
        ),
        decision=decision,
    )
    today = timezone.localdate(at)
    validity = validity_after(application.declaration.period_end, Rules.at(today))
    if validity.valid_until < today:
        raise DomainError(
            _(
                "この言明の監査対象期間から計算した有効期間は、すでに満了しています。登録できません。"
            )
        )
    ValidityPeriod.objects.create(
        registration=registration,
        application=application,
        valid_from=today,
        valid_until=validity.valid_until,
        computed_from=validity.computed_from,
    )
    tell_listing(registration.pk, at=at)


def _record(
    registration: Registration, decision: Decision, actor: User, at: datetime, **facts: str
) -> None:
    RegistrationHistory.objects.create(
        registration=registration,
        **history.line(
            actor=actor, at=at, reason=decision.reason, article=decision.article, **facts
        ),
    )
