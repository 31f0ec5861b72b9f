"""Celery wakes workers; the truth about work is `core.Job`. No result backend, no countdowns, JSON only."""

from datetime import timedelta

from celery.schedules import crontab

CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_TASKS_PER_CHILD = 20
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than the hard limit, or a long task would be handed out twice.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "core.sweep_jobs", "schedule": timedelta(seconds=30)},
    "clear-orphaned-files": {
        "task": "documents.clear_orphaned_files",
        "schedule": crontab(hour="3", minute="40"),
    },
    "clear-presences": {
        "task": "declarations.clear_presences",
        "schedule": crontab(hour="3", minute="50"),
    },
    "remind-of-lapsing-evidence": {
        "task": "declarations.remind_of_lapsing_evidence",
        "schedule": crontab(hour="6", minute="0"),
    },
    "chase-evidence-requests": {
        "task": "audits.chase_evidence_requests",
        "schedule": crontab(hour="6", minute="10"),
    },
    "remind-of-overdue-remedies": {
        "task": "audits.remind_of_overdue_remedies",
        "schedule": crontab(hour="6", minute="10"),
    },
    "tell-listings": {
        "task": "registrations.tell_listings",
        "schedule": crontab(hour="0", minute="10"),
    },
    "beat-heart": {"task": "core.beat_heart", "schedule": timedelta(seconds=30)},
}
