"""Mails about an application: who must hear of an act, and what they are told."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from core import mail
from registrations.disclosure import actor_for_applicant
from registrations.enums import ApplicationMove as A
from registrations.models import Application, ApplicationHistory

TO_SECRETARIAT = {A.FILE, A.RESUBMIT, A.ANSWER, A.WITHDRAW, A.RETURN}
TO_COMMITTEE = {A.REFER, A.AMEND}
TO_APPLICANT = {A.REQUEST_CORRECTION, A.ACCEPT, A.START_REVIEW, A.INQUIRE, A.GRANT, A.REFUSE}
# Acts whose reason the addressee is meant to read in the mail. Votes and proposals stand in no mail, nor who voted.
WITH_REASON = {A.REQUEST_CORRECTION, A.INQUIRE, A.ANSWER, A.REFUSE, A.WITHDRAW}


def send_application_mail(*, history_id: int) -> None:
    """Send one mail to each addressee of the act that this history line records."""
    entry = ApplicationHistory.objects.select_related(
        "application__service", "application__organisation"
    ).get(pk=history_id)
    application = entry.application
    for person in addressees(entry.action, application):
        mail.send(
            key=f"application-history:{entry.pk}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：%(act)s")
            % {"service": application.service.name, "act": entry.get_action_display()},
            template="registrations/email/application.txt",
            context={
                "application": application,
                "entry": entry,
                "reason": entry.reason if entry.action in WITH_REASON else "",
                "actor": actor_for_applicant(entry),
                "person": person,
            },
        )


def addressees(action: str, application: Application) -> Iterable[User]:
    """The people who must act next or must know; none for steps that stay inside one party.

    The secretariat hears nothing of an application that was withdrawn before it was filed.
    """
    holders = Membership.objects.in_force(timezone.localdate()).filter(user__is_active=True)
    if action in TO_SECRETARIAT and application.filed_at:
        holders = holders.filter(role=Role.SECRETARIAT)
    elif action in TO_COMMITTEE:
        holders = holders.filter(role=Role.COMMITTEE_MEMBER)
    elif action in TO_APPLICANT:
        holders = holders.filter(
            organisation=application.organisation_id, role__in=[Role.CSP_EDITOR, Role.CSP_APPROVER]
        )
    else:
        return []
    return User.objects.filter(memberships__in=holders).distinct()
