"""What two contents of a catalogue have in common and where they differ. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    """What of a control is compared. Two controls are the same control when their numbers are equal."""

    number: str
    level: str
    standard: str
    title: str
    source_standard: str
    introduced: str
    is_explanatory: bool
    area: str


FIELD_LABELS = {
    "level": _("階層"),
    "standard": _("基準"),
    "title": _("見出し"),
    "source_standard": _("元になった規格"),
    "introduced": _("初出の版"),
    "is_explanatory": _("説明のみ"),
    "area": _("重点領域"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one control that is not what it was."""

    number: str
    field: str
    before: object
    after: object

    @property
    def field_label(self) -> str:
        """The field in Japanese."""
        return str(FIELD_LABELS[self.field])


@dataclass(frozen=True, slots=True)
class Difference:
    """From one content to another; each part in the order of the content that it comes from."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both contents are the same."""
        return not (self.added or self.removed or self.changed)


def difference(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    """What has to happen to `before` to make it `after`."""
    old = {entry.number: entry for entry in before}
    new = {entry.number: entry for entry in after}
    return Difference(
        added=tuple(entry for number, entry in new.items() if number not in old),
        removed=tuple(entry for number, entry in old.items() if number not in new),
        changed=tuple(
            Change(number, field, getattr(old[number], field), getattr(entry, field))
            for number, entry in new.items()
            if number in old
            for field in FIELD_LABELS
            if getattr(old[number], field) != getattr(entry, field)
        ),
    )
