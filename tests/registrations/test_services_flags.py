"""What incidents will say about a control."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from core.exceptions import DomainError
from registrations.enums import FlagKind
from registrations.services.flags import clear_flag, flag_control
from tests.audits.cycles import OUTSIDE
from tests.audits.factories import audit

pytestmark = pytest.mark.django_db


class TestFlags:
    """Kept as it was said."""

    def flag(self, edition, number=OUTSIDE, **facts):
        """Flag a control of a new service with proper facts."""
        proper = {
            "service_id": audit(edition).declaration.service_id,
            "control_id": edition.controls.get(number=number).pk,
            "kind": FlagKind.INCIDENT,
            "reason": "誤送信の報告があったため。",
            "since": timezone.localdate(),
        }
        return flag_control(**(proper | facts))

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"reason": "\u200b"}, "理由を入力"),
            ({"since": timezone.localdate() + timedelta(days=1)}, "先の日"),
            ({"number": "9.2.3"}, "詳細管理策"),
        ],
    )
    def test_bad_input_is_refused(self, small_edition, facts, words):
        with pytest.raises(DomainError, match=words):
            self.flag(small_edition, **facts)

    def test_the_same_mark_twice_is_one(self, small_edition):
        first = self.flag(small_edition)
        assert (
            flag_control(
                service_id=first.service_id,
                control_id=first.control_id,
                kind=first.kind,
                reason=first.reason,
                since=first.since,
            )
            == first
        )

    def test_it_is_kept_as_it_was_said_and_cleared_once(self, small_edition):
        flag, today = self.flag(small_edition), timezone.localdate()
        with pytest.raises(DomainError, match="発生日より前"):
            clear_flag(flag_id=flag.pk, on=today - timedelta(days=1))
        assert clear_flag(flag_id=flag.pk, on=today).cleared_on == today
        with pytest.raises(ProgrammingError, match="controlflag"), transaction.atomic():
            type(flag).objects.update(reason="書換え")
