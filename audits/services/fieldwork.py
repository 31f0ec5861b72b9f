"""The one way to write working papers: `record_tests`. Section, control page and seed all use it; and who does what."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import policies
from audits.enums import FieldworkAction, TestResult
from audits.limits import MAX_POPULATION, TEXT_LIMITS
from audits.models import ControlTest, Engagement, FieldworkHistory
from audits.services.engagement import locked_engagement, require_open_records
from core import history
from core.exceptions import DomainError, EditConflictError
from core.policies import require
from core.text import clean_text

RESULTS = ("design_result", "operating_result")
EDITABLE = (
    "design_procedure", "design_result", "operating_procedure", "population", "population_size",
    "operating_result", "notes",
)  # fmt: skip
REASON_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class TestEdit:
    """What somebody wants the paper of one control to say, and the row version that they saw."""

    __test__ = False  # no test class, whatever pytest makes of its name

    number: str
    version: int
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The rows as they are now, by control number, and which of them this act changed."""

    tests: dict[str, ControlTest]
    changed: frozenset[str] = field(default_factory=frozenset)


@transaction.atomic
def record_tests(
    *, engagement_id: uuid.UUID, actor: User, edits: Iterable[TestEdit], reason: str = ""
) -> Recorded:
    """Record many tests in one transaction, with one history line per changed row. `reason` says where they come from.

    An edit that changes nothing is no act, so a repeated request is harmless. EditConflictError, with the stored rows
    as `current`, when any row moved on since it was shown; DomainError for a row outside the scope, a text that is too
    long, a result that there is not, a skipped row, or another population under a sample. Nothing is saved then.
    """
    wanted = {edit.number: edit for edit in edits}
    engagement = locked_fieldwork(engagement_id, actor)
    rows = locked_tests(engagement, wanted)
    changes = {number: _changes(rows[number], edit) for number, edit in wanted.items()}
    changes = {number: changed for number, changed in changes.items() if changed}
    stale = {n: rows[n] for n in changes if rows[n].row_version != wanted[n].version}
    if stale:
        raise EditConflictError(current=stale)
    for number, changed in changes.items():
        _refuse_unfit(rows[number], changed)
    if changes:
        now = timezone.now()
        for number, changed in changes.items():
            write(rows[number], actor, now, {name: new for name, (_old, new) in changed.items()})
        ControlTest.objects.bulk_update(
            [rows[number] for number in changes],
            [*EDITABLE, "tested_by", "tested_at", "row_version"],
        )
        line = history.line(actor=actor, at=now, action=FieldworkAction.RECORDED, reason=reason)
        FieldworkHistory.objects.bulk_create(
            FieldworkHistory(engagement=engagement, test=rows[number], changes=changed, **line)
            for number, changed in changes.items()
        )
    return Recorded(rows, frozenset(changes))


@transaction.atomic
def assign(
    *, engagement_id: uuid.UUID, actor: User, numbers: Iterable[str], assignee_id: uuid.UUID | None
) -> int:
    """Give rows to a person who may work on this engagement, or to nobody; how many changed hands.

    What a paper says stays as it is, and so does its row version. DomainError for anybody else.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    assignee = User.objects.filter(pk=assignee_id, is_active=True).first() if assignee_id else None
    if assignee_id and (assignee is None or not policies.can_audit(assignee, engagement)):
        raise DomainError(_("担当者には、この監査に従事する人を選んでください。"))
    rows = locked_tests(engagement, set(numbers))
    if not rows:
        raise DomainError(_("担当を決める項目を選んでください。"))
    changed = [row for row in rows.values() if row.assignee_id != assignee_id]
    line = history.line(actor=actor, at=timezone.now(), action=FieldworkAction.ASSIGNED)
    FieldworkHistory.objects.bulk_create(
        FieldworkHistory(
            engagement=engagement,
            test=row,
            changes={"assignee": [_name(row.assignee), _name(assignee)]},
            **line,
        )
        for row in changed
    )
    for row in changed:
        row.assignee = assignee
    ControlTest.objects.bulk_update(changed, ["assignee"])
    return len(changed)


def locked_fieldwork(engagement_id: uuid.UUID, actor: User) -> Engagement:
    """The engagement, locked, for an act on its papers; refuses strangers and any other state."""
    engagement = locked_engagement(engagement_id)
    require(policies.can_audit, actor, engagement)
    require_open_records(engagement)
    return engagement


def locked_tests(engagement: Engagement, wanted: Iterable[str]) -> dict[str, ControlTest]:
    """The papers of these controls, locked in one order. DomainError for a number outside the scope."""
    numbers = set(wanted)
    rows = (
        ControlTest.objects.select_for_update(of=("self",), no_key=True)
        .filter(engagement=engagement, control__number__in=numbers)
        .select_related("control", "tested_by", "assignee")
        .order_by("pk")
    )
    by_number = {row.control.number: row for row in rows}
    unknown = sorted(numbers - set(by_number))
    if unknown:
        raise DomainError(
            _(
                "次の番号の項目は、この監査の対象に入っていません。番号を確認してください：%(numbers)s"
            )
            % {"numbers": "、".join(unknown[:10])}
        )
    return by_number


def locked_test(engagement: Engagement, number: str, version: int) -> ControlTest:
    """One paper, locked, as the page showed it; EditConflictError when it moved on."""
    row = locked_tests(engagement, [number])[number]
    if row.row_version != version:
        raise EditConflictError(current={number: row})
    return row


def write(row: ControlTest, actor: User, at: datetime, values: dict[str, Any]) -> None:
    """Set the values, the next row version and who wrote last; the caller saves."""
    for name, value in values.items():
        setattr(row, name, value)
    row.row_version += 1
    row.tested_by, row.tested_at = actor, at


def save_act(
    row: ControlTest, actor: User, action: FieldworkAction, values: dict[str, Any], reason: str = ""
) -> None:
    """Write one paper and its history line; `changes` are {field: [old, new]} as JSON holds them."""
    now = timezone.now()
    before = {name: getattr(row, name) for name in values}
    write(row, actor, now, values)
    row.save(update_fields=[*values, "row_version", "tested_by", "tested_at"])
    changes = history.changed_fields(
        {name: plain(value) for name, value in before.items()},
        {name: plain(value) for name, value in values.items()},
    )
    FieldworkHistory.objects.create(
        engagement_id=row.engagement_id,
        test=row,
        reason=reason,
        changes=changes,
        **history.line(actor=actor, at=now, action=action),
    )


def plain(value: Any) -> Any:
    """As the history keeps it: a row of another table by its words."""
    return str(value) if hasattr(value, "pk") else value


def given_reason(text: str) -> str:
    """A reason, cleaned. DomainError for none, or one that is too long."""
    reason = clean_text(text)
    if not reason:
        raise DomainError(_("理由を入力してください。"))
    if len(reason) > REASON_LENGTH:
        raise DomainError(
            _("理由は%(limit)s字以内で入力してください。") % {"limit": f"{REASON_LENGTH:,}"}
        )
    return reason


def _name(person: User | None) -> str:
    return person.name if person else ""


def _changes(row: ControlTest, edit: TestEdit) -> dict[str, list[Any]]:
    after = {name: value for name, value in edit.changes.items() if name in EDITABLE}
    for name in TEXT_LIMITS.keys() & after.keys():
        after[name] = clean_text(after[name])
        if len(after[name]) > TEXT_LIMITS[name]:
            raise DomainError(
                _("%(number)s の「%(field)s」は%(limit)s字までです（いまは%(count)s字です）。")
                % {
                    "number": edit.number,
                    "field": ControlTest._meta.get_field(name).verbose_name,
                    "limit": f"{TEXT_LIMITS[name]:,}",
                    "count": f"{len(after[name]):,}",
                }
            )
    return history.changed_fields({name: getattr(row, name) for name in after}, after)


def _refuse_unfit(row: ControlTest, changed: dict[str, list[Any]]) -> None:
    number = {"number": row.control.number}
    results = [changed[name][1] for name in RESULTS if name in changed]
    if any(value and value not in TestResult.values for value in results):
        raise DomainError(_("%(number)s の結果の値が正しくありません。") % number)
    if row.is_skipped and any(results):
        raise DomainError(
            _(
                "%(number)s は手続を省略しています。結果を記録するには、先に省略を取り消してください。"
            )
            % number
        )
    if "population_size" not in changed:
        return
    size = changed["population_size"][1]
    if row.sample_method:
        raise DomainError(
            _(
                "%(number)s はサンプルを抽出済みです。母集団の件数を変えるには、"
                "新しい件数でサンプルを抽出し直してください。"
            )
            % number
        )
    if size is not None and not 1 <= size <= MAX_POPULATION:
        raise DomainError(
            _("%(number)s の母集団の件数は、1から%(limit)sまでの数で入力してください。")
            % (number | {"limit": f"{MAX_POPULATION:,}"})
        )
