"""Reads for the comparison of an edition with the official criteria."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from controls.enums import TextImportState
from controls.models import CatalogueEdition, TextImport
from controls.selectors.catalogue import DOUBTFUL_GAPS, editions_with_counts
from controls.selectors.text_import import obstacles


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The last applied import of an edition and what it says of the numbers."""

    last: TextImport | None
    obstacles: dict[str, int]
    gaps_in_file: list[str]
    gaps_not_in_file: list[str]
    is_proposed: bool

    @property
    def is_borne_out(self) -> bool:
        """Whether the last import shows that the edition has the official numbers."""
        return self.last is not None and not self.obstacles


def editions_with_comparison(user: User) -> QuerySet[CatalogueEdition]:
    """The visible editions with counts and the persons of the comparison."""
    return editions_with_counts(user).select_related("compared_by", "compared_confirmed_by")


def comparison_page(edition: CatalogueEdition) -> ComparisonPage:
    """Two queries."""
    last = (
        edition.text_imports.filter(state=TextImportState.APPLIED)
        .select_related("file", "applied_by")
        .order_by("-applied_at", "pk")
        .first()
    )
    present = set(
        edition.controls.filter(number__in=DOUBTFUL_GAPS).values_list("number", flat=True)
    )
    open_gaps = [number for number in DOUBTFUL_GAPS if number not in present]
    in_file = last.counts.get("gaps", []) if last else []
    return ComparisonPage(
        last=last,
        obstacles=obstacles(last) if last else {},
        gaps_in_file=[number for number in open_gaps if number in in_file],
        gaps_not_in_file=[number for number in open_gaps if last and number not in in_file],
        is_proposed=last is not None and edition.compared_sha256 == last.file.sha256,
    )
