"""The act by which the provider's management confirms to the firm what the criteria ask (2.2.8)."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.documents.report import CONFIRMATION_FORM, confirmation_data, confirmation_subject
from audits.enums import ConfirmationAction, EngagementState
from audits.models import ConfirmationHistory, Engagement, ManagementConfirmation
from audits.selectors.confirmation import (
    TOLD,
    ConfirmationFacts,
    confirmation_content,
    is_report_signed,
    points_on,
    points_unknown,
)
from audits.services.engagement import locked_engagement
from core import history, jobs
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text
from documents.services import request_document


@transaction.atomic
def sign_confirmation(
    *, engagement_id: uuid.UUID, actor: User, version: int, facts: ConfirmationFacts
) -> ManagementConfirmation:
    """Sign a new version of the 経営者確認書; its paper is made by a worker and the firm is told.

    `version` is the one that the page offered to sign: the same content sent twice is one signature, another content
    an EditConflictError. DomainError for a point that is not confirmed or not known, a day outside what the letter
    speaks of, a signer without name, and while a signed report rests on the version before.
    """
    engagement = locked_engagement(engagement_id)
    require(policies.can_sign_confirmation, actor, engagement)
    if engagement.state != EngagementState.FIELDWORK:
        raise DomainError(_("経営者確認書に署名できるのは、監査の実施中だけです。"))
    facts = _cleaned(facts)
    content = canonical_json(confirmation_to_sign(engagement, facts, version=version))
    digest = sha256_hex(content)
    last = engagement.confirmations.order_by("-version").first()
    if last and last.version == version and last.content_sha256 == digest:
        return last
    if version != (last.version + 1 if last else 1):
        raise EditConflictError(current=last)
    if is_report_signed(engagement):
        raise DomainError(
            _(
                "監査機関が報告書に署名したため、確認書を出し直せません。監査機関に署名の取消しを依頼してください。"
            )
        )
    confirmation = ManagementConfirmation.objects.create(
        engagement=engagement,
        version=version,
        snapshot_sha256=engagement.snapshot_sha256,
        dated_on=facts.dated_on,
        subsequent_events=facts.subsequent_events,
        fraud=facts.fraud,
        signer_title=facts.signer_title,
        signer_name=facts.signer_name,
        content=content,
        content_sha256=digest,
        signed_by=actor,
        signed_at=timezone.now(),
    )
    request_document(
        form=CONFIRMATION_FORM,
        subject=confirmation_subject(confirmation),
        organisation_id=actor.organisation_id,
        data=confirmation_data(confirmation),
        actor=actor,
    )
    entry = ConfirmationHistory.objects.create(
        confirmation=confirmation,
        **history.line(actor=actor, at=confirmation.signed_at, action=ConfirmationAction.SIGNED),
    )
    jobs.enqueue(
        tasks.send_confirmation_mail, subject=f"engagement:{engagement.pk}", history_id=entry.pk
    )
    return confirmation


def confirmation_to_sign(
    engagement: Engagement, facts: ConfirmationFacts, *, version: int
) -> dict[str, Any]:
    """What would be signed with these facts; DomainError for facts that nobody may sign."""
    facts = _cleaned(facts)
    _check(engagement, facts)
    return confirmation_content(engagement, facts, version=version)


def _cleaned(facts: ConfirmationFacts) -> ConfirmationFacts:
    return ConfirmationFacts(
        facts.dated_on,
        frozenset(facts.confirmed),
        clean_text(facts.subsequent_events),
        clean_text(facts.fraud),
        clean_text(facts.signer_title, multiline=False),
        clean_text(facts.signer_name, multiline=False),
    )


def _check(engagement: Engagement, facts: ConfirmationFacts) -> None:
    end = engagement.declaration.period_end
    if not end < facts.dated_on <= timezone.localdate():
        raise DomainError(
            _("確認書の日付は、監査対象期間の末日より後で今日までの日にしてください。")
        )
    if not facts.signer_name or not facts.signer_title:
        raise DomainError(_("署名する人の役職と氏名を入力してください。"))
    points, fact = points_on(facts.dated_on)
    if not points:
        raise DomainError(points_unknown(fact))
    missing = [p.text for p in points if p.code not in TOLD and p.code not in facts.confirmed]
    if missing:
        raise DomainError(
            _("確認していない事項があります：%(text)s　内容を確認し、チェックを入れてください。")
            % {"text": missing[0]}
        )
