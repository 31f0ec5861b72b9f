"""One statement as its panel and its history show it."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from controls.models import Control
from controls.rules import Rules
from core.wording import CONTEXT, Piece, pieces
from declarations.coverage import reminder_days
from declarations.enums import Adoption
from declarations.models import Declaration, Statement, StatementEvidence, StatementHistory
from declarations.models.statement import FORMER_NAMES
from declarations.selectors.evidence_library import lapse_tag
from declarations.selectors.states import Tag

HISTORY_PAGE = 20
# Values of acts that are no field of the statement.
ACT_VALUES = ("file", "control_change")
# Where the editor's word is plainer than the scheme's.
LABELS = {"reason": _("選択しない理由")}
# Rows of other tables, which the history keeps by their names.
NAMED = ("owner", "reviewer", "base_service")


@dataclass(frozen=True, slots=True)
class TiedFile:
    """A file tied to a statement, and how long it holds where that is worth a word."""

    tie: StatementEvidence
    tag: Tag | None


@dataclass(frozen=True, slots=True)
class Files:
    """Files tied to a statement now, and those that were taken off and not tied again."""

    current: list[TiedFile]
    removed: list[StatementEvidence]


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field: short values as they are, texts as the part that changed."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on the statement."""

    entry: StatementHistory
    changes: list[Change]


def statement_with_texts(declaration: Declaration, number: str) -> Statement | None:
    """The whole statement with its control, objective, section and last writer; None when there is none."""
    return (
        Statement.objects.filter(declaration=declaration, control__number=number)
        .select_related(
            "control__parent__parent",
            "updated_by",
            "owner",
            "reviewer",
            "carried_from__control",
            "carried_from__base_service",
            "carried_from__declaration",
            "confirmed_by",
            "declaration__service",
            "base_service",
        )
        .annotate(change_count=Count("changes", filter=Q(changes__removed_at__isnull=True)))
        .count_open_threads()
        .first()
    )


def neighbours(declaration: Declaration, control: Control) -> tuple[str, str]:
    """Numbers of the details before and after in this declaration; "" at the ends."""
    numbers = declaration.statements.order_by().values_list("control__number", flat=True)
    before = numbers.filter(control__sort_key__lt=control.sort_key).order_by("-control__sort_key")
    after = numbers.filter(control__sort_key__gt=control.sort_key).order_by("control__sort_key")
    return before.first() or "", after.first() or ""


def files_of(statement: Statement, *, today: date) -> Files:
    """Current and removed files, oldest first. One query, and one more where a file states when it ends."""
    ties = list(
        statement.evidence.select_related("version__file", "version__evidence").order_by(
            "version__file__stored_at", "pk"
        )
    )
    current = [tie for tie in ties if tie.removed_at is None]
    there = {tie.version_id for tie in current}
    removed = {tie.version_id: tie for tie in ties if tie.version_id not in there}
    ends = any(tie.version.covers_until for tie in current)
    notice = max(reminder_days(Rules.at(today)), default=None) if ends else None
    return Files(
        current=[
            TiedFile(tie, lapse_tag(tie.version.covers_until, today=today, notice=notice))
            for tie in current
        ],
        removed=list(removed.values()),
    )


def history_page(statement: Statement, number: int) -> tuple[Page, list[HistoryLine]]:
    """One page of the act history, newest first."""
    entries = StatementHistory.objects.filter(statement=statement).order_by("-occurred_at", "-pk")
    page = Paginator(entries, HISTORY_PAGE).get_page(number)
    return page, [HistoryLine(entry, changes_of(entry)) for entry in page]


def changes_of(entry: StatementHistory) -> list[Change]:
    """What one line of the history changed, field by field."""
    return [
        field_change(name, before, after)
        for name, (before, after) in entry.changes.items()
        if not name.endswith("_id")
    ]


def field_change(name: str, before: str, after: str, *, whole: bool = False) -> Change:
    """One field before and after, as history and previews show it: around the changes of a text, or the `whole`."""
    if name in ACT_VALUES:
        return Change("", before, after, [])
    name = FORMER_NAMES.get(name, name)
    label = str(LABELS.get(name) or Statement._meta.get_field(name).verbose_name)
    if name in NAMED:
        return Change(label, before or str(_("なし")), after or str(_("なし")), [])
    if name == "adoption":
        return Change(label, str(Adoption(before).label), str(Adoption(after).label), [])
    return Change(label, before, after, pieces(before, after, context=None if whole else CONTEXT))
