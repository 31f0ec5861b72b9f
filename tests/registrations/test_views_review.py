"""Pages of the secretariat: the list, the tabs, the acts of the review."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from core.calendar import format_wareki
from registrations.enums import ApplicationState
from tests.accounts.factories import person
from tests.registrations.factories import case, provider
from tests.registrations.pages import links, text, url, value

pytestmark = pytest.mark.django_db
TABS = ("application", "statements", "audits", "requests", "decision", "history")
ACTS = ("accept", "start_review", "correction", "inquire", "propose")


def send(client, found, name: str, **data):
    """Open the page of an act and send it."""
    address = url(name, found.application.pk)
    page = client.get(address)
    response = client.post(address, {"version": value(page, "version")} | data)
    found.application.refresh_from_db()
    return response


def test_every_tab_opens_for_secretariat_and_members(client, reviewed):
    for user in (reviewed.secretary, reviewed.members[0]):
        client.force_login(user)
        for name in TABS:
            assert client.get(url(name, reviewed.application.pk)).status_code == 200, name


def test_the_review_shows_what_was_filed(client, filed):
    client.force_login(filed.secretary)
    page = text(client.get(url("application", filed.application.pk)))
    assert "8-9999-0000-0001" in page
    assert "日本法。東京地方裁判所を専属的合意管轄裁判所とします。" in page
    assert filed.application.receipt_number in page


def test_the_head_shows_the_target_with_its_status(client, reviewed):
    client.force_login(reviewed.secretary)
    assert "［推定］" in text(client.get(url("application", reviewed.application.pk)))


def test_the_audits_are_shown_with_their_reports(client, filed):
    client.force_login(filed.secretary)
    page = client.get(url("audits", filed.application.pk))
    assert "見本監査法人" in text(page)
    assert f"/app/declarations/{filed.declaration.pk}/internal-audit/" in links(page)


def test_the_statements_are_filtered_and_keep_their_place(client, filed):
    client.force_login(filed.secretary)
    page = client.get(url("statements", filed.application.pk), {"section": "9.4"})
    assert "9.4.2.3.P" in text(page)
    assert any("section=9.2" in href for href in links(page))
    nothing = client.get(url("statements", filed.application.pk), {"show": "not_selected"})
    assert "該当する項目はありません" in text(nothing)


@pytest.mark.parametrize("name", ACTS)
def test_acts_of_the_secretariat_are_403_for_everybody_else_who_sees_the_case(
    client, reviewed, name
):
    for user in (reviewed.members[0], reviewed.approver, reviewed.editor):
        client.force_login(user)
        assert client.get(url(name, reviewed.application.pk)).status_code == 403
        assert client.post(url(name, reviewed.application.pk)).status_code == 403


def test_accepting_and_beginning_the_review(client, filed):
    client.force_login(filed.secretary)
    assert send(client, filed, "accept").status_code == 302
    assert filed.application.state == ApplicationState.ACCEPTED
    assert send(client, filed, "start_review").status_code == 302
    assert filed.application.state == ApplicationState.UNDER_REVIEW


def test_accepting_twice_says_that_it_is_done(client, filed):
    client.force_login(filed.secretary)
    data = {"version": filed.application.row_version}
    client.post(url("accept", filed.application.pk), data)
    response = client.post(url("accept", filed.application.pk), data)
    assert response.status_code == 422
    assert "いまの状態では行えません" in text(response)


def test_accepting_a_case_that_moved_on_is_409(client, filed):
    client.force_login(filed.secretary)
    stale = {"version": filed.application.row_version}
    filed.ask_correction().resubmit()
    response = client.post(url("accept", filed.application.pk), stale)
    assert response.status_code == 409
    assert value(response, "version") == str(filed.application.row_version)


def test_asking_a_correction_with_an_era_date(client, filed):
    client.force_login(filed.secretary)
    day = timezone.localdate() + timedelta(days=10)
    response = send(
        client, filed, "correction", question="役員名簿が足りません。", due_on=format_wareki(day)
    )
    assert response.url == url("requests", filed.application.pk)
    assert filed.application.requests.get().due_on == day
    assert "あと10日" in text(client.get(response.url))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("due_on", "令和8年13月1日", "13月"),
        ("due_on", "2020-01-01", "今日か今日より後"),
        ("control_numbers", "9.9.9.9", "9.9.9.9"),
        ("question", "\x00", "制御文字"),
        ("question", "あ" * 4001, "4,000字以内"),
        ("question", "　", "入力してください"),
    ],
)
def test_an_inquiry_with_a_mistake_says_so_and_keeps_the_rest(
    client, reviewed, field, typed, sentence
):
    client.force_login(reviewed.secretary)
    data = {"question": "特権IDの棚卸しの頻度は。", "control_numbers": "", "due_on": ""}
    response = send(client, reviewed, "inquire", **(data | {field: typed}))
    assert response.status_code == 422
    assert sentence in text(response)
    if field != "question":
        assert value(response, "question") == data["question"]


def test_an_inquiry_is_listed_with_links(client, reviewed):
    client.force_login(reviewed.secretary)
    response = send(
        client,
        reviewed,
        "inquire",
        question="棚卸しの頻度は。",
        control_numbers="９．４．２．２．Ｂ",
    )
    page = client.get(response.url)
    assert any("number=9.4.2.2.B" in href for href in links(page))
    assert "期限は制度で未確認です" in text(page)


def test_the_queue_is_for_the_committee_side(client, filed):
    client.force_login(filed.secretary)
    assert filed.application.get_absolute_url() in links(client.get(url("queue")))
    client.force_login(filed.members[0])
    assert filed.application.get_absolute_url() not in links(client.get(url("queue")))
    for role in (Role.CSP_APPROVER, Role.AUDIT_LEAD, Role.SYSTEM_ADMIN):
        client.force_login(person(role))
        assert client.get(url("queue")).status_code == 403


def test_the_queue_is_filtered_by_codes_and_refuses_others(client, filed):
    client.force_login(filed.secretary)
    address = filed.application.get_absolute_url()
    assert address in links(client.get(url("queue"), {"state": "filed", "kind": "new"}))
    assert address not in links(client.get(url("queue"), {"state": "granted"}))
    assert client.get(url("queue"), {"state": "' OR 1=1--"}).status_code == 422


def test_searched_text_stands_in_no_address(client, filed):
    client.force_login(filed.secretary)
    response = client.post(url("queue"), {"text": "みなと文書"})
    assert response.url == url("queue")
    page = client.get(response.url)
    assert filed.application.get_absolute_url() in links(page)
    assert "「みなと文書」で検索した結果" in text(page)
    client.post(url("queue"), {"text": "どこにもない"})
    assert "該当する申請はありません" in text(client.get(url("queue")))
    client.post(url("queue"), {"text": ""})
    assert filed.application.get_absolute_url() in links(client.get(url("queue")))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queues_query_count_does_not_grow(
    client, small_edition, django_assert_num_queries, rows
):
    for number in range(rows):
        organisation = provider(name=f"見本組織 {number}", corporate_number=f"{number:013}")
        found = case(small_edition, organisation=organisation, members=0).apply().file().accept()
    client.force_login(found.secretary)
    with django_assert_num_queries(6):  # session, person, memberships, count, rows, rules
        client.get(url("queue"))
