"""Pages of the committee: proposing, voting in two steps, the outcome, conflicts of interest."""

import pytest

from accounts.enums import Role
from accounts.models import User
from registrations.enums import ApplicationState, DecisionState
from registrations.models import ConflictOfInterest, Decision, Vote
from registrations.services.conflict import declare_conflict
from tests.accounts.factories import person
from tests.registrations.pages import links, text, url, value

pytestmark = pytest.mark.django_db


def propose(client, found, **data):
    client.force_login(found.secretary)
    address = url("propose", found.application.pk)
    page = client.get(address)
    typed = {"judgement": "grant", "registration_number": "C26-0001", "reason": "要件を満たす。"}
    response = client.post(address, typed | {"version": value(page, "version")} | data)
    found.application.refresh_from_db()
    return response


def vote(client, proposal: Decision, step: str, **data):
    typed = {"version": proposal.proposal_version, "vote": "agree", "reason": "", "step": step}
    return client.post(url("vote", proposal.pk), typed | data)


def conflict(member, found) -> ConflictOfInterest:
    return declare_conflict(
        actor=member, organisation_id=found.service.organisation_id, reason="受託している。"
    )


def test_proposing_refers_the_case(client, reviewed):
    response = propose(client, reviewed)
    assert response.url == url("decision", reviewed.application.pk)
    page = text(client.get(response.url))
    assert "C26-0001" in page
    assert "登録規則 7［未確認］" in page
    assert "表決した委員は0名です" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"registration_number": ""}, "登録番号を入力してください"),
        ({"registration_number": "C" * 41}, "40字以内"),
        ({"judgement": ""}, "決定案を選んでください"),
        ({"reason": ""}, "入力してください"),
    ],
)
def test_a_proposal_with_a_mistake_says_so(client, reviewed, data, sentence):
    response = propose(client, reviewed, **data)
    assert response.status_code == 422
    assert sentence in text(response)


def test_a_refusal_needs_no_number(client, reviewed):
    propose(client, reviewed, judgement="refuse", registration_number="")
    assert reviewed.application.decisions.get().registration_number == ""


def test_amending_begins_with_the_present_proposal(client, reviewed):
    propose(client, reviewed)
    page = client.get(url("propose", reviewed.application.pk))
    assert value(page, "reason") == "要件を満たす。"
    assert "いまの版への表決は無効になります" in text(page)
    propose(client, reviewed, reason="補いました。")
    assert reviewed.application.decisions.open().get().proposal_version == 2


def test_too_few_members_is_said_to_secretariat_and_members(client, reviewed):
    propose(client, reviewed)
    free = reviewed.members[0]
    for member in User.objects.filter(memberships__role=Role.COMMITTEE_MEMBER).exclude(pk=free.pk):
        conflict(member, reviewed)
    sentence = "この案件で表決できる運営委員は1名です"
    for user in (reviewed.secretary, free):
        client.force_login(user)
        assert sentence in text(client.get(url("decision", reviewed.application.pk)))
    proposal = reviewed.application.decisions.get()
    assert vote(client, proposal, "cast").status_code == 422
    assert not Vote.objects.exists()
    assert propose(client, reviewed).status_code == 422


def test_a_vote_is_shown_once_more_before_it_is_cast(client, reviewed):
    proposal = reviewed.propose()
    client.force_login(reviewed.members[0])
    page = client.get(url("decision", reviewed.application.pk))
    assert value(page, "version") == "1"
    check = vote(client, proposal, "check", reason="異議ありません。")
    assert check.status_code == 200
    assert "賛成する" in text(check)
    assert value(check, "reason") == "異議ありません。"
    assert not Vote.objects.exists()
    back = vote(client, proposal, "edit", reason="異議ありません。")
    assert value(back, "reason") == "異議ありません。"
    assert not Vote.objects.exists()
    done = vote(client, proposal, "cast", reason="異議ありません。")
    assert done.url == url("decision", reviewed.application.pk)
    assert Vote.objects.get().reason == "異議ありません。"


def test_the_second_agreement_leads_to_number_and_effect(client, reviewed):
    proposal = reviewed.propose(number="C26-0001")
    reviewed.vote(proposal, reviewed.members[0])
    client.force_login(reviewed.members[1])
    response = vote(client, proposal, "cast")
    assert response.url == url("outcome", reviewed.application.pk)
    page = client.get(response.url)
    assert "C26-0001" in text(page)
    assert "有効期間は" in text(page)
    assert any(href.startswith("/list/") for href in links(page))


def test_the_vote_sent_twice_is_one_vote(client, reviewed):
    proposal = reviewed.propose()
    client.force_login(reviewed.members[0])
    assert [vote(client, proposal, "cast").status_code for _time in range(2)] == [302, 302]
    assert Vote.objects.count() == 1


def test_a_dissent_without_reason_is_refused_before_the_check_page(client, reviewed):
    proposal = reviewed.propose()
    client.force_login(reviewed.members[0])
    for step in ("check", "cast"):
        response = vote(client, proposal, step, vote="dissent")
        assert response.status_code == 422
        assert "反対の理由を入力してください" in text(response)
    vote(client, proposal, "cast", vote="dissent", reason="監査の範囲が狭い。")
    reviewed.application.refresh_from_db()
    assert reviewed.application.state == ApplicationState.UNDER_REVIEW
    assert "監査の範囲が狭い。" in text(client.get(url("decision", reviewed.application.pk)))


def test_a_vote_on_an_older_version_is_409_with_the_present_proposal(client, reviewed):
    old = reviewed.propose(number="C26-0001")
    new = reviewed.propose(number="C26-0002", reason="番号を改めました。")
    client.force_login(reviewed.members[0])
    response = vote(client, old, "cast", reason="消えてはいけない")
    assert response.status_code == 409
    page = text(response)
    assert "表決はすでに終わっています" in page
    assert "番号を改めました。" in page
    assert (value(response, "version"), value(response, "reason")) == ("2", "消えてはいけない")
    assert not Vote.objects.exists()
    assert vote(client, new, "cast").status_code == 302


@pytest.mark.parametrize("step", ["check", "cast", "edit"])
def test_voting_is_refused_to_who_may_not(client, reviewed, step):
    proposal = reviewed.propose()
    conflict(reviewed.members[0], reviewed)
    for user, status in (
        (reviewed.members[0], 403),
        (reviewed.secretary, 403),
        (reviewed.approver, 404),
        (person(Role.AUDIT_LEAD), 404),
    ):
        client.force_login(user)
        assert vote(client, proposal, step).status_code == status
    assert not Vote.objects.exists()


def test_votes_of_others_are_hidden_while_the_vote_is_open(client, reviewed):
    proposal = reviewed.propose()
    reviewed.vote(proposal, reviewed.members[0], reason="秘密の賛成の理由")
    for user in (reviewed.members[1], reviewed.secretary):
        client.force_login(user)
        page = client.get(url("decision", reviewed.application.pk)).content.decode()
        assert "秘密の賛成の理由" not in page
        assert reviewed.members[0].name not in page
    reviewed.vote(proposal, reviewed.members[1])
    proposal.refresh_from_db()
    assert proposal.state == DecisionState.CARRIED
    assert "秘密の賛成の理由" in text(client.get(url("decision", reviewed.application.pk)))


def test_the_outcome_waits_for_the_decision(client, reviewed):
    client.force_login(reviewed.members[0])
    response = client.get(url("outcome", reviewed.application.pk))
    assert response.url == url("decision", reviewed.application.pk)


def test_a_members_cases(client, reviewed):
    reviewed.propose()
    client.force_login(reviewed.members[0])
    page = client.get(url("cases"))
    assert url("decision", reviewed.application.pk) in links(page)
    assert "表決待ち" in text(page)
    client.force_login(reviewed.secretary)
    assert client.get(url("cases")).status_code == 403


def test_declaring_and_ending_a_conflict_from_the_case(client, reviewed):
    reviewed.propose()
    member = reviewed.members[0]
    client.force_login(member)
    organisation = reviewed.service.organisation
    page = client.get(url("decision", reviewed.application.pk))
    address = f"{url('declare_conflict')}?organisation={organisation.pk}"
    assert address in links(page)
    data = {"organisation": str(organisation.pk), "reason": "業務を受託している。"}
    assert client.post(address, data).url == url("conflicts")
    assert "表決できません" in text(client.get(url("decision", reviewed.application.pk)))
    declared = ConflictOfInterest.objects.get()
    assert organisation.name in text(client.get(url("conflicts")))
    assert client.post(url("end_conflict", declared.pk)).url == url("conflicts")
    declared.refresh_from_db()
    assert declared.ended_at is not None


def test_conflicts_are_the_members_own(client, reviewed):
    declared = conflict(reviewed.members[0], reviewed)
    client.force_login(reviewed.members[1])
    assert reviewed.service.organisation.name not in text(client.get(url("conflicts")))
    assert client.get(url("end_conflict", declared.pk)).status_code == 404
    for user in (reviewed.secretary, reviewed.approver):
        client.force_login(user)
        assert client.get(url("conflicts")).status_code == 403
        assert client.post(url("declare_conflict")).status_code == 403


def test_a_conflict_with_nobody_is_refused(client, reviewed):
    client.force_login(reviewed.members[0])
    committee = reviewed.members[0].organisation_id
    for organisation in ("", "x", str(committee)):
        response = client.post(
            url("declare_conflict"), {"organisation": organisation, "reason": "受託している。"}
        )
        assert response.status_code == 422
    assert not ConflictOfInterest.objects.exists()
