"""What probably became of the controls of one edition in another, from numbers and text digests alone. Pure.

It is a proposal: splits, mergers and changed numbers are for people to see.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from controls.enums import Relation


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One line by the numbers of its sides; a withdrawn control has no `new`, a new one no `old`."""

    old: str | None
    new: str | None
    relation: Relation


def propose(
    old_controls: Collection[str],
    new_controls: Collection[str],
    old_digests: Mapping[str, str],
    new_digests: Mapping[str, str],
) -> list[ProposedLine]:
    """One line for each number: those of the new edition in their order, then what is only in the old one.

    Digests are those of the official texts by number. Where a text is missing on either side nothing is known of the
    wording, so the number alone decides.

    >>> propose(["5.1.1"], ["5.1.1", "5.1.2"], {}, {})[1]
    ProposedLine(old=None, new='5.1.2', relation=Relation.NEW)
    """
    before, after = set(old_controls), set(new_controls)
    lines = [
        ProposedLine(number, number, _relation(old_digests.get(number), new_digests.get(number)))
        if number in before
        else ProposedLine(None, number, Relation.NEW)
        for number in new_controls
    ]
    lines += [
        ProposedLine(number, None, Relation.WITHDRAWN)
        for number in old_controls
        if number not in after
    ]
    return lines


def _relation(old_digest: str | None, new_digest: str | None) -> Relation:
    both_known = old_digest is not None and new_digest is not None
    return Relation.REWORDED if both_known and old_digest != new_digest else Relation.SAME
