"""The page of a service says until when it is registered and until when to file."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from core.calendar import format_wareki
from core.months import add_months
from registrations.models import Registration
from tests.registrations.factories import PERIOD_END, Case, case

pytestmark = pytest.mark.django_db

DECIDED = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def page(client, prepared: Case, user=None) -> str:
    client.force_login(user or prepared.editor)
    answer = client.get(prepared.service.get_absolute_url())
    assert answer.status_code == 200
    return " ".join(answer.text.split())


@pytest.fixture
def listed(small_edition) -> Case:
    """Registered on 2026-09-01 for the period that ended on 2026-03-31."""
    with time_machine.travel(DECIDED, tick=False):
        decided = case(small_edition, start=date(2025, 4, 1), end=date(2026, 3, 31))
        decided.apply().file().accept().review().decide(number="L26-0001")
    return decided


def test_a_registered_service_shows_validity_and_the_last_day_for_its_renewal(client, listed):
    with time_machine.travel(LATER, tick=False):
        text = page(client, listed)
    assert Registration.objects.get().get_absolute_url() in text
    assert "<dt>有効期限</dt><dd>" in text
    assert text.count("令和9年7月31日（土）") == 2
    assert "<dt>申請の最終日</dt>" in text
    assert "有効期間の最終日まで" in text


def test_while_the_renewal_is_under_review_no_day_is_left(client, listed):
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        listed.next_year().apply().file()
        text = page(client, listed)
    assert "決定まで登録が続きます" in text
    assert "申請の最終日" not in text


def test_a_service_without_registration_shows_the_guide_for_its_period(client, prepared):
    text = page(client, prepared)
    assert "有効な登録はありません" in text
    assert format_wareki(add_months(PERIOD_END, 4)) in text
    assert "4か月の目安です（未確認）" in text


def test_the_committee_reads_no_day_of_a_period_that_has_not_reached_it(client, listed):
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        listed.next_year()
        text = page(client, listed, listed.secretary)
    assert "令和9年7月31日（土）" in text
    assert "令和9年3月31日" not in text
