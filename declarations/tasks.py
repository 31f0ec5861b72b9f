"""Work that waits for a worker or for the night: mails between colleagues, reminders, uploaded workbooks, clearing."""

import uuid

from celery import shared_task
from django.utils import timezone

from core import jobs


@shared_task(name="declarations.remind_of_lapsing_evidence")
def remind_of_lapsing_evidence() -> None:
    """Ask for the mails about evidence that lapses soon. Started every morning by beat."""
    from declarations.services import evidence_reminders  # noqa: PLC0415 -- task is a leaf

    evidence_reminders.remind_of_lapsing_evidence()


@shared_task(name="declarations.clear_presences")
def clear_presences() -> None:
    """Forget who was seen where a day ago. Started every night by beat."""
    from declarations.services import presence  # noqa: PLC0415 -- task is a leaf

    presence.clear_presences(now=timezone.now())


@jobs.handler("declarations.send_lapse_notice", queue="mail")
def send_lapse_notice(*, version_id: str, stage: int) -> None:
    """Tell people that evidence lapses, once per version and stage."""
    from declarations.notifications import evidence  # noqa: PLC0415 -- task is a leaf

    evidence.send_lapse_notice(version_id=version_id, stage=stage)


@jobs.handler("declarations.send_team_mail", queue="mail")
def send_team_mail(*, batch: str) -> None:
    """Tell colleagues what one of them asks of them."""
    from declarations.notifications import team  # noqa: PLC0415 -- task is a leaf

    team.send_team_mail(batch=batch)


@jobs.handler("declarations.send_comment_mail", queue="mail")
def send_comment_mail(*, comment_id: str) -> None:
    """Tell colleagues that there is a comment for them."""
    from declarations.notifications import comments  # noqa: PLC0415 -- task is a leaf

    comments.send_comment_mail(comment_id=comment_id)


@jobs.handler("declarations.read_workbook", queue="imports")
def read_workbook(*, import_id: str) -> None:
    """Read one uploaded workbook."""
    from declarations.services.workbook_reading import read_import  # noqa: PLC0415 -- task is a leaf

    read_import(import_id=uuid.UUID(import_id))
