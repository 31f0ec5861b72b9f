"""Who hears of a nonconformity: whoever has to act next, once, without a word of what was found."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail

from accounts.enums import Role
from audits.services.internal import findings
from audits.services.remedy_reminders import remind_of_overdue_remedies
from core import jobs
from core.models import Job
from tests.accounts.factories import person
from tests.audits.internal import CONTROL, TODAY, running

pytestmark = pytest.mark.django_db


def sent() -> set[str]:
    """To whom the waiting jobs write; no mail quotes the fact, the cause or the action."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind__startswith="audits.", state="pending").order_by("pk"):
        jobs.run(job.pk)
    for one in mail.outbox:
        assert "棚卸しの記録" not in one.body + one.subject
        assert "様式" not in one.body + one.subject
    return {address for one in mail.outbox for address in one.to}


@pytest.fixture
def run(small_edition):
    return running(small_edition, CONTROL)


@pytest.fixture
def owner(run):
    return person(Role.CSP_EDITOR, organisation=run.around.declaration.service.organisation)


def test_each_act_is_told_to_who_acts_next(run, owner):
    sent()
    found = run.fail()
    assert sent() == {run.approver.email}
    action = run.answer(found, owner)
    assert sent() == {owner.email}
    run.finish(action)
    assert sent() == {run.auditor.email}
    run.verify(action)
    assert sent() == {owner.email}
    assert sent() == set()


def test_nobody_hears_of_an_own_act_and_a_second_click_tells_nothing(run):
    found = run.fail()
    sent()
    key = uuid.uuid4()
    facts = findings.AnswerFacts("原因", "処置", run.editor.pk, TODAY + timedelta(days=3))
    for _click in range(2):
        findings.answer_nonconformity(
            nonconformity_id=found.pk, actor=run.editor, creation_key=key, facts=facts
        )
    assert sent() == set()
    kind = "audits.send_nonconformity_mail"
    assert Job.objects.filter(kind=kind, state="done").count() == 2


def test_an_overdue_action_is_reminded_of_once_until_it_is_done(run, owner):
    action = run.answer(run.fail(), owner)
    sent()
    assert remind_of_overdue_remedies(today=action.due) == 0
    late = action.due + timedelta(days=1)
    for expected in ({owner.email, run.approver.email}, set()):
        assert remind_of_overdue_remedies(today=late) == 1
        assert sent() == expected
    run.finish(action)
    assert remind_of_overdue_remedies(today=late) == 0


def test_an_action_done_meanwhile_and_one_of_a_withdrawn_fact_are_not_reminded_of(run, owner):
    done = run.answer(run.fail(), owner)
    sent()
    remind_of_overdue_remedies(today=done.due + timedelta(days=1))
    run.finish(done)
    assert sent() == {run.auditor.email}


def test_who_left_hears_nothing(run, owner):
    action = run.answer(run.fail(), owner)
    sent()
    owner.memberships.update(ends_on=TODAY - timedelta(days=1))
    remind_of_overdue_remedies(today=action.due + timedelta(days=1))
    assert sent() == {run.approver.email}
