from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """States of a job (処理)."""

    PENDING = "pending", _("待機中")
    RUNNING = "running", _("処理中")
    DONE = "done", _("完了")
    DEAD = "dead", _("失敗")
