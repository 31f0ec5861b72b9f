"""What the page that opens a declaration proposes: the edition, and whether to carry last year's rows over."""

from typing import Any

from controls.models import CatalogueEdition
from declarations.models import CloudService, Declaration
from declarations.selectors.carry_over import lineage_targets


def previous_declaration(service: CloudService) -> Declaration | None:
    """The fixed declaration of the latest period, from which the next may be carried over."""
    return (
        Declaration.objects.fixed()
        .filter(service=service)
        .select_related("edition")
        .order_by("-period_end", "-version")
        .first()
    )


def unreachable_editions(
    editions: list[CatalogueEdition], previous: Declaration | None
) -> list[CatalogueEdition]:
    """Editions that no published lineage leads to from the previous declaration."""
    if previous is None:
        return []
    reachable = lineage_targets(previous.edition)
    return [edition for edition in editions if edition.pk not in reachable]


def opening_proposal(
    editions: list[CatalogueEdition], previous: Declaration | None
) -> dict[str, Any]:
    """The newest edition; carried over where that is possible."""
    if not editions:
        return {}
    newest = editions[0]
    carries = previous is not None and newest not in unreachable_editions(editions, previous)
    return {"edition": str(newest.pk), "start": "carry" if carries else "empty"}
