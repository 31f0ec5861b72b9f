"""What is in the scope of an engagement: set from the plan, pulled in, or skipped because a base service answers."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.enums import FieldworkAction, ScopeBasis
from audits.models import ControlTest, Engagement, FieldworkHistory
from audits.selectors.fieldwork_scope import Wanted, cycle_of, wanted_scope
from audits.selectors.pinned import Pinned, Row
from audits.services.fieldwork import given_reason, locked_fieldwork, locked_test, save_act
from controls.enums import Level
from controls.models import Control
from core import history
from core.exceptions import DomainError
from declarations.models import ListedService


@transaction.atomic
def set_scope(*, engagement_id: uuid.UUID, actor: User) -> list[str]:
    """Take the controls of the plan's year into scope; the numbers that were missing.

    Without a plan: what is audited every year. What is in scope already stays as it is, so a second click adds nothing.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    wanted = wanted_scope(engagement, cycle_of(engagement), Pinned.of(engagement))
    missing = _without_known(engagement, wanted)
    if missing:
        _add(engagement, missing, actor, FieldworkAction.SCOPED)
    return [one.number for one in missing]


@transaction.atomic
def pull_into_scope(
    *, engagement_id: uuid.UUID, actor: User, numbers: Iterable[str], reason: str
) -> list[str]:
    """Take controls that the auditor wants tested into scope, with the reason; the numbers that were missing.

    DomainError, naming the numbers, for a control of another edition and for one that the pinned declaration does not
    adopt; nothing is pulled then. What is in scope already stays as it is.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise DomainError(_("対象に追加する項目の番号を入力してください。"))
    note = given_reason(reason)
    details = Control.objects.filter(
        edition=engagement.declaration.edition_id, level=Level.DETAIL, number__in=wanted
    )
    known = dict(details.order_by("sort_key").values_list("number", "pk"))
    unknown = [number for number in wanted if number not in known]
    if unknown:
        raise DomainError(
            _(
                "次の番号は、監査する言明の管理基準（%(edition)s）の詳細管理策ではありません。"
                "番号を確認してください：%(numbers)s"
            )
            % {
                "edition": engagement.declaration.edition.name,
                "numbers": "、".join(unknown[:10]),
            }
        )
    pinned = Pinned.of(engagement)
    left_out = [number for number in known if not pinned.adopts(number)]
    if left_out:
        raise DomainError(
            _("次の番号は、確定した言明で採用されていないため、対象に追加できません：%(numbers)s")
            % {"numbers": "、".join(left_out[:10])}
        )
    missing = _without_known(
        engagement,
        [Wanted(pk, number, ScopeBasis.PULLED, note) for number, pk in known.items()],
    )
    if missing:
        _add(engagement, missing, actor, FieldworkAction.PULLED, reason=note)
    return [one.number for one in missing]


@transaction.atomic
def skip_inherited(
    *, engagement_id: uuid.UUID, actor: User, number: str, version: int, reason: str
) -> ControlTest:
    """Leave out the procedures of a control that the declaration inherits from a listed base service (criteria 2.2.2).

    DomainError when the pinned declaration names no such service there, or a result is recorded already.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    row = locked_test(engagement, number, version)
    why = given_reason(reason)
    base = base_service_of(Pinned.of(engagement).rows.get(number, {}))
    if base is None:
        raise DomainError(
            _(
                "%(number)s は、確定した言明で基盤クラウドサービスから継承していません。"
                "手続を省略できるのは、継承している項目だけです。"
            )
            % {"number": number}
        )
    if row.design_result or row.operating_result:
        raise DomainError(
            _(
                "%(number)s にはもう結果が記録されています。省略するには、結果を未実施に戻してください。"
            )
            % {"number": number}
        )
    values = {"skip_reason": why, "inherited_from": base}
    save_act(row, actor, FieldworkAction.SKIPPED, values, reason=why)
    return row


@transaction.atomic
def resume_test(*, engagement_id: uuid.UUID, actor: User, number: str, version: int) -> ControlTest:
    """Take the procedures of a skipped control up again; the history keeps why they were left out."""
    engagement = locked_fieldwork(engagement_id, actor)
    row = locked_test(engagement, number, version)
    if not row.is_skipped:
        raise DomainError(_("%(number)s の手続は省略していません。") % {"number": number})
    save_act(row, actor, FieldworkAction.RESUMED, {"skip_reason": "", "inherited_from": None})
    return row


def base_service_of(row: Row) -> ListedService | None:
    """The listed service that a row of the snapshot inherits from; None without one. One query for a row that has."""
    base = row.get("base_service")
    if not base:
        return None
    return ListedService.objects.filter(
        number=base["number"], list_name=base["list_name"], listed_from=base["listed_from"]
    ).first()


def _without_known(engagement: Engagement, wanted: list[Wanted]) -> list[Wanted]:
    known = set(ControlTest.objects.filter(engagement=engagement).values_list("control", flat=True))
    return [one for one in wanted if one.control_id not in known]


def _add(
    engagement: Engagement,
    missing: list[Wanted],
    actor: User,
    action: FieldworkAction,
    *,
    reason: str = "",
) -> None:
    tests = ControlTest.objects.bulk_create(
        ControlTest(
            engagement=engagement, control_id=one.control_id, basis=one.basis, basis_note=one.note
        )
        for one in missing
    )
    line = history.line(actor=actor, at=timezone.now(), action=action, reason=reason)
    FieldworkHistory.objects.bulk_create(
        FieldworkHistory(
            engagement=engagement, test=test, changes={"basis": ["", one.basis]}, **line
        )
        for test, one in zip(tests, missing, strict=True)
    )
