"""The outbox: `enqueue` in the business transaction, `run` in a worker, `sweep` for what was never rung.

A handler is a function with keyword-only primitives, declared in an app's `tasks.py`:

    @jobs.handler("registrations.send_notice", queue="mail")
    def send_notice(*, history_id: int) -> None: ...

Handlers may run twice (a worker can die after the work and before its commit), so each is safe to repeat.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from core.canonical import canonical_json, sha256_hex
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=330)  # longer than Celery's hard time limit of 300 s
RING_AGAIN_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Handler:
    """One kind of work: its name, the queue it waits in, the function that does it."""

    kind: str
    queue: str
    function: Callable[..., None]


_HANDLERS: dict[str, Handler] = {}


def handler(kind: str, *, queue: str) -> Callable[[Callable[..., None]], Handler]:
    """Register the decorated function as the handler of `kind`."""

    def register(function: Callable[..., None]) -> Handler:
        _HANDLERS[kind] = Handler(kind, queue, function)
        return _HANDLERS[kind]

    return register


def enqueue(work: Handler, *, subject: str, requested_by: Any = None, **arguments: Any) -> Job:
    """Insert the job in the current transaction and ring the worker after the commit.

    Asking for the same (kind, subject, arguments) again gives the same job; one that had died is started afresh.
    """
    digest = sha256_hex(canonical_json(arguments))
    job, created = Job.objects.get_or_create(
        kind=work.kind,
        subject=subject,
        input_sha256=digest,
        defaults={"arguments": arguments, "queue": work.queue, "requested_by": requested_by},
    )
    if not created and job.state == JobState.DEAD:
        retry(job_id=job.pk)
        job.refresh_from_db()
    transaction.on_commit(lambda: ring(job))
    return job


def ring(job: Job) -> None:
    """Wake a worker. A broker that is away must not fail the request: the sweeper rings again."""
    try:
        current_app.send_task("core.run_job", args=[str(job.pk)], queue=job.queue)
    except (OperationalError, OSError) as error:
        log.warning("broker away, job %s waits for the sweeper: %s", job.pk, error)


@transaction.atomic
def retry(*, job_id: uuid.UUID) -> Job:
    """Start a dead job afresh. Raises DomainError for a job that is not dead."""
    job = Job.objects.select_for_update(of=("self",), no_key=True).get(pk=job_id)
    if job.state != JobState.DEAD:
        raise DomainError(_("この処理は失敗していないため、やり直しは要りません。"))
    job.state, job.attempts, job.error, job.finished_at = JobState.PENDING, 0, "", None
    job.progress_percent, job.progress_text = 0, ""
    job.save(
        update_fields=[
            "state",
            "attempts",
            "error",
            "finished_at",
            "progress_percent",
            "progress_text",
        ]
    )
    transaction.on_commit(lambda: ring(job))
    return job


def run(job_id: uuid.UUID) -> None:
    """Claim the job, do its work, record the outcome. Does nothing when another worker has it."""
    job = _claim(job_id, now=timezone.now())
    if job is None:
        return
    try:
        _HANDLERS[job.kind].function(**job.arguments)
        _finish(job, state=JobState.DONE)
    except DomainError as error:
        _fail(job, str(error), final=True)
    except Exception as error:
        _fail(job, f"{type(error).__name__}: {error}", final=job.attempts >= MAX_ATTEMPTS)
        log.exception("job %s (%s) failed, attempt %s", job.pk, job.kind, job.attempts)


def progress(job_kind: str, subject: str, percent: int, text: str) -> None:
    """Tell how far the running job of this kind and subject is; visible at once to whoever waits for it."""
    Job.objects.filter(kind=job_kind, subject=subject, state=JobState.RUNNING).update(
        progress_percent=percent, progress_text=text
    )


def sweep(*, now: datetime) -> int:
    """Ring again for work that nobody took; returns how many. Started every 30 s by beat."""
    overdue = list(Job.objects.overdue(now, after=RING_AGAIN_AFTER)[:500])
    for job in overdue:
        ring(job)
    return len(overdue)


@transaction.atomic
def _claim(job_id: uuid.UUID, *, now: datetime) -> Job | None:
    job = (
        Job.objects.claimable(now)
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=job_id)
        .first()
    )
    if job is None:
        return None
    job.state, job.attempts = JobState.RUNNING, job.attempts + 1
    job.lease_until, job.lease_token = now + LEASE, uuid.uuid4()
    job.save(update_fields=["state", "attempts", "lease_until", "lease_token"])
    return job


def _finish(job: Job, *, state: str, error: str = "") -> None:
    """Record the end, if the lease is still ours; a worker that lost its lease changes nothing."""
    ended = state in (JobState.DONE, JobState.DEAD)
    done = Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        state=state,
        error=error,
        lease_until=None,
        lease_token=None,
        finished_at=timezone.now() if ended else None,
        **({"progress_percent": 100} if state == JobState.DONE else {}),
    )
    if not done:
        raise LeaseLostError(job.pk)


def _fail(job: Job, message: str, *, final: bool) -> None:
    try:
        _finish(job, state=JobState.DEAD if final else JobState.PENDING, error=message[:2000])
    except LeaseLostError:
        log.warning("job %s lost its lease; another worker has it", job.pk)


class LeaseLostError(Exception):
    """The lease ended while the work ran; another worker has taken the job over."""
