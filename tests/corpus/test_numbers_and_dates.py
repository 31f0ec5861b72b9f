"""Numbers, codes and dates as people write them, through the real doors."""

import json

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import datetime

from accounts.enums import Role
from accounts.models import Organisation
from declarations.models import Declaration
from tests.accounts.factories import person
from tests.declarations import builders

pytestmark = pytest.mark.django_db

CORPORATE_NUMBERS = {
    "8999900000001": "8999900000001",
    "８９９９９０００００００１": "8999900000001",
    "８-9999-0000-0001": "8999900000001",
    " 8 9999 0000 0001　": "8999900000001",
    "7999900000001": "検査用数字（先頭の1桁）が合いません",
    "899990000000": "いまは12桁です",
    "89999000000011": "いまは14桁です",
    "8.9999E+12": "表計算ソフトが番号を数値に変えています",
    "٨٩٩٩٩٠٠٠٠٠٠٠١": "数字だけで",
    "T8999900000001": "数字だけで",
    "8" * 5_000: "13桁の数字です",
}


@pytest.mark.parametrize(("typed", "becomes"), CORPORATE_NUMBERS.items())
def test_a_corporate_number_is_read_or_refused_with_its_cause(client, typed, becomes):
    client.force_login(person(Role.SYSTEM_ADMIN))
    sent = {"kind": "csp", "name": "見本番号株式会社", "corporate_number": typed}
    answer = client.post(reverse("accounts:create_organisation"), sent)
    if becomes.isdigit():
        assert answer.status_code == 302
        assert Organisation.objects.get(name=sent["name"]).corporate_number == becomes
    else:
        assert answer.status_code == 422
        assert becomes in answer.text
        assert sent["name"] in answer.text
        assert not Organisation.objects.filter(name=sent["name"]).exists()


DATES = {
    "2026-01-02": "2026-01-02",
    "2026/1/2": "2026-01-02",
    "２０２６年１月２日": "2026-01-02",
    "令和8年1月2日": "2026-01-02",
    "令和８年１月２日": "2026-01-02",
    "R8.1.2": "2026-01-02",
    "㋿8年1月2日": "2026-01-02",
    "令和元年5月1日": "2019-05-01",
    "平成31年4月30日": "2019-04-30",
    "令和元年4月30日": None,
    "昭和64年1月8日": None,
    "2026-02-29": None,
    "2026-13-01": None,
    "0000-00-00": None,
    "9999-12-31": None,
    "10000-01-01": None,
    "45658": None,
    "26-4-1": None,
    "٢٠٢٦-٠١-٠٢": None,
    "明日": None,
    "\x00": None,
    "2026-01-02" * 1_000: None,
}


@pytest.mark.parametrize(("typed", "day"), DATES.items())
def test_the_list_answers_for_a_day_however_it_is_written(client, typed, day):
    with time_machine.travel(datetime.fromisoformat("2026-11-23T12:00:00+09:00"), tick=False):
        answer = client.get(reverse("public:json"), {"as_of": typed})
    if day is None:
        assert answer.status_code in (400, 422)
    else:
        said = json.loads(b"".join(answer.streaming_content))
        assert said["as_of"] == f"{day}T23:59:59+09:00"


@pytest.mark.parametrize(("typed", "day"), DATES.items())
def test_a_period_begins_on_a_day_however_it_is_written(client, small_edition, typed, day):
    members = builders.team()
    service = builders.service_of(members)
    client.force_login(members.editor)
    end = f"{int(day[:4]) + 1}-01-01" if day else "2026-12-31"
    sent = {"period_start": typed, "period_end": end, "edition": small_edition.pk}
    answer = client.post(reverse("declarations:declaration-create", args=[service.pk]), sent)
    if answer.status_code == 302:
        assert str(Declaration.objects.get().period_start) == day
    else:
        assert answer.status_code == 422
        # Read, and refused by the rules on periods; or not read, and said so at its field.
        assert ('id="id_period_start_error"' in answer.text) is (day is None)


INTEGERS = ["", "1e3", "NaN", "Infinity", "-0", "-1", "1.5", "٣", str(2**63), "9" * 5_000, "１x"]


@pytest.mark.parametrize("typed", INTEGERS)
def test_a_broken_version_files_nothing(client, prepared, typed):
    client.force_login(prepared.approver)
    address = reverse("registrations:file", args=[prepared.application.pk])
    answer = client.post(address, {"version": typed, "confirmed": "on", "note": "残る補足"})
    assert answer.status_code in (409, 422)
    assert "残る補足" in answer.text


@pytest.mark.parametrize("typed", [*INTEGERS, "0", "last", "\x00", str(10**30)])
def test_any_page_may_be_asked_for(client, typed):
    assert client.get(reverse("public:list"), {"page": typed}).status_code == 200
    client.force_login(person(Role.SECRETARIAT))
    for name in ("registrations:queue", "accounts:organisations", "declarations:services"):
        assert client.get(reverse(name), {"page": typed}).status_code == 200


@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 400])
def test_a_chapter_that_cannot_be_is_not_found(client, small_edition, number):
    members = builders.team()
    draft = builders.draft(members, small_edition)
    client.force_login(members.editor)
    for address in (f"declarations/{draft.pk}", f"catalogue/{small_edition.pk}"):
        assert client.get(f"/app/{address}/chapters/{number}/").status_code == 404
