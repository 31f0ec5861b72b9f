"""The outbox: work is a row; a broker that is away delays it and loses none."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job

pytestmark = pytest.mark.django_db

DONE: list[str] = []


@jobs.handler("tests.note", queue="mail")
def note(*, word: str) -> None:
    """Notes a word."""
    DONE.append(word)


@jobs.handler("tests.refuse", queue="mail")
def refuse(*, word: str) -> None:
    """Cannot be done, and says why."""
    raise DomainError(word)


@jobs.handler("tests.crash", queue="mail")
def crash(*, word: str) -> None:
    """Always fails."""
    raise ZeroDivisionError(word)


@pytest.fixture(autouse=True)
def nothing_done():
    """Every test begins with an empty list of deeds."""
    DONE.clear()


def test_a_job_is_run_once():
    job = jobs.enqueue(note, subject="x:1", word="今日")
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert DONE == ["今日"]
    assert (job.state, job.progress_percent, job.attempts) == (JobState.DONE, 100, 1)


def test_asking_twice_for_the_same_work_gives_one_job():
    first = jobs.enqueue(note, subject="x:1", word="今日")
    assert jobs.enqueue(note, subject="x:1", word="今日") == first
    assert jobs.enqueue(note, subject="x:1", word="明日") != first
    assert Job.objects.count() == 2


def test_a_refusal_ends_the_job_with_its_sentence():
    job = jobs.enqueue(refuse, subject="x:1", word="用紙がありません。")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DEAD, "用紙がありません。")


def test_a_failing_job_is_tried_three_times_and_then_dead():
    job = jobs.enqueue(crash, subject="x:1", word="!")
    states = []
    for _attempt in range(4):
        jobs.run(job.pk)
        job.refresh_from_db()
        states.append((job.state, job.attempts))
    assert states == [
        (JobState.PENDING, 1),
        (JobState.PENDING, 2),
        (JobState.DEAD, 3),
        (JobState.DEAD, 3),
    ]


def test_a_dead_job_is_started_afresh_by_asking_again():
    job = jobs.enqueue(refuse, subject="x:1", word="いまは無理です。")
    jobs.run(job.pk)
    assert jobs.enqueue(refuse, subject="x:1", word="いまは無理です。").state == JobState.PENDING


def test_only_a_dead_job_is_retried():
    job = jobs.enqueue(note, subject="x:1", word="今日")
    with pytest.raises(DomainError):
        jobs.retry(job_id=job.pk)


def test_a_job_whose_worker_died_is_taken_over_after_its_lease():
    job = jobs.enqueue(note, subject="x:1", word="今日")
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(seconds=60),
    )
    jobs.run(job.pk)
    assert DONE == []
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    assert DONE == ["今日"]


def test_a_broker_that_is_away_does_not_fail_the_request(
    monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr("core.jobs.current_app.send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue(note, subject="x:1", word="今日")
    assert Job.objects.get(pk=job.pk).state == JobState.PENDING


def test_the_sweeper_rings_for_what_nobody_took(monkeypatch):
    rung: list[str] = []
    monkeypatch.setattr(
        "core.jobs.current_app.send_task", lambda name, args, queue: rung.append(args[0])
    )
    forgotten = jobs.enqueue(note, subject="x:1", word="今日")
    jobs.enqueue(note, subject="x:2", word="明日")
    Job.objects.filter(pk=forgotten.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep(now=timezone.now()) == 1
    assert rung == [str(forgotten.pk)]
