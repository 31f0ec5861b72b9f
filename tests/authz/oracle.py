"""Reads table.yaml into rows and cells. Groups are spelt out, defaults filled in; an unknown word is an error."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("table.yaml")
OUTCOMES = ("ok", "done", "bar", "refuse", "hide", "login")
METHODS = ("GET", "POST")
STRANGER = "AN"
# Whom a row mostly treats as another: colleagues, and all who have nothing to do with the provider.
LIKE = {
    "CE": "CA", "ED": "CA", "AM": "AL", "PR": "SS", "CX": "CM",
    "AU": "CA2", "AO": "CA2", "CE2": "CA2", "AL2": "CA2", "NO": "CA2", "RM": "CA2", "SA": "CA2",
}  # fmt: skip
# The state of a row that is about no object, and of an object that never was.
ANY, NEVER = "", "never"


@dataclass(frozen=True)
class Cell:
    """What each actor gets for one method on an object in one state."""

    method: str
    state: str
    expected: dict[str, str]


@dataclass(frozen=True)
class Row:
    """One route."""

    name: str
    object: str
    parts: dict[str, Any]
    cells: tuple[Cell, ...]

    @property
    def methods(self) -> set[str]:
        """The methods that it answers."""
        return {cell.method for cell in self.cells}

    def first(self, method: str) -> Cell:
        """The cell of its first state."""
        return next(cell for cell in self.cells if cell.method == method)

    def asked(self, cell: Cell) -> list[str]:
        """Who is asked in this cell: everybody in the last state, which most people know.

        Before it whoever the row treats in every state as it treats another (LIKE) is left out: CE where CE gets what
        CA gets.
        """
        same = [one for one in self.cells if one.method == cell.method]
        if cell is same[-1]:
            return list(cell.expected)
        return [
            actor
            for actor in cell.expected
            if actor not in LIKE
            or any(one.expected[actor] != one.expected[LIKE[actor]] for one in same)
        ]


class Table:
    """The whole file. `routes` and `demo` are rows by name; `allauth` says whom each of its routes is open to."""

    def __init__(self) -> None:
        content = yaml.safe_load(PATH.read_text())
        self.actors = list(content["actors"])
        self._groups = {name: members.split() for name, members in content["groups"].items()}
        self.routes = {name: self._row(name, row) for name, row in content["routes"].items()}
        self.demo = {name: self._row(name, row) for name, row in content["demo"].items()}
        self.allauth = {
            name: access for access, names in content["allauth"].items() for name in names.split()
        }

    def _row(self, name: str, row: dict[str, Any]) -> Row:
        unknown = row.keys() - {"object", "with", *METHODS}
        if unknown:
            raise ValueError(f"{name}: {unknown}")
        cells = [
            cell
            for method in METHODS
            if method in row
            for cell in self._cells(method, row[method], is_inside=not name.startswith(OUTSIDE))
        ]
        return Row(name, row.get("object", ""), row.get("with", {}), tuple(cells))

    def _cells(self, method: str, states: dict[str, Any], *, is_inside: bool) -> Iterator[Cell]:
        by_state = {ANY: states} if states.keys() <= set(OUTCOMES) else states
        for names, outcomes in by_state.items():
            expected = self._expected(outcomes, is_inside=is_inside)
            for state in names.split() or [ANY]:
                yield Cell(method, state, expected)

    def _expected(self, outcomes: dict[str, str], *, is_inside: bool) -> dict[str, str]:
        """Every actor's outcome. Below /app/ a stranger is sent to the sign-in, whatever the row says."""
        expected: dict[str, str] = {}
        rest = "hide"
        for outcome, names in outcomes.items():
            if outcome not in OUTCOMES:
                raise ValueError(outcome)
            if names == "*":
                rest = outcome
                continue
            for actor in self._spelt_out(names):
                if actor in expected:
                    raise ValueError(f"{actor} is both {expected[actor]} and {outcome}")
                expected[actor] = outcome
        expected = dict.fromkeys(self.actors, rest) | expected
        return expected | {STRANGER: "login"} if is_inside else expected

    def _spelt_out(self, names: str) -> list[str]:
        found = [actor for name in names.split() for actor in self._groups.get(name, [name])]
        unknown = set(found) - set(self.actors)
        if unknown or len(found) != len(set(found)):
            raise ValueError(f"unknown or twice in {names!r}")
        return found


# Routes that do not lie below /app/.
OUTSIDE = ("public:", "healthz", "invitations:", "styleguide")
TABLE = Table()
