"""Reads for the pages of the fieldwork: overview, one control, what changed, the card on the engagement's page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import EngagementState, SampleMethod, ScopeBasis, TestResult
from audits.models import AuditCycle, ControlTest, Engagement, FieldworkHistory, Finding
from audits.selectors.fieldwork_progress import (
    ChapterProgress,
    Progress,
    Weight,
    chapters_of,
    progress_of,
    total,
    weight_of,
)
from audits.selectors.fieldwork_scope import cycle_of, wanted_scope
from audits.selectors.findings import findings_about
from audits.selectors.pinned import Pinned, adoption_label
from core.wording import Piece
from declarations.selectors.frozen import FrozenObjective

# Lines of the history that a page shows; the number of all of them stands beside.
HISTORY_LINES = 100
ITEMS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Overview:
    """The fieldwork of one engagement. `missing` are controls of the plan that are not in scope yet."""

    engagement: Engagement
    chapters: list[ChapterProgress]
    progress: Progress
    cycle: AuditCycle | None
    may_see_plan: bool
    missing: int
    changed: int
    weight: Weight | None
    is_other_edition: bool
    may_work: bool

    @property
    def has_older_plan(self) -> bool:
        """The plan rests on an earlier period still, so it does not know yet what has to be audited in this one."""
        return (
            self.cycle is not None
            and self.cycle.declaration.period_start < self.engagement.declaration.period_start
        )


def overview(engagement: Engagement, user: User) -> Overview:
    """Progress, what is missing from the plan, what changed. A constant number of queries."""
    pinned, cycle = Pinned.of(engagement), cycle_of(engagement)
    chapters = chapters_of(engagement)
    known = set(
        ControlTest.objects.filter(engagement=engagement).values_list("control__number", flat=True)
    )
    wanted = wanted_scope(engagement, cycle, pinned)
    return Overview(
        engagement=engagement,
        chapters=chapters,
        progress=total(chapter.progress for chapter in chapters),
        cycle=cycle,
        may_see_plan=cycle is not None
        and AuditCycle.objects.visible_to(user).filter(pk=cycle.pk).exists(),
        missing=sum(one.number not in known for one in wanted),
        changed=len(pinned.changed),
        weight=weight_of(engagement),
        is_other_edition=pinned.is_other_edition,
        may_work=may_work(user, engagement),
    )


def may_work(user: User, engagement: Engagement) -> bool:
    """This person may change the papers, and it is the time for it."""
    return engagement.state == EngagementState.FIELDWORK and policies.can_audit(user, engagement)


def card(engagement: Engagement, user: User) -> Progress | None:
    """Progress for the engagement's page; None for whoever may not read the papers. One query."""
    if not engagement.is_accepted or not policies.can_read_snapshot(user, engagement):
        return None
    return progress_of(engagement)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act: who, when, what changed, as label, before, after."""

    entry: FieldworkHistory
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ControlPage:
    """One control with its paper, what was declared, its history and its neighbours in the section."""

    engagement: Engagement
    test: ControlTest
    section: str
    section_title: str
    declared: dict[str, Any]
    change: list[Piece]
    history: list[HistoryLine]
    history_count: int
    findings: list[Finding]
    before: str
    after: str
    may_work: bool

    @property
    def lacks_finding(self) -> bool:
        """A deficiency is recorded of which the provider has not been told."""
        results = {self.test.design_result, self.test.operating_result}
        return TestResult.DEFICIENT in results and not self.findings


def control_page(
    engagement: Engagement, number: str, pinned: Pinned, user: User
) -> ControlPage | None:
    """Everything about one control of the scope; None outside it. Five queries beside the snapshot."""
    test = (
        ControlTest.objects.filter(engagement=engagement, control__number=number)
        .select_related("control__parent__parent", "assignee", "tested_by", "inherited_from")
        .first()
    )
    if test is None:
        return None
    test.engagement = engagement
    section = test.control.parent.parent
    numbers = list(
        ControlTest.objects.filter(engagement=engagement, control__parent__parent=section)
        .order_by("control__sort_key")
        .values_list("control__number", flat=True)
    )
    here = numbers.index(number)
    entries = list(test.history.order_by("-occurred_at", "-pk")[:HISTORY_LINES])
    return ControlPage(
        engagement=engagement,
        test=test,
        section=section.number,
        section_title=section.title,
        declared=declared_row(pinned, number),
        change=pinned.wording(number),
        history=[HistoryLine(entry, _changes(entry)) for entry in entries],
        history_count=test.history.count(),
        findings=findings_about(test, user),
        before=numbers[here - 1] if here else "",
        after=numbers[here + 1] if here + 1 < len(numbers) else "",
        may_work=may_work(user, engagement),
    )


def declared_row(pinned: Pinned, number: str) -> dict[str, Any]:
    """The row of the pinned snapshot with inheritance and changes in words."""
    objective = pinned.rows[number]["objective"]
    section = pinned.rows[number]["section"]
    found: list[FrozenObjective] = pinned.frozen.objectives(section)
    rows = next(one for one in found if one.number == objective).statements
    row = next(row for row in rows if row["number"] == number)
    return row | {"adoption_label": adoption_label(row)}


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A control that the provider changed after the version that is audited was fixed."""

    number: str
    title: str
    pieces: list[Piece]
    is_in_scope: bool
    can_be_pulled: bool


def changed_rows(engagement: Engagement, pinned: Pinned) -> list[ChangedRow]:
    """What changed after fixing, with both texts, in the order of the criteria. One query beside the snapshots."""
    known = set(
        ControlTest.objects.filter(
            engagement=engagement, control__number__in=list(pinned.changed)
        ).values_list("control__number", flat=True)
    )
    return [
        ChangedRow(
            number,
            pinned.rows[number]["title"],
            pinned.wording(number),
            is_in_scope=number in known,
            can_be_pulled=number not in known and pinned.adopts(number),
        )
        for number in pinned.changed
    ]


def team_of(engagement: Engagement) -> list[tuple[str, str]]:
    """The confirmed members of the team, to whom rows can be given, as choices. One query."""
    members = engagement.members.confirmed().filter(person__is_active=True).order_by("person__name")
    return [(str(pk), name) for pk, name in members.values_list("person", "person__name")]


def _changes(entry: FieldworkHistory) -> list[tuple[str, str, str]]:
    return [
        (_label(name), _shown(name, old), _shown(name, new))
        for name, (old, new) in entry.changes.items()
    ]


def _label(name: str) -> str:
    if name == "reviewed":
        return _("閲覧した証跡")
    if name == "assignee":
        return _("担当")
    if name == "inherited_from":
        return _("継承元")
    return str(ControlTest._meta.get_field(name).verbose_name)


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return _("なし")
    enums = {"basis": ScopeBasis, "sample_method": SampleMethod}
    enums |= dict.fromkeys(("design_result", "operating_result"), TestResult)
    if name in enums:
        return str(enums[name](value).label)
    if isinstance(value, list):
        more = "…" if len(value) > ITEMS_SHOWN else ""
        return "、".join(map(str, value[:ITEMS_SHOWN])) + more
    return f"{value:,}" if isinstance(value, int) else str(value)
