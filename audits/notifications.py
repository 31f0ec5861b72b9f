"""Mails about an engagement: the other side hears of each act."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from audits.enums import EngagementMove
from audits.models import EngagementHistory
from core import mail

TO_FIRM = {EngagementMove.COMMISSION, EngagementMove.TERMINATE}


def send_engagement_mail(*, history_id: int) -> None:
    """Send one mail to each person of the side that did not act."""
    entry = EngagementHistory.objects.select_related(
        "engagement__firm", "engagement__declaration__service__organisation"
    ).get(pk=history_id)
    engagement = entry.engagement
    service = engagement.declaration.service
    to_firm = entry.action in TO_FIRM
    holders = Membership.objects.in_force(timezone.localdate()).filter(
        user__is_active=True,
        organisation=engagement.firm_id if to_firm else service.organisation_id,
        role__in=[Role.AUDIT_LEAD] if to_firm else [Role.CSP_EDITOR, Role.CSP_APPROVER],
    )
    for person in User.objects.filter(memberships__in=holders).distinct():
        mail.send(
            key=f"engagement-history:{entry.pk}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：%(act)s")
            % {"service": service.name, "act": entry.get_action_display()},
            template="audits/email/engagement.txt",
            context={
                "engagement": engagement,
                "entry": entry,
                "service": service,
                "person": person,
            },
        )
