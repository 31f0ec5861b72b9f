"""The act by which a finding is closed, or goes back to the provider: a retest."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import FindingMove
from audits.models import Engagement, Finding, Retest
from audits.services.engagement import locked_engagement, require_open_records
from audits.services.finding import (
    advance,
    locked,
    require_version,
)
from audits.workflow import FINDING
from core.exceptions import DomainError
from core.policies import require
from core.text import clean_text


@transaction.atomic
def retest_finding(
    *,
    finding_id: uuid.UUID,
    engagement_id: uuid.UUID,
    actor: User,
    version: int,
    is_remedied: bool,
    procedure: str,
) -> Finding:
    """Look again, in this engagement: the finding is closed, or goes back to the provider.

    The same retest of the same person twice is one (double click). DomainError for an engagement of another service
    or an earlier one, outside fieldwork, and without words.
    """
    finding = locked(finding_id)
    engagement = locked_engagement(engagement_id)
    require(policies.can_audit, actor, engagement)
    said, newest = clean_text(procedure), finding.retests.last()
    if finding.row_version != version and newest and _is_same(newest, actor, is_remedied, said):
        return finding
    move = FindingMove.CLOSE if is_remedied else FindingMove.REOPEN
    if not is_remedied and finding.is_open and move not in _moves(finding):
        raise DomainError(
            _(
                "改善の完了はまだ報告されていません。報告を受けてから、再評価の結果を記録してください。"
            )
        )
    FINDING.check(move, finding.state)
    _require_fitting(finding, engagement)
    require_version(finding, version)
    if not said:
        raise DomainError(_("再評価の手続と結果を入力してください。"))
    now = timezone.now()
    Retest.objects.create(
        finding=finding,
        engagement=engagement,
        is_remedied=is_remedied,
        procedure=said,
        tested_by=actor,
        tested_at=now,
    )
    return advance(finding, move, actor=actor, at=now)


def _is_same(newest: Retest, actor: User, is_remedied: bool, said: str) -> bool:
    return (newest.tested_by, newest.is_remedied, newest.procedure) == (actor, is_remedied, said)


def _moves(finding: Finding) -> set[str]:
    return {move.name for move in FINDING.moves_from(finding.state)}


def _require_fitting(finding: Finding, engagement: Engagement) -> None:
    require_open_records(engagement)
    if not Engagement.objects.taking_up(finding.engagement).contains(engagement):
        raise DomainError(
            _("再評価は、発見事項を起票した監査か、同じサービスのその後の監査で行ってください。")
        )
