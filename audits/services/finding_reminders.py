"""The morning look at remedies that are overdue: one job for each answer, whatever is asked how often."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits import tasks
from audits.models import Finding
from core import jobs


def remind_of_overdue_findings(*, today: date | None = None) -> int:
    """Ask for a mail about every finding whose newest due date has passed undone; how many there are.

    A system act. Asking again gives the same job, so each due date is reminded of once; a new answer with a new date
    is another.
    """
    overdue = list(
        Finding.objects.overdue(today or timezone.localdate())
        .order_by("due_on", "pk")
        .values_list("pk", "answer_id")
    )
    for finding, answer in overdue:
        _ask(finding, answer)
    return len(overdue)


@transaction.atomic
def _ask(finding_id: uuid.UUID, answer_id: uuid.UUID) -> None:
    jobs.enqueue(
        tasks.send_overdue_notice, subject=f"finding:{finding_id}", answer_id=str(answer_id)
    )
