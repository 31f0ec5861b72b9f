"""Acts on the items of an internal audit: choose, leave out, assign, record results."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import InternalAuditAct, ItemMethod, ItemReason, ItemResult
from audits.models import InternalAudit, InternalAuditItem
from audits.selectors.internal.own_work import own_work
from audits.selectors.internal.proposal import Candidate, proposal_for
from audits.services.internal.common import (
    locked,
    record,
    require_version,
    require_worked_on,
    touch,
)
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text

FIELDS = ("method", "sample", "result", "note", "tested_on")


@dataclass(frozen=True, slots=True)
class ResultEdit:
    """What an auditor says about one item, and the version that the page showed."""

    item_id: int
    version: int
    method: str
    sample: str
    result: str
    note: str
    tested_on: date | None

    def facts(self) -> dict[str, Any]:
        """As it is stored; an untested item has no day."""
        return {
            "method": self.method,
            "sample": clean_text(self.sample),
            "result": self.result,
            "note": clean_text(self.note),
            "tested_on": self.tested_on if self.result else None,
        }


@dataclass(frozen=True, slots=True)
class Assigned:
    """`own` are the numbers that the auditor wrote or looks after, left as they were."""

    count: int
    own: tuple[str, ...]


@transaction.atomic
def add_items(
    *,
    audit_id: uuid.UUID,
    actor: User,
    version: int,
    reasons: Iterable[str] = (),
    numbers: Iterable[str] = (),
) -> int:
    """Add every control that has one of the reasons, and those with these numbers. How many are new.

    DomainError for a number that the declaration does not adopt, and when nothing is chosen.
    """
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    require_version(audit, version)
    wanted, named = set(reasons), set(numbers)
    if not wanted and not named:
        raise DomainError(_("監査する理由か項目を選んでください。"))
    candidates = proposal_for(audit.declaration).candidates
    unknown = sorted(named - {one.number for one in candidates})
    if unknown:
        raise DomainError(
            _("「%(number)s」は言明で採用していないため、監査の対象になりません。")
            % {"number": unknown[0]}
        )
    there = set(audit.items.values_list("control", flat=True))
    added = [
        one
        for one in candidates
        if one.control_id not in there and (one.number in named or wanted & set(one.reasons))
    ]
    if not added:
        return 0
    InternalAuditItem.objects.bulk_create(_item(audit, one) for one in added)
    touch(audit)
    record(
        audit, actor, timezone.now(), InternalAuditAct.ITEMS_ADDED,
        changes={"items": [None, [one.number for one in added]]},
    )  # fmt: skip
    return len(added)


def _item(audit: InternalAudit, one: Candidate) -> InternalAuditItem:
    return InternalAuditItem(
        audit=audit,
        control_id=one.control_id,
        reasons=list(one.reasons) or [ItemReason.CHOSEN.value],
    )


@transaction.atomic
def remove_items(*, audit_id: uuid.UUID, actor: User, version: int, numbers: Iterable[str]) -> int:
    """Leave these controls out. How many were left out.

    What was tested stays, and so does what a nonconformity speaks of, also a withdrawn one: DomainError names it.
    """
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    require_version(audit, version)
    items = audit.items.filter(control__number__in=set(numbers))
    tested = list(items.exclude(result="").values_list("control__number", flat=True)[:3])
    if tested:
        raise DomainError(
            _("すでに監査した項目は外せません：%(numbers)s") % {"numbers": "、".join(tested)}
        )
    stated = items.filter(nonconformities__isnull=False).distinct()
    named = list(stated.values_list("control__number", flat=True)[:3])
    if named:
        raise DomainError(
            _(
                "不適合の記録（取り下げたものを含む）がある項目は外せません：%(numbers)s。監査の対象に残し、結果を記録してください。"
            )
            % {"numbers": "、".join(named)}
        )
    removed = list(items.values_list("control__number", flat=True))
    if not removed:
        return 0
    items.delete()
    touch(audit)
    record(
        audit, actor, timezone.now(), InternalAuditAct.ITEMS_REMOVED,
        changes={"items": [removed, None]},
    )  # fmt: skip
    return len(removed)


@transaction.atomic
def assign_items(
    *,
    audit_id: uuid.UUID,
    actor: User,
    version: int,
    auditor_id: int,
    sections: Iterable[str],
    only_free: bool,
) -> Assigned:
    """Give an auditor the untested items of these sections, with `only_free` those that nobody has.

    Nobody audits own work: such items stay as they were and are named, for another auditor.
    """
    audit = locked(audit_id)
    require(policies.can_plan_internal_audit, actor, audit.declaration)
    require_worked_on(audit)
    require_version(audit, version)
    auditor = audit.auditors.select_related("person").filter(pk=auditor_id).first()
    chosen = set(sections)
    if auditor is None or not chosen:
        raise DomainError(_("内部監査人と節を選んでください。"))
    items = audit.items.filter(result="", control__parent__parent__number__in=chosen)
    items = items.filter(auditor__isnull=True) if only_free else items.exclude(auditor=auditor)
    rows = list(items.order_by("control__sort_key").values_list("pk", "control", "control__number"))
    barred = own_work(audit.declaration, [auditor.person_id])
    own = tuple(number for _pk, control, number in rows if control in barred)
    keys = [pk for pk, control, _number in rows if control not in barred]
    if keys:
        InternalAuditItem.objects.filter(pk__in=keys).update(auditor=auditor)
        touch(audit)
        numbers = [number for _pk, control, number in rows if control not in barred]
        record(
            audit, actor, timezone.now(), InternalAuditAct.ASSIGNED,
            changes={"auditor": [None, auditor.person.name], "items": [None, numbers]},
        )  # fmt: skip
    return Assigned(len(keys), own)


@transaction.atomic
def record_results(
    *, audit_id: uuid.UUID, actor: User, edits: Iterable[ResultEdit]
) -> list[InternalAuditItem]:
    """Record what the auditor found on own items, all of them or none. Unchanged rows are left as they are.

    EditConflictError, with the rows as they are now, when one was changed since the page was shown and says something
    else. DomainError for a day in the future, a result without method, and 適合 while a nonconformity stands.
    """
    audit = locked(audit_id)
    require(policies.can_test, actor, audit)
    if not audit.is_running:
        raise DomainError(_("監査の結果は、内部監査の実施中だけ記録できます。"))
    sent = {edit.item_id: edit for edit in edits}
    items = {
        item.pk: item
        for item in audit.items.filter(pk__in=sent, auditor__person=actor.pk).select_related(
            "control"
        )
    }
    if sent.keys() - items.keys():
        raise DomainError(
            _("ほかの監査人に割り当てられた項目は記録できません。画面を読み直してください。")
        )
    changed: list[InternalAuditItem] = []
    conflicts: list[InternalAuditItem] = []
    for key, item in items.items():
        facts = sent[key].facts()
        if all(getattr(item, name) == value for name, value in facts.items()):
            continue
        (changed if item.row_version == sent[key].version else conflicts).append(item)
    if conflicts:
        raise EditConflictError(current=conflicts)
    for item in changed:
        _write(item, sent[item.pk].facts())
    _refuse_standing(changed)
    if changed:
        InternalAuditItem.objects.bulk_update(changed, [*FIELDS, "row_version"])
        lines = {item.control.number: [None, item.result] for item in changed}
        record(audit, actor, timezone.now(), InternalAuditAct.RECORDED, changes=lines)
    return changed


def _write(item: InternalAuditItem, facts: dict[str, Any]) -> None:
    place = {"number": item.control.number}
    if facts["result"] not in ("", *ItemResult.values):
        raise DomainError(_("%(number)sの結果を選び直してください。") % place)
    if facts["method"] not in ("", *ItemMethod.values):
        raise DomainError(_("%(number)sの方法を選び直してください。") % place)
    if facts["result"] and not facts["method"]:
        raise DomainError(_("%(number)sは、結果とあわせて方法を選んでください。") % place)
    if facts["result"] and not facts["tested_on"]:
        raise DomainError(_("%(number)sの確認した日を入力してください。") % place)
    if facts["tested_on"] and facts["tested_on"] > timezone.localdate():
        raise DomainError(_("%(number)sの確認した日は、今日までの日にしてください。") % place)
    for name, value in facts.items():
        setattr(item, name, value)
    item.row_version += 1


def _refuse_standing(items: list[InternalAuditItem]) -> None:
    """What a nonconformity says and the result of its item agree."""
    others = [item.pk for item in items if item.result != ItemResult.NONCONFORMS]
    standing = (
        InternalAuditItem.objects.filter(
            pk__in=others, nonconformities__withdrawn_at__isnull=True, nonconformities__isnull=False
        )
        .values_list("control__number", flat=True)
        .first()
    )
    if standing:
        raise DomainError(
            _(
                "%(number)sには不適合の記録があります。結果を変えるときは、先に不適合を取り下げてください。"
            )
            % {"number": standing}
        )
