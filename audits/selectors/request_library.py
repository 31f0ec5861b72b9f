"""What a provider may choose from its evidence library in answer to a request."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from audits.models import EvidenceRequest
from declarations.models import Evidence, EvidenceVersion
from declarations.selectors.evidence_library import LibraryRow, library, library_rows

# What the page offers at once; searching finds the rest.
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """What was chosen so far, what else is offered, and how much more was found. `is_tied` says: provided already."""

    chosen: list[EvidenceVersion]
    rows: list[LibraryRow]
    more: int
    text: str


def own_versions(user: User) -> QuerySet[EvidenceVersion]:
    """Every version of evidence that is in use, of the person's own organisation."""
    return EvidenceVersion.objects.filter(
        evidence__in=Evidence.objects.visible_to(user).in_use()
    ).select_related("file", "evidence")


def offer(
    user: User, request: EvidenceRequest, *, text: str, chosen: Collection[uuid.UUID], today: date
) -> Offer:
    """The newest version of what is found, with what is chosen on top. Five queries."""
    found = library(user, state="", text=text, today=today, notice=None)
    found = found.exclude(versions__in=chosen)
    count = found.count()
    provided = frozenset(request.provided.values_list("version", flat=True))
    return Offer(
        chosen=list(own_versions(user).filter(pk__in=chosen).order_by("evidence__title", "pk")),
        rows=library_rows(found[:OFFERED], today=today, notice=None, tied=provided),
        more=max(0, count - OFFERED),
        text=text,
    )
