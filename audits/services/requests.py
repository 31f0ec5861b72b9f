"""Acts on an evidence request: ask, provide, accept, return, withdraw.

Locks are taken in one order: engagement, request, evidence, organisation. The lock of the engagement also keeps it in
fieldwork until the act is done.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.enums import RequestMove, RequestState
from audits.limits import MAX_ASKED_CONTROLS, MAX_DUE_DAYS, MAX_PROVIDED_FILES
from audits.models import (
    Engagement,
    EvidenceRequest,
    EvidenceRequestHistory,
    ProvidedEvidence,
    RequestedControl,
)
from audits.selectors.request_clock import due_day
from audits.selectors.requests import asked_controls
from audits.services.engagement import locked_engagement, require_open_records
from audits.workflow import REQUEST
from controls.rules import Rules
from core import history, jobs
from core.calendar import is_working_day
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from core.workflow import Move
from declarations.models import EvidenceVersion
from declarations.services.evidence_library import VersionFacts, keep_evidence
from declarations.services.evidence_ties import locked_version, refuse_unfit
from documents.uploads import CheckedUpload


class DueDayError(DomainError):
    """The last day is none on which anything can be due."""

    field = "due_on"


class AskedControlsError(DomainError):
    """The numbers stand for no control of the pinned declaration, or for too many."""

    field = "numbers"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider gives: words, new files, and versions that its library holds already."""

    text: str = ""
    uploads: Sequence[CheckedUpload] = ()
    versions: Sequence[uuid.UUID] = field(default=())


@transaction.atomic
def ask_evidence(
    *,
    engagement_id: uuid.UUID,
    actor: User,
    creation_key: uuid.UUID,
    title: str,
    text: str,
    codes: Iterable[str] = (),
    due_on: date | None = None,
) -> EvidenceRequest:
    """Ask the provider for something; `codes` are numbers of details or of nodes above them.

    The same `creation_key` again gives the request that it made (double click). DomainError outside fieldwork, without
    words, for numbers that the pinned declaration does not have, and for a last day that cannot be one.
    """
    engagement = locked_engagement(engagement_id)
    require(policies.can_audit, actor, engagement)
    if made := engagement.evidence_requests.filter(creation_key=creation_key).first():
        return made
    move = REQUEST.check(RequestMove.ASK, None)
    require_open_records(engagement)
    now = timezone.now()
    last = engagement.evidence_requests.aggregate(last=Max("number"))["last"] or 0
    request = EvidenceRequest.objects.create(
        engagement=engagement,
        number=last + 1,
        title=_words(title, _("件名を入力してください。"), multiline=False),
        text=_words(text, _("依頼の内容を入力してください。")),
        state=move.target,
        due_on=_due_on(due_on, now),
        asked_by=actor,
        asked_at=now,
        creation_key=creation_key,
    )
    RequestedControl.objects.bulk_create(
        RequestedControl(request=request, control_id=control)
        for control in _controls(engagement, codes)
    )
    _record(request, actor, now, move)
    return request


@transaction.atomic
def provide_evidence(
    *, request_id: uuid.UUID, actor: User, version: int, creation_key: uuid.UUID, answer: Answer
) -> EvidenceRequest:
    """Give words, files or both. New files become evidence of the provider's library in the same act.

    Sent twice it is one act (double click). DomainError when nothing is given, for evidence that is retired or not the
    provider's own, and when its space is used up.
    """
    request = _locked(request_id)
    require(policies.can_answer, actor, request.engagement)
    text = clean_text(answer.text)
    if _is_repeated(request, RequestMove.PROVIDE, actor, version, text) and _holds(request, answer):
        return request
    move = _check(request, RequestMove.PROVIDE, version)
    if len(answer.uploads) + len(answer.versions) > MAX_PROVIDED_FILES:
        raise DomainError(
            _("一度に提出できるファイルは%(max)s件までです。件数を減らしてください。")
            % {"max": MAX_PROVIDED_FILES}
        )
    given = _given(request, actor, creation_key, answer)
    if not (text or given):
        raise DomainError(_("提出する資料を選ぶか、回答を入力してください。"))
    now = timezone.now()
    ProvidedEvidence.objects.bulk_create(
        ProvidedEvidence(request=request, version=one, provided_by=actor, provided_at=now)
        for one in given
    )
    request.answer = text
    return _advance(request, move, actor=actor, at=now, reason=text)


@transaction.atomic
def accept_evidence(*, request_id: uuid.UUID, actor: User, version: int) -> EvidenceRequest:
    """What was provided is what was asked for. Sent twice it is one act."""
    request = _locked(request_id)
    require(policies.can_audit, actor, request.engagement)
    if _is_repeated(request, RequestMove.ACCEPT, actor, version):
        return request
    move = _check(request, RequestMove.ACCEPT, version)
    return _advance(request, move, actor=actor, at=timezone.now())


@transaction.atomic
def return_evidence(
    *, request_id: uuid.UUID, actor: User, version: int, reason: str, due_on: date | None = None
) -> EvidenceRequest:
    """Something is missing, with what; the clock starts again. Sent twice it is one act."""
    request = _locked(request_id)
    require(policies.can_audit, actor, request.engagement)
    text = _words(reason, _("理由を入力してください。"))
    if _is_repeated(request, RequestMove.RETURN, actor, version, text):
        return request
    move = _check(request, RequestMove.RETURN, version)
    now = timezone.now()
    request.due_on = _due_on(due_on, now, before=request.due_on)
    return _advance(request, move, actor=actor, at=now, reason=text)


@transaction.atomic
def withdraw_request(
    *, request_id: uuid.UUID, actor: User, version: int, reason: str
) -> EvidenceRequest:
    """It is needed no more, with the reason. Sent twice it is one act."""
    request = _locked(request_id)
    require(policies.can_audit, actor, request.engagement)
    text = _words(reason, _("理由を入力してください。"))
    if _is_repeated(request, RequestMove.WITHDRAW, actor, version, text):
        return request
    move = _check(request, RequestMove.WITHDRAW, version)
    return _advance(request, move, actor=actor, at=timezone.now(), reason=text)


def _locked(request_id: uuid.UUID) -> EvidenceRequest:
    engagement = EvidenceRequest.objects.values_list("engagement", flat=True).get(pk=request_id)
    locked = locked_engagement(engagement)
    request = EvidenceRequest.objects.select_for_update(of=("self",), no_key=True).get(
        pk=request_id
    )
    request.engagement = locked
    return request


def _is_repeated(
    request: EvidenceRequest, name: str, actor: User, version: int, reason: str = ""
) -> bool:
    """The very act that is asked for was the last one, from the version that the page showed: a second click."""
    last = request.history.order_by("occurred_at", "pk").last()
    return (
        last is not None
        and request.row_version == version + 1
        and (last.action, last.actor_id, last.reason) == (name, actor.pk, reason)
    )


def _holds(request: EvidenceRequest, answer: Answer) -> bool:
    """Every file of the answer was given already."""
    given = list(request.provided.values_list("version", "version__file__sha256"))
    return {upload.sha256 for upload in answer.uploads} <= {sha256 for _pk, sha256 in given} and (
        set(answer.versions) <= {pk for pk, _sha256 in given}
    )


def _check(request: EvidenceRequest, name: str, version: int) -> Move:
    """The move, or why it is not possible: whoever read an earlier state is told so first."""
    require_open_records(request.engagement)
    if request.row_version != version:
        raise EditConflictError(current=request)
    return REQUEST.check(name, request.state)


def _given(
    request: EvidenceRequest, actor: User, creation_key: uuid.UUID, answer: Answer
) -> list[EvidenceVersion]:
    """What is new for the request: chosen versions first, then what is kept of the uploads."""
    declaration = request.engagement.declaration
    there = set(request.provided.values_list("version", flat=True))
    given = []
    for chosen in sorted(set(answer.versions) - there):
        version = locked_version(chosen, actor)
        refuse_unfit(version, declaration)
        given.append(version)
    note = _("資料の依頼%(number)sへの提出") % {"number": request.number}
    return given + [
        keep_evidence(
            organisation_id=declaration.service.organisation_id,
            actor=actor,
            upload=upload,
            creation_key=uuid.uuid5(creation_key, str(place)),
            facts=VersionFacts(note=note),
        )
        for place, upload in enumerate(answer.uploads)
    ]


def _controls(engagement: Engagement, codes: Iterable[str]) -> list[uuid.UUID]:
    asked = asked_controls(engagement, codes)
    if asked.unknown:
        raise AskedControlsError(
            _("次の番号の管理策はこの言明にありません。番号を確認してください：%(numbers)s")
            % {"numbers": "、".join(code[:20] for code in asked.unknown[:10])}
        )
    if len(asked.controls) > MAX_ASKED_CONTROLS:
        raise AskedControlsError(
            _("管理策が多すぎます（%(count)s件）。1つの依頼で%(max)s件までに分けてください。")
            % {"count": len(asked.controls), "max": MAX_ASKED_CONTROLS}
        )
    return asked.controls


def _due_on(wished: date | None, now: datetime, *, before: date | None = None) -> date | None:
    """The wished day; else by the parameter, or the day `before` where that lies further ahead."""
    today = timezone.localdate(now)
    if wished is None:
        days = (due_day(today, Rules.at(today)), before)
        return max((day for day in days if day is not None and day >= today), default=None)
    if wished < today:
        raise DueDayError(_("期限は、今日か今日より後の日にしてください。"))
    if wished > today + timedelta(days=MAX_DUE_DAYS):
        raise DueDayError(_("期限が1年より先です。日付を確認してください。"))
    if not is_working_day(wished):
        raise DueDayError(_("期限は営業日にしてください。土日、祝日、年末年始は避けてください。"))
    return wished


def _words(text: str, missing: str, *, multiline: bool = True) -> str:
    words = clean_text(text, multiline=multiline)
    if not words:
        raise DomainError(missing)
    return words


def _advance(
    request: EvidenceRequest, move: Move, *, actor: User, at: datetime, reason: str = ""
) -> EvidenceRequest:
    before, request.state = request.state, RequestState(move.target)
    request.row_version += 1
    request.save(update_fields=["state", "due_on", "answer", "row_version"])
    _record(request, actor, at, move, from_state=before, reason=reason)
    return request


def _record(request: EvidenceRequest, actor: User, at: datetime, move: Move, **facts: Any) -> None:
    entry = EvidenceRequestHistory.objects.create(
        request=request,
        **history.line(actor=actor, at=at, action=move.name, to_state=move.target, **facts),
    )
    jobs.enqueue(
        tasks.send_request_mail, subject=f"evidence-request:{request.pk}", history_id=entry.pk
    )
