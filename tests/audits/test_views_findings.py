"""The pages of findings on both sides: what each shows and offers, and that nobody's text is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audits.models import Finding
from audits.views.findings import PAGE_SIZE
from core.calendar import format_wareki
from tests.audits.findings import (
    CONTROL,
    FACTS,
    Found,
    control_test,
    found,
    raised,
    reviewed,
    today,
)
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db

FORM = {
    "evaluation": "operating",
    "severity": "high",
    "fact": "承認のない変更がありました。",
    "effect": "",
    "sample_note": "",
}


def path(name: str, row) -> str:
    return reverse(f"audits:{name}", args=[row.pk])


def read(client, actor, name: str, row) -> str:
    client.force_login(actor)
    answer = client.get(path(name, row))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, actor, name: str, one: Found, **data):
    client.force_login(actor)
    return client.post(path(name, one.finding), {"version": one.by(actor)["version"]} | data)


class TestAuditor:
    def test_the_form_begins_with_what_the_test_says(self, client, small_edition):
        one = found(small_edition)
        test = one.finding.test
        file = reviewed(test, one.auditor)
        type(test).objects.filter(pk=test.pk).update(
            operating_result="deficient", tested_by=one.auditor, tested_at=one.finding.raised_at
        )
        text = read(client, one.auditor, "finding_raise", test)
        assert "母集団120件から25件" in text
        assert file.label in text
        assert (
            client.get(path("finding_raise", test)).context["form"]["evaluation"].value()
            == "operating"
        )

    def test_a_control_is_chosen_and_the_finding_raised(self, client, small_edition):
        one = found(small_edition)
        engagement, test = one.finding.engagement, control_test(one.finding.engagement, "9.2.3.10")
        text = read(client, one.auditor, "finding_choose", engagement)
        assert "9.2.3.10" in text
        answer = client.get(path("finding_choose", engagement), {"test": str(test.pk)})
        assert answer.url == path("finding_raise", test)
        key = client.get(answer.url).context["form"]["creation_key"].value()
        for _ in range(2):
            answer = client.post(path("finding_raise", test), FORM | {"creation_key": str(key)})
        made = Finding.objects.get(test=test)
        assert answer.url == made.get_absolute_url()
        assert FORM["fact"] in client.get(answer.url).content.decode()

    def test_bad_input_keeps_what_was_typed(self, client, small_edition):
        one = found(small_edition)
        client.force_login(one.auditor)
        answer = client.post(path("finding_raise", one.finding.test), FORM | {"severity": ""})
        assert answer.status_code == 422
        assert FORM["fact"] in answer.content.decode()

    def test_the_page_of_the_issue_shows_what_the_provider_will_read(self, client, small_edition):
        one = found(small_edition)
        text = read(client, one.auditor, "finding_issue", one.finding)
        for said in (FACTS.fact, FACTS.effect, FACTS.sample_note, CONTROL):
            assert said in text
        answer = send(client, one.auditor, "finding_issue", one)
        assert "事業者に通知しました" in client.get(answer.url).content.decode()

    def test_an_edit_that_was_overtaken_shows_both_texts(self, client, small_edition):
        one = found(small_edition)
        old = one.finding.row_version
        one.edit(type(FACTS)(**(FORM | {"fact": "先に書いた事実"})))
        answer = send(client, one.auditor, "finding_edit", one, **(FORM | {"version": old}))
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "先に書いた事実" in text
        assert FORM["fact"] in text
        version = answer.context["form"]["version"].value()
        answer = send(client, one.auditor, "finding_edit", one, **(FORM | {"version": version}))
        assert answer.status_code == 302
        one.finding.refresh_from_db()
        assert one.finding.fact == FORM["fact"]

    def test_a_retest_that_was_overtaken_keeps_its_text(self, client, small_edition):
        one = found(small_edition).to("done")
        old = one.finding.row_version
        one.answer(plan="別の計画")
        data = {"version": old, "is_remedied": "yes", "procedure": "5件を閲覧しました。"}
        answer = send(client, one.auditor, "finding_retest", one, **data)
        assert answer.status_code == 409
        assert data["procedure"] in answer.content.decode()
        assert "別の計画" in answer.content.decode()

    def test_a_dropped_one_says_so_to_the_provider(self, client, small_edition):
        one = found(small_edition).to("answered").drop("サンプルの取違えのため。")
        text = read(client, one.audit.editor, "finding", one.finding)
        assert "サンプルの取違えのため。" in text
        assert "取下げ" in text


class TestProvider:
    def test_a_draft_is_not_known(self, client, small_edition):
        one = found(small_edition)
        client.force_login(one.audit.editor)
        assert client.get(path("finding", one.finding)).status_code == 404
        for text in (
            read(client, one.audit.editor, "engagement_findings", one.finding.engagement),
            read(client, one.audit.editor, "engagement", one.finding.engagement),
        ):
            assert FACTS.fact not in text
            assert "通知していない" not in text

    def test_it_answers_and_reports_from_the_pages(self, client, small_edition):
        one = found(small_edition).issue()
        actor = one.audit.editor
        assert "未確認" in read(client, actor, "finding_answer", one.finding)
        data = {
            "root_cause": "連絡が遅れました。",
            "plan": "当日に連絡します。",
            "owner": str(one.audit.approver.pk),
            "due_on": format_wareki(today() + timedelta(days=10)),
        }
        answer = send(client, actor, "finding_answer", one, **data)
        assert answer.status_code == 302
        answer = send(
            client, actor, "finding_complete", one, done_on=str(today()), result="改めました。"
        )
        text = client.get(answer.url).content.decode()
        assert "再評価待ち" in text
        assert "改めました。" in text

    def test_an_answer_that_was_overtaken_shows_both_texts(self, client, small_edition):
        one = found(small_edition).issue()
        old = one.finding.row_version
        one.answer(plan="先に書いた計画")
        data = {
            "version": old,
            "root_cause": "自分の原因",
            "plan": "自分の計画",
            "owner": str(one.audit.editor.pk),
            "due_on": str(today()),
        }
        answer = send(client, one.audit.approver, "finding_answer", one, **data)
        assert answer.status_code == 409
        for text in ("先に書いた計画", "自分の計画", "自分の原因"):
            assert text in answer.content.decode()

    def test_versions_show_what_changed(self, client, small_edition):
        one = found(small_edition).to("answered").answer(plan="様式と手順を改めます。")
        text = read(client, one.auditor, "finding", one.finding)
        assert "第2版" in text
        assert "第1版" in text
        assert "<ins>" in text

    def test_the_list_names_what_waits_first(self, client, small_edition):
        one = found(small_edition).to("done")
        waiting = Found(one.audit, raised(one.finding.engagement)).issue()
        text = read_list(client, one.audit.editor)
        assert text.index(f">{waiting.finding.code}<") < text.index(f">{one.finding.code}<")

    def test_the_list_is_the_providers(self, client, small_edition):
        one = found(small_edition)
        assert "発見事項はありません。" in read_list(client, one.audit.editor)
        client.force_login(one.auditor)
        assert client.get(reverse("audits:findings")).status_code == 403


def read_list(client, actor) -> str:
    client.force_login(actor)
    return client.get(reverse("audits:findings")).content.decode()


def test_the_list_of_a_provider_comes_in_pages_with_the_open_ones_first(client, small_edition):
    closed = found(small_edition).to("answered").complete().retest()
    engagement = closed.finding.engagement
    for _ in range(PAGE_SIZE):
        Found(closed.audit, raised(engagement)).issue()
    first = read_list(client, closed.audit.editor)
    assert closed.finding.get_absolute_url() not in first
    assert f"{PAGE_SIZE + 1}件中 1〜{PAGE_SIZE}件" in first
    second = client.get(reverse("audits:findings"), {"page": "2"}).content.decode()
    assert second.count(closed.finding.get_absolute_url()) == 1
    assert f"{PAGE_SIZE + 1}件中 {PAGE_SIZE + 1}〜{PAGE_SIZE + 1}件" in second


@pytest.mark.parametrize("side", ["auditor", "provider"])
def test_pages_cost_the_same_with_many_findings(client, small_edition, side):
    one = found(small_edition).to("answered")
    engagement = one.finding.engagement
    actor = one.auditor if side == "auditor" else one.audit.editor
    pages = [
        path("engagement_findings", engagement),
        path("engagement", engagement),
        path("finding", one.finding),
        *([reverse("audits:findings")] if side == "provider" else []),
    ]
    client.force_login(actor)

    def cost() -> list[int]:
        counts = []
        for page in pages:
            with counted_queries() as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    before = cost()
    one.answer(plan="別の計画").answer(plan="三つ目の計画")
    for _ in range(3):
        Found(one.audit, raised(engagement)).to("answered")
        raised(engagement)
    assert cost() == before
