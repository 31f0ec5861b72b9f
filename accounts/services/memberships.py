"""Acts on roles: granting one, ending one, handing one over. Nobody changes the own roles."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies, tasks
from accounts.enums import DEPUTISED_ROLES, MANAGING_ROLE, OrganisationAction, OrganisationKind
from accounts.models import Membership, Organisation, OrganisationHistory, User
from accounts.services.organisations import locked_organisation
from core import history, jobs
from core.db import refusals
from core.exceptions import DomainError
from core.policies import require

ONE_DAY = timedelta(days=1)


@transaction.atomic
def grant_role(
    *,
    user_id: uuid.UUID,
    organisation_id: uuid.UUID,
    actor: User,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    deputy_for_id: uuid.UUID | None = None,
    reason: str = "",
) -> Membership:
    """Give a colleague one more role, first and last day included.

    With `deputy_for_id` the colleague stands in for an absent person (代理), always with a last day.
    DomainError when the dates, the person or the absent person do not allow it.
    """
    organisation = locked_organisation(organisation_id)
    person = User.objects.get(pk=user_id)
    require(policies.can_grant_role, actor, organisation, role, person)
    _check_days(starts_on, ends_on)
    _check_belongs(person, organisation)
    absent = User.objects.get(pk=deputy_for_id) if deputy_for_id else None
    if absent is not None:
        _check_deputy(person, absent, organisation, role, starts_on, ends_on)
    membership = _create(person, organisation, role, starts_on, ends_on, absent)
    _record(membership, actor, action=OrganisationAction.ROLE_GRANTED, reason=reason)
    return membership


@transaction.atomic
def end_membership(
    *, membership_id: uuid.UUID, actor: User, ends_on: date, reason: str
) -> Membership:
    """Set the last day of a role; yesterday takes it away at once.

    DomainError when it has ended already, began after that day, or when nobody would be left who
    looks after the people of the organisation.
    """
    membership = _locked_membership(membership_id)
    require(policies.can_end_membership, actor, membership)
    _check_can_end(membership, ends_on)
    _check_successor(membership, ends_on)
    return _end(membership, actor, ends_on, reason)


@transaction.atomic
def hand_over(
    *, membership_id: uuid.UUID, actor: User, to_user_id: uuid.UUID, on: date, reason: str = ""
) -> Membership:
    """One person's role goes to a colleague (引継ぎ): on that day both hold it, then the colleague alone."""
    membership = _locked_membership(membership_id)
    successor = User.objects.get(pk=to_user_id)
    require(policies.can_hand_over, actor, membership, successor)
    if membership.deputy_for_id:
        raise DomainError(_("代理の役割は引き継げません。別の方を代理に立ててください。"))
    _check_days(on, None)
    _check_belongs(successor, membership.organisation)
    _check_can_end(membership, on)
    granted = _create(successor, membership.organisation, membership.role, on, None, None)
    _end(membership, actor, on, reason)
    _record(granted, actor, action=OrganisationAction.ROLE_GRANTED, reason=reason)
    return granted


def create_membership(**columns: Any) -> Membership:
    """A membership row, or DomainError when its days collide with another one of the same person."""
    with refusals(_collisions()):
        return Membership.objects.create(**columns)


def _create(
    person: User,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None,
    absent: User | None,
) -> Membership:
    return create_membership(
        user=person,
        organisation=organisation,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        deputy_for=absent,
    )


def _end(membership: Membership, actor: User, ends_on: date, reason: str) -> Membership:
    before, membership.ends_on = membership.ends_on, ends_on
    with refusals(_collisions()):
        membership.save(update_fields=["ends_on"])
    _record(
        membership, actor, action=OrganisationAction.ROLE_ENDED, reason=reason, ended_before=before
    )
    return membership


def _locked_membership(membership_id: uuid.UUID) -> Membership:
    """The membership and its organisation, both locked, the organisation first."""
    organisation_id = Membership.objects.values_list("organisation_id").get(pk=membership_id)[0]
    locked_organisation(organisation_id)
    return (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "user")
        .get(pk=membership_id)
    )


def _check_days(starts_on: date, ends_on: date | None) -> None:
    if starts_on < timezone.localdate():
        raise DomainError(_("開始日は、今日以後の日付にしてください。"))
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(_("終了日は、開始日以後の日付にしてください。"))


def _check_belongs(person: User, organisation: Organisation) -> None:
    today = timezone.localdate()
    colleagues = organisation.memberships.in_force(today).filter(user__is_active=True)
    if not colleagues.filter(user=person).exists():
        raise DomainError(
            _("この方は、いまこの組織に所属していません。まず組織に招待してください。")
        )


def _check_deputy(
    person: User,
    absent: User,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None,
) -> None:
    """A deputy stands in for a holder of exactly that role, in that organisation, for a limited time."""
    if role not in DEPUTISED_ROLES:
        raise DomainError(_("代理を立てられるのは、承認者と監査責任者です。"))
    if ends_on is None:
        raise DomainError(_("代理には終了日が必要です。"))
    if person == absent:
        raise DomainError(_("ご本人を代理にはできません。別の方を選んでください。"))
    held = organisation.memberships.in_force(starts_on).filter(
        user=absent, role=role, deputy_for=None
    )
    if not held.exists():
        raise DomainError(
            _("代理の相手は、開始日にその役割を持っている方（代理の方を除く）に限ります。")
        )


def _check_can_end(membership: Membership, ends_on: date) -> None:
    today = timezone.localdate()
    if membership.ends_on is not None and membership.ends_on < today:
        raise DomainError(_("この役割は、すでに終了しています。"))
    if ends_on < today - ONE_DAY:
        raise DomainError(
            _("終了日は、昨日以後の日付にしてください。昨日にすると、すぐに終了します。")
        )
    if ends_on < membership.starts_on:
        raise DomainError(_("終了日は、開始日以後の日付にしてください。"))


def _check_successor(membership: Membership, ends_on: date) -> None:
    """Never leave an organisation without a lasting holder of its managing role."""
    organisation = membership.organisation
    managing = MANAGING_ROLE[OrganisationKind(organisation.kind)]
    if membership.role != managing or membership.deputy_for_id:
        return
    others = organisation.memberships.filter(role=managing).exclude(user=membership.user)
    if not others.lasting(ends_on + ONE_DAY).exists():
        raise DomainError(
            _(
                "この役割を終了すると、組織に「%(role)s」がいなくなります。"
                "先に、ほかの方へ期限のない「%(role)s」の役割を付与するか、引継ぎを行ってください。"
            )
            % {"role": managing.label}
        )


def _record(
    membership: Membership,
    actor: User,
    *,
    action: OrganisationAction,
    reason: str,
    ended_before: date | None = None,
) -> None:
    """The history line, and the mail to the person whose role it is."""
    OrganisationHistory.objects.create(
        organisation=membership.organisation,
        **history.line(
            actor=actor,
            at=timezone.now(),
            action=action,
            reason=reason,
            changes=_changes(membership, action, ended_before),
        ),
    )
    jobs.enqueue(
        tasks.send_role_notice,
        subject=f"membership:{membership.pk}",
        requested_by=actor,
        membership_id=str(membership.pk),
        action=str(action),
        ends_on=_iso(membership.ends_on),
    )


def _changes(
    membership: Membership, action: OrganisationAction, ended_before: date | None
) -> dict[str, list[str | None]]:
    """Who and which role, with the days; a granted role has no old side, an ended one keeps its person."""
    name, role = membership.user.name, str(membership.role)
    if action == OrganisationAction.ROLE_ENDED:
        return {
            "person": [name, name],
            "role": [role, role],
            "ends_on": [_iso(ended_before), _iso(membership.ends_on)],
        }
    deputy_for = {"deputy_for": [None, membership.deputy_for.name]} if membership.deputy_for else {}
    return {
        "person": [None, name],
        "role": [None, role],
        "starts_on": [None, _iso(membership.starts_on)],
        "ends_on": [None, _iso(membership.ends_on)],
    } | deputy_for


def _collisions() -> dict[str, str]:
    return {
        "membership_role_once": _(
            "この方は、その期間にすでに同じ役割を持っています。役割の一覧で確かめてください。"
        ),
        "membership_one_organisation_at_a_time": _(
            "この方は、その期間に別の組織に所属しています。同時に所属できる組織は1つです。"
        ),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
