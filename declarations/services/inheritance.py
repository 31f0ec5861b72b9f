"""Which base service a statement may name: one that was on the list over the whole declared period (criteria 2.2.2)."""

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.calendar import format_wareki
from core.exceptions import DomainError
from declarations.models import Declaration, ListedService

FIELD = "base_service"


class InheritanceError(DomainError):
    """A statement may not name this base service."""

    field = FIELD


Changes = Mapping[str, dict[str, list[str]]]


def bases_of(
    declaration: Declaration, changes: Changes, *, is_undo: bool = False
) -> dict[str, ListedService]:
    """The services that these changes name, before and after, by key. One query when any does, else none.

    Raises InheritanceError for a new one that is unknown, the declared service itself, or not on the list over the
    whole period. A row that keeps one that has left the list changes nothing and asks nothing; and an undo, which gives
    rows back what they said, asks nothing of what became of it (the trigger holds it to what their history names).
    """
    pairs = {number: changed[FIELD] for number, changed in changes.items() if FIELD in changed}
    keys = {key for pair in pairs.values() for key in pair if key}
    if not keys:
        return {}
    if not all(map(_is_key, keys)):
        raise InheritanceError(_unknown())
    found = {str(base.pk): base for base in ListedService.objects.filter(pk__in=keys)}
    for number, (_old, new) in pairs.items():
        base = found.get(new)
        if new and base is None:
            raise InheritanceError(_unknown())
        if is_undo:
            continue
        if base and base.cloud_service_id == declaration.service_id:
            raise InheritanceError(_itself(number))
        if base and not base.covers(declaration.period_start, declaration.period_end):
            raise InheritanceError(not_listed(number, base))
    return found


def told(changed: dict[str, list[str]], bases: Mapping[str, ListedService]) -> dict[str, list[str]]:
    """A row's changes as its history keeps them: the service by its name as it is now, and by its key."""
    if FIELD not in changed:
        return changed
    names = [str(bases[key]) if key else "" for key in changed[FIELD]]
    return changed | {FIELD: names, f"{FIELD}_id": changed[FIELD]}


def not_listed(number: str, base: ListedService) -> str:
    """Why this service cannot be inherited from, and how to go on."""
    if base.listed_until is not None:
        when = _("掲載は%(day)sまで") % {"day": format_wareki(base.listed_until, weekday=False)}
    else:
        when = _("掲載は%(day)sから") % {"day": format_wareki(base.listed_from, weekday=False)}
    return _(
        "%(number)s：「%(base)s」は、監査対象期間を通してリストに掲載されていないため選べません（%(when)s）。"
        "ほかの基盤クラウドサービスを選ぶか、個別管理策を書いてください。"
    ) % {"number": number, "base": base, "when": when}


def _itself(number: str) -> str:
    return _(
        "%(number)s：この言明のサービス自身からは継承できません。ほかの基盤クラウドサービスを選んでください。"
    ) % {"number": number}


def _unknown() -> str:
    return _("選んだ基盤クラウドサービスが見つかりません。一覧から選び直してください。")


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
