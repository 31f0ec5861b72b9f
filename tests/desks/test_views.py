"""The start page: three desks at one address, each with what waits for its reader."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from registrations.services.application import open_application
from tests.accounts.factories import OrganisationFactory, UserFactory, person
from tests.audits.cycles import declared
from tests.audits.factories import audit
from tests.counting import counted_queries
from tests.registrations.factories import case, provider

pytestmark = pytest.mark.django_db
HOME = "/app/"


def page_of(client, user) -> str:
    """The start page as this person sees it."""
    client.force_login(user)
    answer = client.get(HOME)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_provider_without_services_is_told_how_to_begin(client):
    page = page_of(client, person(Role.CSP_EDITOR))
    assert "サービスがまだありません" in page
    assert reverse("declarations:service-create") in page


def test_a_provider_sees_the_next_thing_to_do(client, small_edition):
    found = audit(small_edition)
    commission = reverse("audits:commission", args=[found.declaration.pk])
    assert commission in page_of(client, found.approver)
    found.commission()
    assert found.engagement.get_absolute_url() in page_of(client, found.approver)
    found.accept().file_report()
    assert reverse("audits:internal_audits") in page_of(client, found.approver)


def test_an_application_of_the_year_before_hides_no_step_of_this_year(client, small_edition):
    found = audit(small_edition).commission().accept().file_report()
    application = open_application(
        service_id=found.declaration.service_id,
        declaration_id=found.declaration.pk,
        actor=found.editor,
    )
    assert "申請の状況を見る" in page_of(client, found.approver)
    following = declared(found, found.declaration.period_end + timedelta(days=1))
    page = page_of(client, found.approver)
    assert reverse("audits:commission", args=[following.pk]) in page
    assert application.get_absolute_url() in page


def test_a_provider_sees_its_registration(client, small_edition):
    decided = case(small_edition).apply().file().accept().review()
    decided.decide(number="L26-0001")
    page = page_of(client, decided.editor)
    assert "L26-0001" in page
    assert "次の期間の言明を始める" in page


def test_a_provider_sees_nothing_of_another(client, small_edition):
    case(small_edition).apply().file()
    assert "みなと文書共有クラウド" not in page_of(client, person(Role.CSP_EDITOR))


def test_a_firm_sees_what_waits_for_its_answer(client, small_edition):
    found = audit(small_edition).commission()
    assert "みなと文書共有クラウド" in page_of(client, found.lead)
    assert "みなと文書共有クラウド" not in page_of(client, person(Role.AUDIT_LEAD))


def test_the_secretariat_sees_filed_cases_and_members_accepted_ones(client, small_edition):
    filed = case(small_edition).apply().file()
    assert "みなと文書共有クラウド" in page_of(client, filed.secretary)
    assert "みなと文書共有クラウド" not in page_of(client, filed.members[0])
    filed.accept()
    assert "みなと文書共有クラウド" in page_of(client, filed.members[0])


def test_a_member_sees_which_proposals_wait_for_a_vote(client, small_edition):
    reviewed = case(small_edition).apply().file().accept().review()
    proposal = reviewed.propose()
    assert "表決待ち" in page_of(client, reviewed.members[0])
    reviewed.vote(proposal, reviewed.members[0])
    assert "表決済み" in page_of(client, reviewed.members[0])


def test_an_administrator_starts_with_organisations_and_is_offered_no_cases(client, small_edition):
    case(small_edition).apply().file()
    page = page_of(client, person(Role.SYSTEM_ADMIN))
    for route in ("create_organisation", "organisations", "audit_bodies"):
        assert reverse(f"accounts:{route}") in page
    assert reverse("registrations:queue") not in page


def test_a_person_without_a_membership_is_told_so(client):
    assert "所属がありません" in page_of(client, UserFactory())


@pytest.mark.parametrize("services", [1, 3])
def test_the_desk_of_a_provider_takes_the_same_queries(client, small_edition, services):
    own = provider()
    for number in range(services):
        case(small_edition, organisation=own, name=f"サービス{number}")
    client.force_login(person(Role.CSP_EDITOR, organisation=own))
    with counted_queries() as queries:
        client.get(HOME)
    assert len(queries) == 15


@pytest.mark.parametrize("cases", [1, 3])
def test_the_desk_of_the_secretariat_takes_the_same_queries(client, small_edition, cases):
    for number in range(cases):
        own = OrganisationFactory(
            name=f"事業者{number}",
            corporate_number=f"899990000000{number}",
            address="見本県",
            representative_title="社長",
            representative_name="見本",
            profile="見本",
        )
        case(small_edition, organisation=own).apply().file()
    client.force_login(person(Role.SECRETARIAT))
    with counted_queries() as queries:
        client.get(HOME)
    assert len(queries) == 6


def test_the_navigation_marks_where_the_reader_is(client, small_edition):
    found = audit(small_edition)
    client.force_login(found.editor)
    page = client.get(found.declaration.get_absolute_url()).content.decode()
    current = page[page.index('aria-current="page"') - 200 : page.index('aria-current="page"') + 60]
    assert reverse("declarations:services") in current
