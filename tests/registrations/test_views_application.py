"""Pages of the applicant."""

import uuid

import pytest

from accounts.enums import Role
from registrations.enums import ApplicationState
from registrations.models import Application
from tests.accounts.factories import person
from tests.registrations.factories import case, provider
from tests.registrations.pages import links, text, url, value
from tests.registrations.test_selectors import SECRETS

pytestmark = pytest.mark.django_db
PAGES = ("application", "statements", "requests", "history")
ACTS = ("file", "resubmit", "answer", "withdraw")


def test_the_list_shows_own_applications_and_what_one_can_apply_with(client, prepared):
    other = case(prepared.declaration.edition, name="みなと電子申請", organisation=provider(
        name="架空システムズ", corporate_number="7999900000002"))  # fmt: skip
    client.force_login(prepared.editor)
    assert "申請を始められる言明" not in text(client.get(url("applications")))
    client.force_login(other.editor)
    response = client.get(url("applications"))
    assert url("begin", other.declaration.pk) in links(response)
    assert "みなと文書共有クラウド" not in text(response)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.AUDIT_LEAD])
def test_the_list_is_for_providers(client, role):
    client.force_login(person(role))
    assert client.get(url("applications")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_query_count_does_not_grow(
    client, small_edition, django_assert_num_queries, rows
):
    organisation = provider()
    found = [
        case(small_edition, name=f"サービス{n}", organisation=organisation).apply()
        for n in range(rows)
    ]
    client.force_login(found[0].editor)
    with django_assert_num_queries(6):  # session, person, memberships, count, rows, ready
        client.get(url("applications"))


def test_beginning_confirms_the_kind_and_begins_once(client, small_edition):
    found = case(small_edition)
    client.force_login(found.editor)
    address = url("begin", found.declaration.pk)
    assert "新規" in text(client.get(address))
    first, second = client.post(address), client.post(address)
    application = Application.objects.get()
    assert first.url == second.url == application.get_absolute_url()


def test_beginning_is_refused_with_a_sentence_while_another_is_open(client, prepared):
    newer = prepared.revise()
    client.force_login(prepared.editor)
    response = client.post(url("begin", newer.pk))
    assert response.status_code == 422
    assert "手続中の申請があります" in text(response)


def test_strangers_learn_nothing(client, filed):
    for role in (Role.CSP_APPROVER, Role.AUDIT_LEAD, Role.SYSTEM_ADMIN):
        client.force_login(person(role))
        for name in (*PAGES, *ACTS, "receipt", "outcome", "accept"):
            assert client.get(url(name, filed.application.pk)).status_code == 404, name
    assert client.get(url("application", uuid.uuid4())).status_code == 404


def test_the_committee_side_sees_nothing_before_the_filing(client, prepared):
    client.force_login(prepared.secretary)
    assert client.get(url("application", prepared.application.pk)).status_code == 404


@pytest.mark.parametrize("name", ["file", "withdraw", "resubmit"])
def test_acts_of_the_approver_are_403_for_the_editor(client, prepared, name):
    client.force_login(prepared.editor)
    assert client.get(url(name, prepared.application.pk)).status_code == 403
    assert client.post(url(name, prepared.application.pk)).status_code == 403


def test_the_overview_says_what_is_missing_with_a_link(client, small_edition):
    found = case(small_edition, organisation=provider(representative_title="")).apply()
    client.force_login(found.approver)
    response = client.get(url("application", found.application.pk))
    assert "次の項目を入力してください：代表者の役職" in text(response)
    assert f"/app/organisations/{found.application.organisation_id}/" in links(response)


def test_the_overview_tells_the_editor_who_files(client, prepared):
    client.force_login(prepared.editor)
    response = client.get(url("application", prepared.application.pk))
    assert "申請するのは、この版の言明を編集していない承認者です" in text(response)
    assert url("file", prepared.application.pk) not in links(response)


def test_filing_leads_to_the_receipt_and_twice_to_the_same(client, prepared):
    application = prepared.application
    client.force_login(prepared.approver)
    page = client.get(url("file", application.pk))
    assert "日本法。東京地方裁判所" in text(page)
    data = {"version": value(page, "version"), "note": "よろしく", "confirmed": "on"}
    first = client.post(url("file", application.pk), data)
    second = client.post(url("file", application.pk), data)
    assert first.url == second.url == url("receipt", application.pk)
    receipt = text(client.get(first.url))
    application.refresh_from_db()
    assert application.receipt_number in receipt
    assert "（日本時間）" in receipt
    assert (application.note, application.history.count()) == ("よろしく", 2)


def test_filing_without_the_tick_keeps_what_was_typed(client, prepared):
    client.force_login(prepared.approver)
    response = client.post(
        url("file", prepared.application.pk), {"version": 1, "note": "消えてはいけない"}
    )
    assert response.status_code == 422
    assert value(response, "note") == "消えてはいけない"
    assert "チェックを入れてください" in text(response)


def test_a_stale_filing_is_409_and_can_be_sent_again(client, prepared):
    client.force_login(prepared.approver)
    data = {"version": 9, "note": "消えてはいけない", "confirmed": "on"}
    response = client.post(url("file", prepared.application.pk), data)
    assert response.status_code == 409
    assert (value(response, "version"), value(response, "note")) == ("1", "消えてはいけない")
    data["version"] = value(response, "version")
    assert client.post(url("file", prepared.application.pk), data).status_code == 302


def test_the_receipt_is_for_the_applicant_and_after_filing(client, prepared):
    client.force_login(prepared.editor)
    assert client.get(url("receipt", prepared.application.pk)).status_code == 302
    prepared.file()
    assert client.get(url("receipt", prepared.application.pk)).status_code == 200
    client.force_login(prepared.secretary)
    assert client.get(url("receipt", prepared.application.pk)).status_code == 403


def test_an_act_that_is_not_possible_now_leads_back_with_a_sentence(client, prepared):
    client.force_login(prepared.approver)
    response = client.get(url("resubmit", prepared.application.pk), follow=True)
    assert "いまの状態（準備中）では行えません" in text(response)


def test_a_correction_is_shown_with_its_due_date_and_answered(client, filed):
    filed.ask_correction("役員名簿が足りません。")
    newer = filed.revise()
    client.force_login(filed.approver)
    overview = text(client.get(url("application", filed.application.pk)))
    assert "補正を求められています" in overview
    page = client.get(url("resubmit", filed.application.pk))
    assert "役員名簿が足りません。" in text(page)
    assert "期限は定められていません" in text(page)
    data = {
        "version": value(page, "version"),
        "answer": "追加しました。",
        "declaration_id": str(newer.pk),
    }
    assert client.post(url("resubmit", filed.application.pk), data).status_code == 302
    filed.application.refresh_from_db()
    assert filed.application.declaration == newer


def test_filing_again_what_one_edited_is_403(client, filed):
    """The newer version was begun by the approver who filed first."""
    filed.ask_correction()
    second = person(Role.CSP_APPROVER, organisation=filed.service.organisation)
    newer = filed.revise(editor=filed.approver, approver=second)
    data = {
        "version": filed.application.row_version,
        "answer": "直しました。",
        "declaration_id": str(newer.pk),
    }
    client.force_login(filed.approver)
    assert client.post(url("resubmit", filed.application.pk), data).status_code == 403
    client.force_login(second)
    assert client.post(url("resubmit", filed.application.pk), data).status_code == 302


def test_an_inquiry_links_to_its_controls_and_is_answered(client, reviewed):
    reviewed.inquire(control_numbers="9.4.2.2.B")
    client.force_login(reviewed.editor)
    page = client.get(url("requests", reviewed.application.pk))
    (link,) = [href for href in links(page) if "number=9.4.2.2.B" in href]
    assert "9.4.2.2.B" in text(client.get(link))
    form = client.get(url("answer", reviewed.application.pk))
    data = {"version": value(form, "version"), "answer": "四半期ごとです。"}
    response = client.post(url("answer", reviewed.application.pk), data, follow=True)
    assert "四半期ごとです。" in text(response)


def test_withdrawing_needs_a_reason_and_ends_the_case(client, filed):
    client.force_login(filed.approver)
    page = client.get(url("withdraw", filed.application.pk))
    assert "元に戻すことはできません" in text(page)
    data = {"version": value(page, "version"), "reason": "  "}
    assert client.post(url("withdraw", filed.application.pk), data).status_code == 422
    data["reason"] = "提供を見合わせるため。"
    assert client.post(url("withdraw", filed.application.pk), data).status_code == 302
    filed.application.refresh_from_db()
    assert filed.application.state == ApplicationState.WITHDRAWN


def test_no_page_of_the_applicant_shows_a_proposal_a_vote_or_a_member(client, reviewed):
    reviewed.propose(reason=SECRETS["proposal"])
    second = reviewed.propose(reason=SECRETS["amended"])
    reviewed.vote(second, reviewed.members[0], reason=SECRETS["vote"])
    reviewed.vote(second, reviewed.members[1], agrees=False, reason=SECRETS["dissent"])
    canaries = [*SECRETS.values(), *(member.name for member in reviewed.members)]
    client.force_login(reviewed.secretary)
    everything = text(client.get(url("decision", reviewed.application.pk)))
    assert SECRETS["dissent"] in everything
    client.force_login(reviewed.approver)
    for name in PAGES:
        body = client.get(url(name, reviewed.application.pk)).content.decode()
        assert not [canary for canary in canaries if canary in body], name


@pytest.mark.parametrize("name", ["audits", "decision", "outcome"])
def test_the_committees_pages_are_403_for_the_applicant(client, filed, name):
    client.force_login(filed.approver)
    assert client.get(url(name, filed.application.pk)).status_code == 403


def test_the_applicant_reads_how_it_ended(client, reviewed):
    reviewed.decide(number="C26-0001")
    client.force_login(reviewed.editor)
    page = client.get(url("application", reviewed.application.pk))
    assert "登録番号 C26-0001" in text(page)
    assert any(href.startswith("/list/") for href in links(page))
