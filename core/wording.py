"""What changed between two texts. Pure and linear: texts of ten thousand characters come here."""

from dataclasses import dataclass

# Unchanged characters shown on each side of a change.
CONTEXT = 24


@dataclass(frozen=True, slots=True)
class Wording:
    """The changed middle of a text with what stands before and after it."""

    head: str
    removed: str
    added: str
    tail: str


def difference(before: str, after: str) -> Wording:
    """Both texts as common beginning, what was there and what is there now, and common end."""
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next(
        (i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]), shorter - start
    )
    return Wording(
        head=before[:start],
        removed=before[start : len(before) - end],
        added=after[start : len(after) - end],
        tail=before[len(before) - end :],
    )


def compare(before: str, after: str) -> Wording:
    """The same with a little of the common parts; … marks what is left out."""
    whole = difference(before, after)
    head, tail = whole.head, whole.tail
    return Wording(
        head=head if len(head) <= CONTEXT else "…" + head[-CONTEXT:],
        removed=whole.removed,
        added=whole.added,
        tail=tail if len(tail) <= CONTEXT else tail[:CONTEXT] + "…",
    )
