"""Reads of a fixed declaration from its snapshot: what auditors and reviewers see, exactly as it was hashed."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from declarations.enums import Adoption, ChangeKind
from declarations.models import Declaration, DeclarationSnapshot
from declarations.snapshot import inheritance_of


@dataclass(frozen=True, slots=True)
class FrozenObjective:
    """An objective with its statements; `exclusion_reason` is empty unless it is excluded."""

    number: str
    title: str
    exclusion_reason: str
    statements: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrozenSection:
    """A section of the snapshot and its numbers."""

    number: str
    title: str
    total: int
    adopted: int
    not_selected: int
    released: int


@dataclass(frozen=True, slots=True)
class FrozenDeclaration:
    """The snapshot's content (declarations.snapshot) with what pages ask of it."""

    content: dict[str, Any]

    @classmethod
    def of(cls, declaration: Declaration) -> "FrozenDeclaration":
        """Read the snapshot of a fixed declaration; one query."""
        snapshot = DeclarationSnapshot.objects.get(declaration=declaration)
        return cls(json.loads(bytes(snapshot.content)))

    def sections(self) -> list[FrozenSection]:
        """All sections that hold statements, in order."""
        found = []
        for section in self.content["sections"]:
            rows = [
                row for row in self.content["statements"] if row["section"] == section["number"]
            ]
            if rows:
                found.append(_numbers(section, rows))
        return found

    def objectives(self, section: str) -> list[FrozenObjective]:
        """The objectives of one section with their statements; empty for an unknown section."""
        reasons = {row["number"]: row["reason"] for row in self.content["exclusions"]}
        return [
            FrozenObjective(
                row["number"],
                row["title"],
                reasons.get(row["number"], ""),
                [
                    _readable(statement)
                    for statement in self.content["statements"]
                    if statement["objective"] == row["number"]
                ],
            )
            for row in self.content["objectives"]
            if row["section"] == section
        ]

    def evidence_label(self, sha256: str) -> str | None:
        """The name of a file that the snapshot holds as evidence; None for any other file."""
        for statement in self.content["statements"]:
            for evidence in statement["evidence"]:
                if evidence["sha256"] == sha256:
                    return evidence["label"]
        return None


def _readable(statement: dict[str, Any]) -> dict[str, Any]:
    """With its inheritance, and the days and kinds of its changes, in words; whatever the schema of the snapshot."""
    changes = [
        change
        | {
            "kind": str(ChangeKind(change["kind"]).label),
            "changed_on": date.fromisoformat(change["changed_on"]),
        }
        for change in statement.get("changes", ())
    ]
    return statement | inheritance_of(statement) | {"changes": changes}


def _numbers(section: dict[str, str], rows: list[dict[str, Any]]) -> FrozenSection:
    kept = [row for row in rows if not row["is_released"]]
    return FrozenSection(
        number=section["number"],
        title=section["title"],
        total=len(rows),
        adopted=sum(row["adoption"] == Adoption.ADOPTED for row in kept),
        not_selected=sum(row["adoption"] == Adoption.NOT_SELECTED for row in kept),
        released=len(rows) - len(kept),
    )
