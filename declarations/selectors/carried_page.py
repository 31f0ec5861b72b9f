"""What a carry-over touches, before it happens (the wizard) and after it (what is left to do)."""

import uuid
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controls.models import CatalogueEdition, Control
from declarations.carry import TO_BE_SEEN_SINGLY, Carried, CarryPlan, Kind, OldExclusion, OldRow
from declarations.enums import Adoption, BatchKind
from declarations.models import Declaration, Statement, StatementBatch
from declarations.selectors.carry_over import lineage_targets, read_plan

KINDS: dict[Kind, tuple[Promise, Promise]] = {
    Kind.UNCHANGED: (_("変更なし"), _("記載と証跡をそのまま引き継ぎます。")),
    Kind.REWORDED: (
        _("内容の変更"),
        _("記載を引き継ぎます。新しい内容に合うかを1件ずつ確かめます。"),
    ),
    Kind.SPLIT: (_("分割"), _("分かれた管理策のそれぞれに、元の記載を引き継ぎます。")),
    Kind.MERGED: (_("統合"), _("元の記載を、元の番号を付けて一つにまとめます。")),
    Kind.NEW: (_("新設"), _("空の項目ができます。新しく記載します。")),
}
WITHDRAWN = (
    _("廃止"),
    _("新しい版に行き先がありません。記載は元の言明に残り、いつでも読めます。"),
)
# Undone batches are history; the last few others can be taken back from the page.
BATCHES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Target:
    """An edition that a declaration might be moved to; `has_lineage` says whether a published lineage leads there."""

    edition: CatalogueEdition
    has_lineage: bool


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """One control that a change touches: where its text comes from, and how long that is now."""

    number: str
    title: str
    sources: tuple[str, ...]
    length: int
    adoption: str
    is_unconfirmed: bool = False
    lost_base: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """All controls of one kind of change. `rows` is empty for the unchanged ones: there are too many to read."""

    key: str
    label: str
    sentence: str
    count: int
    written: int
    rows: list[TouchedRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of a move in numbers and rows. `total` is the number of details of the new edition."""

    groups: list[Touched]
    total: int
    old_total: int
    exclusions: int
    dropped_exclusions: tuple[OldExclusion, ...]


@dataclass(frozen=True, slots=True)
class CarriedPage:
    """Where a declaration was carried from, and what is left to do."""

    origin: Declaration
    in_bulk: int
    singly: list[TouchedRow]
    new: list[TouchedRow]
    withdrawn: list[TouchedRow]
    dropped_exclusions: tuple[OldExclusion, ...]
    exclusions: int
    carried: int
    confirmed: int
    batches: list[StatementBatch]

    @property
    def unconfirmed(self) -> int:
        """Carried rows that nobody has confirmed yet."""
        return self.carried - self.confirmed

    @property
    def singly_left(self) -> int:
        """Of the rows whose control changed, those that nobody has confirmed yet."""
        return sum(row.is_unconfirmed for row in self.singly)

    @property
    def new_left(self) -> int:
        """New controls that nobody has decided on yet."""
        return sum(row.adoption == Adoption.UNDECIDED for row in self.new)


def move_targets(declaration: Declaration) -> list[Target]:
    """Every other published edition, newest first. Two queries."""
    reachable = lineage_targets(declaration.edition)
    editions = (
        CatalogueEdition.objects.published()
        .exclude(pk=declaration.edition_id)
        .order_by("-in_force_from", "pk")
    )
    return [Target(edition, edition.pk in reachable) for edition in editions]


def move_preview(old: Declaration, edition_id: uuid.UUID) -> Preview:
    """What moving to the edition touches. DomainError without a published lineage."""
    plan = read_plan(old, edition_id)
    names = _Names(plan)
    groups = [_touched(plan, kind, names) for kind in Kind]
    left = [names.old(row) for row in plan.withdrawn]
    written = sum(not row.is_empty for row in plan.withdrawn)
    label, sentence = WITHDRAWN
    groups.append(Touched("withdrawn", str(label), str(sentence), len(left), written, left))
    old_rows = {row.statement for planned in plan.rows for row in planned.sources}
    return Preview(
        groups=groups,
        total=len(plan.rows),
        old_total=len(old_rows) + len(plan.withdrawn),
        exclusions=len(plan.exclusions),
        dropped_exclusions=plan.dropped_exclusions,
    )


def carried_page(declaration: Declaration) -> CarriedPage | None:
    """What became of the earlier declaration in this one; None when nothing was carried over."""
    first = (
        declaration.statements.filter(carried_from__isnull=False)
        .select_related("carried_from__declaration__service", "carried_from__declaration__edition")
        .order_by("pk")
        .first()
    )
    if first is None:
        return None
    origin = first.carried_from.declaration
    period = declaration.period_start, declaration.period_end
    plan = read_plan(origin, declaration.edition_id, over=period)
    names = _Names(plan)
    now = {row.control_id: row for row in declaration.statements.only(*_STATE)}
    singly = [row for row in plan.rows if row.is_carried and _is_seen_singly(row, now[row.control])]
    singly_pks = {row.control for row in singly}
    carried = [row for row in now.values() if row.carried_from_id]
    return CarriedPage(
        origin=origin,
        in_bulk=sum(r.is_unconfirmed and r.control_id not in singly_pks for r in carried),
        singly=[names.new(row, now[row.control]) for row in singly],
        new=[names.new(row, now[row.control]) for row in plan.of_kind(Kind.NEW)],
        withdrawn=[names.old(row) for row in plan.withdrawn if not row.is_empty],
        dropped_exclusions=plan.dropped_exclusions,
        exclusions=len(plan.exclusions),
        carried=len(carried),
        confirmed=sum(not row.is_unconfirmed for row in carried),
        batches=list(
            StatementBatch.objects.filter(
                declaration=declaration, kind=BatchKind.CONFIRM, undone_by__isnull=True
            ).select_related("actor")[:BATCHES_SHOWN]
        ),
    )


_STATE = ("declaration", "control", "adoption", "base_service", "carried_from", "confirmed_at")


def _is_seen_singly(row: Carried, now: Statement) -> bool:
    """Its control changed, or what it was inherited from was left out and nothing has taken its place."""
    return row.kind in TO_BE_SEEN_SINGLY or bool(row.lost_base and now.base_service_id is None)


class _Names:
    """Numbers and titles of the controls that a plan lists, read once."""

    def __init__(self, plan: CarryPlan):
        listed = [row.control for row in plan.rows if row.kind != Kind.UNCHANGED or row.lost_base]
        listed += [row.control for row in plan.withdrawn]
        controls = Control.objects.filter(pk__in=listed).select_related("parent")
        self.controls = {control.pk: control for control in controls}

    def new(self, row: Carried, now: Statement | None = None) -> TouchedRow:
        """A control of the target edition; with the statement that answers it now."""
        control = self.controls[row.control]
        return TouchedRow(
            number=control.number,
            title=control.title or control.parent.title,
            sources=tuple(source.number for source in row.sources),
            length=len(row.individual_control) + len(row.reason),
            adoption=now.adoption if now else row.adoption,
            is_unconfirmed=now.is_unconfirmed if now else row.is_carried,
            lost_base="" if now and now.base_service_id else row.lost_base,
        )

    def old(self, row: OldRow) -> TouchedRow:
        """A control that the target edition lacks."""
        control = self.controls[row.control]
        title = control.title or control.parent.title
        return TouchedRow(control.number, title, (), row.length, row.adoption)


def _touched(plan: CarryPlan, kind: Kind, names: _Names) -> Touched:
    rows = plan.of_kind(kind)
    label, sentence = KINDS[kind]
    return Touched(
        key=kind.value,
        label=str(label),
        sentence=str(sentence),
        count=len(rows),
        written=sum(row.is_carried for row in rows),
        rows=[] if kind == Kind.UNCHANGED else [names.new(row) for row in rows],
    )
