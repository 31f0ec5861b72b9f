"""The evidence library: what a provider keeps, how long it holds, and where it is used."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.normalise import search_key
from declarations.coverage import has_lapsed
from declarations.enums import BatchKind, DeclarationState
from declarations.models import (
    Declaration,
    Evidence,
    EvidenceHistory,
    EvidenceVersion,
    StatementBatch,
    StatementEvidence,
)
from declarations.querysets import EvidenceQuerySet
from declarations.selectors.service_pages import Act
from declarations.selectors.states import Tag

LAPSED, LAPSING, UNUSED, RETIRED = "lapsed", "lapsing", "unused", "retired"
STATES = {
    "": gettext_lazy("保管中"),
    LAPSED: gettext_lazy("期限切れ"),
    LAPSING: gettext_lazy("期限間近"),
    UNUSED: gettext_lazy("未使用"),
    RETIRED: gettext_lazy("使用終了"),
}
HISTORY_LINES = 20
# Control numbers of one declaration that the page of an item shows; the rest is counted.
SHOWN_NUMBERS = 60


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A piece of evidence in a list: its newest version, on how many statements it is, and how long it holds."""

    evidence: Evidence
    version: EvidenceVersion
    links: int
    tag: Tag | None
    is_tied: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One declaration that ties the evidence: numbers with the version that each has, the first of them."""

    declaration: Declaration
    numbers: list[tuple[str, int]]
    count: int

    @property
    def more(self) -> int:
        """How many numbers are not shown."""
        return self.count - len(self.numbers)


def lapse_tag(last: date | None, *, today: date, notice: int | None) -> Tag | None:
    """期限切れ or あとN日 for a last day that is over or nearer than `notice` days; None before."""
    if last is None:
        return None
    left = (last - today).days
    if has_lapsed(last, today=today):
        return Tag("ng", _("期限切れ"))
    if notice is None or left > notice:
        return None
    return Tag("warn", _("あと%(days)d日") % {"days": left} if left else _("本日まで"))


def library(
    user: User, *, state: str, text: str, today: date, notice: int | None
) -> EvidenceQuerySet:
    """The evidence of the person's organisation, narrowed by state and searched text, by title."""
    rows = Evidence.objects.visible_to(user).with_current_end()
    rows = rows.filter(retired_at__isnull=False) if state == RETIRED else rows.in_use()
    if state == LAPSED:
        rows = rows.filter(current_until__lt=today)
    if state == LAPSING:
        last = today + timedelta(days=notice) if notice is not None else today
        rows = rows.filter(current_until__gte=today, current_until__lte=last)
    if state == UNUSED:
        rows = rows.unused()
    if text:
        rows = rows.filter(search_key__contains=search_key(text))
    ties = StatementEvidence.objects.filter(
        version__evidence=OuterRef("pk"), removed_at__isnull=True
    )
    counts = (
        ties.order_by()
        .values("version__evidence")
        .annotate(number=Count("statement", distinct=True))
        .values("number")
    )
    return (
        rows.select_related("owner")
        .annotate(links=Coalesce(Subquery(counts), 0))
        .order_by("title", "pk")
    )


def library_rows(
    evidence: Iterable[Any],
    *,
    today: date,
    notice: int | None,
    tied: frozenset[uuid.UUID] = frozenset(),
) -> list[LibraryRow]:
    """Rows for evidence of `library`, each with its newest version; `tied` are versions chosen already. One query."""
    found = list(evidence)
    versions = {
        version.evidence_id: version
        for version in EvidenceVersion.objects.filter(evidence__in=found)
        .current()
        .select_related("file")
    }
    return [
        LibraryRow(
            evidence=item,
            version=versions[item.pk],
            links=item.links,
            tag=lapse_tag(versions[item.pk].covers_until, today=today, notice=notice),
            is_tied=versions[item.pk].pk in tied,
        )
        for item in found
    ]


def versions_of(evidence: Evidence) -> list[EvidenceVersion]:
    """All versions, newest first. One query."""
    return list(evidence.versions.select_related("file", "added_by").order_by("-number"))


def uses_of(evidence: Evidence) -> list[Use]:
    """Declarations that tie any version of it, newest period first. Two queries."""
    numbers: dict[uuid.UUID, list[tuple[str, int]]] = {}
    ties = (
        StatementEvidence.objects.filter(version__evidence=evidence, removed_at__isnull=True)
        .order_by("statement__control__sort_key", "version__number", "pk")
        .values_list("statement__declaration", "statement__control__number", "version__number")
    )
    for declaration, number, version in ties:
        numbers.setdefault(declaration, []).append((number, version))
    declarations = (
        Declaration.objects.filter(pk__in=numbers)
        .select_related("service")
        .order_by("-period_end", "service__name_kana", "-version")
    )
    return [
        Use(
            declaration=declaration,
            numbers=numbers[declaration.pk][:SHOWN_NUMBERS],
            count=len(numbers[declaration.pk]),
        )
        for declaration in declarations
    ]


def draft_links(evidence: Evidence) -> int:
    """On how many statements of drafts a version of it is tied: what a newer version may replace. One query."""
    return (
        StatementEvidence.objects.filter(
            version__evidence=evidence,
            removed_at__isnull=True,
            statement__declaration__state=DeclarationState.DRAFT,
        )
        .order_by()
        .values("statement")
        .distinct()
        .count()
    )


def undoable_batches(evidence: Evidence) -> list[StatementBatch]:
    """Acts that tied it to many statements of a draft and of which something still holds, newest first. One query."""
    acts = StatementEvidence.objects.filter(
        version__evidence=evidence, added_in__isnull=False, removed_at__isnull=True
    ).values("added_in")
    return list(
        StatementBatch.objects.filter(
            pk__in=acts,
            kind=BatchKind.EVIDENCE,
            undone_by__isnull=True,
            declaration__state=DeclarationState.DRAFT,
        )
        .select_related("declaration__service", "actor")
        .order_by("-occurred_at", "pk")
    )


def history_of(evidence: Evidence) -> list[Act]:
    """The latest acts on it, newest first. One query."""
    lines = evidence.history.order_by("-occurred_at", "-pk")[:HISTORY_LINES]
    return [Act(line.occurred_at, line.actor_label, _sentence(line)) for line in lines]


def _sentence(line: EvidenceHistory) -> str:
    nothing = _("なし")
    changes = [
        f"{old or nothing} → {new or nothing}" if name != "file" else new
        for name, (old, new) in line.changes.items()
    ]
    return "：".join([line.get_action_display(), *(["、".join(changes)] if changes else [])])


def lapsing_evidence(user: User, *, today: date, notice: int | None) -> EvidenceQuerySet:
    """What is tied to statements and has lapsed or lapses within the notice, the earliest end first."""
    last = today + timedelta(days=notice or 0)
    used = Evidence.objects.visible_to(user).in_use().with_current_end()
    return (
        used.filter(current_until__lte=last)
        .exclude(pk__in=Evidence.objects.visible_to(user).unused().values("pk"))
        .order_by("current_until", "title", "pk")
    )
