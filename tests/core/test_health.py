"""GET /healthz/ says what works, and neither versions nor hosts."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core import tasks
from core.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


def test_a_worker_that_was_heard_lately_is_fine(client):
    tasks.beat_heart()
    answer = client.get("/healthz/").json()
    assert (answer["app"], answer["database"]) == ("ismap-liu", "ok")
    assert answer["worker_heartbeat_age_seconds"] < 5


def test_a_worker_that_was_never_heard_is_degraded(client):
    assert client.get("/healthz/").json()["status"] == "degraded"


def test_a_worker_that_was_not_heard_for_long_is_degraded(client):
    WorkerHeartbeat.objects.create(queue="celery", beaten_at=timezone.now() - timedelta(minutes=10))
    assert client.get("/healthz/").json()["status"] == "degraded"


def test_without_a_database_it_answers_503(client, monkeypatch):
    def gone(now):
        raise DatabaseError("gone")

    monkeypatch.setattr("core.health._heartbeat_age", gone)
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")


def test_the_answer_needs_no_session(client):
    assert not client.get("/healthz/").cookies
