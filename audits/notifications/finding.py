"""Mails about findings: the side that did not act hears of it. Each may be built twice."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from audits import policies
from audits.enums import FindingMove, FindingState
from audits.models import Engagement, Finding, FindingAnswer, FindingHistory
from core import mail
from declarations.selectors.colleagues import writers_of


def send_finding_mail(*, history_id: int) -> None:
    """Send one mail to each person of the side that did not act. It names the finding and says nothing of it."""
    entry = FindingHistory.objects.select_related(*[f"finding__{path}" for path in _FINDING]).get(
        pk=history_id
    )
    finding = entry.finding
    by_provider = entry.action in (FindingMove.ANSWER, FindingMove.COMPLETE)
    people = _auditors_of(finding) if by_provider else writers_of(_provider_of(finding).pk)
    for person in people:
        _send_about(
            finding,
            person,
            key=f"finding-history:{entry.pk}:{person.pk}",
            act=entry.get_action_display(),
            template="audits/email/finding.txt",
            entry=entry,
        )


def send_overdue_notice(*, answer_id: str) -> None:
    """Mail the owner and the approvers, unless the answer is no longer the newest or the remedy is done."""
    answer = FindingAnswer.objects.select_related(*[f"finding__{path}" for path in _FINDING]).get(
        pk=answer_id
    )
    finding = answer.finding
    if finding.state != FindingState.ANSWERED or finding.answers.last() != answer:
        return
    provider = _provider_of(finding)
    approving = provider.memberships.in_force(timezone.localdate()).filter(role=Role.CSP_APPROVER)
    wanted = Q(pk=answer.owner_id) | Q(pk__in=approving.values("user"))
    for person in writers_of(provider.pk).filter(wanted):
        _send_about(
            finding,
            person,
            key=f"finding-overdue:{answer.pk}:{person.pk}",
            act=_("改善の期限を過ぎています"),
            template="audits/email/finding_overdue.txt",
            answer=answer,
        )


_FINDING = ("engagement__declaration__service__organisation", "engagement__firm", "test__control")


def _provider_of(finding: Finding) -> Organisation:
    return finding.engagement.declaration.service.organisation


def _auditors_of(finding: Finding) -> list[User]:
    """Who works on the newest audit that the finding has gone along to."""
    newest = Engagement.objects.accepted().taking_up(finding.engagement).first()
    working = newest or finding.engagement
    holders = Membership.objects.in_force(timezone.localdate()).filter(
        organisation=working.firm_id, role__in=policies.AUDITORS
    )
    people = User.objects.filter(is_active=True, memberships__in=holders).distinct()
    return [person for person in people if policies.can_audit(person, working)]


def _send_about(
    finding: Finding, person: User, *, key: str, act: str, template: str, **context: Any
) -> None:
    service = finding.engagement.declaration.service
    facts = {"service": service.name, "code": finding.code, "act": act}
    mail.send(
        key=key,
        to=person.email,
        subject=_("%(service)s：発見事項 %(code)s（%(act)s）") % facts,
        template=template,
        context={"finding": finding, "service": service, "person": person, **context},
    )
