from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.enums import JobState


class JobQuerySet(models.QuerySet):
    """Which jobs may be claimed, and which the doorbell should be rung for again."""

    def claimable(self, now: datetime):
        """Waiting, or running under a lease that has ended (its worker is gone)."""
        return self.filter(
            Q(state=JobState.PENDING) | Q(state=JobState.RUNNING, lease_until__lt=now)
        )

    def overdue(self, now: datetime, *, after: timedelta):
        """Claimable and older than `after`: whoever should have been woken was not."""
        return self.claimable(now).filter(created_at__lt=now - after)
