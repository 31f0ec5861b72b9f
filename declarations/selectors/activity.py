"""Who did what in a declaration: the latest acts, the people who edited, the last hand-back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from core.labels import field_label
from declarations.enums import (
    EDITING_ACTIONS,
    ORGANISING_ACTIONS,
    BatchKind,
    DeclarationAction,
    DeclarationMove,
    StatementAction,
)
from declarations.models import (
    Declaration,
    DeclarationHistory,
    StatementBatch,
    StatementHistory,
)
from declarations.snapshot import BODY_FIELDS

RECENT = 8
FIELDS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Act:
    """One line of `components/activity_list.html`."""

    at: datetime
    actor: str
    text: str
    number: str = ""


def recent_acts(declaration_id: uuid.UUID) -> list[Act]:
    """The latest acts on the declaration and its statements, newest first; one line per batch. Three queries."""
    own = DeclarationHistory.objects.filter(declaration=declaration_id).order_by(
        "-occurred_at", "-pk"
    )[:RECENT]
    batches = (
        StatementHistory.objects.filter(statement__declaration=declaration_id)
        .values("batch", "occurred_at", "actor_label", "action")
        .annotate(rows=Count("pk"), number=Min("statement__control__number"))
        .order_by("-occurred_at", "batch")[:RECENT]
    )
    kinds = dict(
        StatementBatch.objects.filter(pk__in=[row["batch"] for row in batches]).values_list(
            "pk", "kind"
        )
    )
    acts = [Act(line.occurred_at, line.actor_label, _sentence(line)) for line in own]
    acts += [
        Act(
            row["occurred_at"],
            row["actor_label"],
            _statement_sentence(row, kinds.get(row["batch"])),
            row["number"],
        )
        for row in batches
    ]
    return sorted(acts, key=lambda act: act.at, reverse=True)[:RECENT]


def people_who_edited(declaration: Declaration) -> list[str]:
    """Names of those who changed anything in this version, or in a draft that was moved into it. One query."""
    worded = Declaration.objects.worded_in(declaration).order_by().values("pk")
    body = DeclarationHistory.objects.filter(declaration__in=worded, action__in=EDITING_ACTIONS)
    statements = StatementHistory.objects.filter(statement__declaration__in=worded).exclude(
        action__in=ORGANISING_ACTIONS
    )
    named = [
        lines.filter(actor__isnull=False).order_by().values_list("actor", "actor__name")
        for lines in (body, statements)
    ]
    return sorted(name for _actor, name in named[0].union(named[1]))


def last_hand_back(declaration: Declaration) -> DeclarationHistory | None:
    """The hand-back that this draft comes from, with its reason; None for a draft that was never handed back."""
    return (
        DeclarationHistory.objects.filter(
            declaration=declaration, action=DeclarationMove.HAND_BACK.value
        )
        .order_by("-occurred_at", "-pk")
        .first()
    )


def _sentence(line: DeclarationHistory) -> str:
    text = line.get_action_display()
    if line.action == DeclarationAction.EDITED:
        names = [field_label(Declaration, name) for name in BODY_FIELDS if name in line.changes]
        shown = "、".join(names[:FIELDS_NAMED])
        return f"{text}：{shown}{_('ほか') if len(names) > FIELDS_NAMED else ''}"
    if line.action in (DeclarationAction.OBJECTIVE_EXCLUDED, DeclarationAction.OBJECTIVE_INCLUDED):
        return f"{text}：{'、'.join(line.changes)}"
    return text


def _statement_sentence(row: Mapping[str, Any], kind: str | None) -> str:
    """What was done to which rows; rows that were saved together say by what (一括編集, ブックの取込み)."""
    if kind is not None and row["action"] == StatementAction.SAVED:
        text = str(BatchKind(kind).label)
    else:
        text = str(StatementAction(row["action"]).label)
    if row["rows"] == 1:
        return f"{row['number']} {text}"
    return _("%(number)sほか%(count)s件 %(text)s") % {
        "number": row["number"],
        "count": f"{row['rows'] - 1:,}",
        "text": text,
    }
