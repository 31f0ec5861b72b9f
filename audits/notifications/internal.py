"""Mails about nonconformities and corrective actions of an internal audit: who has to act next hears of it.

Each may be built twice. They stay inside the provider, and say nothing of what was found.
"""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from audits.enums import InternalAuditAct
from audits.models import CorrectiveAction, InternalAuditActHistory, Nonconformity
from core import mail
from declarations.selectors.colleagues import writers_of

_AROUND = ("item__audit__declaration__service__organisation", "item__auditor", "item__control")


def send_nonconformity_mail(*, history_id: int, nonconformity_id: str) -> None:
    """After a fact its approvers, after a plan and a verification the owner, after the remedy the auditor."""
    entry = InternalAuditActHistory.objects.get(pk=history_id)
    found = Nonconformity.objects.select_related(*_AROUND).get(pk=nonconformity_id)
    for person in _next_people(found, entry.action):
        if person.pk != entry.actor_id:
            _send(
                found,
                person,
                key=f"internal-history:{entry.pk}:{person.pk}",
                act=entry.get_action_display(),
                template="audits/email/nonconformity.txt",
                entry=entry,
            )


def send_action_overdue_notice(*, action_id: str) -> None:
    """Mail the owner and the approvers, unless the action is done or its nonconformity taken back meanwhile."""
    action = CorrectiveAction.objects.select_related(
        "owner", *(f"nonconformity__{path}" for path in _AROUND)
    ).get(pk=action_id)
    found = action.nonconformity
    if action.is_done or found.is_withdrawn:
        return
    for person in _working(found, Q(pk=action.owner_id) | _approving(found)):
        _send(
            found,
            person,
            key=f"action-overdue:{action.pk}:{person.pk}",
            act=_("是正処置の期限を過ぎています"),
            template="audits/email/action_overdue.txt",
            action=action,
        )


def _next_people(found: Nonconformity, action: str) -> QuerySet[User]:
    if action == InternalAuditAct.RAISED:
        return _working(found, _approving(found))
    if action == InternalAuditAct.DONE:
        return _working(found, Q(pk=found.item.auditor.person_id))
    return _working(found, Q(pk=found.actions.order_by("answered_at").last().owner_id))


def _working(found: Nonconformity, which: Q) -> QuerySet[User]:
    """Those of them who still work for the provider."""
    return writers_of(found.item.audit.declaration.service.organisation_id).filter(which)


def _approving(found: Nonconformity) -> Q:
    provider = found.item.audit.declaration.service.organisation
    approvers = provider.memberships.in_force(timezone.localdate()).filter(role=Role.CSP_APPROVER)
    return Q(pk__in=approvers.values("user"))


def _send(
    found: Nonconformity, person: User, *, key: str, act: str, template: str, **context: object
) -> None:
    service = found.item.audit.declaration.service
    facts = {"service": service.name, "number": found.number, "act": act}
    mail.send(
        key=key,
        to=person.email,
        subject=_("%(service)s：内部監査の不適合 No.%(number)s（%(act)s）") % facts,
        template=template,
        context={"found": found, "service": service, "person": person, **context},
    )
