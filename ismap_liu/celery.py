"""The Celery application: a doorbell for the job table and nothing else (core.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ismap_liu.settings.production")

app = Celery("ismap_liu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
