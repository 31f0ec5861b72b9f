"""The morning look at evidence requests: one job for each request, last day and stage, whatever is asked how often."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits import tasks
from audits.enums import ChaserStage
from audits.models import EvidenceRequest
from audits.selectors.request_clock import stage_of
from core import jobs


def chase_evidence_requests(*, today: date | None = None) -> int:
    """Ask for a mail for every request that is due or overdue on this working day; how many there are.

    A system act. Each request is a transaction of its own. Asking again for the same stage gives the same job, so
    nobody is told twice.
    """
    today = today or timezone.localdate()
    waiting = (
        EvidenceRequest.objects.waiting()
        .filter(due_on__isnull=False)
        .order_by("due_on", "pk")
        .values_list("pk", "due_on")
    )
    asked = 0
    for request, due_on in waiting.iterator():
        stage = stage_of(due_on, today=today)
        if stage is not None:
            _ask(request, due_on, stage)
            asked += 1
    return asked


@transaction.atomic
def _ask(request_id: uuid.UUID, due_on: date, stage: ChaserStage) -> None:
    jobs.enqueue(
        tasks.send_request_chaser,
        subject=f"evidence-request:{request_id}",
        request_id=str(request_id),
        due_on=due_on.isoformat(),
        stage=stage.value,
    )
