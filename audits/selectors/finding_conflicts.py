"""Two people wrote on one finding: what each of them said, so that neither text is lost."""

from dataclasses import replace
from typing import Any

from accounts.models import User
from audits.enums import Evaluation, FindingMove, Severity
from audits.models import Finding, FindingAnswer
from core.calendar import format_wareki
from core.labels import field_label
from declarations.selectors.conflicts import Clash, Conflict, merge


def draft_conflict(current: Finding, mine: dict[str, Any], *, seen: int) -> Conflict:
    """What others did to the draft since its version `seen` was shown. One query."""
    count = max(current.row_version - seen, 0)
    lines = current.history.order_by("-occurred_at", "-pk")[:count]
    found = merge(current, mine, [one for one in lines if one.action == FindingMove.EDIT][::-1])
    return replace(found, clashes=[_in_words(clash) for clash in found.clashes])


def _in_words(clash: Clash) -> Clash:
    """A choice as people read it."""
    choices = {"evaluation": Evaluation, "severity": Severity}.get(clash.name)
    if choices is None:
        return clash
    return replace(
        clash, mine=str(choices(clash.mine).label), theirs=str(choices(clash.theirs).label)
    )


def answer_conflict(current: Finding, mine: dict[str, Any]) -> Conflict:
    """The answer as somebody typed it beside the newest one; without an answer, only who was first. Two queries."""
    newest = current.answers.select_related("owner").last()
    last = current.history.order_by("-occurred_at", "-pk").first()
    clashes = [
        Clash(name, field_label(FindingAnswer, name), _shown(value), _shown(getattr(newest, name)))
        for name, value in (mine.items() if newest else ())
        if value != getattr(newest, name)
    ]
    return Conflict(
        their_name=last.actor_label if last else "",
        their_time=last.occurred_at if last else None,
        clashes=clashes,
        taken=[],
        values={},
    )


def _shown(value: Any) -> str:
    if isinstance(value, User):
        return value.name
    if value is None or isinstance(value, str):
        return value or ""
    return format_wareki(value, weekday=False)
