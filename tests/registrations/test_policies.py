"""Every role against every policy. A policy looks at persons and organisations, never at states."""

import pytest

from accounts.enums import Role
from registrations.policies import application as application_policies
from registrations.policies import decision as decision_policies
from registrations.services.conflict import declare_conflict
from tests.accounts.factories import person
from tests.registrations.factories import Case

pytestmark = pytest.mark.django_db

APPLICANT = {"editor", "approver"}
ABOUT_APPLICATION = {
    application_policies.can_file_application: {"approver"},
    application_policies.can_resubmit_application: {"approver"},
    application_policies.can_withdraw_application: {"approver"},
    application_policies.can_answer: APPLICANT,
    application_policies.is_applicant: APPLICANT,
    application_policies.can_request_paper: APPLICANT,
    application_policies.can_review: {"secretary"},
    decision_policies.can_propose: {"secretary"},
}
ABOUT_NOTHING = {
    application_policies.can_see_own_applications: {"editor", "approver", "other_approver"},
    decision_policies.can_see_proposals: {"secretary", "member", "second_member"},
    decision_policies.can_declare_conflict: {"member", "second_member"},
}


def people(found: Case) -> dict:
    """One person for each relation to the case."""
    return {
        "editor": found.editor,
        "approver": found.approver,
        "secretary": found.secretary,
        "member": found.members[0],
        "second_member": found.members[1],
        "other_approver": person(Role.CSP_APPROVER),
        "auditor": person(Role.AUDIT_LEAD),
        "administrator": person(Role.SYSTEM_ADMIN),
    }


def test_policies_about_an_application(prepared):
    everybody = people(prepared)
    for policy, allowed in ABOUT_APPLICATION.items():
        found = {name for name, user in everybody.items() if policy(user, prepared.application)}
        assert found == allowed, policy.__name__


def test_policies_about_nobody_in_particular(prepared):
    everybody = people(prepared)
    for policy, allowed in ABOUT_NOTHING.items():
        assert {name for name, user in everybody.items() if policy(user)} == allowed, policy


def test_beginning_is_for_the_providers_own_people(prepared):
    policy = application_policies.can_prepare_application
    found = {n for n, user in people(prepared).items() if policy(user, prepared.service)}
    assert found == APPLICANT


def test_voting_is_for_members_without_a_conflict(reviewed):
    proposal = reviewed.propose()
    everybody = people(reviewed)

    def voters() -> set[str]:
        return {n for n, user in everybody.items() if decision_policies.can_vote(user, proposal)}

    assert voters() == {"member", "second_member"}
    conflict = declare_conflict(
        actor=reviewed.members[1],
        organisation_id=reviewed.service.organisation_id,
        reason="受託している。",
    )
    assert voters() == {"member"}
    may_end = {n for n, u in everybody.items() if decision_policies.can_end_conflict(u, conflict)}
    assert may_end == {"second_member"}
