"""The nightly look at evidence that lapses: one job for each version and stage, whatever is asked how often."""

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from controls.rules import Rules
from core import jobs
from declarations import tasks
from declarations.coverage import reminder_days, stage_of
from declarations.models import EvidenceVersion


def remind_of_lapsing_evidence(*, today: date | None = None) -> int:
    """Ask for a mail for every newest version that has reached a stage of `evidence_reminder_days`; how many there are.

    A system act. Each version is a transaction of its own. Asking again for the same stage gives the same job, so
    nobody is told twice; a stage that was missed is passed over for the later one. Retired evidence is left alone.
    """
    today = today or timezone.localdate()
    stages = reminder_days(Rules.at(today))
    if not stages:
        return 0
    ending = (
        EvidenceVersion.objects.current()
        .ending_by(today + timedelta(days=max(stages)))
        .filter(evidence__retired_at__isnull=True)
        .order_by("covers_until", "pk")
        .values_list("pk", "covers_until")
    )
    asked = 0
    for version, last in ending.iterator():
        stage = stage_of(last, today=today, stages=stages)
        if stage is not None:
            _ask(version, stage)
            asked += 1
    return asked


@transaction.atomic
def _ask(version_id: uuid.UUID, stage: int) -> None:
    jobs.enqueue(
        tasks.send_lapse_notice,
        subject=f"evidence-version:{version_id}",
        version_id=str(version_id),
        stage=stage,
    )
