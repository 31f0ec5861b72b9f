"""The people of a provider who work on its declarations."""

import uuid

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from declarations.models import Declaration
from declarations.policies import WRITERS


def colleagues(declaration: Declaration) -> QuerySet[User]:
    """Everybody who may edit this declaration today, by name. Load `service` along with the declaration."""
    return writers_of(declaration.service.organisation_id)


def writers_of(organisation_id: uuid.UUID) -> QuerySet[User]:
    """Everybody who works on the provider's declarations and evidence today, by name."""
    memberships = Membership.objects.in_force(timezone.localdate()).filter(
        user=OuterRef("pk"), role__in=WRITERS, organisation=organisation_id
    )
    return User.objects.filter(Exists(memberships), is_active=True).order_by("name", "pk")
