"""What the pages of evidence requests show to either side, and that nothing typed is lost."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from audits.enums import RequestState
from audits.models import EvidenceRequest
from core.calendar import add_working_days
from tests.accounts.factories import person
from tests.audits.requests import Asking, a_file, asking, kept
from tests.counting import counted_queries
from tests.documents.files import pdf, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def fieldwork(small_edition):
    return asking(small_edition)


def url(name: str, found: Asking, *args) -> str:
    return reverse(f"audits:{name}", args=[found.request.pk, *args])


def ask_url(found: Asking) -> str:
    return reverse("audits:ask_evidence", args=[found.engagement.pk])


def text_of(answer) -> str:
    return answer.content.decode()


def words(**facts) -> dict:
    return {"title": "棚卸し記録", "text": "上期の記録", "creation_key": str(uuid.uuid4())} | facts


def test_the_auditor_asks_from_the_page(client, fieldwork):
    client.force_login(fieldwork.auditor)
    due = add_working_days(timezone.localdate(), 9)
    data = words(numbers="９．２．３．２／9.4.2・6.1.1.13.pb", due_on=due.isoformat())
    answer = client.post(ask_url(fieldwork), data)
    assert answer.status_code == 302
    request = EvidenceRequest.objects.get()
    page = text_of(client.get(answer.url))
    for number in ("9.2.3.2", "9.4.2.2.B", "9.4.2.3.P", "6.1.1.13.PB"):
        assert number in page
    assert (request.due_on, request.title) == (due, "棚卸し記録")


def test_numbers_of_the_address_stand_in_the_form(client, fieldwork):
    client.force_login(fieldwork.auditor)
    page = text_of(client.get(ask_url(fieldwork), {"controls": "9.2.3.2"}))
    assert "9.2.3.2</textarea>" in page
    assert "未確認" in page


@pytest.mark.parametrize(
    ("facts", "words_of"),
    [
        ({"numbers": "9.9.9.9"}, "9.9.9.9"),
        ({"due_on": "2026-01-01"}, "今日より後"),
        ({"due_on": "来週"}, "日付として読めません"),
        ({"title": ""}, "入力してください"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_lost(client, fieldwork, facts, words_of):
    client.force_login(fieldwork.auditor)
    answer = client.post(ask_url(fieldwork), words(text="書いた依頼") | facts)
    assert answer.status_code == 422
    assert words_of in text_of(answer)
    assert "書いた依頼" in text_of(answer)


def test_a_double_click_on_ask_leads_to_the_one_request(client, fieldwork):
    client.force_login(fieldwork.auditor)
    data = words()
    first, second = (client.post(ask_url(fieldwork), data) for _click in range(2))
    assert first.url == second.url == EvidenceRequest.objects.get().get_absolute_url()


def provided(found: Asking, **facts) -> dict:
    return {
        "version": found.request.row_version,
        "creation_key": str(uuid.uuid4()),
        "answer": "",
    } | facts


def test_the_provider_gives_several_files_and_one_of_the_library(client, fieldwork):
    version = kept(fieldwork.audit)
    fieldwork.ask()
    client.force_login(fieldwork.audit.editor)
    uploads = [uploaded(f"{name}.pdf", pdf(name.encode())) for name in ("甲", "乙")]
    data = provided(fieldwork, uploads=uploads, versions=[str(version.pk)], answer="添えます。")
    answer = client.post(url("provide_evidence", fieldwork), data)
    assert answer.status_code == 302
    for reader in (fieldwork.audit.approver, fieldwork.auditor):
        client.force_login(reader)
        page = text_of(client.get(answer.url))
        for given in fieldwork.request.provided.select_related("version__file"):
            stored = given.version.file
            assert stored.label in page
            assert stored.sha256 in page
            served = client.get(url("request_file", fieldwork, given.version_id))
            assert served["Content-Disposition"].startswith("attachment")
        assert "添えます。" in page
    assert fieldwork.request.provided.count() == 3


def test_searching_the_library_keeps_what_was_typed_and_ticked(client, fieldwork):
    ticked, sought = kept(fieldwork.audit, "点検記録.pdf"), kept(fieldwork.audit, "監視報告.pdf")
    kept(fieldwork.audit, "教育記録.pdf")
    fieldwork.ask()
    client.force_login(fieldwork.audit.editor)
    data = {"step": "search", "text": "監視", "answer": "書きかけ", "versions": [str(ticked.pk)]}
    page = text_of(client.post(url("provide_evidence", fieldwork), provided(fieldwork) | data))
    assert f'value="{ticked.pk}" checked' in page
    assert f'value="{sought.pk}"' in page
    assert "教育記録" not in page
    assert "書きかけ" in page
    assert EvidenceRequest.objects.get().state == RequestState.ASKED


def test_the_script_gets_the_list_alone(client, fieldwork):
    kept(fieldwork.audit)
    fieldwork.ask()
    client.force_login(fieldwork.audit.editor)
    answer = client.post(
        url("provide_evidence", fieldwork), {"step": "search"}, headers={"HX-Request": "true"}
    )
    assert text_of(answer).lstrip().startswith('<div id="library"')


def test_a_file_of_a_refused_kind_is_named_and_the_answer_kept(client, fieldwork):
    version = kept(fieldwork.audit)
    fieldwork.ask()
    client.force_login(fieldwork.audit.editor)
    uploads = [uploaded("図.svg", b"<svg/>"), uploaded("空.pdf", b"")]
    data = provided(fieldwork, uploads=uploads, versions=[str(version.pk)], answer="書いた回答")
    answer = client.post(url("provide_evidence", fieldwork), data)
    page = text_of(answer)
    assert answer.status_code == 422
    assert all(
        part in page for part in ("図.svg", "空.pdf", "書いた回答", f'{version.pk}" checked')
    )
    assert not fieldwork.request.provided.exists()


def test_too_many_files_are_told(client, fieldwork):
    fieldwork.ask()
    client.force_login(fieldwork.audit.editor)
    uploads = [uploaded(f"{n}.txt", b"x") for n in range(11)]
    answer = client.post(url("provide_evidence", fieldwork), provided(fieldwork, uploads=uploads))
    assert answer.status_code == 422
    assert "10件まで" in text_of(answer)


def test_who_was_overtaken_is_told_and_the_answer_stays(client, fieldwork):
    fieldwork.ask()
    stale = provided(fieldwork, answer="わたしの回答")
    fieldwork.provide(actor=fieldwork.audit.approver)
    client.force_login(fieldwork.audit.editor)
    answer = client.post(url("provide_evidence", fieldwork), stale)
    assert answer.status_code == 409
    assert "わたしの回答" in text_of(answer)


def test_out_of_turn_the_page_for_providing_leads_to_the_request(client, fieldwork):
    fieldwork.ask().provide()
    client.force_login(fieldwork.audit.editor)
    answer = client.get(url("provide_evidence", fieldwork), follow=True)
    assert answer.redirect_chain[-1][0] == fieldwork.request.get_absolute_url()
    assert "監査人が資料を確認しています。" in text_of(answer)


def test_the_auditor_returns_accepts_and_withdraws(client, fieldwork):
    fieldwork.ask().provide()
    client.force_login(fieldwork.auditor)
    data = {"version": fieldwork.request.row_version, "reason": "承認日がありません。"}
    assert client.post(url("return_evidence", fieldwork), data).status_code == 302
    page = text_of(client.get(url("evidence_request", fieldwork)))
    assert "承認日がありません。" in page
    fieldwork.request.refresh_from_db()
    fieldwork.provide()
    version = {"version": fieldwork.request.row_version}
    answer = client.post(url("accept_evidence", fieldwork), version, follow=True)
    assert "この依頼は終わっています。" in text_of(answer)
    refused = client.post(url("withdraw_request", fieldwork), data | {"version": 5})
    assert refused.status_code == 422
    assert "いまの状態では行えません" in text_of(refused)


def test_an_overtaken_reason_stays_and_can_be_sent_again(client, fieldwork):
    fieldwork.ask().provide()
    stale = {"version": fieldwork.request.row_version, "reason": "もう要りません。"}
    fieldwork.send_back()
    client.force_login(fieldwork.auditor)
    answer = client.post(url("withdraw_request", fieldwork), stale)
    assert answer.status_code == 409
    assert "もう要りません。" in text_of(answer)
    assert f'value="{fieldwork.request.row_version}"' in text_of(answer)


def test_only_given_versions_are_served(client, fieldwork):
    other = kept(fieldwork.audit)
    fieldwork.ask().provide(a_file())
    client.force_login(fieldwork.auditor)
    assert client.get(url("request_file", fieldwork, other.pk)).status_code == 404


def test_each_list_is_filtered_and_begins_with_what_is_overdue(client, fieldwork):
    fieldwork.ask(title="これから")
    EvidenceRequest.objects.update(due_on=add_working_days(timezone.localdate(), 2))
    fieldwork.ask(title="すぎた依頼")
    EvidenceRequest.objects.filter(number=2).update(
        due_on=add_working_days(timezone.localdate(), -3)
    )
    fieldwork.ask(title="おわった依頼").provide().accept()
    pages = {
        fieldwork.auditor: reverse("audits:engagement_requests", args=[fieldwork.engagement.pk]),
        fieldwork.audit.editor: reverse("audits:requests"),
    }
    for reader, page in pages.items():
        client.force_login(reader)
        shown = text_of(client.get(page))
        assert shown.index("すぎた依頼") < shown.index("これから")
        assert "営業日超過" in shown
        assert "おわった依頼" not in shown
        assert "おわった依頼" in text_of(client.get(page, {"state": "accepted"}))
        assert "これから" not in text_of(client.get(page, {"state": "overdue"}))
        assert "該当する依頼はありません" in text_of(client.get(page, {"state": "withdrawn"}))


def test_lists_without_requests_say_what_comes(client, fieldwork):
    page = reverse("audits:engagement_requests", args=[fieldwork.engagement.pk])
    for reader, said in ((fieldwork.auditor, "1件ずつ"), (fieldwork.audit.editor, "メールでも")):
        client.force_login(reader)
        assert said in text_of(client.get(page))


def test_the_engagement_counts_its_requests_for_both_sides(client, fieldwork):
    fieldwork.ask().ask().provide()
    for reader in (fieldwork.auditor, fieldwork.audit.editor):
        client.force_login(reader)
        page = text_of(client.get(fieldwork.engagement.get_absolute_url()))
        assert reverse("audits:engagement_requests", args=[fieldwork.engagement.pk]) in page
        assert (ask_url(fieldwork) in page) == (reader == fieldwork.auditor)


def test_the_desk_of_the_provider_says_what_is_waited_for(client, fieldwork):
    client.force_login(fieldwork.audit.editor)
    assert reverse("audits:requests") not in text_of(client.get("/app/"))
    fieldwork.ask()
    assert "提出を待っている依頼が1件" in text_of(client.get("/app/"))


def test_a_section_of_the_snapshot_leads_to_asking(client, fieldwork):
    client.force_login(fieldwork.auditor)
    section = reverse("audits:snapshot_section", args=[fieldwork.engagement.pk, "9.2"])
    assert f"{ask_url(fieldwork)}?controls=9.2" in text_of(client.get(section))


@pytest.mark.parametrize("role", [Role.AUDIT_LEAD, Role.CSP_EDITOR, Role.SECRETARIAT])
def test_others_do_not_learn_that_there_is_a_request(client, fieldwork, role):
    fieldwork.ask()
    client.force_login(person(role))
    assert client.get(url("evidence_request", fieldwork)).status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_the_pages_take_the_same_queries_whatever_their_length(client, small_edition, count):
    found = asking(small_edition)
    for index in range(count):
        found.ask(codes=["9.2", "9.4"][: index % 2 + 1]).provide(
            *(a_file(f"{index}-{n}.pdf", f"{index}{n}".encode()) for n in range(count))
        )
        found.request.refresh_from_db()
    lists = reverse("audits:engagement_requests", args=[found.engagement.pk])
    for reader, page, number in (
        (found.auditor, lists, 9),
        (found.audit.editor, reverse("audits:requests"), 7),
        (found.auditor, url("evidence_request", found), 8),
        (found.audit.editor, url("evidence_request", found), 7),
    ):
        client.force_login(reader)
        with counted_queries() as queries:
            assert client.get(page).status_code == 200
        assert len(queries) == number, (page, queries)
