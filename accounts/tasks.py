"""Work that waits for a worker: mails about invitations and roles."""

from core import jobs


@jobs.handler("accounts.send_invitation", queue="mail")
def send_invitation(*, invitation_id: str, expires_at: str) -> None:
    """Mail the link of an invitation, unless it has moved on since."""
    from accounts import notifications  # noqa: PLC0415 -- task is a leaf

    notifications.send_invitation(invitation_id=invitation_id, expires_at=expires_at)


@jobs.handler("accounts.send_role_notice", queue="mail")
def send_role_notice(*, membership_id: str, action: str, ends_on: str | None) -> None:
    """Tell a person that a role was given or ends."""
    from accounts import notifications  # noqa: PLC0415 -- task is a leaf

    notifications.send_role_notice(membership_id=membership_id, action=action, ends_on=ends_on)
