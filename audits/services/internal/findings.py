"""Acts on nonconformities and corrective actions. The fact is the auditor's, the answer its owner's."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies, tasks
from audits.enums import Gravity, InternalAuditAct, ItemResult, Verification
from audits.models import CorrectiveAction, InternalAudit, InternalAuditItem, Nonconformity
from audits.services.internal.common import locked, record, words
from core import jobs
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from declarations.selectors.colleagues import colleagues


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """Why it happened, what is done, by whom and by when."""

    cause: str
    action: str
    owner_id: uuid.UUID
    due: date


@transaction.atomic
def raise_nonconformity(
    *, item_id: int, actor: User, creation_key: uuid.UUID, severity: str, fact: str
) -> Nonconformity:
    """State a nonconformity of an own item whose result is 不適合. The same key twice is one (double click)."""
    audit = locked(InternalAuditItem.objects.values_list("audit", flat=True).get(pk=item_id))
    item = InternalAuditItem.objects.select_related("auditor", "control").get(pk=item_id)
    item.audit = audit
    require(policies.can_test, actor, audit)
    _require_own_running(audit, item, actor)
    existing = Nonconformity.objects.filter(pk=creation_key, item=item).first()
    if existing:
        return existing
    if item.result != ItemResult.NONCONFORMS:
        raise DomainError(_("先に、この項目の結果を「不適合」と記録してください。"))
    of_audit = Nonconformity.objects.filter(item__audit=audit)
    number = (of_audit.aggregate(last=Max("number"))["last"] or 0) + 1
    now = timezone.now()
    raised = Nonconformity.objects.create(
        pk=creation_key,
        item=item,
        number=number,
        severity=Gravity(severity),
        fact=words(fact, _("不適合の内容")),
        raised_by=actor,
        raised_at=now,
    )
    _record_and_tell(raised, actor, now, InternalAuditAct.RAISED)
    return raised


@transaction.atomic
def reword_nonconformity(
    *, nonconformity_id: uuid.UUID, actor: User, version: int, severity: str, fact: str
) -> Nonconformity:
    """Say it better, as long as nobody has answered. EditConflictError with the row as it is now."""
    audit, found = _locked_fact(nonconformity_id)
    require(policies.can_test, actor, audit)
    _require_own_running(audit, found.item, actor)
    said = {"severity": Gravity(severity), "fact": words(fact, _("不適合の内容"))}
    if all(getattr(found, name) == value for name, value in said.items()):
        return found
    if found.row_version != version:
        raise EditConflictError(current=found)
    if found.is_withdrawn or found.actions.exists():
        raise DomainError(
            _("是正処置が計画された不適合と、取り下げた不適合の記載は変えられません。")
        )
    for name, value in said.items():
        setattr(found, name, value)
    found.row_version += 1
    found.save()
    record(audit, actor, timezone.now(), InternalAuditAct.REWORDED, changes=_about(found))
    return found


@transaction.atomic
def withdraw_nonconformity(
    *, nonconformity_id: uuid.UUID, actor: User, reason: str
) -> Nonconformity:
    """Take a nonconformity back, with the reason. It stays in the record and not in the report."""
    audit, found = _locked_fact(nonconformity_id)
    require(policies.can_test, actor, audit)
    _require_own_running(audit, found.item, actor)
    if found.is_withdrawn:
        return found
    said, now = words(reason, _("理由")), timezone.now()
    found.withdrawn_at, found.withdrawn_reason = now, said
    found.row_version += 1
    found.save()
    record(
        audit, actor, now, InternalAuditAct.WITHDRAWN, reason=said, changes=_about(found)
    )  # fmt: skip
    return found


@transaction.atomic
def answer_nonconformity(
    *, nonconformity_id: uuid.UUID, actor: User, creation_key: uuid.UUID, facts: AnswerFacts
) -> CorrectiveAction:
    """Plan the corrective action with its cause, owner and due day. Its words stay; one at a time.

    A further one follows when the verification finds the first ineffective. The same key twice is one.
    """
    audit, found = _locked_fact(nonconformity_id)
    require(policies.can_answer_nonconformity, actor, found)
    existing = found.actions.filter(pk=creation_key).first()
    if existing:
        return existing
    if found.is_withdrawn:
        raise DomainError(_("この不適合は取り下げられています。"))
    if found.actions.exclude(verification=Verification.INEFFECTIVE).exists():
        raise DomainError(_("この不適合の是正処置はすでに計画されています。"))
    if audit.is_reported:
        raise DomainError(_("報告書を承認したため、提出が済むまで是正処置を加えられません。"))
    owner = colleagues(audit.declaration).filter(pk=facts.owner_id).first()
    if owner is None:
        raise DomainError(_("責任者は、この組織で言明を担当できる人から選んでください。"))
    now = timezone.now()
    if facts.due < timezone.localdate(now):
        raise DomainError(_("期限は、今日以降の日にしてください。"))
    answer = CorrectiveAction.objects.create(
        pk=creation_key,
        nonconformity=found,
        cause=words(facts.cause, _("原因")),
        action=words(facts.action, _("是正処置")),
        owner=owner,
        due=facts.due,
        answered_by=actor,
        answered_at=now,
    )
    _record_and_tell(found, actor, now, InternalAuditAct.ANSWERED)
    return answer


@transaction.atomic
def finish_action(
    *, action_id: uuid.UUID, actor: User, done_on: date, note: str
) -> CorrectiveAction:
    """The owner says that the action was carried out, when, and what was done. Said once."""
    _audit, action = _locked_action(action_id)
    require(policies.can_finish_action, actor, action)
    if action.is_done:
        return action
    if done_on > timezone.localdate():
        raise DomainError(_("完了日は、今日までの日にしてください。"))
    action.done_on, action.done_note = done_on, words(note, _("実施した内容"))
    action.row_version += 1
    action.save()
    _record_and_tell(action.nonconformity, actor, timezone.now(), InternalAuditAct.DONE)
    return action


@transaction.atomic
def verify_action(
    *, action_id: uuid.UUID, actor: User, version: int, verification: str, note: str
) -> CorrectiveAction:
    """An auditor who is not the owner says whether the action is effective. An ineffective one needs another."""
    audit, action = _locked_action(action_id)
    require(policies.can_verify_action, actor, action)
    if action.verified_by_id == actor.pk and action.verification == verification:
        return action
    if action.row_version != version:
        raise EditConflictError(current=action)
    if action.is_verified:
        raise DomainError(_("この是正処置の検証は、すでにほかの監査人が記録しています。"))
    if not action.is_done:
        raise DomainError(_("責任者が完了を記録してから検証してください。"))
    if audit.is_reported and verification == Verification.INEFFECTIVE:
        raise DomainError(
            _(
                "承認した報告書と食い違うため、「不十分」と記録するには先に承認を取り消してください。"
            )
        )
    now = timezone.now()
    action.verification = Verification(verification)
    action.verified_by, action.verified_on = actor, timezone.localdate(now)
    action.verification_note = words(note, _("検証の所見"))
    action.row_version += 1
    action.save()
    _record_and_tell(action.nonconformity, actor, now, InternalAuditAct.VERIFIED)
    return action


def _require_own_running(audit: InternalAudit, item: InternalAuditItem, actor: User) -> None:
    if not audit.is_running:
        raise DomainError(_("不適合は、内部監査の実施中だけ記録・変更できます。"))
    if item.auditor is None or item.auditor.person_id != actor.pk:
        raise DomainError(_("この項目は、ほかの監査人に割り当てられています。"))


def _locked_fact(nonconformity_id: uuid.UUID) -> tuple[InternalAudit, Nonconformity]:
    row = Nonconformity.objects.select_related("item").get(pk=nonconformity_id)
    audit = locked(row.item.audit_id)
    found = Nonconformity.objects.select_related("item__auditor", "item__control").get(pk=row.pk)
    found.item.audit = audit
    return audit, found


def _locked_action(action_id: uuid.UUID) -> tuple[InternalAudit, CorrectiveAction]:
    row = CorrectiveAction.objects.get(pk=action_id)
    audit, found = _locked_fact(row.nonconformity_id)
    action = CorrectiveAction.objects.get(pk=action_id)
    action.nonconformity = found
    return audit, action


def _record_and_tell(
    found: Nonconformity, actor: User, at: datetime, act: InternalAuditAct
) -> None:
    """The line of history, and a mail to who has to act next."""
    entry = record(found.item.audit, actor, at, act, changes=_about(found))
    jobs.enqueue(
        tasks.send_nonconformity_mail,
        subject=f"internal:{entry.audit_id}",
        history_id=entry.pk,
        nonconformity_id=str(found.pk),
    )


def _about(found: Nonconformity) -> dict[str, list]:
    return {found.item.control.number: [None, f"No.{found.number}"]}
