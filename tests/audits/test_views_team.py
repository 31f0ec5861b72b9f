"""Pages of the team: who is led where, who reads what, and how many queries that takes."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from audits.models import IndependenceStatement
from tests.accounts.factories import person
from tests.audits.cycles import planned
from tests.audits.factories import audit
from tests.counting import counted_queries
from tests.registrations.factories import provider

pytestmark = pytest.mark.django_db

ADVICE, COUSIN = "前職での規程づくり", "営業部門に、いとこが勤めています。"
NOTHING = dict.fromkeys(("advisory_work", "financial", "family", "employment"), "no")


@pytest.fixture
def taken(small_edition):
    return audit(small_edition).commission().take()


@pytest.fixture
def colleague(taken):
    """In the team, nothing confirmed."""
    found = person(Role.AUDIT_MEMBER, organisation=taken.firm)
    taken.assign(found)
    return found


def url(name: str, found, *args) -> str:
    return reverse(f"audits:{name}", args=[found.engagement.pk, *args])


def answers(version: int = 0, **facts) -> dict[str, str]:
    return NOTHING | {"version": str(version), "years_in_role": "１", "is_true": "on"} | facts


def page(client, someone, address: str) -> str:
    client.force_login(someone)
    return client.get(address).content.decode()


def test_a_member_is_led_to_the_questions_and_then_to_the_declaration(client, taken, colleague):
    questions = url("independence", taken)
    before = page(client, colleague, url("engagement", taken))
    assert questions in before
    assert url("snapshot", taken) not in before
    assert client.get(url("snapshot", taken)).status_code == 403
    answer = client.post(questions, answers(), follow=True)
    assert answer.redirect_chain == [(url("engagement", taken), 302)]
    assert url("snapshot", taken) in answer.content.decode()
    assert client.get(url("snapshot", taken)).status_code == 200


def test_a_refused_member_reads_the_reason_and_may_answer_again(client, taken, colleague):
    client.force_login(colleague)
    sent = answers(family="yes", family_text=COUSIN)
    refused = client.post(url("independence", taken), sent, follow=True).content.decode()
    assert "家族・親族の関係があるため、監査を担当できません。" in refused
    assert COUSIN in refused
    assert "未確認" in refused
    assert "独立性の条件を満たしていません" in page(client, colleague, url("engagement", taken))
    client.post(url("independence", taken), answers(version=1))
    assert client.get(url("snapshot", taken)).status_code == 200


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"family": "yes"}, "内容を入力してください"),
        ({"family": ""}, "1つ選んでください"),
        ({"years_in_role": "61"}, "1から60までの整数"),
        ({"years_in_role": "二年"}, "1から60までの整数"),
        ({"is_true": ""}, "チェックを入れてください"),
        ({"advisory_work": "yes", "advisory_last_day": "昨日", "advisory_description": "講師"}, "日付として読めません"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    client, taken, colleague, facts, words
):
    client.force_login(colleague)
    sent = answers(financial="yes", financial_text="株式を100株持っています。") | facts
    answer = client.post(url("independence", taken), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "株式を100株持っています。" in answer.content.decode()
    assert not IndependenceStatement.objects.exists()


def test_an_old_page_is_told_so_and_can_be_sent_again(client, taken, colleague):
    client.force_login(colleague)
    client.post(url("independence", taken), answers())
    sent = answers(family="yes", family_text=COUSIN)
    answer = client.post(url("independence", taken), sent)
    assert answer.status_code == 409
    assert "ほかの画面で先に確認しています" in answer.content.decode()
    assert COUSIN in answer.content.decode()
    assert 'name="version" value="1"' in answer.content.decode()


def test_what_was_said_is_for_the_member_and_the_leads(client, taken, colleague):
    taken.confirm(taken.lead).confirm(colleague, interests={"family": COUSIN})
    other = taken.auditor()
    for reader, reads in ((taken.lead, True), (colleague, True), (other, False)):
        assert (COUSIN in page(client, reader, url("team", taken))) == reads
    assert "内容は、本人と監査責任者が閲覧できます。" in page(client, other, url("team", taken))


def test_the_provider_reads_the_names_of_confirmed_members_alone(client, taken, colleague):
    taken.confirm(taken.lead, advisory_work=True, advisory_description=ADVICE)
    nobody = "独立性を確認した監査人は、まだいません。"
    assert nobody in page(client, taken.approver, url("engagement", taken))
    taken.confirm(taken.lead)
    shown = page(client, taken.approver, url("engagement", taken))
    assert f"<li>{taken.lead.name}</li>" in shown
    assert nobody not in shown
    assert colleague.name not in shown
    assert ADVICE not in shown
    assert "独立性に問題あり" not in shown
    assert client.get(url("team", taken)).status_code == 403


def test_the_lead_sees_who_is_missing_and_why_somebody_cannot_be_chosen(client, taken, colleague):
    assert "本人の独立性の確認を待っています。" in page(
        client, taken.lead, url("engagement", taken)
    )
    taken.confirm(colleague, interests={"family": COUSIN})
    client.post(
        url("team_end", taken, taken.engagement.members.get(person=colleague).pk),
        {"reason": "独立性に問題があるため。"},
    )
    shown = page(client, taken.lead, url("team_assign", taken))
    assert "家族・親族の関係があるため" in shown
    refused = client.post(url("team_assign", taken), {"person": str(colleague.pk)})
    assert refused.status_code == 422
    assert f"{colleague.name}さんは監査チームに加えられません。" in refused.content.decode()


def test_the_desk_says_what_is_left_to_do(client, taken, colleague):
    left = "監査チームで独立性を確認すると、言明を閲覧できます。"
    assert left in page(client, colleague, reverse("desks:home"))
    taken.confirm(colleague)
    assert left not in page(client, colleague, reverse("desks:home"))


def test_a_lead_assigns_from_the_page(client, taken):
    free = person(Role.AUDIT_MEMBER, organisation=taken.firm)
    client.force_login(taken.lead)
    assert client.post(url("team_assign", taken), {"person": str(free.pk)}).status_code == 302
    assert taken.engagement.members.live().filter(person=free).exists()


def test_members_know_their_engagements_only(client, taken, colleague, small_edition):
    other = audit(small_edition, organisation=provider(corporate_number="7999900000002"))
    other.firm, other.lead = taken.firm, taken.lead
    other.commission().take()
    client.force_login(colleague)
    assert client.get(url("engagement", other)).status_code == 404
    listed = client.get(reverse("audits:engagements")).content.decode()
    assert (url("engagement", taken) in listed, url("engagement", other) in listed) == (True, False)
    home = client.get(reverse("desks:home")).content.decode()
    assert (url("engagement", taken) in home, url("engagement", other) in home) == (True, False)


def test_the_plan_is_for_the_confirmed_team(client, small_edition):
    found = planned(small_edition)
    found.audit.commission().take()
    address = found.cycle.get_absolute_url()
    client.force_login(found.audit.lead)
    assert client.get(address).status_code == 404
    found.audit.confirm(found.audit.lead)
    assert client.get(address).status_code == 200
    client.force_login(person(Role.AUDIT_LEAD, organisation=found.audit.firm))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("people", [1, 4])
def test_the_pages_take_the_same_queries_whatever_the_team(client, taken, people):
    taken.confirm(taken.lead)
    for _index in range(people):
        taken.auditor()
    client.force_login(taken.lead)
    # Session, person and memberships, then the engagement and what the page is about.
    for name, count in (("engagement", 15), ("team", 6), ("team_assign", 9), ("independence", 8)):
        client.get(url(name, taken))
        with counted_queries() as queries:
            client.get(url(name, taken))
        assert len(queries) == count, (name, queries)
