"""Celery entry points. They call `core.jobs`; the logic is there."""

import uuid

from celery import shared_task
from django.utils import timezone

from core import jobs
from core.models import WorkerHeartbeat


@shared_task(name="core.run_job")
def run_job(job_id: str) -> None:
    """Run one job of the job table."""
    jobs.run(uuid.UUID(job_id))


@shared_task(name="core.sweep_jobs")
def sweep_jobs() -> None:
    """Ring again for work that nobody took."""
    jobs.sweep(now=timezone.now())


@shared_task(name="core.beat_heart")
def beat_heart() -> None:
    """Say that a worker is alive; /healthz/ reads the age of this row."""
    WorkerHeartbeat.objects.update_or_create(queue="celery", defaults={"beaten_at": timezone.now()})
