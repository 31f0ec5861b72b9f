"""Acts on listed services (基盤クラウドサービス): the secretariat enters, corrects and ends; our own register tells.

Whoever writes a number or days of it holds the lock of that number, taken before any row. So the register sees every
row that might stand in its way, and no act of the committee fails because of what a clerk entered meanwhile.
"""

import logging
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.db import lock_name, refusals
from core.exceptions import DomainError, EditConflictError
from core.normalise import search_key
from core.policies import require
from declarations import policies
from declarations.enums import ListedOrigin, ListedServiceAction, ListName
from declarations.models import ListedService, ListedServiceHistory

log = logging.getLogger(__name__)
FACTS = ("list_name", "number", "name", "provider_name", "listed_from", "listed_until", "source")


def _messages() -> dict[str, str]:
    return {
        "listedservice_number_once_a_day": _(
            "この登録番号は、重なる期間ですでに登録されています。一覧でその行を訂正するか、期間を直してください。"
        ),
        "listedservice_ends_after_it_begins": _(
            "掲載最終日が掲載開始日より前です。どちらかの日付を直してください。"
        ),
    }


@transaction.atomic
def enter_listed_service(
    *, actor: User, creation_key: uuid.UUID, facts: dict[str, Any]
) -> ListedService:
    """Enter a service from a published list, with its source.

    The same `creation_key` again gives what it made (double click). DomainError when the number is taken on a day that
    both rows would cover, or belongs to our own register.
    """
    require(policies.can_keep_listed_services, actor)
    lock_name(f"listed-service:{creation_key}")
    if made := ListedService.objects.filter(creation_key=creation_key).first():
        return made
    values = {name: facts[name] for name in FACTS}
    _lock_number(values["number"])
    _refuse_number_of_register(values["number"])
    listed = ListedService(creation_key=creation_key, search_key=_key(values), **values)
    with refusals(_messages()):
        listed.save(force_insert=True)
    _record(
        listed, ListedServiceAction.ENTERED, actor=actor, at=timezone.now(), reason=listed.source
    )
    return listed


@transaction.atomic
def correct_listed_service(
    *, listed_id: uuid.UUID, actor: User, version: int, facts: dict[str, Any], reason: str
) -> ListedService:
    """Correct what was entered wrongly. Fixed declarations keep what they said: their snapshot names the service.

    EditConflictError when somebody saved since `version` was shown; DomainError for what our own register tells, and
    for a number of it.
    """
    _lock_number(facts["number"])
    listed = _locked(listed_id, actor)
    changes = history.changed_fields(
        {name: getattr(listed, name) for name in FACTS}, {name: facts[name] for name in FACTS}
    )
    if not changes:
        return listed
    if listed.row_version != version:
        raise EditConflictError(current=listed)
    if "number" in changes:
        _refuse_number_of_register(facts["number"])
    return _change(listed, changes, ListedServiceAction.CORRECTED, actor=actor, reason=reason)


@transaction.atomic
def end_listing(
    *, listed_id: uuid.UUID, actor: User, version: int, last_day: date, reason: str
) -> ListedService:
    """Record the last day on the list. Statements that name the service keep it, and the check before approval warns.

    The same day again is no act (double click). EditConflictError when somebody saved since `version` was shown,
    DomainError for what our own register tells, or a day before the first.
    """
    # A row whose number changes between these two lines has another version, and is refused below.
    _lock_number(ListedService.objects.values_list("number", flat=True).get(pk=listed_id))
    listed = _locked(listed_id, actor)
    if listed.listed_until == last_day:
        return listed
    if listed.row_version != version:
        raise EditConflictError(current=listed)
    changes = {"listed_until": [listed.listed_until, last_day]}
    return _change(listed, changes, ListedServiceAction.ENDED, actor=actor, reason=reason)


@transaction.atomic
def follow_register(
    *,
    cloud_service_id: uuid.UUID,
    number: str,
    name: str,
    provider_name: str,
    listed_from: date,
    listed_until: date | None,
    at: datetime,
) -> ListedService:
    """What our own register (ISMAP-LIU) says of a registration. A system act of `registrations`; twice is harmless.

    A row that the secretariat entered under this number follows the register from now on; other rows of the number that
    reach into the days of the register end before. One that begins within these days cannot: then nothing changes, the
    log says so, and the next night tells again. So what a clerk entered never refuses an act on the register.
    """
    _lock_number(number)
    facts = {
        "list_name": ListName.LIU.value,
        "number": number,
        "name": name,
        "provider_name": provider_name,
        "listed_from": listed_from,
        "listed_until": listed_until,
        "origin": ListedOrigin.REGISTER.value,
        "cloud_service_id": cloud_service_id,
    }
    rows = list(
        ListedService.objects.select_for_update(of=("self",), no_key=True)
        .filter(number=number)
        .order_by("-listed_from")
    )
    # The row that follows the register already, else the newest one.
    rows.sort(key=lambda row: row.origin != ListedOrigin.REGISTER)
    listed, others = (rows[0], rows[1:]) if rows else (None, [])
    if not _made_way(others, listed_from, listed_until, at=at):
        log.error("Listed service %s: other rows of its number are in the way.", number)
        return rows[0]
    if listed is None:
        listed = ListedService.objects.create(
            creation_key=uuid.uuid4(), search_key=_key(facts), **facts
        )
        _record(listed, ListedServiceAction.REGISTER_TOLD, actor=None, at=at)
        return listed
    changes = history.changed_fields({name: getattr(listed, name) for name in facts}, facts)
    if changes:
        _change(listed, changes, ListedServiceAction.REGISTER_TOLD, actor=None, at=at)
    return listed


def _made_way(others: list[ListedService], first: date, last: date | None, *, at: datetime) -> bool:
    """End the rows that reach into these days on the day before; False, and nothing ended, when one begins within."""
    reaching = [
        row
        for row in others
        if (row.listed_until is None or row.listed_until >= first)
        and (last is None or row.listed_from <= last)
    ]
    if any(row.listed_from >= first for row in reaching):
        return False
    for row in reaching:
        changes = {"listed_until": [row.listed_until, first - timedelta(days=1)]}
        _change(row, changes, ListedServiceAction.REGISTER_TOLD, actor=None, at=at)
    return True


def _lock_number(number: str) -> None:
    lock_name(f"listed-number:{number}")


def _refuse_number_of_register(number: str) -> None:
    """What the register tells of a number is all that there is to say of it."""
    if ListedService.objects.filter(number=number, origin=ListedOrigin.REGISTER).exists():
        raise DomainError(
            _(
                "この登録番号のサービスは、ISMAP-LIUの登録に従って自動で登録されています。一覧で確かめてください。"
            )
        )


def _locked(listed_id: uuid.UUID, actor: User) -> ListedService:
    require(policies.can_keep_listed_services, actor)
    listed = ListedService.objects.select_for_update(of=("self",), no_key=True).get(pk=listed_id)
    if listed.origin == ListedOrigin.REGISTER:
        raise DomainError(
            _("このサービスはISMAP-LIUの登録に従って自動で更新されます。ここでは変更できません。")
        )
    return listed


def _change(
    listed: ListedService,
    changes: dict[str, list[Any]],
    action: ListedServiceAction,
    *,
    actor: User | None,
    at: datetime | None = None,
    reason: str = "",
) -> ListedService:
    for name, (_old, new) in changes.items():
        setattr(listed, name, new)
    listed.search_key = _key({name: getattr(listed, name) for name in FACTS})
    listed.row_version += 1
    with refusals(_messages()):
        listed.save()
    told = {name: [_text(value) for value in pair] for name, pair in changes.items()}
    _record(listed, action, actor=actor, at=at or timezone.now(), reason=reason, changes=told)
    return listed


def _record(
    listed: ListedService,
    action: ListedServiceAction,
    *,
    actor: User | None,
    at: datetime,
    **facts: Any,
) -> None:
    ListedServiceHistory.objects.create(
        listed_service=listed, **history.line(actor=actor, at=at, action=action, **facts)
    )


def _key(facts: dict[str, Any]) -> str:
    return search_key(facts["number"], facts["name"], facts["provider_name"])[:1000]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
