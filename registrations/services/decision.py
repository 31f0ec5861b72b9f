"""The committee's acts: propose, amend, vote; and the applicant's withdrawal, which ends an open proposal."""

import re
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from controls.rules import Rules
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from registrations.enums import (
    ApplicationKind,
    ApplicationMove,
    ApplicationState,
    DecisionKind,
    DecisionMove,
    DecisionState,
    RegistrationState,
)
from registrations.models import Application, ConflictOfInterest, Decision, Registration, Vote
from registrations.policies import application as application_policies
from registrations.policies import decision as policies
from registrations.selectors.decision import voters
from registrations.selectors.register import current_registration
from registrations.services.application import advance, locked, require_version
from registrations.services.register import register_service, renew_registration
from registrations.workflow import AGREEING_VOTES_NEEDED, APPLICATION, DECISION

DEMO_NUMBER_PREFIX = "見本-"
NUMBER_LENGTH = 40


@transaction.atomic
def propose_decision(
    *,
    application_id: uuid.UUID,
    actor: User,
    version: int,
    grant: bool,
    reason: str,
    registration_number: str = "",
) -> Decision:
    """Refer the case with a proposal, or replace the open proposal by a new version (付議・決定案の変更).

    A new version voids the votes on the one before. Raises DomainError for a number that is taken or malformed, and
    while fewer than two members could vote.
    """
    application = locked(application_id)
    require(policies.can_propose, actor, application)
    referred = application.state == ApplicationState.REFERRED
    move = APPLICATION.check(
        ApplicationMove.AMEND if referred else ApplicationMove.REFER, application.state
    )
    require_version(application, version)
    _refuse_undecidable(application, actor.pk)
    now = timezone.now()
    rules = Rules.at(timezone.localdate(now))
    text = clean_text(reason)
    if not text:
        raise DomainError(_("決定案の理由を入力してください。"))
    kind = decision_kind(application, grant=grant)
    number = _number(application, kind, registration_number, rules, now)
    _close_open_proposal(application, DecisionMove.SUPERSEDE, now)
    decision = Decision.objects.create(
        application=application,
        kind=kind,
        proposal_version=application.decisions.count() + 1,
        registration_number=number,
        article=str(rules.article("registration")),
        reason=text,
        proposed_by=actor,
        proposed_at=now,
    )
    advance(application, move, actor=actor, at=now, reason=text, article=decision.article)
    return decision


@transaction.atomic
def cast_vote(
    *, decision_id: uuid.UUID, actor: User, version: int, agrees: bool, reason: str = ""
) -> Decision:
    """Vote on one version of a proposal. The first dissent returns the case; the second agreement decides it.

    Sending the same vote again finds the vote that was cast (double click). Raises EditConflictError (409) when the
    proposal is no longer open or no longer the version that was shown.
    """
    application = locked(
        Decision.objects.values_list("application_id", flat=True).get(pk=decision_id)
    )
    decision = Decision.objects.select_for_update(of=("self",), no_key=True).get(pk=decision_id)
    decision.application = application
    require(policies.can_vote, actor, decision)
    own = decision.votes.filter(member=actor).first()
    if own and own.agrees == agrees:
        return decision
    if decision.state != DecisionState.OPEN or decision.proposal_version != version:
        raise EditConflictError(
            _("この決定案の表決はすでに終わっています。最新の決定案を確認してください。"),
            current=decision,
        )
    if own:
        raise DomainError(_("この決定案にはすでに表決しています。表決は変えられません。"))
    agreed = decision.votes.filter(agrees=True).values_list("member", flat=True)
    _refuse_undecidable(application, decision.proposed_by_id, voted=agreed)
    text = clean_text(reason)
    if not agrees and not text:
        raise DomainError(_("反対の理由を入力してください。"))
    now = timezone.now()
    Vote.objects.create(decision=decision, member=actor, agrees=agrees, reason=text, cast_at=now)
    if not agrees:
        _return_to_secretariat(decision, actor, now)
    elif _agreements(decision) >= AGREEING_VOTES_NEEDED:
        _carry(decision, actor, now)
    return decision


@transaction.atomic
def withdraw_application(
    *, application_id: uuid.UUID, actor: User, version: int, reason: str
) -> Application:
    """The applicant takes the application back; an open proposal falls with it."""
    application = locked(application_id)
    require(application_policies.can_withdraw_application, actor, application)
    move = APPLICATION.check(ApplicationMove.WITHDRAW, application.state)
    require_version(application, version)
    text = clean_text(reason)
    if not text:
        raise DomainError(_("取下げの理由を入力してください。"))
    now = timezone.now()
    _close_open_proposal(application, DecisionMove.DROP, now)
    application.decided_at = now
    return advance(application, move, actor=actor, at=now, reason=text)


def decision_kind(application: Application, *, grant: bool) -> DecisionKind:
    """What is decided when the application is granted or refused."""
    if not grant:
        return DecisionKind.REFUSE
    renewal = application.kind == ApplicationKind.RENEWAL
    return DecisionKind.RENEW if renewal else DecisionKind.REGISTER


def _refuse_undecidable(application: Application, proposer_id: uuid.UUID, voted=()) -> None:
    able = voters(application.organisation_id, proposer_id=proposer_id, voted=voted)
    if not able.can_decide:
        raise DomainError(able.sentence)


def _agreements(decision: Decision) -> int:
    """Agreeing votes that count: a member who declared a conflict after voting counts no more."""
    conflicted = (
        ConflictOfInterest.objects.in_force()
        .with_provider(decision.application.organisation_id)
        .values("member")
    )
    return decision.votes.filter(agrees=True).exclude(member__in=conflicted).count()


def _number(
    application: Application, kind: DecisionKind, typed: str, rules: Rules, now: datetime
) -> str:
    """The registration number of the proposal: entered for a new one, the existing one for a renewal."""
    if kind == DecisionKind.REFUSE:
        return ""
    if kind == DecisionKind.RENEW:
        return _number_to_renew(application, now)
    number = clean_text(typed, multiline=False)
    pattern = rules.value("registration_number_pattern_liu")
    if not number:
        raise DomainError(_("登録番号を入力してください。"))
    if len(number) > NUMBER_LENGTH:
        raise DomainError(_("登録番号は%(max)s字までです。") % {"max": NUMBER_LENGTH})
    if settings.IS_DEMO and not number.startswith(DEMO_NUMBER_PREFIX):
        raise DomainError(_("見本の環境では、登録番号を「見本-」で始めてください。"))
    if pattern and not settings.IS_DEMO and not re.fullmatch(pattern, number):
        raise DomainError(_("登録番号の形式が正しくありません。制度の形式に合わせてください。"))
    if Registration.objects.filter(number=number).exists():
        raise DomainError(_("この登録番号はすでに使われています。別の番号を入力してください。"))
    return number


def _number_to_renew(application: Application, now: datetime) -> str:
    registration = current_registration(application.service, now)
    if registration is None:
        raise DomainError(_("更新する登録が有効ではありません。登録の状態を確認してください。"))
    if registration.state != RegistrationState.REGISTERED:
        raise DomainError(
            _("一時停止中の登録は更新できません。一時停止の解除を先に決定してください。")
        )
    return registration.number


def _close_open_proposal(application: Application, move: DecisionMove, now: datetime) -> None:
    for decision in application.decisions.open().select_for_update(of=("self",), no_key=True):
        _close(decision, move, now)


def _close(decision: Decision, move: DecisionMove, now: datetime) -> None:
    decision.state = DECISION.check(move, decision.state).target
    decision.closed_at = now
    decision.save(update_fields=["state", "closed_at"])


def _return_to_secretariat(decision: Decision, actor: User, now: datetime) -> None:
    _close(decision, DecisionMove.DISSENT, now)
    reasons = "\n".join(
        f"{vote.member.name}：{vote.get_agrees_display()} {vote.reason}".strip()
        for vote in decision.votes.select_related("member")
    )
    application = _case(decision)
    move = APPLICATION.check(ApplicationMove.RETURN, application.state)
    advance(application, move, actor=actor, at=now, reason=reasons, article=decision.article)


def _carry(decision: Decision, actor: User, now: datetime) -> None:
    _close(decision, DecisionMove.CARRY, now)
    application = _case(decision)
    application.decided_at = now
    refused = decision.kind == DecisionKind.REFUSE
    name = ApplicationMove.REFUSE if refused else ApplicationMove.GRANT
    move = APPLICATION.check(name, application.state)
    if not refused:
        enter = renew_registration if decision.kind == DecisionKind.RENEW else register_service
        enter(application=application, decision=decision, actor=actor, at=now)
    advance(
        application, move, actor=actor, at=now, reason=decision.reason, article=decision.article
    )


def _case(decision: Decision) -> Application:
    """The application that a decision of these kinds is about, as it was locked."""
    if decision.application is None:
        raise TypeError("a decision on an application")
    return decision.application
