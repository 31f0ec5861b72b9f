"""Mails about evidence that lapses. Each may be built twice and says the same both times."""

import logging

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core import mail
from declarations.models import EvidenceVersion
from declarations.selectors.colleagues import writers_of

log = logging.getLogger(__name__)


def send_lapse_notice(*, version_id: str, stage: int) -> None:
    """Mail the owner; without one who uploaded it; when that person has left, the approvers.

    Nothing is sent when there is a newer version by now, or the evidence is retired.
    """
    version = (
        EvidenceVersion.objects.current()
        .filter(pk=version_id, evidence__retired_at__isnull=True, covers_until__isnull=False)
        .select_related("evidence__organisation", "evidence__owner", "added_by", "file")
        .first()
    )
    if version is None:
        log.info("evidence version %s has moved on, no mail", version_id)
        return
    for person in _addressees(version):
        mail.send(
            key=f"evidence-lapse:{version_id}:{stage}:{person.pk}",
            to=person.email,
            subject=_("証跡の対象期間が終わります"),
            template="declarations/email/evidence_lapse.txt",
            context={
                "person": person,
                "version": version,
                "link": settings.SITE_URL + version.evidence.get_absolute_url(),
            },
        )


def _addressees(version: EvidenceVersion) -> list[User]:
    colleagues = {person.pk: person for person in writers_of(version.evidence.organisation_id)}
    for person in (version.evidence.owner_id, version.added_by_id):
        if person in colleagues:
            return [colleagues[person]]
    approvers = User.objects.filter(
        pk__in=colleagues,
        memberships__in=version.evidence.organisation.memberships.in_force(
            timezone.localdate()
        ).filter(role=Role.CSP_APPROVER),
    )
    return list(approvers.distinct().order_by("pk"))
