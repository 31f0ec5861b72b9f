"""Pages of the scheme parameters."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from controls.enums import ParameterState
from controls.models import SchemeParameter
from controls.rules import Rules
from tests.accounts.factories import person
from tests.controls.factories import SchemeParameterFactory
from tests.controls.test_views_catalogue import text_of

pytestmark = pytest.mark.django_db

STAFF = {Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN}
FORM = {
    "value": "１０",
    "in_force_from": "令和8年10月1日",
    "status": "confirmed",
    "source": "見本の通知",
    "reason": "公表されたため",
}


def shipped(name: str = "correction_due_days") -> SchemeParameter:
    return SchemeParameter.objects.published().get(name=name)


def url(name: str, row: SchemeParameter) -> str:
    return reverse(f"controls:{name}", args=[row.pk])


@pytest.mark.parametrize("role", Role)
def test_pages_are_for_staff(client, role):
    client.force_login(person(role))
    is_staff = role in STAFF

    assert client.get(reverse("controls:parameters")).status_code == (200 if is_staff else 403)
    assert client.get(url("parameter", shipped())).status_code == (200 if is_staff else 404)


@pytest.mark.parametrize("role", Role)
def test_acts_are_refused_to_those_who_may_not(client, role):
    client.force_login(person(role))
    proposal = SchemeParameterFactory()
    refused = 403 if role in STAFF else 404
    allowed = {
        "propose_parameter": {Role.SECRETARIAT, Role.COMMITTEE_MEMBER},
        "publish_parameter": {Role.COMMITTEE_MEMBER},
        "withdraw_parameter": {Role.COMMITTEE_MEMBER},
    }
    for name, roles in allowed.items():
        expected = 200 if role in roles else refused
        assert client.get(url(name, proposal)).status_code == expected
        if role not in roles:
            assert client.post(url(name, proposal), FORM).status_code == refused
    proposal.refresh_from_db()
    assert proposal.state == ParameterState.DRAFT


def test_table_shows_groups_values_status_and_source(client):
    client.force_login(person(Role.SECRETARIAT))

    said = text_of(client.get(reverse("controls:parameters")))

    assert "期間と有効期間12件" in said
    assert "validity_months16期間の定めなし確認済み基本規程3.5" in said
    assert "correction_due_days値なし期間の定めなし未確認" in said
    assert "令和4年11月1日（火）から令和7年3月31日（月）まで適用終了" in said


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "補正の回答"}, {"correction_due_days"}),
        ({"q": "ＶＡＬＩＤＩＴＹ_ＣＯＵＮＴ"}, {"validity_count_inclusive"}),
        ({"status": "likely", "q": "一時停止解除条件"}, {"article.lifting_conditions"}),
        ({"q": "このような語句はない"}, set()),
    ],
)
def test_filter_by_words_and_status(client, query, names):
    client.force_login(person(Role.SECRETARIAT))

    response = client.get(reverse("controls:parameters"), query)

    found = {line.row.name for group in response.context["groups"] for line in group.lines}
    assert found == names


@pytest.mark.parametrize("query", [{"status": "x"}, {"q": "\x00"}])
def test_filter_that_cannot_be_read_gets_a_sentence(client, query):
    client.force_login(person(Role.SECRETARIAT))

    response = client.get(reverse("controls:parameters"), query)

    assert response.status_code == 200
    assert response.context["form"].errors


def test_change_goes_from_proposal_to_publication(client):
    client.force_login(person(Role.SECRETARIAT))
    answer = client.post(url("propose_parameter", shipped()), FORM)
    proposal = SchemeParameter.objects.waiting().get()
    assert answer.url == proposal.get_absolute_url()
    assert "公開できるのは、提案した人とは別の運営委員です" in text_of(client.get(answer.url))

    client.force_login(person(Role.COMMITTEE_MEMBER))
    assert "新しい値10" in text_of(client.get(url("publish_parameter", proposal)))
    client.post(url("publish_parameter", proposal))

    assert Rules.at(proposal.in_force_from).value("correction_due_days") == 10


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("correction_due_days", "十日", "0から100,000までの整数を入力してください"),
        ("correction_due_days", "9" * 400, "0から100,000までの整数を入力してください"),
        ("correction_due_days", "٣", "0から100,000までの整数を入力してください"),
        ("correction_due_days", "\x00", "制御文字"),
        ("validity_months", "", "入力してください"),
        ("liu_audit_share_expected", "NaN", "数を入力してください"),
        ("generative_ai_rule_from", "令和元年4月30日", "令和は2019年5月1日から"),
        ("audited_period_gap_allowed", "maybe", "「はい」か「いいえ」を選んで"),
        ("basic_requirement_deviation", "x", "一覧から選んで"),
        ("basic_requirement_suffixes", "B\nX", "「X」は使えません"),
        ("basic_requirement_suffixes", "B\nB", "同じ行が2つ"),
        ("registration_number_pattern_liu", "(", "正規表現として読めません"),
        ("public_list_columns", "service_name | サービス名", "1行目は「列 | 見出し | 確度」の形"),
        ("public_list_columns", "a | b | たぶん", "1行目の確度は"),
        ("cancellation_grounds", "\n".join(map(str, range(201))), "200行まで"),
        ("suspension_trigger", "あ" * 2001, "2,000字以内"),
    ],
)
def test_value_that_does_not_fit_gets_a_sentence_and_is_kept(client, name, value, sentence):
    client.force_login(person(Role.SECRETARIAT))

    response = client.post(url("propose_parameter", shipped(name)), FORM | {"value": value})

    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors["value"])
    assert response.context["form"]["value"].value() == value
    assert not SchemeParameter.objects.waiting().exists()


def test_empty_form_names_every_field(client):
    client.force_login(person(Role.SECRETARIAT))

    response = client.post(url("propose_parameter", shipped("validity_months")), {})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "value",
        "in_force_from",
        "status",
        "source",
        "reason",
    }


def test_second_proposal_and_second_publication_get_a_sentence(client):
    proposal = SchemeParameterFactory()
    client.force_login(person(Role.COMMITTEE_MEMBER))
    again = client.post(url("propose_parameter", shipped()), FORM)
    assert (again.status_code, "公開待ちの変更があります" in text_of(again)) == (422, True)
    assert client.post(url("publish_parameter", proposal)).status_code == 302

    response = client.post(url("publish_parameter", proposal))

    assert response.status_code == 422
    assert "いまの状態では行えません" in text_of(response)


def test_withdrawal_needs_a_reason_and_stays_in_the_history(client):
    proposal = SchemeParameterFactory()
    client.force_login(person(Role.COMMITTEE_MEMBER))
    assert client.post(url("withdraw_parameter", proposal), {}).status_code == 422

    answer = client.post(url("withdraw_parameter", proposal), {"reason": "出典が違うため"})

    assert "提案を取下げ" in text_of(client.get(answer.url))
    assert "出典が違うため" in text_of(client.get(answer.url))
    assert client.post(url("withdraw_parameter", proposal), {"reason": "再度"}).status_code == 422


def test_retired_parameter_is_shown_and_not_changed(client):
    row = SchemeParameterFactory(name="retired", value={"old": 1}, state=ParameterState.WITHDRAWN)
    client.force_login(person(Role.SECRETARIAT))

    assert client.get(url("parameter", row)).status_code == 200
    assert client.get(url("propose_parameter", row)).status_code == 404


@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.parametrize(("name", "queries"), [("parameters", 5), ("parameter", 6)])
def test_queries_do_not_grow_with_the_proposals(
    client, django_assert_num_queries, name, queries, count
):
    for number in range(count):
        SchemeParameterFactory(name=f"見本{number}")
    args = [shipped().pk] if name == "parameter" else []
    client.force_login(person(Role.SECRETARIAT))

    with django_assert_num_queries(queries):
        client.get(reverse(f"controls:{name}", args=args))
