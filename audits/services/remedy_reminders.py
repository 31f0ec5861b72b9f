"""The morning look at remedies that are overdue, of external and internal audits: one job each, however often asked."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits import tasks
from audits.models import CorrectiveAction, Finding
from core import jobs
from core.jobs import Handler


def remind_of_overdue_remedies(*, today: date | None = None) -> int:
    """Ask for a mail about every finding and corrective action whose due day has passed undone; how many there are.

    A system act. Asking again gives the same job, so each due day is reminded of once; a new answer with a new day is
    another.
    """
    day = today or timezone.localdate()
    findings = Finding.objects.overdue(day).order_by("due_on", "pk")
    actions = CorrectiveAction.objects.overdue(day).order_by("due", "pk")
    overdue: list[tuple[Handler, str, str, uuid.UUID]] = [
        (tasks.send_overdue_notice, f"finding:{finding}", "answer_id", answer)
        for finding, answer in findings.values_list("pk", "answer_id")
    ]
    overdue += [
        (tasks.send_action_overdue_notice, f"internal:{audit}", "action_id", action)
        for audit, action in actions.values_list("nonconformity__item__audit", "pk")
    ]
    for handler, subject, name, key in overdue:
        with transaction.atomic():
            jobs.enqueue(handler, subject=subject, **{name: str(key)})
    return len(overdue)
