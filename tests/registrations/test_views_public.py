"""The public list: everybody reads it, for any day, without session or script."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from registrations.enums import RegistrationMove
from registrations.models import ListingEvent, Registration
from tests.counting import counted_queries
from tests.registrations.factories import Case, case, provider

pytestmark = pytest.mark.django_db

DECIDED = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
PERIOD = {"start": date(2025, 4, 1), "end": date(2026, 3, 31)}


@pytest.fixture
def listed(small_edition) -> Registration:
    """A service that was registered on 2026-09-01 at 10:00 JST, valid until 2027-07-31."""
    with time_machine.travel(DECIDED, tick=False):
        decided = case(small_edition, **PERIOD).apply().file().accept().review()
        decided.decide(number="L26-0001")
    return Registration.objects.get()


def suspend(registration: Registration, at: datetime) -> ListingEvent:
    """A listing event of another kind, as the incident work will write it."""
    return ListingEvent.objects.create(
        registration=registration,
        kind=RegistrationMove.SUSPEND,
        effective_at=at,
        recorded_at=at,
        public_note="重大なインシデントのため。",
    )


def case_of(registration: Registration) -> Case:
    """The case of a listed service, to carry it on."""
    application = registration.validity_periods.get().application
    editor = application.declaration.history.order_by("pk").first().actor
    return Case(
        application.service, application.declaration, editor, application.filed_by, None, []
    )


def listing(client, **query: str) -> dict:
    """What the JSON says at a moment when all of the past is known."""
    with time_machine.travel(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), tick=False):
        answer = client.get(reverse("public:json"), query)
    assert answer.status_code == 200
    return json.loads(b"".join(answer.streaming_content))


def test_the_list_shows_number_name_provider_and_validity(client, listed):
    page = client.get("/").content.decode()
    for text in ("ISMAP-LIU", "みなと文書共有クラウド", "L26-0001", "令和9年7月31日"):
        assert text in page


def test_an_empty_list_says_so(client):
    assert "条件に合うサービスはありません" in client.get("/").content.decode()


def test_the_list_needs_no_session_and_runs_no_script(client, listed):
    for url in ("/", listed.get_absolute_url()):
        answer = client.get(url)
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "script-src 'none'" in answer["Content-Security-Policy"]
        assert "<script" not in answer.content.decode()


@pytest.mark.parametrize("services", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, small_edition, services):
    for number in range(services):
        own = provider(name=f"見本事業者{number}", corporate_number="")
        own.corporate_number = f"899990000000{number}"
        own.save()
        case(small_edition, organisation=own).apply().file().accept().review().decide()
    with counted_queries() as queries:
        assert client.get("/").status_code == 200
    assert len(queries) == 3


@pytest.mark.parametrize("words", ["みなと", "ﾐﾅﾄﾌﾞﾝｼｮ", "Ｌ２６－０００１", "l26-0001", "見本組織"])
def test_search_folds_width_and_case(client, listed, words):
    found = listing(client, q=words)["services"]
    assert [row["registration_number"] for row in found] == ["L26-0001"]


def test_search_for_something_else_finds_nothing(client, listed):
    assert listing(client, q="該当なし")["services"] == []


def test_a_date_means_the_end_of_that_day_in_japan(client, listed):
    assert listing(client, as_of="2026-08-31")["services"] == []
    answer = listing(client, as_of="令和8年9月1日")
    assert answer["as_of"] == "2026-09-01T23:59:59+09:00"
    assert len(answer["services"]) == 1


def test_a_date_time_with_offset_means_that_instant(client, listed):
    assert listing(client, as_of="2026-09-01T09:59:59+09:00")["services"] == []
    assert len(listing(client, as_of="2026-09-01T10:00:00+09:00")["services"]) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("きのう", "日付として読めません"),
        ("2026-02-30", "ありません"),
        ("2026-09-01T10:00:00", "時差"),
        ("2099-01-01", "先の日時"),
    ],
)
def test_an_unreadable_instant_is_told_and_nothing_is_lost(client, listed, text, words):
    answer = client.get("/", {"as_of": text, "q": "みなと"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{text}"' in page
    assert 'value="みなと"' in page


def test_a_suspended_service_stays_on_the_list_and_is_marked(client, listed):
    suspend(listed, datetime(2026, 10, 5, 0, 0, tzinfo=UTC))
    page = client.get("/").content.decode()
    assert "一時停止" in page
    assert "登録の効力を一時停止しています" in page
    assert listing(client, as_of="2026-10-04")["services"][0]["state"] == "registered"
    assert listing(client, as_of="2026-10-05")["services"][0]["state"] == "suspended"


def test_the_entry_answers_a_day_with_every_state_it_had(client, listed):
    suspend(listed, datetime(2026, 9, 1, 6, 0, tzinfo=UTC))
    page = client.get(listed.get_absolute_url(), {"as_of": "2026-09-01"}).content.decode()
    day = page[page.index("この日にあった変更") :]
    assert re.search(r"登録.*一時停止", day, re.S)


def test_an_entry_is_not_found_before_it_was_listed(client, listed):
    assert client.get(listed.get_absolute_url(), {"as_of": "2026-08-01"}).status_code == 404


def test_a_lapsed_registration_leaves_the_list_and_is_found_as_lapsed(client, listed):
    later = datetime(2027, 8, 1, 3, 0, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        assert "L26-0001" not in client.get("/").content.decode()
        page = client.get("/", {"state": "lapsed"}).content.decode()
    assert "L26-0001" in page
    assert "失効" in page


def test_a_timely_renewal_keeps_the_registration_alive_past_its_end(client, listed, small_edition):
    with time_machine.travel(datetime(2027, 7, 1, 3, 0, tzinfo=UTC), tick=False):
        first = case_of(listed)
        first.next_year().apply().file()
    with time_machine.travel(datetime(2027, 8, 15, 3, 0, tzinfo=UTC), tick=False):
        page = client.get("/").content.decode()
    assert "L26-0001" in page
    assert "更新審査中" in page


def test_the_list_shows_what_was_published_and_not_what_is_true_now(client, listed):
    listed.service.name = "名称を変えたクラウド"
    listed.service.save()
    assert "名称を変えたクラウド" not in client.get("/").content.decode()


def test_csv_has_the_same_rows_a_bom_and_no_formula(client, small_edition):
    dangerous = case(small_edition, name="=HYPERLINK(1)").apply().file().accept().review()
    dangerous.decide(number="L26-0009")
    content = b"".join(client.get(reverse("public:csv")).streaming_content).decode()
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert rows[0][0] == "基準時点"
    assert "L26-0009" in rows[2]
    assert "'=HYPERLINK(1)" in rows[2]


def test_details_below_the_objectives_never_appear(client, listed):
    answers = [client.get("/"), client.get(listed.get_absolute_url())]
    pages = "".join(answer.content.decode() for answer in answers) + json.dumps(
        listing(client), ensure_ascii=False
    )
    assert "手順を定めて実施しています" not in pages
    assert "浜野" not in pages


def test_today_means_now_so_the_rest_of_the_day_is_not_foreseen(client, listed):
    suspend(listed, timezone.now() + timedelta(hours=1))
    today = timezone.localdate().isoformat()
    assert "登録の効力を一時停止" not in client.get("/", {"as_of": today}).content.decode()
