"""Conflicts of interest (利益相反): a member declares the own, per provider, and ends them."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from core.exceptions import DomainError
from core.policies import require
from core.text import clean_text
from registrations.models import ConflictOfInterest
from registrations.policies import decision as policies


@transaction.atomic
def declare_conflict(*, actor: User, organisation_id: uuid.UUID, reason: str) -> ConflictOfInterest:
    """Declare a conflict of interest with a provider: from now on this member votes on none of its cases.

    A vote already cast on an open proposal counts no more. Declaring twice finds the first declaration.
    """
    require(policies.can_declare_conflict, actor)
    text = clean_text(reason)
    if not text:
        raise DomainError(_("利益相反の内容を入力してください。"))
    organisation = Organisation.objects.filter(
        kind=OrganisationKind.CSP, pk=organisation_id
    ).first()
    if organisation is None:
        raise DomainError(_("クラウドサービス事業者を選んでください。"))
    conflict, _created = ConflictOfInterest.objects.in_force().get_or_create(
        member=actor,
        organisation=organisation,
        defaults={"reason": text, "declared_at": timezone.now()},
    )
    return conflict


@transaction.atomic
def end_conflict(*, conflict_id: uuid.UUID, actor: User) -> ConflictOfInterest:
    """End an own declared conflict; votes already cast are not touched. Twice is harmless."""
    conflict = ConflictOfInterest.objects.select_for_update(of=("self",), no_key=True).get(
        pk=conflict_id
    )
    require(policies.can_end_conflict, actor, conflict)
    if conflict.ended_at is None:
        conflict.ended_at = timezone.now()
        conflict.save(update_fields=["ended_at"])
    return conflict
