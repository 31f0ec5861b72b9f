"""The mails of this app. Each may be built twice and says the same both times."""

import logging
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OrganisationAction
from accounts.models import Invitation, Membership
from core import mail

log = logging.getLogger(__name__)


def invitation_link(invitation: Invitation) -> str:
    """The one-time link of an invitation. Show it to the invited person only."""
    return settings.SITE_URL + reverse("invitations:accept", args=[invitation.token])


def send_invitation(*, invitation_id: str, expires_at: str) -> None:
    """Mail the link. Nothing is sent when the invitation was used, withdrawn or sent anew meanwhile."""
    invitation = (
        Invitation.objects.pending()
        .select_related("organisation", "invited_by")
        .filter(pk=invitation_id, expires_at=datetime.fromisoformat(expires_at))
        .first()
    )
    if invitation is None:
        log.info("invitation %s has moved on, no mail", invitation_id)
        return
    mail.send(
        key=f"invitation:{invitation_id}:{expires_at}",
        to=invitation.email,
        subject=_("利用者としての招待"),
        template="accounts/email/invitation.txt",
        context={"invitation": invitation, "link": invitation_link(invitation)},
    )


def send_role_notice(*, membership_id: str, action: str, ends_on: str | None) -> None:
    """Tell the person about a role given or ended, with the days as they were at that act."""
    membership = (
        Membership.objects.select_related("user", "organisation", "deputy_for")
        .filter(pk=membership_id)
        .first()
    )
    if membership is None:
        log.info("membership %s is gone, no mail", membership_id)
        return
    granted = action == OrganisationAction.ROLE_GRANTED
    mail.send(
        key=f"membership:{membership_id}:{action}:{ends_on}",
        to=membership.user.email,
        subject=_("役割が付与されました") if granted else _("役割の終了日が決まりました"),
        template="accounts/email/role_granted.txt" if granted else "accounts/email/role_ended.txt",
        context={
            "membership": membership,
            "ends_on": date.fromisoformat(ends_on) if ends_on else None,
        },
    )
