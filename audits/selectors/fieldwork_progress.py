"""How far the fieldwork of an engagement has come: as a whole, by chapter and by section."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Q

from audits.enums import EngagementState, TestResult
from audits.models import ControlTest, Engagement
from controls.rules import Fact, Rules

WEIGHT = "first_audit_weighs_design"
SKIPPED = ~Q(skip_reason="")
# Neither skipped nor finished in both evaluations.
OPEN = Q(skip_reason="") & (Q(design_result="") | Q(operating_result=""))
DEFICIENT = Q(design_result=TestResult.DEFICIENT) | Q(operating_result=TestResult.DEFICIENT)
COUNTS = {
    "in_scope": Count("pk"),
    "design": Count("pk", filter=~Q(design_result="")),
    "operating": Count("pk", filter=~Q(operating_result="")),
    "deficient": Count("pk", filter=DEFICIENT),
    "skipped": Count("pk", filter=SKIPPED),
    "open": Count("pk", filter=OPEN),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of controls: in scope, evaluated, deficient, skipped, and those with something left to do."""

    in_scope: int = 0
    design: int = 0
    operating: int = 0
    deficient: int = 0
    skipped: int = 0
    open: int = 0

    @property
    def done(self) -> int:
        """Nothing is left to do."""
        return self.in_scope - self.open

    @property
    def percent(self) -> int:
        """Share of what is done, rounded down, so that only everything is 100."""
        return self.done * 100 // self.in_scope if self.in_scope else 0

    @property
    def is_done(self) -> bool:
        """All of a scope that is not empty."""
        return self.in_scope > 0 and not self.open


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """A section of which something is in scope."""

    number: str
    title: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class ChapterProgress:
    """A chapter with those of its sections of which something is in scope."""

    number: str
    title: str
    progress: Progress
    sections: list[SectionProgress]


@dataclass(frozen=True, slots=True)
class Weight:
    """Which evaluation this audit weighs, by the parameter: the first audit the design, a renewal the operation."""

    is_first: bool
    fact: Fact


def progress_of(engagement: Engagement) -> Progress:
    """The whole engagement. One query."""
    return Progress(**ControlTest.objects.filter(engagement=engagement).aggregate(**COUNTS))


def chapters_of(engagement: Engagement) -> list[ChapterProgress]:
    """By chapter and section, in the order of the criteria. One query."""
    section = "control__parent__parent"
    rows = (
        ControlTest.objects.filter(engagement=engagement)
        .order_by(f"{section}__sort_key")
        .values(
            number=F(f"{section}__number"),
            title=F(f"{section}__title"),
            chapter=F(f"{section}__parent__number"),
            chapter_title=F(f"{section}__parent__title"),
        )
        .annotate(**COUNTS)
    )
    chapters: dict[str, tuple[str, list[SectionProgress]]] = {}
    for row in rows:
        _title, sections = chapters.setdefault(row["chapter"], (row["chapter_title"], []))
        sections.append(SectionProgress(row["number"], row["title"], _progress(row)))
    return [
        ChapterProgress(number, title, total(one.progress for one in sections), sections)
        for number, (title, sections) in chapters.items()
    ]


def total(parts: Iterable[Progress]) -> Progress:
    """The sum of some parts."""
    found = list(parts)
    return Progress(
        **{one.name: sum(getattr(part, one.name) for part in found) for one in fields(Progress)}
    )


def weight_of(engagement: Engagement) -> Weight | None:
    """What this audit weighs; None where the parameter says nothing of it. Two queries."""
    audited = engagement.declaration
    fact = Rules.at(audited.period_end).fact(WEIGHT)
    if not fact.value:
        return None
    earlier = Engagement.objects.filter(
        declaration__service=audited.service_id,
        declaration__period_end__lt=audited.period_start,
        state=EngagementState.REPORTED,
    )
    return Weight(is_first=not earlier.exists(), fact=fact)


def _progress(row: Mapping[str, Any]) -> Progress:
    return Progress(**{name: row[name] for name in COUNTS})
