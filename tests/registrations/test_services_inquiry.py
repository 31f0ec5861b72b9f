"""Correction and inquiry: asking, answering, filing again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import Role
from controls.enums import ParameterState
from controls.models import SchemeParameter
from core import jobs
from core.calendar import add_working_days
from core.exceptions import DomainError, TransitionNotAllowedError
from core.models import Job
from declarations.services import declaration as declaration_services
from declarations.services import fixing
from registrations.enums import ApplicationState, RequestKind
from registrations.services import inquiry
from tests.accounts.factories import person
from tests.controls.factories import SchemeParameterFactory
from tests.registrations.factories import audited

pytestmark = pytest.mark.django_db


def test_a_correction_is_asked_without_a_due_date_while_the_scheme_gives_none(filed):
    application = filed.ask_correction().application
    request = application.requests.get()
    assert (application.state, request.kind) == (
        ApplicationState.IN_CORRECTION,
        RequestKind.CORRECTION,
    )
    assert (request.question, request.due_on) == ("役員名簿が足りません。", None)
    line = application.history.last()
    assert (line.reason, line.article) == (request.question, "登録規則 5［未確認］")


def test_the_due_date_follows_the_parameter_in_working_days(filed):
    set_parameter("correction_due_days", 10)
    request = filed.ask_correction().application.requests.get()
    assert request.due_on == add_working_days(timezone.localdate(), 10)


def test_a_due_date_entered_by_hand_wins_over_the_parameter(filed):
    set_parameter("correction_due_days", 10)
    day = timezone.localdate() + timedelta(days=3)
    assert filed.ask_correction(due_on=day).application.requests.get().due_on == day


def test_a_due_date_in_the_past_is_refused(filed):
    with pytest.raises(DomainError, match="回答期限"):
        filed.ask_correction(due_on=timezone.localdate() - timedelta(days=1))


def test_a_correction_mail_carries_the_question_to_the_applicant(filed):
    filed.ask_correction()
    jobs.run(Job.objects.order_by("created_at").last().pk)
    assert {message.to[0] for message in mail.outbox} == {filed.editor.email, filed.approver.email}
    assert "役員名簿が足りません。" in mail.outbox[0].body


def test_resubmitting_answers_and_keeps_the_first_filing(filed):
    first_filed_at = filed.application.filed_at
    application = filed.ask_correction().resubmit().application
    request = application.requests.get()
    assert (application.state, application.filed_at) == (ApplicationState.FILED, first_filed_at)
    assert (request.answer, request.answered_by) == ("役員名簿を追加しました。", filed.approver)
    assert application.history.last().action == "resubmit"


def test_resubmitting_with_a_newer_version_opens_it_to_the_secretariat(filed):
    filed.ask_correction()
    newer = filed.revise()
    application = filed.resubmit(declaration_id=newer.pk).application
    newer.refresh_from_db()
    assert application.declaration == newer
    assert newer.reached_secretariat_at is not None


def test_resubmitting_the_replaced_version_is_refused(filed):
    filed.ask_correction()
    filed.revise()
    with pytest.raises(DomainError, match="確定した言明"):
        filed.resubmit()


def test_resubmitting_needs_the_audits_of_the_newer_version(filed):
    filed.ask_correction()
    newer = declaration_services.revise_declaration(
        declaration_id=filed.declaration.pk, actor=filed.editor
    )
    submitted = fixing.submit_declaration(declaration_id=newer.pk, actor=filed.editor)
    fixing.fix_declaration(
        declaration_id=newer.pk, actor=filed.approver, version=submitted.row_version
    )
    with pytest.raises(DomainError, match="実施結果報告書"):
        filed.resubmit(declaration_id=newer.pk)


def test_resubmitting_is_refused_to_who_edited_the_newer_version(filed):
    """Whoever filed first may have written the newer version since: then somebody else files it."""
    filed.ask_correction()
    newer = declaration_services.revise_declaration(
        declaration_id=filed.declaration.pk, actor=filed.approver
    )
    second = person(Role.CSP_APPROVER, organisation=filed.service.organisation)
    submitted = fixing.submit_declaration(declaration_id=newer.pk, actor=filed.editor)
    fixing.fix_declaration(declaration_id=newer.pk, actor=second, version=submitted.row_version)
    audited(newer)
    with pytest.raises(PermissionDenied):
        filed.resubmit(declaration_id=newer.pk)
    filed.application.refresh_from_db()
    done = inquiry.resubmit(
        application_id=filed.application.pk,
        actor=second,
        version=filed.application.row_version,
        answer="新しい版を提出します。",
        declaration_id=newer.pk,
    )
    assert (done.filed_by, done.declaration) == (second, newer)


def test_resubmitting_needs_an_answer(filed):
    filed.ask_correction()
    with pytest.raises(DomainError, match="回答を入力"):
        filed.resubmit(answer="　")


def test_an_inquiry_keeps_its_controls_in_catalogue_order(reviewed):
    application = reviewed.inquire(control_numbers="9.4.2.2.b、 6.1.1.1　4.4.1").application
    request = application.requests.get()
    assert request.numbers == ["4.4.1", "6.1.1.1", "9.4.2.2.B"]
    assert application.state == ApplicationState.IN_INQUIRY
    assert application.history.last().article == "登録規則 6［未確認］"


def test_an_inquiry_about_unknown_controls_is_refused_by_name(reviewed):
    with pytest.raises(DomainError, match=r"9\.9\.9\.9、99"):
        reviewed.inquire(control_numbers="6.1.1.1 9.9.9.9 99")


def test_an_inquiry_with_a_due_date_by_the_parameter(reviewed):
    set_parameter("inquiry_response_due_days", 5)
    request = reviewed.inquire().application.requests.get()
    assert request.due_on == add_working_days(timezone.localdate(), 5)


def test_an_answer_returns_the_case_to_the_review_and_tells_the_secretariat(reviewed):
    application = reviewed.inquire().answer().application
    assert application.state == ApplicationState.UNDER_REVIEW
    assert application.requests.get().answered_by == reviewed.editor
    jobs.run(Job.objects.order_by("created_at").last().pk)
    (message,) = mail.outbox
    assert message.to == [reviewed.secretary.email]
    assert "四半期ごとに行っています。" in message.body


def test_asking_is_for_the_secretariat_alone(filed):
    for role in (Role.COMMITTEE_MEMBER, Role.CSP_APPROVER):
        with pytest.raises(PermissionDenied):
            inquiry.request_correction(
                application_id=filed.application.pk, actor=person(role), version=2, question="？"
            )


def test_answering_is_for_the_applicant_alone(reviewed):
    reviewed.inquire()
    for role in (Role.SECRETARIAT, Role.CSP_EDITOR):
        with pytest.raises(PermissionDenied):
            inquiry.answer_inquiry(
                application_id=reviewed.application.pk, actor=person(role), version=5, answer="！"
            )


def test_acts_are_refused_from_other_states(prepared):
    application = prepared.application
    with pytest.raises(TransitionNotAllowedError):
        prepared.inquire()
    with pytest.raises(TransitionNotAllowedError):
        prepared.resubmit()
    with pytest.raises(TransitionNotAllowedError):
        prepared.answer()
    assert application.requests.count() == 0


def set_parameter(name: str, value: int) -> None:
    """The value that holds from today on; the shipped row without a value ends before."""
    shipped = SchemeParameter.objects.get(name=name, state=ParameterState.PUBLISHED)
    yesterday = timezone.localdate() - timedelta(days=1)
    SchemeParameter.objects.filter(pk=shipped.pk).update(in_force_until=yesterday)
    now = timezone.now()
    SchemeParameterFactory(
        name=name, value=value, in_force_from=timezone.localdate(), state=ParameterState.PUBLISHED,
        published_by=person(Role.COMMITTEE_MEMBER), published_at=now,
    )  # fmt: skip
