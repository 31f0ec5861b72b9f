"""Which rows an act is about: ticked ones, or all that a filter leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from core.fields import VERSION_LOST, KeyField
from core.forms import StrictForm
from declarations.filters import StatementFilter
from declarations.models import Declaration

FILTERED = "filtered"
# Ticked rows that an address carries: servers take lines of about 4,000 characters.
IN_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Numbers of the chosen rows in catalogue order. `query` is the filter of the list that they were chosen in.

    `is_filtered` when all that the filter leaves were meant.
    """

    numbers: tuple[str, ...]
    query: str = ""
    is_filtered: bool = False

    @property
    def field(self) -> str:
        """All numbers as one hidden field: a request may hold fewer fields than a declaration has rows."""
        return " ".join(self.numbers)

    @property
    def address(self) -> str:
        """The same selection as a query string; more ticked rows than an address holds are left to the form."""
        chosen = {"filter": self.query} if self.query else {}
        if self.is_filtered:
            chosen["scope"] = FILTERED
        elif len(self.numbers) <= IN_ADDRESS:
            chosen["numbers"] = self.field
        return urlencode(chosen)


def read_selection(
    data: QueryDict, address: QueryDict, declaration: Declaration, user: User
) -> Selection:
    """What was sent: `scope=filtered` with the filter as `filter`, or numbers in `numbers` and `n`. One query.

    Later steps send the numbers alone; the `address` of the page still says that a filter was meant.

    Numbers that the declaration does not have are no rows, and neither is anything by a filter that is not understood.
    """
    query = data.get("filter", "")
    if data.get("scope") == FILTERED:
        rows = StatementFilter(QueryDict(query), declaration=declaration, user=user)
        found = rows.qs if rows.form.is_valid() else rows.qs.none()
    else:
        wanted = [*data.get("numbers", "").split(), *data.getlist("n")]
        found = declaration.statements.filter(control__number__in=wanted)
    numbers = found.order_by("control__sort_key").values_list("control__number", flat=True)
    is_filtered = FILTERED in (data.get("scope"), address.get("scope"))
    return Selection(tuple(numbers), query, is_filtered)


def versions_field(versions: dict[str, int]) -> str:
    """Row versions as one hidden field."""
    return " ".join(f"{number}:{version}" for number, version in versions.items())


class ConfirmForm(StrictForm):
    """What a confirmation page showed: the rows with their versions, and the id that the act will have."""

    batch = KeyField()
    rows = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": VERSION_LOST},
    )

    def clean_rows(self) -> dict[str, int]:
        """Versions by number."""
        pairs: Iterable[list[str]] = [
            item.rsplit(":", 1) for item in self.cleaned_data["rows"].split()
        ]
        versions = {
            pair[0]: int(pair[1])
            for pair in pairs
            if len(pair) == 2 and pair[1].isdecimal() and len(pair[1]) < 9
        }
        if not versions:
            raise ValidationError(VERSION_LOST)
        return versions
