"""Mails about engagements, their teams and evidence requests: who has to act hears of it. Each may be built twice."""

import logging

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from audits import policies
from audits.enums import ChaserStage, EngagementAction, EngagementMove, RequestMove
from audits.models import (
    EngagementHistory,
    EngagementMember,
    EvidenceRequest,
    EvidenceRequestHistory,
)
from core import mail
from declarations.selectors.colleagues import writers_of

log = logging.getLogger(__name__)

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


def send_request_mail(*, history_id: int) -> None:
    """Tell the side that did not act that something happened to a request; never what was written."""
    entry = EvidenceRequestHistory.objects.select_related(
        "request__asked_by",
        "request__engagement__firm",
        "request__engagement__declaration__service",
    ).get(pk=history_id)
    request = entry.request
    to_firm = entry.action == RequestMove.PROVIDE
    for person in _auditors_of(request) if to_firm else _answering(request):
        mail.send(
            key=f"evidence-request-history:{entry.pk}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：資料の依頼%(number)s（%(act)s）")
            % {
                "service": request.engagement.declaration.service.name,
                "number": request.number,
                "act": entry.get_action_display(),
            },
            template="audits/email/request.txt",
            context={"person": person, "request": request, "entry": entry},
        )


def send_request_chaser(*, request_id: str, due_on: str, stage: str) -> None:
    """Remind the provider; when the last day is over also who asked. Nothing once the request has moved on."""
    request = (
        EvidenceRequest.objects.waiting()
        .filter(pk=request_id, due_on=due_on)
        .select_related("asked_by", "engagement__firm", "engagement__declaration__service")
        .first()
    )
    if request is None:
        log.info("evidence request %s has moved on, no mail", request_id)
        return
    people = list(_answering(request))
    if stage == ChaserStage.OVERDUE:
        people += _auditors_of(request)
    for person in people:
        mail.send(
            key=f"evidence-request-chaser:{request_id}:{due_on}:{stage}:{person.pk}",
            to=person.email,
            subject=_("%(service)s：資料の依頼%(number)s：%(stage)s")
            % {
                "service": request.engagement.declaration.service.name,
                "number": request.number,
                "stage": ChaserStage(stage).label,
            },
            template="audits/email/request_chaser.txt",
            context={
                "person": person,
                "request": request,
                "is_overdue": stage == ChaserStage.OVERDUE,
            },
        )


def _answering(request: EvidenceRequest) -> QuerySet[User]:
    return writers_of(request.engagement.declaration.service.organisation_id)


def _auditors_of(request: EvidenceRequest) -> list[User]:
    """Who asked; when that person works on this audit no more, everybody of the firm who does."""
    if policies.can_audit(request.asked_by, request.engagement):
        return [request.asked_by]
    members = Membership.objects.in_force(timezone.localdate()).filter(
        organisation=request.engagement.firm_id, role__in=policies.AUDITORS
    )
    people = User.objects.filter(is_active=True, memberships__in=members).distinct().order_by("pk")
    return [person for person in people if policies.can_audit(person, request.engagement)]
