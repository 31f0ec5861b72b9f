"""Mails about the confirmation and the report: who has to act hears of it. Each may be built twice."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from audits import policies
from audits.models import AuditReportHistory, ConfirmationHistory, Engagement
from core import mail


def send_confirmation_mail(*, history_id: int) -> None:
    """Tell the audit leads of the firm that the 経営者確認書 is signed."""
    entry = ConfirmationHistory.objects.select_related(
        "confirmation__engagement__firm", "confirmation__engagement__declaration__service"
    ).get(pk=history_id)
    engagement = entry.confirmation.engagement
    leads = Membership.objects.in_force(timezone.localdate()).filter(
        user__is_active=True, organisation=engagement.firm_id, role=Role.AUDIT_LEAD
    )
    for person in User.objects.filter(memberships__in=leads).distinct():
        _send("confirmation", entry, engagement, person)


def send_report_mail(*, history_id: int) -> None:
    """Tell who prepared it why a version of the report is void; the team when that person audits no longer."""
    entry = AuditReportHistory.objects.select_related(
        "report__prepared_by",
        "report__engagement__firm",
        "report__engagement__declaration__service",
    ).get(pk=history_id)
    engagement, preparer = entry.report.engagement, entry.report.prepared_by
    team = [member.person for member in engagement.members.confirmed().select_related("person")]
    for person in [preparer] if policies.can_audit(preparer, engagement) else team:
        if (
            person.is_active
            and person.pk != entry.actor_id
            and policies.can_audit(person, engagement)
        ):
            _send("report", entry, engagement, person)


def _send(
    kind: str,
    entry: AuditReportHistory | ConfirmationHistory,
    engagement: Engagement,
    person: User,
) -> None:
    service = engagement.declaration.service
    mail.send(
        key=f"{kind}-history:{entry.pk}:{person.pk}",
        to=person.email,
        subject=_("%(service)s：%(act)s")
        % {"service": service.name, "act": entry.get_action_display()},
        template="audits/email/engagement.txt",
        context={"engagement": engagement, "entry": entry, "service": service, "person": person},
    )
