"""The coverage matrix (網羅表): by whom each adopted control is looked at this year."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from accounts.models import User
from audits.enums import Coverage, InternalAuditState, ItemResult
from audits.models import AuditCycle, InternalAudit, InternalAuditItem
from audits.selectors.internal.proposal import external_cycle, externally_audited
from declarations.enums import Adoption
from declarations.models import Declaration, Statement

ORDER = tuple(Coverage.values)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One control: whether the external plan of the year has it, the internal result, the base service."""

    number: str
    title: str
    is_external: bool
    internal: str
    base_service: str

    @property
    def codes(self) -> list[str]:
        """Everything that holds; `not_covered` alone when nothing does."""
        holds = {
            Coverage.EXTERNAL: self.is_external,
            Coverage.INTERNAL: bool(self.internal),
            Coverage.INHERITED: bool(self.base_service),
        }
        return [code.value for code, does in holds.items() if does] or [Coverage.NOT_COVERED.value]

    @property
    def is_covered(self) -> bool:
        """Somebody looks at it this year."""
        return self.codes != [Coverage.NOT_COVERED.value]

    @property
    def internal_label(self) -> str:
        """The internal result in words."""
        return str(ItemResult(self.internal).label) if self.internal else ""


@dataclass(frozen=True, slots=True)
class CoverageSection:
    """The controls of a section with their counts."""

    number: str
    title: str
    rows: list[CoverageRow]
    counts: Counter

    @property
    def cells(self) -> list[int]:
        """The counts in the order of the columns."""
        return [self.counts[code] for code in ORDER]

    @property
    def total(self) -> int:
        """All of them: a control may be counted in several columns."""
        return self.counts["total"]


@dataclass(frozen=True, slots=True)
class CoverageMatrix:
    """`cycle` None: no external plan is known to this reader. `audit` None: no internal audit of single items is."""

    sections: list[CoverageSection]
    totals: list[int]
    total: int
    cycle: AuditCycle | None
    year: int | None
    audit: InternalAudit | None


def coverage(declaration: Declaration, user: User, *, only_open: bool = False) -> CoverageMatrix:
    """The matrix as this person may see it: others than the provider read the internal results once they are filed.

    A constant number of queries.
    """
    cycle = external_cycle(declaration)
    if cycle and not AuditCycle.objects.visible_to(user).filter(pk=cycle.pk).exists():
        cycle = None
    external = externally_audited(cycle, declaration)
    audit = _visible_audit(declaration, user)
    results = _results(audit)
    sections = []
    for (number, title), group in groupby(_adopted(declaration), key=lambda row: row[3:5]):
        rows = [
            CoverageRow(detail, name, control in external, results.get(control, ""), base or "")
            for control, detail, name, _section, _title, base in group
        ]
        counts = Counter(code for row in rows for code in row.codes)
        counts["total"] = len(rows)
        shown = [row for row in rows if not (only_open and row.is_covered)]
        sections.append(CoverageSection(number, title, shown, counts))
    return CoverageMatrix(
        sections=sections,
        totals=[sum(section.counts[code] for section in sections) for code in ORDER],
        total=sum(section.total for section in sections),
        cycle=cycle,
        year=cycle.year_of(declaration.period_end) if cycle else None,
        audit=audit,
    )


def _visible_audit(declaration: Declaration, user: User) -> InternalAudit | None:
    found = InternalAudit.objects.filter(declaration=declaration).first()
    if found is None:
        return None
    is_own = InternalAudit.objects.visible_to(user).filter(pk=found.pk).exists()
    return found if is_own or found.state == InternalAuditState.FILED else None


def _results(audit: InternalAudit | None) -> dict:
    if audit is None:
        return {}
    items = InternalAuditItem.objects.filter(audit=audit).exclude(result="").order_by()
    return dict(items.values_list("control", "result"))


def _adopted(declaration: Declaration):
    return (
        Statement.objects.filter(declaration=declaration, adoption=Adoption.ADOPTED)
        .with_released()
        .filter(is_released=False)
        .order_by("control__sort_key")
        .values_list(
            "control",
            "control__number",
            "control__title",
            "control__parent__parent__number",
            "control__parent__parent__title",
            "base_service__name",
        )
    )
