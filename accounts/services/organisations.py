"""Acts on an organisation: entering it, correcting it, the list of audit bodies (監査機関リスト)."""

import uuid
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.enums import OrganisationAction
from accounts.models import Organisation, OrganisationHistory, User
from core import history
from core.db import refusals
from core.exceptions import DomainError, EditConflictError
from core.normalise import search_key
from core.policies import require


class OrganisationFields(TypedDict, total=False):
    """What people may enter about an organisation; texts are stored as typed."""

    name: str
    name_kana: str
    corporate_number: str
    postal_code: str
    address: str
    representative_title: str
    representative_name: str
    phone: str
    profile: str


def locked_organisation(organisation_id: uuid.UUID) -> Organisation:
    """The organisation, its row locked: acts on its data and on its people wait for each other."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)


@transaction.atomic
def create_organisation(
    *, actor: User, kind: str, **fields: Unpack[OrganisationFields]
) -> Organisation:
    """Enter an organisation. DomainError when the corporate number is taken or a committee exists."""
    require(policies.can_create_organisation, actor)
    now = timezone.now()
    organisation = Organisation(kind=kind)
    changes = _apply(organisation, fields)
    with refusals(_taken()):
        organisation.save(force_insert=True)
    OrganisationHistory.objects.create(
        organisation=organisation,
        **history.line(
            actor=actor,
            at=now,
            action=OrganisationAction.CREATED,
            changes={"kind": ["", kind]} | changes,
        ),
    )
    return organisation


@transaction.atomic
def update_organisation(
    *,
    organisation_id: uuid.UUID,
    actor: User,
    version: int,
    **fields: Unpack[OrganisationFields],
) -> Organisation:
    """Change the fields given. `version` is the row version that the person saw.

    EditConflictError when it is stale; DomainError when the corporate number is taken.
    """
    organisation = locked_organisation(organisation_id)
    require(policies.can_edit_organisation, actor, organisation)
    if organisation.row_version != version:
        raise EditConflictError(current=organisation)
    changes = _apply(organisation, fields)
    if not changes:
        return organisation
    organisation.row_version += 1
    with refusals(_taken()):
        organisation.save()
    OrganisationHistory.objects.create(
        organisation=organisation,
        **history.line(
            actor=actor, at=timezone.now(), action=OrganisationAction.UPDATED, changes=changes
        ),
    )
    return organisation


@transaction.atomic
def list_audit_body(
    *, organisation_id: uuid.UUID, actor: User, on: date, reason: str = ""
) -> Organisation:
    """Put an audit body on the list from that day, again after an earlier removal."""
    organisation = locked_organisation(organisation_id)
    require(policies.can_list_audit_body, actor, organisation)
    if organisation.listed_on and not organisation.delisted_on:
        raise DomainError(_("この監査機関は、すでに監査機関リストに掲載されています。"))
    if organisation.delisted_on and on < organisation.delisted_on:
        raise DomainError(_("掲載日は、前回の削除日以後の日付にしてください。"))
    _set_listing(
        organisation,
        actor,
        action=OrganisationAction.LISTED,
        reason=reason,
        listed_on=on,
        delisted_on=None,
    )
    return organisation


@transaction.atomic
def delist_audit_body(
    *, organisation_id: uuid.UUID, actor: User, on: date, reason: str
) -> Organisation:
    """Take an audit body off the list from that day, which is the first day without it."""
    organisation = locked_organisation(organisation_id)
    require(policies.can_list_audit_body, actor, organisation)
    if not organisation.listed_on or organisation.delisted_on:
        raise DomainError(_("この監査機関は、監査機関リストに掲載されていません。"))
    if on <= organisation.listed_on:
        raise DomainError(_("削除日は、掲載日より後の日付にしてください。"))
    _set_listing(
        organisation,
        actor,
        action=OrganisationAction.DELISTED,
        reason=reason,
        listed_on=organisation.listed_on,
        delisted_on=on,
    )
    return organisation


def _apply(organisation: Organisation, fields: OrganisationFields) -> dict[str, list[str]]:
    """Set the fields and the search key; what has changed, for the history."""
    before = {name: getattr(organisation, name) for name in OrganisationFields.__annotations__}
    unknown = fields.keys() - before.keys()
    if unknown:
        raise TypeError(f"not a field that people enter: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.search_key = search_key(
        organisation.name, organisation.name_kana, organisation.corporate_number
    )
    return history.changed_fields(before, dict(fields))


def _set_listing(
    organisation: Organisation,
    actor: User,
    *,
    action: OrganisationAction,
    reason: str,
    listed_on: date,
    delisted_on: date | None,
) -> None:
    """Write the two dates, the next row version and the history line."""
    now = timezone.now()
    before = {"listed_on": organisation.listed_on, "delisted_on": organisation.delisted_on}
    after = {"listed_on": listed_on, "delisted_on": delisted_on}
    organisation.listed_on, organisation.delisted_on = listed_on, delisted_on
    organisation.row_version += 1
    organisation.save(update_fields=["listed_on", "delisted_on", "row_version"])
    changes = history.changed_fields(_iso(before), _iso(after))
    OrganisationHistory.objects.create(
        organisation=organisation,
        **history.line(actor=actor, at=now, action=action, reason=reason, changes=changes),
    )


def _iso(days: dict[str, date | None]) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _taken() -> dict[str, str]:
    return {
        "organisation_corporate_number_once_per_kind": _(
            "この法人番号の組織は、すでに登録されています。組織の一覧で確かめてください。"
        ),
        "organisation_one_committee": _("運営委員会・事務局の組織は、1つだけ登録できます。"),
    }
