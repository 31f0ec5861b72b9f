"""What `incidents` reports sideways to `audits`: controls that the next audit has to look at."""

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.enums import Level
from controls.models import Control
from core.exceptions import DomainError
from core.text import clean_text
from registrations.enums import FlagKind
from registrations.models import ControlFlag


@transaction.atomic
def flag_control(
    *, service_id: uuid.UUID, control_id: uuid.UUID, kind: FlagKind, reason: str, since: date
) -> ControlFlag:
    """Mark a control for the next audit plan of a service. Called by the act above, in its transaction.

    That act has asked for permission and writes the history. The same mark twice is one mark. DomainError for a day
    that is still to come, a reason without words, and what is no detailed control.
    """
    said = clean_text(reason)
    if not said:
        raise DomainError(_("理由を入力してください。"))
    if since > timezone.localdate():
        raise DomainError(_("発生日が先の日になっています。発生した日を入力してください。"))
    if not Control.objects.filter(pk=control_id, level=Level.DETAIL).exists():
        raise DomainError(_("詳細管理策を選んでください。"))
    flag, _created = ControlFlag.objects.get_or_create(
        service_id=service_id,
        control_id=control_id,
        kind=kind,
        since=since,
        reason=said,
        cleared_on=None,
        defaults={"recorded_at": timezone.now()},
    )
    return flag


@transaction.atomic
def clear_flag(*, flag_id: uuid.UUID, on: date) -> ControlFlag:
    """The mark counts no more for plans made from now on; a plan that took it up keeps its reason."""
    flag = ControlFlag.objects.select_for_update(no_key=True).get(pk=flag_id)
    if on < flag.since:
        raise DomainError(_("解除日が発生日より前です。日付を確認してください。"))
    if flag.cleared_on is None:
        flag.cleared_on = on
        flag.save()
    return flag
