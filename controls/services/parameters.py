"""Acts on scheme parameters: load the shipped set, propose a change, publish or withdraw it."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls import policies
from controls.enums import ControlsAction, ParameterState
from controls.models import ParameterHistory, SchemeParameter
from controls.parameter_file import definitions
from controls.parameter_values import check_value
from controls.workflow import PARAMETER
from core import history
from core.db import refusals
from core.exceptions import DomainError
from core.policies import require


@transaction.atomic
def load_scheme_parameters() -> int:
    """Load the shipped parameters, published by the system; returns how many rows were new.

    A parameter whose name is already known is left alone, so that what staff changed is never overwritten.
    """
    known = set(SchemeParameter.objects.values_list("name", flat=True))
    now = timezone.now()
    rows = [
        SchemeParameter(
            name=definition.name,
            label=definition.label,
            value=row.value,
            in_force_from=row.in_force_from,
            in_force_until=row.in_force_until,
            status=row.status,
            source=row.source,
            state=ParameterState.PUBLISHED,
            proposed_at=now,
            published_at=now,
        )
        for definition in definitions().values()
        if definition.name not in known
        for row in definition.rows
    ]
    SchemeParameter.objects.bulk_create(rows)
    entry = history.line(
        actor=None, at=now, action=ControlsAction.LOADED, to_state=ParameterState.PUBLISHED
    )
    ParameterHistory.objects.bulk_create(ParameterHistory(parameter=row, **entry) for row in rows)
    return len(rows)


@transaction.atomic
def propose_parameter(
    *,
    name: str,
    value: Any,
    in_force_from: date,
    status: str,
    source: str,
    reason: str,
    actor: User,
) -> SchemeParameter:
    """Propose a new value from a day on. It holds only after a second person has published it.

    Raises DomainError when the name is not one of the shipped ones, the value does not fit its kind, or a proposal for
    the same parameter is waiting already.
    """
    require(policies.can_propose_parameter, actor)
    definition = definitions().get(name)
    if definition is None:
        raise DomainError(_("制度パラメータ「%(name)s」はありません。") % {"name": name})
    try:
        check_value(definition, value)
    except ValueError as error:
        raise DomainError(str(error)) from error
    now = timezone.now()
    replaced = SchemeParameter.objects.filter(name=name).in_force(in_force_from).first()
    _require_free_day(replaced, in_force_from)
    proposal = SchemeParameter(
        name=name,
        label=definition.label,
        value=value,
        in_force_from=in_force_from,
        status=status,
        source=source,
        reason=reason,
        state=ParameterState.DRAFT,
        replaces=replaced,
        proposed_by=actor,
        proposed_at=now,
    )
    waiting = _(
        "この制度パラメータには、公開待ちの変更があります。先に公開するか、取り下げてください。"
    )
    with refusals({"parameter_one_proposal_at_a_time": waiting}):
        proposal.save()
    _record(proposal, actor, now, ControlsAction.PROPOSED, "", reason=reason)
    return proposal


@transaction.atomic
def publish_parameter(*, parameter_id: uuid.UUID, actor: User) -> SchemeParameter:
    """Publish somebody else's proposal: the value before ends on the day before, a later one stays as it is."""
    proposal = SchemeParameter.objects.select_for_update().get(pk=parameter_id)
    require(policies.can_publish_parameter, actor, proposal)
    move = PARAMETER.check(ControlsAction.PUBLISHED, proposal.state)
    published = list(
        SchemeParameter.objects.select_for_update()
        .filter(name=proposal.name, state=ParameterState.PUBLISHED)
        .order_by("pk")
    )
    first_day = cast(date, proposal.in_force_from)  # propose_parameter never leaves it open
    replaced = next((row for row in published if _holds(row, first_day)), None)
    _require_free_day(replaced, first_day)
    now = timezone.now()
    proposal.in_force_until = _last_day(replaced, published, first_day)
    if replaced is not None:
        _end(replaced, first_day - timedelta(days=1), actor, now)
    before, proposal.state = proposal.state, move.target
    proposal.replaces = replaced
    proposal.published_by, proposal.published_at = actor, now
    proposal.save()
    changes = {"value": [replaced.value if replaced else None, proposal.value]}
    _record(proposal, actor, now, move.name, before, changes=changes)
    return proposal


@transaction.atomic
def withdraw_parameter(*, parameter_id: uuid.UUID, actor: User, reason: str) -> SchemeParameter:
    """Take a proposal back, or turn it down, with a reason. It stays on record."""
    proposal = SchemeParameter.objects.select_for_update().get(pk=parameter_id)
    require(policies.can_withdraw_parameter, actor, proposal)
    move = PARAMETER.check(ControlsAction.WITHDRAWN, proposal.state)
    now = timezone.now()
    before, proposal.state = proposal.state, move.target
    proposal.save(update_fields=["state"])
    _record(proposal, actor, now, move.name, before, reason=reason)
    return proposal


def _holds(row: SchemeParameter, day: date) -> bool:
    return (row.in_force_from is None or row.in_force_from <= day) and (
        row.in_force_until is None or row.in_force_until >= day
    )


def _require_free_day(replaced: SchemeParameter | None, first_day: date) -> None:
    if replaced is not None and replaced.in_force_from == first_day:
        raise DomainError(
            _("この日から始まる値が、すでに公開されています。別の適用開始日を入力してください。")
        )


def _last_day(
    replaced: SchemeParameter | None, published: Iterable[SchemeParameter], first_day: date
) -> date | None:
    """Where the new value ends: with the one it replaces, or the day before the next one."""
    if replaced is not None:
        return replaced.in_force_until
    starts = [row.in_force_from for row in published if row.in_force_from is not None]
    later = [start for start in starts if start > first_day]
    return min(later) - timedelta(days=1) if later else None


def _end(row: SchemeParameter, last_day: date, actor: User, now: datetime) -> None:
    before, row.in_force_until = row.in_force_until, last_day
    row.save(update_fields=["in_force_until"])
    changes = {"in_force_until": [before and before.isoformat(), last_day.isoformat()]}
    _record(row, actor, now, ControlsAction.ENDED, row.state, changes=changes)


def _record(
    row: SchemeParameter, actor: User, now: datetime, action: str, before: str, **facts: Any
) -> None:
    line = history.line(
        actor=actor, at=now, action=action, from_state=before, to_state=row.state, **facts
    )
    ParameterHistory.objects.create(parameter=row, **line)
