"""How a lineage comes to its lines: from numbers, official texts and what is known besides. Parts of the acts on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from controls.enums import ControlsAction
from controls.lineage import ProposedLine, propose
from controls.models import CatalogueEdition, ControlLineage, Lineage, LineageHistory
from controls.selectors.lineage import comparable_controls, current_digests
from controls.shipped_lineage import KnownChange
from core import history

SHOWN_LINES = 10


def draft(
    old: CatalogueEdition,
    new: CatalogueEdition,
    actor: User | None,
    source: str,
    known: Iterable[KnownChange] = (),
) -> Lineage:
    """The lineage with one line for each number, and its first history line. Known changes speak of numbers."""
    lineage = Lineage.objects.create(
        old_edition=old,
        new_edition=new,
        source=source,
        proposed_by=actor,
        proposed_at=timezone.now(),
    )
    olds, news = comparable_controls(old.pk), comparable_controls(new.pk)
    known_by_pair = {(change.old, change.new): change for change in known}
    lines = []
    for line in propose(list(olds), list(news), current_digests(old.pk), current_digests(new.pk)):
        change = known_by_pair.get((line.old, line.new))
        lines.append(
            ControlLineage(
                lineage=lineage,
                old_id=olds[line.old] if line.old else None,
                new_id=news[line.new] if line.new else None,
                relation=change.relation if change else line.relation,
                note=change.note if change else "",
                is_proposed=change is None,
            )
        )
    ControlLineage.objects.bulk_create(lines)
    record(lineage, actor, lineage.proposed_at, ControlsAction.PROPOSED)
    return lineage


def refresh(lineage: Lineage, actor: User) -> Lineage:
    """Lines that nobody touched follow the texts as they are now; nothing is recorded when none differs."""
    old_id, new_id = lineage.old_edition_id, lineage.new_edition_id
    wanted: dict[tuple[str | None, str | None], ProposedLine] = {
        (line.old, line.new): line
        for line in propose(
            list(comparable_controls(old_id)),
            list(comparable_controls(new_id)),
            current_digests(old_id),
            current_digests(new_id),
        )
    }
    stale = []
    for row in lineage.lines.filter(is_proposed=True).select_related("old", "new"):
        pair = (row.old.number if row.old else None, row.new.number if row.new else None)
        line = wanted.get(pair)
        if line is not None and line.relation != row.relation:
            row.relation = line.relation
            stale.append(row)
    if stale:
        ControlLineage.objects.bulk_update(stale, ["relation"])
        step(lineage)
        changes = {"relation": [len(stale), [str(row) for row in stale[:SHOWN_LINES]]]}
        record(lineage, actor, timezone.now(), ControlsAction.PROPOSED, changes=changes)
    return lineage


def step(lineage: Lineage, *fields: str) -> None:
    """Save these fields as the next version."""
    lineage.row_version += 1
    lineage.save(update_fields=["row_version", *fields])


def record(lineage: Lineage, actor: User | None, now: datetime, action: str, **facts: Any) -> None:
    """Write the history line of an act."""
    line = history.line(actor=actor, at=now, action=action, to_state=lineage.state, **facts)
    LineageHistory.objects.create(lineage=lineage, **line)
