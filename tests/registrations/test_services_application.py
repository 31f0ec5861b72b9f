"""Preparing, filing, accepting, beginning the review."""

import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import Role
from core import jobs
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from registrations.enums import ApplicationKind, ApplicationMove, ApplicationState
from registrations.models import Application
from registrations.services import application as services
from tests.accounts.factories import person
from tests.registrations.factories import SERVICE, case, provider

pytestmark = pytest.mark.django_db


def last_line(found: Application):
    return found.history.last()


def test_opening_makes_a_new_application_and_records_it(prepared):
    application = prepared.application
    assert (application.kind, application.state) == (
        ApplicationKind.NEW,
        ApplicationState.PREPARING,
    )
    line = last_line(application)
    assert (line.action, line.actor, line.to_state) == ("open", prepared.editor, "preparing")


def test_opening_twice_gives_the_application_that_is_being_prepared(prepared):
    first = prepared.application
    assert prepared.apply().application == first
    assert first.history.count() == 1


def test_opening_with_another_declaration_waits_for_the_open_application(prepared):
    revised = prepared.revise()
    with pytest.raises(DomainError, match="手続中の申請"):
        services.open_application(
            service_id=prepared.service.pk, declaration_id=revised.pk, actor=prepared.editor
        )


def test_opening_is_refused_to_people_of_other_providers(prepared):
    with pytest.raises(PermissionDenied):
        services.open_application(
            service_id=prepared.service.pk,
            declaration_id=prepared.declaration.pk,
            actor=person(Role.CSP_EDITOR),
        )


def test_opening_needs_a_fixed_declaration(prepared):
    prepared.withdraw()
    prepared.revise()
    with pytest.raises(DomainError, match="確定した言明"):
        prepared.apply()


def test_filing_gives_a_receipt_and_records_who_when_and_article(prepared):
    before = timezone.now()
    application = prepared.file(note="よろしくお願いします。").application
    assert (application.state, application.filed_by) == (ApplicationState.FILED, prepared.approver)
    assert re.fullmatch(r"令和\d+年度 第1号", application.receipt_number)
    assert application.filed_at >= before
    line = last_line(application)
    assert (line.action, line.from_state, line.to_state) == ("file", "preparing", "filed")
    assert (line.actor, line.article) == (prepared.approver, "登録規則 4［未確認］")


def test_filing_freezes_what_is_said_beside_the_declaration(prepared):
    application = prepared.file().application
    assert application.particulars["service"]["governing_law"] == SERVICE["governing_law"]
    assert application.particulars["organisation"]["corporate_number"] == "8999900000001"


def test_filing_opens_the_declaration_to_the_secretariat_and_not_yet_to_the_committee(filed):
    filed.declaration.refresh_from_db()
    assert filed.declaration.reached_secretariat_at == filed.application.filed_at
    assert filed.declaration.reached_committee_at is None


def test_filing_tells_the_secretariat_by_mail(prepared):
    prepared.file()
    job = Job.objects.get(subject=f"application:{prepared.application.pk}")
    jobs.run(job.pk)
    (message,) = mail.outbox
    assert message.to == [prepared.secretary.email]
    assert "手続：申請" in message.body
    assert prepared.application.receipt_number in message.body
    assert f"/app/applications/{prepared.application.pk}/" in message.body


def test_filing_twice_gives_the_same_receipt(prepared):
    first = prepared.file().application
    number, filed_at = first.filing_number, first.filed_at
    again = services.file_application(application_id=first.pk, actor=prepared.approver, version=1)
    assert (again.filing_number, again.filed_at) == (number, filed_at)
    assert first.history.filter(action=ApplicationMove.FILE).count() == 1


def test_filing_numbers_run_per_applicant(small_edition):
    organisation = provider()
    numbers = [
        case(small_edition, name=name, organisation=organisation).apply().file().application
        for name in ("みなと文書共有", "みなと電子申請")
    ]
    other = case(small_edition, organisation=provider(corporate_number="7999900000002")).apply()
    assert [one.filing_number for one in numbers] == [1, 2]
    assert other.file().application.filing_number == 1


def test_filing_is_refused_to_who_edited_the_declaration(prepared):
    """Four eyes are a fact about persons: the editor may hold the approver's role as well."""
    both = prepared.editor
    both.memberships.create(
        organisation=prepared.service.organisation,
        role=Role.CSP_APPROVER,
        starts_on=both.memberships.get().starts_on,
    )
    del both.affiliation
    with pytest.raises(PermissionDenied):
        services.file_application(application_id=prepared.application.pk, actor=both, version=1)


@pytest.mark.parametrize(
    "role", [Role.CSP_EDITOR, Role.CSP_APPROVER, Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.AUDIT_LEAD]
)  # fmt: skip
def test_filing_is_refused_to_everybody_else(prepared, role):
    with pytest.raises(PermissionDenied):
        services.file_application(
            application_id=prepared.application.pk, actor=person(role), version=1
        )


def test_filing_names_what_is_missing(small_edition):
    found = case(small_edition, organisation=provider(address="x", corporate_number="")).apply()
    with pytest.raises(DomainError, match="事業者の情報"):
        found.file()


def test_filing_a_stale_page_is_a_conflict(prepared):
    with pytest.raises(EditConflictError):
        services.file_application(
            application_id=prepared.application.pk, actor=prepared.approver, version=7
        )


def test_accepting_starts_the_clock_and_opens_the_declaration_to_the_committee(filed):
    application = filed.accept().application
    assert application.state == ApplicationState.ACCEPTED
    filed.declaration.refresh_from_db()
    assert filed.declaration.reached_committee_at == application.accepted_at
    line = last_line(application)
    assert (line.action, line.article) == ("accept", "登録規則 5［未確認］")


def test_accepting_tells_the_applicant(filed):
    filed.accept()
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert {message.to[0] for message in mail.outbox} == {filed.editor.email, filed.approver.email}
    assert "手続：受理" in mail.outbox[0].body


def test_beginning_the_review_records_it(filed):
    application = filed.accept().review().application
    line = last_line(application)
    assert (line.from_state, line.to_state) == ("accepted", "under_review")
    assert line.article == "登録規則 6［未確認］"


@pytest.mark.parametrize("act", [services.accept_application, services.start_review])
@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.CSP_APPROVER, Role.AUDIT_LEAD])
def test_acts_of_the_secretariat_are_refused_to_others(filed, act, role):
    with pytest.raises(PermissionDenied):
        act(application_id=filed.application.pk, actor=person(role), version=2)


@pytest.mark.parametrize("act", [services.accept_application, services.start_review])
def test_acts_of_the_secretariat_are_refused_from_other_states(prepared, act):
    with pytest.raises(TransitionNotAllowedError):
        act(application_id=prepared.application.pk, actor=prepared.secretary, version=1)


def test_accepting_a_stale_page_is_a_conflict(filed):
    with pytest.raises(EditConflictError):
        services.accept_application(
            application_id=filed.application.pk, actor=filed.secretary, version=1
        )
