"""What changed between two texts. Pure; texts of ten thousand characters come here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Unchanged characters shown on each side of a change.
CONTEXT = 24
# Comparing word by word costs the product of both lengths at worst; a longer changed part is shown as a whole.
MAX_CELLS = 400_000

# Japanese has no blanks between words: a run of one script is taken for a word, and so is a name such as SHA-256.
_WORD = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbf々〆ヶ]+|[\u3041-\u309f]+|[\u30a0-\u30ff]+"
    r"|[A-Za-z0-9０-９Ａ-Ｚａ-ｚ]+(?:[-_.@/][A-Za-z0-9０-９Ａ-Ｚａ-ｚ]+)*|\n|[^\S\n]+|."
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The changed middle of a text with what stands before and after it."""

    head: str
    removed: str
    added: str
    tail: str


class PieceKind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came."""

    kind: PieceKind
    text: str


def difference(before: str, after: str) -> Wording:
    """Both texts as common beginning, what was there and what is there now, and common end."""
    start, end = _common_ends(before, after)
    return Wording(
        head=before[:start],
        removed=before[start : len(before) - end],
        added=after[start : len(after) - end],
        tail=before[len(before) - end :],
    )


def pieces(before: str, after: str, *, context: int | None = CONTEXT) -> list[Piece]:
    """Both texts as one line of pieces, word by word; … marks unchanged parts that are left out.

    `context` None leaves nothing out.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    start, end = _common_ends(old, new)
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    found = [
        Piece(PieceKind.SAME, "".join(old[:start])),
        *_smooth(list(_middle(old_middle, new_middle))),
        Piece(PieceKind.SAME, "".join(old[len(old) - end :])),
    ]
    found = [piece for piece in found if piece.text]
    return found if context is None else list(_shortened(found, context))


def _common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many items both have in common at the beginning, and at the end of the rest."""
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    rest = shorter - start
    return start, next((i for i in range(rest) if before[-1 - i] != after[-1 - i]), rest)


def _middle(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) * len(new) > MAX_CELLS:
        yield from (Piece(PieceKind.REMOVED, "".join(old)), Piece(PieceKind.ADDED, "".join(new)))
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(PieceKind.SAME, "".join(old[a:b]))
        else:
            yield Piece(PieceKind.REMOVED, "".join(old[a:b]))
            yield Piece(PieceKind.ADDED, "".join(new[c:d]))


def _smooth(found: list[Piece]) -> Iterator[Piece]:
    """Join changes that a single unchanged character parts: letters picked out of a sentence are not read."""
    removed = added = ""
    for place, piece in enumerate(found):
        between = 0 < place < len(found) - 1
        if piece.kind == PieceKind.SAME and not (between and len(piece.text) == 1):
            yield from (Piece(PieceKind.REMOVED, removed), Piece(PieceKind.ADDED, added), piece)
            removed = added = ""
        else:
            removed += piece.text if piece.kind != PieceKind.ADDED else ""
            added += piece.text if piece.kind != PieceKind.REMOVED else ""
    yield from (Piece(PieceKind.REMOVED, removed), Piece(PieceKind.ADDED, added))


def _shortened(found: list[Piece], context: int) -> Iterator[Piece]:
    for place, piece in enumerate(found):
        head = "" if place == 0 else piece.text[:context]
        tail = "" if place == len(found) - 1 else piece.text[-context:]
        if piece.kind == PieceKind.SAME and len(piece.text) > len(head) + len(tail):
            yield Piece(PieceKind.SAME, f"{head}…{tail}")
        else:
            yield piece
