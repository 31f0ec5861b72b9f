"""What one declaration says otherwise than an earlier one. Pure: both come as plain values (`declarations.facts`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from declarations.facts import DeclarationFacts, ObjectiveFacts, StatementFacts
from declarations.snapshot import BODY_FIELDS

STATEMENT_FIELDS = ("adoption", "individual_control", "reason", "base_service", "inherited_note")


class DifferenceKind(StrEnum):
    """What differs in one row. A row may differ in several ways; the first that holds names it."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    ADOPTION = "adoption"
    WORDING = "wording"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field by its name in the model, and both values as they are stored."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One detailed control. `old_numbers` are set where the control had other numbers in the earlier edition."""

    number: str
    title: str
    section: str
    kind: DifferenceKind
    fields: tuple[FieldDifference, ...] = ()
    files_added: tuple[str, ...] = ()
    files_removed: tuple[str, ...] = ()
    old_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionDifference:
    """An objective whose exclusion began, ended or got another reason; "" stands for: not excluded."""

    number: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DeclarationDifference:
    """The whole difference: body, exclusions and rows in catalogue order, withdrawn controls last."""

    body: tuple[FieldDifference, ...]
    exclusions: tuple[ExclusionDifference, ...]
    rows: tuple[RowDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Both say the same."""
        return not (self.body or self.exclusions or self.rows)

    def count(self, kind: DifferenceKind) -> int:
        """Rows of one kind."""
        return sum(row.kind == kind for row in self.rows)


def compare(
    old: DeclarationFacts, new: DeclarationFacts, *, old_numbers: Mapping[str, tuple[str, ...]]
) -> DeclarationDifference:
    """`old_numbers` says which numbers of the earlier edition a number of the later one comes from; a number that it
    does not name kept its own."""
    return DeclarationDifference(
        body=tuple(
            FieldDifference(name, before, after)
            for name in BODY_FIELDS
            if (before := getattr(old.declaration, name))
            != (after := getattr(new.declaration, name))
        ),
        exclusions=tuple(_exclusions(old.objectives, new.objectives)),
        rows=tuple(_rows(old.statements, new.statements, old_numbers)),
    )


def _exclusions(
    old: Iterable[ObjectiveFacts], new: Iterable[ObjectiveFacts]
) -> Iterator[ExclusionDifference]:
    before, after = ({o.number: o for o in side} for side in (old, new))
    for number in [*after, *(number for number in before if number not in after)]:
        was = before[number].exclusion_reason if number in before else ""
        is_now = after[number].exclusion_reason if number in after else ""
        if was != is_now:
            title = (after.get(number) or before[number]).title
            yield ExclusionDifference(number, title, was, is_now)


def _rows(
    old: Iterable[StatementFacts],
    new: Iterable[StatementFacts],
    old_numbers: Mapping[str, tuple[str, ...]],
) -> Iterator[RowDifference]:
    before = {row.number: row for row in old}
    met: set[str] = set()
    for row in new:
        numbers = old_numbers.get(row.number, (row.number,))
        sources = [before[number] for number in numbers if number in before]
        met.update(source.number for source in sources)
        found = _changed(sources, row) if sources else _alone(row, DifferenceKind.ADDED)
        if found:
            yield found
    for row in before.values():
        if row.number not in met:
            yield _alone(row, DifferenceKind.WITHDRAWN)


def _alone(row: StatementFacts, kind: DifferenceKind) -> RowDifference:
    """A control that only one of both editions has, with everything that was said about it."""
    values = ((name, getattr(row, name)) for name in STATEMENT_FIELDS)
    is_added = kind == DifferenceKind.ADDED
    fields = tuple(
        FieldDifference(name, "" if is_added else value, value if is_added else "")
        for name, value in values
        if value
    )
    return RowDifference(row.number, row.title, row.objective.section, kind, fields)


def _changed(sources: list[StatementFacts], row: StatementFacts) -> RowDifference | None:
    fields = tuple(
        FieldDifference(name, before, after)
        for name in STATEMENT_FIELDS
        if (before := _joined(sources, name)) != (after := getattr(row, name))
    )
    was = {file.sha256: file.label for source in sources for file in source.evidence}
    is_now = {file.sha256: file.label for file in row.evidence}
    added = tuple(label for digest, label in is_now.items() if digest not in was)
    removed = tuple(label for digest, label in was.items() if digest not in is_now)
    if not (fields or added or removed):
        return None
    names = {difference.name for difference in fields}
    kind = DifferenceKind.WORDING if names else DifferenceKind.EVIDENCE
    numbers = tuple(source.number for source in sources)
    return RowDifference(
        number=row.number,
        title=row.title,
        section=row.objective.section,
        kind=DifferenceKind.ADOPTION if "adoption" in names else kind,
        fields=fields,
        files_added=added,
        files_removed=removed,
        old_numbers=() if numbers == (row.number,) else numbers,
    )


def _joined(sources: list[StatementFacts], name: str) -> str:
    """The value in the earlier edition; texts of merged controls stand one after the other, each said once."""
    values = dict.fromkeys(getattr(source, name) for source in sources)
    return "\n".join(value for value in values if value)
