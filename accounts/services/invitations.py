"""Acts on invitations. A person exists only by accepting one."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts import policies, tasks
from accounts.enums import InvitationState, OrganisationAction, OrganisationKind, Role
from accounts.models import Invitation, Membership, Organisation, OrganisationHistory, User
from accounts.services.memberships import create_membership
from accounts.services.organisations import locked_organisation
from core import history, jobs
from core.canonical import sha256_hex
from core.db import refusals
from core.exceptions import DomainError
from core.normalise import code_text, search_key
from core.policies import require

LIFETIME = timedelta(hours=72)

CLOSED_BECAUSE = {
    InvitationState.ACCEPTED: _lazy(
        "この招待は、すでに使われています。登録したアドレスでサインインしてください。"
    ),
    InvitationState.WITHDRAWN: _lazy(
        "この招待は、取り消されています。招待した方に連絡してください。"
    ),
    InvitationState.EXPIRED: _lazy(
        "この招待は、有効期限が過ぎています。招待した方に再送を依頼してください。"
    ),
}


@transaction.atomic
def invite_person(
    *, organisation_id: uuid.UUID, actor: User, email: str, roles: Sequence[str]
) -> Invitation:
    """Invite by mail into one organisation and one or more of its roles; valid for 72 hours.

    Whether the address belongs to somebody elsewhere is not said here: only the invited person learns it.
    DomainError when that address has an open invitation or belongs to a colleague.
    """
    organisation = locked_organisation(organisation_id)
    for role in roles:
        require(policies.can_offer_role, actor, organisation, role)
    if not roles:
        raise DomainError(_("役割を1つ以上選んでください。"))
    email = plain_email(email)
    if _is_colleague(email, organisation):
        raise DomainError(
            _(
                "この方は、すでにこの組織に所属しています。役割を増やすときは「役割を付与」から行ってください。"
            )
        )
    now = timezone.now()
    invitation = _create(organisation, email, roles, now, invited_by=actor)
    _record(invitation, actor, now, OrganisationAction.INVITED)
    _mail(invitation, actor)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation_id: uuid.UUID, actor: User) -> Invitation:
    """Send a new link, valid for 72 hours from now; the link of the earlier mail ends."""
    invitation = _locked(Invitation.objects.filter(pk=invitation_id).get())
    require(policies.can_manage_people, actor, invitation.organisation)
    now = timezone.now()
    _check_state(invitation, now, InvitationState.OPEN, InvitationState.EXPIRED)
    _renew(invitation, now)
    _record(invitation, actor, now, OrganisationAction.INVITATION_RESENT)
    _mail(invitation, actor)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation_id: uuid.UUID, actor: User) -> Invitation:
    """Take an invitation back; its link ends at once."""
    invitation = _locked(Invitation.objects.filter(pk=invitation_id).get())
    require(policies.can_manage_people, actor, invitation.organisation)
    now = timezone.now()
    _check_state(invitation, now, InvitationState.OPEN, InvitationState.EXPIRED)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    _record(invitation, actor, now, OrganisationAction.INVITATION_WITHDRAWN)
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, name: str = "", password: str | None = None) -> User:
    """Become a member by the link of the mail, once: person, verified address and roles in one transaction.

    The token proves the mailbox, as in a password reset. A new person gets `name` and `password` (None: no
    password can be used, for people who sign in another way). An existing person, whose earlier membership
    has ended, only gets the roles: name and password stay, and nobody is signed in by a link.
    Raises Invitation.DoesNotExist for an unknown token; DomainError when it was used, withdrawn or has
    expired, or when the person may not join.
    """
    invitation = _locked(Invitation.objects.for_token(token).get())
    now = timezone.now()
    _check_state(invitation, now, InvitationState.OPEN)
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        user = _create_person(invitation.email, name, password)
    elif not user.is_active:
        raise DomainError(_("この利用者は停止されています。招待した方に連絡してください。"))
    for role in invitation.roles:
        create_membership(
            user=user,
            organisation=invitation.organisation,
            role=role,
            starts_on=timezone.localdate(now),
        )
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _record(invitation, user, now, OrganisationAction.JOINED)
    return user


@transaction.atomic
def invite_first_administrator(*, email: str, organisation_name: str) -> Invitation:
    """Open the door of a new installation: an invitation as administrator into the committee's organisation.

    An act of the operator at the server, so there is no actor and no mail: the caller shows the link.
    Called again for the same address it gives a new link. DomainError when an administrator is active.
    """
    organisation = _committee(organisation_name)
    now = timezone.now()
    active = Membership.objects.in_force(timezone.localdate(now)).filter(
        role=Role.SYSTEM_ADMIN, user__is_active=True
    )
    if active.exists():
        raise DomainError(
            _(
                "有効なシステム管理者がすでにいます。管理者を増やすときは、その方が画面から招待してください。"
            )
        )
    email = plain_email(email)
    invitation = organisation.invitations.pending().filter(email=email).first()
    if invitation is None:
        roles = [Role.SYSTEM_ADMIN]
        invitation = _create(organisation, email, roles, now, invited_by=None)
        _record(invitation, None, now, OrganisationAction.INVITED)
    else:
        _renew(invitation, now)
        _record(invitation, None, now, OrganisationAction.INVITATION_RESENT)
    return invitation


def plain_email(email: str) -> str:
    """An address as it is stored and compared: half width, lower case, no blanks around it."""
    return code_text(email).lower()


def _committee(name: str) -> Organisation:
    """The committee's organisation, locked; made when it is missing."""
    organisation = (
        Organisation.objects.select_for_update(of=("self",), no_key=True)
        .filter(kind=OrganisationKind.COMMITTEE)
        .first()
    )
    if organisation is None:
        organisation = Organisation.objects.create(
            kind=OrganisationKind.COMMITTEE, name=name, search_key=search_key(name)
        )
        OrganisationHistory.objects.create(
            organisation=organisation,
            **history.line(
                actor=None,
                at=timezone.now(),
                action=OrganisationAction.CREATED,
                changes={"name": ["", name]},
            ),
        )
    return organisation


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=invitation.pk)
    )


def _check_state(invitation: Invitation, now: datetime, *allowed: InvitationState) -> None:
    state = invitation.state_at(now)
    if state not in allowed:
        raise DomainError(CLOSED_BECAUSE[state])


def _is_colleague(email: str, organisation: Organisation) -> bool:
    memberships = organisation.memberships.not_ended(timezone.localdate())
    return memberships.filter(user__email__iexact=email).exists()


def _create(
    organisation: Organisation,
    email: str,
    roles: Sequence[str],
    now: datetime,
    *,
    invited_by: User | None,
) -> Invitation:
    invitation = Invitation(
        organisation=organisation,
        email=email,
        roles=[str(role) for role in roles],
        invited_by=invited_by,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    invitation.token_sha256 = sha256_hex(invitation.token.encode())
    with refusals(
        {
            "invitation_one_open_per_address": _(
                "このアドレスへの招待がすでにあります。再送するか、取り消してから招待してください。"
            )
        }
    ):
        invitation.save(force_insert=True)
    return invitation


def _renew(invitation: Invitation, now: datetime) -> None:
    invitation.expires_at = now + LIFETIME
    invitation.token_sha256 = sha256_hex(invitation.token.encode())
    invitation.save(update_fields=["expires_at", "token_sha256"])


def _create_person(email: str, name: str, password: str | None) -> User:
    user = User(email=email, name=name)
    user.set_password(password)
    with refusals(
        {"user_email": _("いま同じアドレスで登録が行われました。サインインを試してください。")}
    ):
        user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _record(
    invitation: Invitation, actor: User | None, now: datetime, action: OrganisationAction
) -> None:
    OrganisationHistory.objects.create(
        organisation=invitation.organisation,
        **history.line(
            actor=actor,
            at=now,
            action=action,
            changes={"email": [None, invitation.email], "roles": [None, list(invitation.roles)]},
        ),
    )


def _mail(invitation: Invitation, actor: User) -> None:
    """The job carries key and expiry, never the link: that is derived when the mail is written."""
    jobs.enqueue(
        tasks.send_invitation,
        subject=f"invitation:{invitation.pk}",
        requested_by=actor,
        invitation_id=str(invitation.pk),
        expires_at=invitation.expires_at.isoformat(),
    )
