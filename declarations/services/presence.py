"""Being seen in a section. No act: nothing follows from it, so it takes no lock and writes no history."""

import uuid
from datetime import datetime, timedelta

from accounts.models import User
from core.policies import require
from declarations import policies
from declarations.models import Declaration, Presence

KEPT_FOR = timedelta(days=1)


def note_presence(
    declaration: Declaration, person: User, *, section_id: uuid.UUID, at: datetime
) -> None:
    """Say that this person has the section open; the section before counts no more. One statement, no query.

    Raises PermissionDenied for whoever may not edit the declaration. Load `service` along with it.
    """
    require(policies.can_edit_declaration, person, declaration)
    Presence.objects.bulk_create(
        [Presence(declaration=declaration, person=person, section_id=section_id, seen_at=at)],
        update_conflicts=True,
        unique_fields=["declaration", "person"],
        update_fields=["section", "seen_at"],
    )


def clear_presences(*, now: datetime) -> int:
    """Forget who was seen a day ago or earlier; how many rows that were. A system act, safe to repeat."""
    cleared, _by_model = Presence.objects.filter(seen_at__lte=now - KEPT_FOR).delete()
    return cleared
