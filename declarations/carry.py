"""What the statements of one declaration become in the next, along the lineage of the criteria. Pure.

Controls and statements are named by their keys, so the plan can be computed, shown and tested without a database.
Nothing is deleted: what has no place in the new edition is listed as left behind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from controls.enums import UNCHANGED_RELATIONS, Relation
from declarations.enums import Adoption


class Kind(StrEnum):
    """What a control of the target edition gets."""

    UNCHANGED = "unchanged"
    REWORDED = "reworded"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"


# The control asks something else than before, so a person looks at each row by itself.
TO_BE_SEEN_SINGLY = (Kind.REWORDED, Kind.SPLIT, Kind.MERGED)


@dataclass(frozen=True, slots=True)
class Base:
    """A listed service that a control was inherited from; `is_carried`: it was on the list over the new period too."""

    key: UUID
    label: str
    is_carried: bool


@dataclass(frozen=True, slots=True)
class OldRow:
    """One statement of the earlier declaration; `files` are its evidence ties, `owner` its person or None."""

    statement: int
    control: UUID
    number: str
    adoption: str = Adoption.UNDECIDED
    reason: str = ""
    individual_control: str = ""
    inherited_note: str = ""
    owner: UUID | None = None
    files: tuple[tuple[str, str], ...] = ()
    base: Base | None = None

    @property
    def is_empty(self) -> bool:
        """Nobody has said anything, so there is nothing to carry."""
        said = (
            self.reason or self.individual_control or self.inherited_note or self.base or self.files
        )
        return self.adoption == Adoption.UNDECIDED and not said

    @property
    def length(self) -> int:
        """Characters of what it says."""
        return len(self.individual_control) + len(self.reason)


@dataclass(frozen=True, slots=True)
class OldExclusion:
    """An excluded objective of the earlier declaration."""

    objective: UUID
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a lineage: the control `old` became `new`; None where there is none."""

    old: UUID | None
    new: UUID | None
    relation: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What one control of the target edition receives, and from which statements. Without sources it is empty."""

    control: UUID
    kind: Kind
    sources: tuple[OldRow, ...] = ()
    adoption: str = Adoption.UNDECIDED
    reason: str = ""
    individual_control: str = ""
    inherited_note: str = ""
    base: Base | None = None
    owner: UUID | None = None
    files: tuple[tuple[str, str], ...] = ()

    @property
    def lost_base(self) -> str:
        """The base service that was left out, as it is not on the list over the new period; "" when none was."""
        bases = [source.base for source in self.sources if source.base]
        return "、".join(dict.fromkeys(base.label for base in bases)) if not self.base else ""

    @property
    def is_carried(self) -> bool:
        """Something was carried, so a person has to confirm it."""
        return any(not source.is_empty for source in self.sources)


@dataclass(frozen=True, slots=True)
class CarryPlan:
    """The whole carry-over: rows in the order of the target edition, and what stays behind."""

    rows: tuple[Carried, ...]
    withdrawn: tuple[OldRow, ...]
    exclusions: tuple[tuple[UUID, str], ...]
    dropped_exclusions: tuple[OldExclusion, ...]

    @property
    def counts(self) -> Counter[Kind]:
        """Controls of the target edition by what they get."""
        return Counter(row.kind for row in self.rows)

    def of_kind(self, kind: Kind) -> list[Carried]:
        """The rows of one kind, in order."""
        return [row for row in self.rows if row.kind == kind]


def same_edition(controls: Iterable[UUID]) -> list[Line]:
    """The lineage of an edition to itself."""
    return [Line(control, control, Relation.SAME) for control in controls]


def carry_plan(
    rows: Sequence[OldRow],
    exclusions: Sequence[OldExclusion],
    lines: Iterable[Line],
    *,
    details: Sequence[UUID],
) -> CarryPlan:
    """The plan for the `details` of the target edition. `lines` are those of details and of objectives."""
    by_control = {row.control: row for row in rows}
    sources: dict[UUID, list[Line]] = {}
    for line in lines:
        if line.new is not None and line.old is not None:
            sources.setdefault(line.new, []).append(line)
    planned = tuple(_row(control, sources.get(control, []), by_control) for control in details)
    used = {source.statement for row in planned for source in row.sources}
    carried, dropped = _exclusions(exclusions, sources)
    return CarryPlan(
        rows=planned,
        withdrawn=tuple(row for row in rows if row.statement not in used),
        exclusions=carried,
        dropped_exclusions=dropped,
    )


def _row(control: UUID, lines: list[Line], rows: Mapping[UUID, OldRow]) -> Carried:
    named = [line for line in lines if line.old in rows]
    sources = tuple(rows[line.old] for line in named if line.old is not None)
    if not sources:
        return Carried(control, Kind.NEW)
    kind = _kind([line.relation for line in named])
    base = next((s.base for s in sources if s.base and s.base.is_carried), None)
    return Carried(
        control=control,
        kind=kind,
        sources=sources,
        adoption=_adoption([source.adoption for source in sources]),
        reason=_under_numbers([(source.number, source.reason) for source in sources]),
        individual_control=_under_numbers([(s.number, s.individual_control) for s in sources]),
        inherited_note=_under_numbers([(s.number, _note(s, base)) for s in sources]),
        base=base,
        owner=next((source.owner for source in sources if source.owner is not None), None),
        files=tuple(dict.fromkeys(file for source in sources for file in source.files)),
    )


def _kind(relations: list[str]) -> Kind:
    if len(relations) > 1 or relations[0] == Relation.MERGED:
        return Kind.MERGED
    if relations[0] in UNCHANGED_RELATIONS:
        return Kind.UNCHANGED
    return Kind.SPLIT if relations[0] == Relation.SPLIT else Kind.REWORDED


def _adoption(adoptions: list[str]) -> str:
    """What all say; when they disagree adopted if any is, else somebody has to decide."""
    if len(set(adoptions)) == 1:
        return adoptions[0]
    return Adoption.ADOPTED if Adoption.ADOPTED in adoptions else Adoption.UNDECIDED


def _under_numbers(texts: list[tuple[str, str]]) -> str:
    """One text as it is; of several each under the number that it had."""
    if len(texts) == 1:
        return texts[0][1]
    return "\n\n".join(f"［{number}］\n{text}" for number, text in texts if text)


def _note(source: OldRow, base: Base | None) -> str:
    """What the source says of its inheritance; its base service too, where a merged row keeps another one."""
    other = source.base and base and source.base != base
    label = source.base.label if source.base and other else ""
    return "\n".join(part for part in (label, source.inherited_note) if part)


def _exclusions(
    exclusions: Sequence[OldExclusion],
    sources: Mapping[UUID, list[Line]],
) -> tuple[tuple[tuple[UUID, str], ...], tuple[OldExclusion, ...]]:
    """An exclusion goes where its objective lives on. A merged objective is excluded when all its parts were."""
    excluded = {row.objective: row for row in exclusions}
    carried: list[tuple[UUID, str]] = []
    placed: set[UUID] = set()
    for target, lines in sources.items():
        olds = [line.old for line in lines if line.old is not None]
        if all(old in excluded for old in olds):
            parts = [excluded[old] for old in olds]
            carried.append((target, _under_numbers([(p.number, p.reason) for p in parts])))
            placed |= set(olds)
    return tuple(carried), tuple(row for row in exclusions if row.objective not in placed)
