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
# The firm has taken the work, so it reads what it audits.
ACCEPTED_STATES = (EngagementState.FIELDWORK, EngagementState.REPORTED)


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


class CycleState(TextChoices):
    """A plan is worked on until the audit lead fixes it; then nothing moves."""

    DRAFT = "draft", _("計画中")
    AGREED = "agreed", _("計画を確定")


class CycleAction(TextChoices):
    """Acts on an audit cycle; `agree` and `reopen` are its moves."""

    OPENED = "opened", _("監査サイクルを開始")
    PROPOSED = "proposed", _("計画案を作成")
    UPDATED = "updated", _("計画を言明に合わせて更新")
    MOVED = "moved", _("監査する年度を変更")
    INCLUDED = "included", _("監査する項目を追加")
    REBALANCED = "rebalanced", _("割当てをやり直し")
    AGREE = "agree", _("計画を確定")
    REOPEN = "reopen", _("計画の確定を解除")


class PlanBasis(TextChoices):
    """Why a control stands in a year of the plan (audits.planning.facts.Basis)."""

    ALWAYS = "always", _("毎年")
    FORCED = "forced", _("理由による")
    ROTATION = "rotation", _("割当て")


class InclusionKind(TextChoices):
    """Why a control has to be audited in a certain year."""

    CHANGED = "changed", _("期間中の統制変更")
    ADOPTED = "adopted", _("新たに採用")
    INCIDENT = "incident", _("インシデント")
    FINDING = "finding", _("前年の指摘事項")
    CHOICE = "choice", _("監査人の判断")


# What the auditor enters, moves and takes back; the others follow from facts.
AUDITOR_KINDS = (InclusionKind.FINDING, InclusionKind.CHOICE)
