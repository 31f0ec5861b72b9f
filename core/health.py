"""GET /healthz/: is the service able to work? Names no version and no host."""

import os
from datetime import datetime

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.models import WorkerHeartbeat

BROKER_TIMEOUT_SECONDS = 1


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """`ok`, `degraded` (broker or worker away: work waits, pages answer) or, with 503, `down` (no database)."""
    answer = {"app": settings.APP_NAME, "instance": os.environ.get("RUN_INSTANCE", "")}
    try:
        heartbeat_age = _heartbeat_age(timezone.now())
    except DatabaseError:
        return JsonResponse(answer | {"status": "down", "database": "down"}, status=503)
    broker = _broker_state()
    worker_late = heartbeat_age is None or heartbeat_age > settings.HEARTBEAT_STALE_SECONDS
    return JsonResponse(
        answer
        | {
            "status": "degraded" if worker_late or broker != "ok" else "ok",
            "database": "ok",
            "broker": broker,
            "worker_heartbeat_age_seconds": heartbeat_age,
        }
    )


def _heartbeat_age(now: datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    latest = (
        WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
    )
    return None if latest is None else max(0, int((now - latest).total_seconds()))


def _broker_state() -> str:
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    if not url.startswith(("unix://", "redis://", "rediss://")):
        return "not configured"
    client = redis.Redis.from_url(
        url, socket_connect_timeout=BROKER_TIMEOUT_SECONDS, socket_timeout=BROKER_TIMEOUT_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "down"
    finally:
        client.close()
    return "ok"
