"""Working papers as rows of a table: one section, narrowed by a filter, at most so many on a page."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audits.enums import SampleMethod, TestResult
from audits.models import ControlTest, Engagement
from audits.selectors.fieldwork_progress import DEFICIENT, OPEN
from audits.selectors.pinned import Pinned, base_of

# A page of them stays below 2,000 nodes.
MAX_ROWS = 40
# Characters of the declared text that a closed row shows.
EXCERPT = 72
FILTERS = {
    "open": gettext_lazy("未実施"),
    "deficient": gettext_lazy("不備あり"),
    "mine": gettext_lazy("自分の担当"),
    "changed": gettext_lazy("確定後に変更"),
}
# What can be chosen as a result, in the order of the keys 1 to 3; 0 takes it back.
CHOICES = (
    (TestResult.EFFECTIVE.value, TestResult.EFFECTIVE.label),
    (TestResult.DEFICIENT.value, TestResult.DEFICIENT.label),
    (TestResult.NOT_APPLICABLE.value, TestResult.NOT_APPLICABLE.label),
    ("", gettext_lazy("未実施")),
)


@dataclass(slots=True)
class PaperRow:
    """One control with its two results. `typed` is what a refused save wanted to say; `refusal` says why it failed."""

    number: str
    title: str
    objective: str
    declared: str
    base: str
    design_result: str
    operating_result: str
    sample: str
    skip_reason: str
    assignee: str
    has_notes: bool
    is_changed: bool
    version: int
    shown: str
    test: ControlTest
    refusal: str = ""
    form: Any = field(default=None)


def section_rows(
    engagement: Engagement, section: str, *, pinned: Pinned, show: str, user: User, page: str
) -> Page:
    """The rows of a section that the filter shows. Two queries."""
    papers = narrowed(papers_of(engagement, section), show, pinned, user)
    found = Paginator(papers, MAX_ROWS).get_page(page)
    found.object_list = [paper_row(test, pinned) for test in found.object_list]
    return found


def papers_of(engagement: Engagement, section: str) -> QuerySet:
    """The papers of a section in the order of the criteria, with what a row shows."""
    return (
        ControlTest.objects.filter(engagement=engagement, control__parent__parent__number=section)
        .select_related("control__parent", "assignee", "tested_by")
        .order_by("control__sort_key")
    )


def narrowed(papers: QuerySet, show: str, pinned: Pinned, user: User) -> QuerySet:
    """Only what the filter shows; everything for no or an unknown filter."""
    filters = _filters(pinned, user)
    return papers.filter(filters[show]) if show in filters else papers


def filter_counts(
    engagement: Engagement, section: str, pinned: Pinned, user: User
) -> dict[str, int]:
    """How many rows of the section each filter shows. One query."""
    papers = papers_of(engagement, section).order_by()
    counts = {name: Count("pk", filter=one) for name, one in _filters(pinned, user).items()}
    return papers.aggregate(**counts)


def _filters(pinned: Pinned, user: User) -> dict[str, Q]:
    return {
        "open": OPEN,
        "deficient": DEFICIENT,
        "mine": Q(assignee=user.pk),
        "changed": Q(control__number__in=list(pinned.changed)),
    }


def paper_row(test: ControlTest, pinned: Pinned) -> PaperRow:
    """The row of a paper, beside what the pinned version declares."""
    control = test.control
    declared = pinned.rows[control.number]
    text = declared["individual_control"]
    return PaperRow(
        number=control.number,
        title=control.title or control.parent.title,
        objective=control.parent.number,
        declared=f"{text[:EXCERPT]}…" if len(text) > EXCERPT else text,
        base=base_of(declared),
        design_result=test.design_result,
        operating_result=test.operating_result,
        sample=sample_words(test),
        skip_reason=test.skip_reason,
        assignee=test.assignee.name if test.assignee else "",
        has_notes=bool(test.notes),
        is_changed=control.number in pinned.changed,
        version=test.row_version,
        shown=f"{test.design_result},{test.operating_result}",
        test=test,
    )


def sample_words(test: ControlTest) -> str:
    """母集団 250件・無作為抽出 25件; empty without either."""
    if test.population_size is None:
        return ""
    population = _("母集団 %(count)s件") % {"count": f"{test.population_size:,}"}
    if not test.sample_method:
        return population
    return _("%(population)s・%(method)s %(count)s件") % {
        "population": population,
        "method": SampleMethod(test.sample_method).label,
        "count": f"{test.sample_size:,}",
    }
