"""Mails about an engagement: the other side hears of each act, and the firm's people of what concerns their team."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from audits.enums import EngagementAction, EngagementMove
from audits.models import EngagementHistory, EngagementMember
from core import mail

TO_FIRM = {EngagementMove.COMMISSION, EngagementMove.TERMINATE}
TO_MEMBER = {EngagementAction.ASSIGNED, EngagementAction.ENDED}


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


def send_team_mail(*, history_id: int, member_id: str) -> None:
    """Tell the member of joining and leaving, and the leads of a statement; never what was said, and not who acted."""
    entry = EngagementHistory.objects.select_related(
        "engagement__firm", "engagement__declaration__service"
    ).get(pk=history_id)
    engagement, service = entry.engagement, entry.engagement.declaration.service
    if entry.action in TO_MEMBER:
        people = User.objects.filter(pk=EngagementMember.objects.get(pk=member_id).person_id)
    else:
        leads = Membership.objects.in_force(timezone.localdate()).filter(
            organisation=engagement.firm_id, role=Role.AUDIT_LEAD
        )
        people = User.objects.filter(memberships__in=leads).distinct()
    for person in people.filter(is_active=True):
        if person.pk == entry.actor_id:
            continue
        mail.send(
            key=f"engagement-history:{entry.pk}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：%(act)s")
            % {"service": service.name, "act": entry.get_action_display()},
            template="audits/email/team.txt",
            context={
                "engagement": engagement,
                "entry": entry,
                "service": service,
                "person": person,
                "is_assigned": entry.action == EngagementAction.ASSIGNED,
            },
        )
