"""The workflow engine: a table of moves. Knows nothing of databases, people or time."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.exceptions import TransitionNotAllowedError


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: its name, the states it may start from, the state it leads to."""

    name: str
    sources: frozenset[str | None]
    target: str


class Workflow:
    """The allowed moves of one kind of object, in the order in which people meet them."""

    def __init__(self, *moves: Move):
        self._moves = {move.name: move for move in moves}

    def check(self, name: str, state: str | None) -> Move:
        """The move `name`, or TransitionNotAllowedError when it does not start from `state`."""
        move = self._moves[name]
        if state not in move.sources:
            raise TransitionNotAllowedError(name=name, state=state)
        return move

    def moves_from(self, state: str | None) -> list[Move]:
        """The moves that start from `state`."""
        return [move for move in self._moves.values() if state in move.sources]

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())
