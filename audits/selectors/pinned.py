"""What the provider declared of each control: in the version that the engagement pins, and in the newest one."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from audits.models import Engagement
from core.wording import Piece, pieces
from declarations.enums import Adoption
from declarations.models import Declaration
from declarations.selectors.frozen import FrozenDeclaration
from declarations.snapshot import inheritance_of

Row = dict[str, Any]
COMPARED = ("adoption", "is_released", "individual_control", "reason")


@dataclass(frozen=True)
class Pinned:
    """The pinned snapshot by control number, beside the newest fixed version of the same period where that is later."""

    frozen: FrozenDeclaration
    newest: FrozenDeclaration | None
    newest_version: int | None

    @classmethod
    def of(cls, engagement: Engagement) -> "Pinned":
        """Two queries; three when a later version was fixed."""
        audited = engagement.declaration
        later = (
            Declaration.objects.fixed()
            .filter(
                service=audited.service_id,
                period_start=audited.period_start,
                version__gt=audited.version,
            )
            .order_by("-version")
            .first()
        )
        return cls(
            FrozenDeclaration.of(audited),
            FrozenDeclaration.of(later) if later else None,
            later.version if later else None,
        )

    @cached_property
    def rows(self) -> dict[str, Row]:
        """What the pinned version says of each control."""
        return _by_number(self.frozen)

    @cached_property
    def changed(self) -> dict[str, Row]:
        """What the newest version says of each control where that differs (確定後に変更); {} across editions."""
        if self.newest is None or self.is_other_edition:
            return {}
        now = _by_number(self.newest)
        return {
            number: now[number]
            for number, row in self.rows.items()
            if number in now and any(row[name] != now[number][name] for name in COMPARED)
        }

    @property
    def is_other_edition(self) -> bool:
        """The newest version answers to other criteria, so that row by row nothing can be compared."""
        return (
            self.newest is not None
            and self.newest.content["edition"]["code"] != self.frozen.content["edition"]["code"]
        )

    def adopts(self, number: str) -> bool:
        """The pinned version adopts the control."""
        row = self.rows.get(number)
        return row is not None and is_adopted(row)

    def wording(self, number: str) -> list[Piece]:
        """Both texts of a changed row as one line of pieces; [] for one that did not change."""
        if number not in self.changed:
            return []
        return pieces(said(self.rows[number]), said(self.changed[number]), context=None)


def is_adopted(row: Row) -> bool:
    """A row that counts as adopted: its objective is not excluded."""
    return row["adoption"] == Adoption.ADOPTED and not row["is_released"]


def said(row: Row) -> str:
    """The text that counts, after what was chosen."""
    text = row["individual_control"] if is_adopted(row) else row["reason"]
    return f"{adoption_label(row)}\n{text}".strip()


def adoption_label(row: Row) -> str:
    """What was chosen, in words."""
    return str(Adoption(row["adoption"]).label)


def base_of(row: Row) -> str:
    """The base service that the row names, as people read it; empty without one."""
    return inheritance_of(row)["base_service"]


def _by_number(frozen: FrozenDeclaration) -> dict[str, Row]:
    return {row["number"]: row for row in frozen.content["statements"]}
