"""What pages are told: buttons, the journey, the checklist, history without secrets, the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from controls.rules import Rules
from core.months import add_months
from declarations.enums import Adoption
from declarations.services import declaration as declaration_services
from registrations.completeness import requirements
from registrations.enums import ApplicationMove, DecisionState
from registrations.models import Application
from registrations.selectors import application as selectors
from registrations.selectors import decision as decision_selectors
from registrations.selectors import queue as queue_selectors
from registrations.selectors import statements as statement_selectors
from registrations.selectors.begin import declarations_to_apply_with, outcome, plan
from registrations.services.conflict import declare_conflict
from tests.accounts.factories import person
from tests.registrations.factories import case, provider

pytestmark = pytest.mark.django_db
A = ApplicationMove


def moves(user, found) -> list[str]:
    return [button.move for button in selectors.allowed_moves(user, found.application)]


def test_buttons_cross_workflow_and_policies(prepared):
    editor, approver = prepared.editor, prepared.approver
    secretary, member = prepared.secretary, prepared.members[0]
    assert moves(editor, prepared) == []
    assert moves(approver, prepared) == [A.FILE, A.WITHDRAW]
    prepared.file()
    assert moves(secretary, prepared) == [A.ACCEPT, A.REQUEST_CORRECTION]
    prepared.ask_correction()
    assert moves(approver, prepared) == [A.RESUBMIT, A.WITHDRAW]
    assert moves(secretary, prepared) == []
    prepared.resubmit().accept()
    assert moves(secretary, prepared) == [A.START_REVIEW]
    prepared.review()
    assert moves(secretary, prepared) == [A.REFER, A.INQUIRE]
    prepared.inquire()
    assert moves(editor, prepared) == [A.ANSWER]
    prepared.answer().propose()
    assert moves(secretary, prepared) == [A.AMEND]
    assert moves(member, prepared) == []
    prepared.withdraw()
    assert [moves(user, prepared) for user in (approver, secretary, member)] == [[], [], []]


def test_the_journey_is_derived_from_the_records(prepared):
    def present() -> str:
        clearances = selectors.clearances_of(prepared.declaration)
        steps = selectors.journey(prepared.application, clearances)
        return next((step["label"] for step in steps if step["state"] == "now"), "")

    seen = [present()]
    for act in (prepared.file, prepared.ask_correction, prepared.resubmit, prepared.accept):
        act()
        seen.append(present())
    prepared.review().propose()
    seen.append(present())
    prepared.withdraw()
    seen.append(present())
    assert seen == ["申請", "受理", "申請", "受理", "審査", "付議", ""]


def test_the_checklist_says_what_is_missing_and_where_it_is_mended(small_edition):
    found = case(small_edition, organisation=provider(representative_title="")).apply()
    items = {
        item.requirement.key: item
        for item in selectors.checklist(found.approver, found.application, now=timezone.now())
    }
    assert [key for key, item in items.items() if not item.requirement.is_met] == ["provider"]
    missing = items["provider"]
    assert "代表者の役職" in missing.requirement.mend
    assert missing.url == f"/app/organisations/{found.application.organisation_id}/"


def test_the_audits_are_asked_of_the_very_version(prepared):
    prepared.application.declaration = declaration_services.revise_declaration(
        declaration_id=prepared.declaration.pk, actor=prepared.editor
    )
    today = timezone.localdate()
    found = requirements(prepared.application, today=today, valid_until=None, rules=Rules.at(today))
    unmet = {item.key for item in found if not item.is_met}
    assert unmet == {"declaration", "external_audit", "internal_audit"}


SECRETS = {
    "proposal": "秘密の決定案の理由",
    "amended": "秘密の変更した理由",
    "vote": "秘密の賛成の理由",
    "dissent": "秘密の反対の理由",
}


@pytest.fixture
def decided(reviewed):
    """A case with everything that an applicant must not read, decided in the end."""
    reviewed.propose(reason=SECRETS["proposal"])
    second = reviewed.propose(reason=SECRETS["amended"])
    reviewed.vote(second, reviewed.members[0], reason=SECRETS["vote"])
    reviewed.vote(second, reviewed.members[1], agrees=False, reason=SECRETS["dissent"])
    reviewed.decide(reason="登録要件を満たしています。")
    return reviewed


def test_reviewers_read_the_whole_history(decided):
    lines = selectors.history_for(decided.secretary, decided.application)
    everything = repr(lines)
    assert all(secret in everything for secret in SECRETS.values())
    assert lines[0].actor.startswith(decided.members[1].name)


def test_applicants_read_no_proposal_no_vote_and_no_members_name(decided):
    """The canaries are there for reviewers (test above), so this test has something to find."""
    lines = selectors.history_for(decided.approver, decided.application)
    everything = repr(lines)
    assert not any(secret in everything for secret in SECRETS.values())
    assert not any(member.name in everything for member in decided.members)
    assert not {A.AMEND, A.RETURN} & {line.action for line in lines}
    assert (lines[0].action, lines[0].actor) == (A.GRANT, "運営委員会")
    assert lines[0].reason == "登録要件を満たしています。"
    assert [line.reason for line in lines if line.action == A.REFER] == ["", ""]


def test_votes_are_shown_after_the_proposal_is_closed(reviewed):
    proposal = reviewed.propose()
    reviewed.vote(proposal, reviewed.members[0], reason=SECRETS["vote"])
    voter, other = reviewed.members[:2]

    def seen(user):
        (found,) = decision_selectors.proposals(user, reviewed.application)
        return found

    assert seen(voter).own_vote.reason == SECRETS["vote"]
    assert (seen(other).own_vote, seen(other).votes) == (None, [])
    assert (seen(reviewed.secretary).votes, seen(reviewed.secretary).votes_cast) == ([], 1)
    reviewed.vote(proposal, other, agrees=False, reason=SECRETS["dissent"])
    assert [vote.reason for vote in seen(other).votes] == [SECRETS["vote"], SECRETS["dissent"]]


def panel(user, found):
    (proposal,) = decision_selectors.proposals(user, found.application)
    able = decision_selectors.voters_on(proposal)
    return decision_selectors.voting_panel(user, proposal, able)


def test_the_panel_says_why_somebody_cannot_vote(reviewed):
    proposal = reviewed.propose()
    assert panel(reviewed.members[0], reviewed).can_vote
    assert not panel(reviewed.secretary, reviewed).is_member
    reviewed.vote(proposal, reviewed.members[0])
    assert "賛成" in panel(reviewed.members[0], reviewed).obstacle
    conflict(reviewed.members[1], reviewed)
    assert "利益相反" in panel(reviewed.members[1], reviewed).obstacle
    assert panel(reviewed.members[2], reviewed).can_vote


def test_members_see_their_cases_with_their_own_part(reviewed):
    reviewed.vote(reviewed.propose(), reviewed.members[0])
    conflict(reviewed.members[1], reviewed)
    seen = [
        (found.has_voted, found.has_conflict)
        for member in reviewed.members
        for found in decision_selectors.member_cases(member)
    ]
    assert seen == [(True, False), (False, True), (False, False)]


def test_the_queue_filters_by_state_kind_and_folded_text(reviewed, small_edition):
    organisation = provider(
        name="架空システムズ", search_key="架空システムズ", corporate_number="7999900000002"
    )
    other = case(small_edition, name="ＡＢＣ電子申請", organisation=organisation)
    other.apply().file()
    reviewed.decide()

    def found(**wanted) -> list[Application]:
        criteria = {"state": "open", "kind": "", "text": ""} | wanted
        return list(queue_selectors.queue(reviewed.secretary, **criteria))

    assert found() == [other.application]
    assert found(state="granted") == [reviewed.application]
    assert set(found(state="all")) == {other.application, reviewed.application}
    assert found(kind="renewal") == []
    assert found(text="abc") == found(text="架空　ｼｽﾃﾑｽﾞ") == [other.application]
    assert found(text="みなと") == []


def test_the_queue_counts_working_days_and_gives_the_target_with_its_status(filed):
    filed.accept()
    today = timezone.localdate() + timedelta(days=14)
    (row,) = queue_selectors.queue_rows([filed.application], today=today)
    accepted_on = timezone.localdate(filed.application.accepted_at)
    assert 6 <= row.working_days <= 10
    assert (row.target.on, row.target.status_label) == (add_months(accepted_on, 6), "推定")
    filed.withdraw()
    (row,) = queue_selectors.queue_rows([filed.application], today=today)
    assert row.working_days is None


def test_statements_are_read_from_the_snapshot_by_section_and_filter(filed):
    page = statement_selectors.statement_page(filed.declaration, number="9.4.2.2.B")
    assert page.current.number == "9.4"
    assert [row["number"] for row in page.objectives[0].statements] == ["9.4.2.2.B", "9.4.2.3.P"]
    assert [(one.value, one.count) for one in page.filters] == [
        ("", 13), (Adoption.ADOPTED, 13), (Adoption.NOT_SELECTED, 0), ("released", 0),
    ]  # fmt: skip
    nothing = statement_selectors.statement_page(filed.declaration, show="released")
    assert (nothing.current, nothing.objectives) == (None, [])


def test_links_lead_to_the_place_of_a_control(filed):
    base = f"/app/applications/{filed.application.pk}/statements/"
    found = [
        statement_selectors.statement_url(filed.application, number)
        for number in ("9.4.2.2.B", "6.3.1.P")
    ]
    assert found == [f"{base}?number=9.4.2.2.B#c-9422b", f"{base}?number=6.3.1.P#o-631p"]


def test_what_one_can_apply_with_and_what_it_would_be(small_edition):
    found = case(small_edition)
    assert declarations_to_apply_with(found.editor) == [found.declaration]
    assert declarations_to_apply_with(person(Role.CSP_EDITOR)) == []
    assert plan(found.declaration, now=timezone.now()).kind_label == "新規"
    found.apply()
    assert declarations_to_apply_with(found.editor) == []
    found.file().accept().review().decide(number="C26-0001")
    assert declarations_to_apply_with(found.editor) == []
    assert plan(found.declaration, now=timezone.now()).number == "C26-0001"
    result = outcome(found.application)
    assert (result.number, result.reason) == ("C26-0001", "登録要件を満たしています。")


def test_the_outcome_of_a_refusal_is_its_reason(reviewed):
    assert outcome(reviewed.application) is None
    proposal = reviewed.decide(grant=False, reason="要件を満たしていません。")
    assert proposal.state == DecisionState.CARRIED
    assert outcome(reviewed.application).reason == "要件を満たしていません。"


def conflict(member, found) -> None:
    declare_conflict(
        actor=member, organisation_id=found.service.organisation_id, reason="受託している。"
    )
