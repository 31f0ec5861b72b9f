"""Acts of the provider on a finding: answer, and report the remedy as done. Each is a new version of the answer."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import FindingMove
from audits.models import Finding, FindingAnswer
from audits.services.finding import advance, locked, require_version
from audits.workflow import FINDING
from core.exceptions import DomainError
from core.policies import require
from core.text import clean_text
from declarations.selectors.colleagues import writers_of


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the provider says: why it happened, what is done about it, by whom and until when."""

    root_cause: str
    plan: str
    owner_id: uuid.UUID
    due_on: date


@transaction.atomic
def answer_finding(
    *, finding_id: uuid.UUID, actor: User, version: int, facts: AnswerFacts
) -> Finding:
    """Answer, or answer anew. The same answer of the same person twice is one (double click).

    DomainError without words, for an owner who is no colleague, and for a due date in the past.
    """
    finding = locked(finding_id)
    require(policies.can_answer, actor, finding.engagement)
    FINDING.check(FindingMove.ANSWER, finding.state)
    now, newest = timezone.now(), finding.answers.last()
    answer = FindingAnswer(
        finding=finding,
        version=newest.version + 1 if newest else 1,
        root_cause=clean_text(facts.root_cause),
        plan=clean_text(facts.plan),
        owner_id=facts.owner_id,
        due_on=facts.due_on,
        answered_by=actor,
        answered_at=now,
    )
    if newest and _says(newest) == _says(answer) and newest.answered_by == actor:
        return finding
    require_version(finding, version)
    _refuse(answer, today=timezone.localdate(now))
    answer.save(force_insert=True)
    return advance(finding, FindingMove.ANSWER, actor=actor, at=now)


@transaction.atomic
def complete_remedy(
    *, finding_id: uuid.UUID, actor: User, version: int, done_on: date, result: str
) -> Finding:
    """Report that the remedy is done, and how. The same report twice is one (double click).

    DomainError for a day that is yet to come, and without words.
    """
    finding = locked(finding_id)
    require(policies.can_answer, actor, finding.engagement)
    now, said, newest = timezone.now(), clean_text(result), finding.answers.last()
    if newest and (newest.done_on, newest.result, newest.answered_by) == (done_on, said, actor):
        return finding
    FINDING.check(FindingMove.COMPLETE, finding.state)
    require_version(finding, version)
    if not said:
        raise DomainError(_("改善の結果を入力してください。"))
    if done_on > timezone.localdate(now):
        raise DomainError(
            _("完了日が先の日になっています。改善を終えてから、その日を入力してください。")
        )
    FindingAnswer.objects.create(
        finding=finding,
        version=newest.version + 1,
        root_cause=newest.root_cause,
        plan=newest.plan,
        owner_id=newest.owner_id,
        due_on=newest.due_on,
        done_on=done_on,
        result=said,
        answered_by=actor,
        answered_at=now,
    )
    return advance(finding, FindingMove.COMPLETE, actor=actor, at=now)


def _says(answer: FindingAnswer) -> tuple[object, ...]:
    return answer.root_cause, answer.plan, answer.owner_id, answer.due_on, answer.done_on


def _refuse(answer: FindingAnswer, *, today: date) -> None:
    if not answer.root_cause:
        raise DomainError(_("原因を入力してください。"))
    if not answer.plan:
        raise DomainError(_("改善の計画を入力してください。"))
    organisation = answer.finding.engagement.declaration.service.organisation_id
    if not writers_of(organisation).filter(pk=answer.owner_id).exists():
        raise DomainError(_("担当者は、自社の編集者か承認者から選んでください。"))
    if answer.due_on < today:
        raise DomainError(_("改善の期限が過ぎた日になっています。今日以降の日を入力してください。"))
