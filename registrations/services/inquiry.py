"""What the secretariat asks and the applicant answers: correction (補正) before acceptance, inquiry (照会) after."""

import re
import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.enums import Level
from controls.models import Control
from controls.rules import Rules
from core.calendar import add_working_days
from core.exceptions import DomainError
from core.normalise import code_text
from core.policies import require
from core.text import clean_text
from registrations.enums import ApplicationMove, RequestKind
from registrations.models import Application, ApplicationRequest
from registrations.policies import application as policies
from registrations.services.application import (
    advance,
    fixed_declaration,
    hand_over,
    locked,
    refuse_incomplete,
    require_version,
)
from registrations.workflow import APPLICATION

# By kind: the move that asks, the topic of its article, the parameter of its due date (working days).
_ASKING = {
    RequestKind.CORRECTION: (
        ApplicationMove.REQUEST_CORRECTION,
        "acceptance",
        "correction_due_days",
    ),
    RequestKind.INQUIRY: (ApplicationMove.INQUIRE, "review", "inquiry_response_due_days"),
}
NUMBERS_LENGTH = 500


@transaction.atomic
def request_correction(
    *,
    application_id: uuid.UUID,
    actor: User,
    version: int,
    question: str,
    due_on: date | None = None,
) -> Application:
    """Ask the applicant to repair what the acceptance check found (補正)."""
    return _ask(application_id, actor, version, RequestKind.CORRECTION, question, "", due_on)


@transaction.atomic
def inquire(
    *,
    application_id: uuid.UUID,
    actor: User,
    version: int,
    question: str,
    control_numbers: str = "",
    due_on: date | None = None,
) -> Application:
    """Ask the applicant a question during the technical review (照会), tied to controls where it concerns some."""
    return _ask(
        application_id, actor, version, RequestKind.INQUIRY, question, control_numbers, due_on
    )


@transaction.atomic
def resubmit(
    *,
    application_id: uuid.UUID,
    actor: User,
    version: int,
    answer: str,
    declaration_id: uuid.UUID | None = None,
) -> Application:
    """Answer a correction and file again, where needed with a newer fixed version of the declaration.

    Who files again edited nothing in the version that is then filed (403), whoever filed first.
    """
    application = locked(application_id)
    require(policies.can_resubmit_application, actor, application)
    move = APPLICATION.check(ApplicationMove.RESUBMIT, application.state)
    require_version(application, version)
    if declaration_id and declaration_id != application.declaration_id:
        application.declaration = fixed_declaration(application.service, declaration_id)
    require(policies.can_file_application, actor, application)
    now = timezone.now()
    rules = Rules.at(timezone.localdate(now))
    refuse_incomplete(application, now, rules)
    text = _answer_open_request(application, actor, now, answer)
    hand_over(application, actor, now)
    article = str(rules.article("application"))
    return advance(application, move, actor=actor, at=now, reason=text, article=article)


@transaction.atomic
def answer_inquiry(
    *, application_id: uuid.UUID, actor: User, version: int, answer: str
) -> Application:
    """Answer the open inquiry; the review goes on."""
    application = locked(application_id)
    require(policies.can_answer, actor, application)
    move = APPLICATION.check(ApplicationMove.ANSWER, application.state)
    require_version(application, version)
    now = timezone.now()
    text = _answer_open_request(application, actor, now, answer)
    article = str(Rules.at(timezone.localdate(now)).article("review"))
    return advance(application, move, actor=actor, at=now, reason=text, article=article)


def _ask(
    application_id: uuid.UUID,
    actor: User,
    version: int,
    kind: RequestKind,
    question: str,
    control_numbers: str,
    due_on: date | None,
) -> Application:
    name, topic, parameter = _ASKING[kind]
    application = locked(application_id)
    require(policies.can_review, actor, application)
    move = APPLICATION.check(name, application.state)
    require_version(application, version)
    now = timezone.now()
    rules = Rules.at(timezone.localdate(now))
    text = clean_text(question)
    if not text:
        raise DomainError(_("求める内容を入力してください。"))
    ApplicationRequest.objects.create(
        application=application,
        kind=kind,
        question=text,
        control_numbers=_known_numbers(application, control_numbers),
        asked_by=actor,
        asked_at=now,
        due_on=_due_on(due_on, parameter, now, rules),
    )
    return advance(
        application, move, actor=actor, at=now, reason=text, article=str(rules.article(topic))
    )


def _due_on(wished: date | None, parameter: str, now: datetime, rules: Rules) -> date | None:
    """The wished day, else by the parameter in working days; None while the scheme's number is not known."""
    today = timezone.localdate(now)
    if wished is not None and wished < today:
        raise DomainError(_("回答期限は、今日か今日より後の日にしてください。"))
    days = rules.value(parameter)
    return wished or (None if days is None else add_working_days(today, days))


def _known_numbers(application: Application, typed: str) -> str:
    """The typed control numbers in catalogue order, or DomainError for one that the declaration's edition has not."""
    wanted = {code_text(part).upper() for part in re.split(r"[、，,・;；\s]+", typed) if part}
    found = (
        Control.objects.filter(
            edition=application.declaration.edition_id,
            level__in=[Level.OBJECTIVE, Level.DETAIL],
            number__in=wanted,
        )
        .in_order()
        .values_list("number", flat=True)
    )
    numbers = list(found)
    unknown = sorted(wanted.difference(numbers))
    if unknown:
        raise DomainError(
            _("次の番号は、この言明の管理基準の版にありません。番号を確認してください：%(numbers)s")
            % {"numbers": "、".join(unknown[:10])}
        )
    joined = "、".join(numbers)
    if len(joined) > NUMBERS_LENGTH:
        raise DomainError(
            _("管理策の番号が多すぎます。%(max)s字までに減らし、残りは別の照会にしてください。")
            % {"max": NUMBERS_LENGTH}
        )
    return joined


def _answer_open_request(application: Application, actor: User, now: datetime, answer: str) -> str:
    text = clean_text(answer)
    if not text:
        raise DomainError(_("回答を入力してください。"))
    request = application.requests.select_for_update(of=("self",), no_key=True).get(
        answered_at__isnull=True
    )
    request.answer, request.answered_by, request.answered_at = text, actor, now
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    return text
