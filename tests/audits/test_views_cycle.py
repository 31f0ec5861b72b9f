"""The pages of a cycle: what they show, and what they answer."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from audits.models import AuditCycle
from audits.services.cycle import agree_plan
from tests.accounts.factories import person
from tests.audits.cycles import EVERY, OUTSIDE, ROUND, opened, planned
from tests.audits.factories import audit
from tests.counting import counted_queries

pytestmark = pytest.mark.django_db


def page(client, name: str, found, *args, actor=None) -> str:
    """The text of a page of the cycle."""
    client.force_login(actor or found.planner)
    answer = client.get(reverse(f"audits:{name}", args=[found.cycle.pk, *args]))
    assert answer.status_code == 200
    return answer.content.decode()


def move(client, found, to, *numbers, version=None):
    """Send the form of chapter 9."""
    client.force_login(found.planner)
    found.cycle.refresh_from_db()
    data = {"version": version or found.cycle.row_version, "to": to, "n": numbers}
    return client.post(reverse("audits:cycle_chapter", args=[found.cycle.pk, 9]), data)


def test_without_a_fixed_declaration_the_list_says_how_plans_begin(client):
    client.force_login(person(Role.CSP_APPROVER))
    text = client.get(reverse("audits:cycles")).content.decode()
    assert "監査計画はまだありません。" in text
    assert "確定した言明から始めます" in text


def test_a_cycle_is_begun_and_planned_from_the_pages(client, small_edition):
    found = audit(small_edition)
    client.force_login(found.approver)
    opening = reverse("audits:cycle_open", args=[found.declaration.pk])
    assert opening in client.get(reverse("audits:cycles")).content.decode()
    text = client.get(opening).content.decode()
    assert "制度パラメータの年数は3年［未確認］です。" in text
    answer = client.post(opening, {"years": "3"}, follow=True)
    assert "計画案はまだありません。" in answer.content.decode()
    cycle = AuditCycle.objects.get()
    answer = client.post(
        reverse("audits:cycle_propose", args=[cycle.pk]), {"version": 1}, follow=True
    )
    text = answer.content.decode()
    assert "対象の10項目すべてに、監査する年度が決まっています。" in text
    assert "重点領域の外にある3項目" in text


def test_the_auditor_begins_one_from_the_list_as_well(client, small_edition):
    found = audit(small_edition).commission().accept()
    client.force_login(found.lead)
    opening = reverse("audits:cycle_open", args=[found.declaration.pk])
    assert opening in client.get(reverse("audits:cycles")).content.decode()
    assert client.post(opening, {"years": "2"}).status_code == 302
    client.force_login(found.approver)
    assert opening not in client.get(reverse("audits:cycles")).content.decode()


def test_a_second_cycle_over_the_same_days_is_refused_in_words(client, small_edition):
    found = opened(small_edition).next_year()
    client.force_login(found.planner)
    opening = reverse("audits:cycle_open", args=[found.audit.declaration.pk])
    answer = client.post(opening, {"years": "3"})
    assert answer.status_code == 422
    assert "監査サイクルと期間が重なっています" in answer.content.decode()


def test_the_grid_shows_every_control_in_its_year(client, small_edition):
    text = page(client, "cycle_grid", planned(small_edition))
    assert "毎年 3項目すべて" in text
    assert "11.PB" in text


def test_a_chapter_shows_marks_due_years_and_reasons(client, small_edition):
    found = planned(small_edition).engage().include("9.2.3.2", 2, reason="重要なため。")
    text = page(client, "cycle_chapter", found, 9)
    assert "2年目：監査人の判断" in text
    assert text.count('name="n"') == 5
    assert 'name="n"' not in page(client, "cycle_chapter", found, 9, actor=found.audit.approver)


def test_a_move_from_the_page_is_done_and_told(client, small_edition):
    found = planned(small_edition)
    before = found.years()["9.2.3.2"]
    to = before[0] % 3 + 1
    answer = move(client, found, to, "9.2.3.2")
    assert answer.status_code == 302
    assert f"1項目を{to}年目に移しました。" in client.get(answer.url).content.decode()
    assert found.years()["9.2.3.2"] == (to,)


@pytest.mark.parametrize(
    ("to", "numbers", "words"),
    [
        ("0", ["9.2.3.2"], "一度も監査されません"),
        ("", ["9.2.3.2"], "移す先を選んでください"),
        ("9", ["9.2.3.2"], "一覧にあるものから"),
        ("2", [], "移す項目を選んでください"),
        ("2", [EVERY], "一覧にあるものから"),
    ],
)
def test_a_refused_move_keeps_what_was_chosen(client, small_edition, to, numbers, words):
    found = planned(small_edition)
    before = found.years()
    answer = move(client, found, to, *numbers)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    for number in set(numbers) & set(ROUND):
        assert f'value="{number}" aria-label="{number}" checked' in text
    assert found.years() == before


def test_a_move_on_an_old_page_answers_409_with_the_plan_as_it_is(client, small_edition):
    found = planned(small_edition)
    old = found.cycle.row_version
    found.move("9.2.3.10", to=found.years()["9.2.3.10"][0] % 3 + 1)
    answer = move(client, found, "1", "9.2.3.2", version=old)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの人が先に計画を変えました" in text
    assert 'value="9.2.3.2" aria-label="9.2.3.2" checked' in text
    assert f'name="version" value="{old + 1}"' in text


def test_rebalancing_is_shown_before_it_is_done(client, small_edition):
    found = planned(small_edition)
    before = found.years()
    found.move(*[number for number in ROUND if found.years()[number] != (3,)], to=3)
    text = page(client, "cycle_rebalance", found)
    assert "年度が変わる項目（3件）" in text
    assert "偏りあり" in text
    answer = client.post(
        reverse("audits:cycle_rebalance", args=[found.cycle.pk]),
        {"version": found.cycle.row_version},
    )
    assert answer.status_code == 302
    assert found.years() == before
    assert "年度が変わる項目はありません" in page(client, "cycle_rebalance", found)


def test_other_numbers_of_years_change_nothing(client, small_edition):
    found = planned(small_edition)
    before = found.years(), found.cycle.history.count()
    text = page(client, "cycle_variants", found)
    assert "計画は変わりません" in text
    assert (found.years(), found.cycle.history.count()) == before


def test_the_auditor_includes_a_control_with_a_reason_that_the_provider_reads(
    client, small_edition
):
    found = planned(small_edition).engage()
    client.force_login(found.planner)
    address = reverse("audits:cycle_include", args=[found.cycle.pk])
    found.cycle.refresh_from_db()
    data = {
        "version": found.cycle.row_version,
        "number": "Ａ．６．１．１．１",
        "year": "2",
    }
    assert client.post(address, data).status_code == 422
    assert client.post(address, data | {"reason": "外部に公開したため。"}).status_code == 302
    assert found.years()[OUTSIDE] == (2,)
    text = page(client, "cycle", found, actor=found.audit.approver)
    assert "外部に公開したため。" in text
    assert "監査人の判断" in text


def test_a_fixed_plan_offers_reopening_and_no_move(client, small_edition):
    found = planned(small_edition).engage()
    agree_plan(**found.by())
    assert 'name="n"' not in page(client, "cycle_chapter", found, 9)
    text = page(client, "cycle", found)
    assert "計画の確定を解除する" in text
    assert "割当てをやり直す" not in text
    assert "解除してから、最新の言明に" not in text
    answer = client.post(
        reverse("audits:cycle_reopen", args=[found.cycle.pk]),
        {"version": AuditCycle.objects.get().row_version, "reason": "範囲を見直すため。"},
        follow=True,
    )
    assert "範囲を見直すため。" in answer.content.decode()


def test_a_newer_declaration_is_told_until_the_plan_rests_on_it(client, small_edition):
    found = planned(small_edition).next_year()
    told = page(client, "cycle", found)
    assert "新しい言明があります" in told
    assert "「計画を最新の言明に合わせる」を押してください。" in told
    found.propose()
    assert "新しい言明があります" not in page(client, "cycle", found)


def test_a_fixed_plan_says_that_it_is_reopened_first(client, small_edition):
    found = planned(small_edition).engage()
    agree_plan(**found.by())
    found.report().next_year().engage()
    assert "計画の確定を解除してから、最新の言明に合わせて" in page(client, "cycle", found)


def test_a_chapter_of_every_year_offers_no_move(client, small_edition):
    found = planned(small_edition)
    assert "選んだ項目の移す先" in page(client, "cycle_chapter", found, 9)
    assert "選んだ項目の移す先" not in page(client, "cycle_chapter", found, 4)


def test_pages_of_a_plan_wait_for_the_plan(client, small_edition):
    found = opened(small_edition)
    client.force_login(found.planner)
    for name in ("cycle_grid", "cycle_variants", "cycle_rebalance"):
        assert client.get(reverse(f"audits:{name}", args=[found.cycle.pk])).status_code == 404
    found.propose()
    assert client.get(reverse("audits:cycle_chapter", args=[found.cycle.pk, 18])).status_code == 404


@pytest.mark.parametrize("cycles", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, small_edition, cycles):
    found = planned(small_edition, years=1)
    for _number in range(cycles - 1):
        found.next_year()
        from_here = found.audit.declaration
        client.force_login(found.planner)
        client.post(reverse("audits:cycle_open", args=[from_here.pk]), {"years": "1"})
    client.force_login(found.planner)
    client.get(reverse("audits:cycles"))
    with counted_queries() as queries:
        client.get(reverse("audits:cycles"))
    assert AuditCycle.objects.count() == cycles
    assert len(queries) == 6  # session, person, memberships, count, rows, what could begin


@pytest.mark.full_catalogue
def test_pages_of_a_full_plan_stay_within_their_budgets(client, both_editions):
    """1,156 adopted controls: constant queries, no page above 2,000 nodes or 100 KB."""
    found = planned(both_editions[-1], years=5)
    client.force_login(found.planner)
    for name, args in (
        ("cycle", ()),
        ("cycle_grid", ()),
        ("cycle_chapter", (12,)),
        ("cycle_chapter", (14,)),
        ("cycle_variants", ()),
        ("cycle_rebalance", ()),
    ):
        with counted_queries() as queries:
            text = client.get(
                reverse(f"audits:{name}", args=[found.cycle.pk, *args])
            ).content.decode()
        assert len(queries) <= 22, name
        assert text.count("<") - text.count("</") <= 2000, name
        assert len(text.encode()) <= 100_000, name
