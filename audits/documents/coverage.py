"""The 監査実施状況表: plain values of the coverage of a cycle, and the form that prints them."""

from dataclasses import asdict, dataclass
from typing import Any

from accounts.models import User
from audits.models import AuditCycle
from audits.selectors.coverage_proof import AuditLine, Coverage, CoverageChapter, coverage_of
from documents.registry import FormSpec, register

COVERAGE_FORM = register(
    FormSpec(
        key="coverage",
        letter="C",
        title="監査実施状況表",
        template="audits/pdf/coverage.html",
        template_version="2",
    )
)


@dataclass(frozen=True, slots=True)
class AuditPaper:
    """An audit of a year. Days are ISO dates; `issued_on` is empty while it is at work."""

    firm: str
    first: str
    last: str
    reference: str
    issued_on: str
    other_edition: str


@dataclass(frozen=True, slots=True)
class YearPaper:
    """A year of the cycle with its audits. Days are ISO dates."""

    year: int
    first: str
    last: str
    audits: tuple[AuditPaper, ...]
    in_scope: int
    audited: int
    deficient: int
    skipped: int
    gaps: int


@dataclass(frozen=True, slots=True)
class RowPaper:
    """A control and the word of each year; `gap` says what is missing, empty when nothing is."""

    number: str
    marks: tuple[str, ...]
    gap: str


@dataclass(frozen=True, slots=True)
class ObjectivePaper:
    """A control objective with its controls."""

    number: str
    title: str
    rows: tuple[RowPaper, ...]


@dataclass(frozen=True, slots=True)
class ChapterPaper:
    """A chapter with its figures."""

    number: str
    title: str
    in_scope: int
    audited: int
    gaps: int
    objectives: tuple[ObjectivePaper, ...]


@dataclass(frozen=True, slots=True)
class CoveragePaper:
    """Everything that the paper shows. Days are ISO dates. It is no form of the scheme and has no form number."""

    form_number: str
    author: str
    subtitle: str
    provider: str
    service: str
    edition: str
    starts_on: str
    ends_on: str
    plan_state: str
    in_scope: int
    audited: int
    ahead: int
    years: tuple[YearPaper, ...]
    gaps: tuple[RowPaper, ...]
    chapters: tuple[ChapterPaper, ...]

    def to_data(self) -> dict[str, Any]:
        """The values as they are hashed, attached and given to the template."""
        return asdict(self)


def coverage_subject(cycle: AuditCycle, user: User) -> str:
    """How documents name the coverage of this cycle, as one person knows it.

    Colleagues may know more: a member of the committee reads an application only once it is accepted, an auditor only
    the years that he or she audited.
    """
    return f"coverage:{cycle.pk}:{user.pk}"


def coverage_data(cycle: AuditCycle, user: User) -> dict[str, Any]:
    """The data of the paper as this person may know them. Load `service__organisation` and `edition` along."""
    coverage = coverage_of(cycle, user)
    return CoveragePaper(
        form_number="",
        author=user.organisation.name if user.organisation else "",
        subtitle=cycle.service.name,
        provider=cycle.service.organisation.name,
        service=cycle.service.name,
        edition=cycle.edition.name,
        starts_on=cycle.starts_on.isoformat(),
        ends_on=cycle.ends_on.isoformat(),
        plan_state=cycle.state,
        in_scope=coverage.in_scope,
        audited=coverage.audited,
        ahead=coverage.ahead,
        years=tuple(_years(coverage)),
        gaps=tuple(_row(row) for row in coverage.gaps),
        chapters=tuple(_chapter(chapter) for chapter in coverage.chapters),
    ).to_data()


def _years(coverage: Coverage):
    for one in coverage.years:
        yield YearPaper(
            year=one.year,
            first=one.first.isoformat(),
            last=one.last.isoformat(),
            audits=tuple(_audit(line) for line in one.audits),
            in_scope=one.in_scope,
            audited=one.audited,
            deficient=one.deficient,
            skipped=one.skipped,
            gaps=one.gaps,
        )


def _audit(line: AuditLine) -> AuditPaper:
    return AuditPaper(
        firm=line.firm,
        first=line.first.isoformat(),
        last=line.last.isoformat(),
        reference=line.reference,
        issued_on=line.issued_on.isoformat() if line.issued_on else "",
        other_edition=line.other_edition,
    )


def _chapter(chapter: CoverageChapter) -> ChapterPaper:
    return ChapterPaper(
        number=chapter.number,
        title=chapter.title,
        in_scope=chapter.in_scope,
        audited=chapter.audited,
        gaps=chapter.gaps,
        objectives=tuple(
            ObjectivePaper(one.number, one.title, tuple(_row(row) for row in one.rows))
            for one in chapter.objectives
        ),
    )


def _row(row) -> RowPaper:
    words = tuple(word for _code, word in row.cells)
    return RowPaper(row.number, words, row.gap_words if row.has_gap else "")
