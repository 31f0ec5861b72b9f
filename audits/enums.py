from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EngagementState(TextChoices):
    """States of an engagement; the steps between commission and report come with the audit work."""

    COMMISSIONED = "commissioned", _("委嘱済")
    FIELDWORK = "fieldwork", _("監査実施中")
    REPORTED = "reported", _("報告済")
    DECLINED = "declined", _("辞退")
    TERMINATED = "terminated", _("中止")


LIVE_STATES = (EngagementState.COMMISSIONED, EngagementState.FIELDWORK, EngagementState.REPORTED)


class EngagementMove(TextChoices):
    """Moves of an engagement, also the actions of its history."""

    COMMISSION = "commission", _("監査を委嘱")
    ACCEPT = "accept", _("受嘱")
    DECLINE = "decline", _("辞退")
    REPORT = "report", _("実施結果報告書を提出")
    TERMINATE = "terminate", _("委嘱を中止")


class InternalAuditAction(TextChoices):
    """What the act history of an internal-audit submission records."""

    FILED = "filed", _("内部監査の記録を提出")
