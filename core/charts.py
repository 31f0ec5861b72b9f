"""Figures of the ring chart (templates/components/donut.html). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a ring: `length` and `offset` are SVG attribute values in percent of the ring."""

    label: str
    count: int
    kind: str
    length: str
    offset: str


@dataclass(frozen=True, slots=True)
class Donut:
    """A ring of `total` parts; `percent` of them are in all segments but those of kind `rest`."""

    total: int
    done: int
    percent: int
    segments: tuple[Segment, ...]


def donut(parts: Iterable[tuple[str, int, str]]) -> Donut:
    """Ring of (label, count, kind), clockwise; kinds: `main`, `second`, `ok`, `gray`, `rest`.

    `rest` is what is still missing: it is the bare track and does not count as done.
    """
    parts = tuple(parts)
    total = sum(count for _, count, _ in parts)
    segments, before = [], 0
    for label, count, kind in parts:
        length = count * 100 / total if total else 0
        offset = before * 100 / total if total else 0
        segments.append(Segment(label, count, kind, f"{length:.2f}", f"{0 - offset:.2f}"))
        before += count
    done = sum(count for _, count, kind in parts if kind != "rest")
    return Donut(total, done, done * 100 // total if total else 0, tuple(segments))
