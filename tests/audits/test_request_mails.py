"""Mails about evidence requests: to whom, never what was written, and each chaser once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from audits.selectors.request_clock import clock_tag, stage_of
from audits.services.request_chaser import chase_evidence_requests
from core.calendar import add_working_days, is_working_day
from core.models import Job
from tests.audits.factories import auditor_of
from tests.audits.requests import a_file, asking, send_mails

pytestmark = pytest.mark.django_db

# A Thursday; the Monday after it is a holiday (海の日), the day before is a working day.
DUE = date(2026, 7, 16)


@pytest.fixture
def fieldwork(small_edition):
    found = asking(small_edition)
    send_mails()
    mail.outbox.clear()
    return found


def told(morning: date) -> list[str]:
    """Who gets a mail in the morning of that day."""
    sent = len(mail.outbox)
    chase_evidence_requests(today=morning)
    send_mails()
    return sorted(message.to[0] for message in mail.outbox[sent:])


def own(found) -> list[str]:
    return sorted([found.audit.editor.email, found.audit.approver.email])


def test_each_act_is_told_to_the_other_side_without_what_was_written(fieldwork):
    auditor = [fieldwork.auditor.email]
    acts = [
        (lambda: fieldwork.ask(title="秘密の件名", text="秘密の依頼"), own(fieldwork)),
        (lambda: fieldwork.provide(a_file("秘密.pdf"), text="秘密の回答"), auditor),
        (lambda: fieldwork.send_back("秘密の理由"), own(fieldwork)),
        (lambda: fieldwork.provide(text="秘密の再回答"), auditor),
        (fieldwork.accept, own(fieldwork)),
    ]
    for act, readers in acts:
        mail.outbox.clear()
        act()
        send_mails()
        assert sorted(message.to[0] for message in mail.outbox) == readers
        for message in mail.outbox:
            assert fieldwork.request.get_absolute_url() in message.body
            assert "秘密" not in message.subject + message.body


def test_withdrawing_is_told_too(fieldwork):
    fieldwork.ask().withdraw("秘密の理由")
    send_mails()
    assert len(mail.outbox) == 4
    assert all("秘密" not in message.body for message in mail.outbox)


def test_when_the_asker_has_left_who_audits_is_told(fieldwork):
    fieldwork.ask()
    send_mails()
    lead = fieldwork.auditor
    fieldwork.audit.lead = auditor_of(fieldwork.engagement, Role.AUDIT_LEAD)
    today = timezone.localdate()
    Membership.objects.filter(user=lead).update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
    )
    send_mails()
    mail.outbox.clear()
    fieldwork.provide()
    send_mails()
    assert [message.to for message in mail.outbox] == [[fieldwork.auditor.email]]


def test_each_stage_is_told_once_however_often_one_asks(fieldwork):
    due = fieldwork.ask().request.due_on
    send_mails()
    for days in range(-7, 12):
        for _again in range(2):
            told(due + timedelta(days=days))
    stages = Job.objects.filter(kind="audits.send_request_chaser")
    assert sorted(job.arguments["stage"] for job in stages) == ["due", "overdue"]
    # The provider twice, and who asked when it is over.
    chasers = [message for message in mail.outbox if "期限" in message.subject]
    assert sorted(message.to[0] for message in chasers) == sorted(
        [*own(fieldwork), *own(fieldwork), fieldwork.auditor.email]
    )
    assert all("特権ID" not in message.subject + message.body for message in chasers)


def test_the_first_mail_is_sent_on_the_working_day_before(fieldwork):
    due = fieldwork.ask().request.due_on
    send_mails()
    assert told(add_working_days(due, -2)) == []
    assert told(add_working_days(due, -1)) == own(fieldwork)
    assert told(due) == []


def test_who_provided_is_left_alone(fieldwork):
    due = fieldwork.ask().request.due_on
    fieldwork.provide()
    send_mails()
    assert told(add_working_days(due, 1)) == []


def test_what_was_provided_between_asking_and_sending_is_not_told(fieldwork):
    due = fieldwork.ask().request.due_on
    send_mails()
    chase_evidence_requests(today=due)
    fieldwork.provide()
    sent = len(mail.outbox)
    send_mails()
    assert [message.to for message in mail.outbox[sent:]] == [[fieldwork.auditor.email]]


def test_a_new_last_day_is_told_anew(fieldwork):
    due = fieldwork.ask().request.due_on
    send_mails()
    told(due)
    later = add_working_days(due, 20)
    fieldwork.provide().send_back(due_on=later)
    send_mails()
    assert told(due) == []
    assert told(later) == own(fieldwork)


def test_the_command_does_what_the_morning_does(fieldwork):
    with time_machine.travel(add_working_days(timezone.localdate(), -30), tick=False):
        fieldwork.ask()
    if is_working_day(timezone.localdate()):
        call_command("chase_evidence_requests")
        assert Job.objects.filter(kind="audits.send_request_chaser").count() == 1


@pytest.mark.parametrize(
    ("today", "stage", "label"),
    [
        (date(2026, 7, 14), None, "あと2営業日"),
        (date(2026, 7, 15), "due", "あと1営業日"),
        (date(2026, 7, 16), "due", "本日まで"),
        (date(2026, 7, 17), "overdue", "1営業日超過"),
        (date(2026, 7, 18), None, "1営業日超過"),
        (date(2026, 7, 20), None, "1営業日超過"),
        (date(2026, 7, 21), "overdue", "2営業日超過"),
    ],
)
def test_the_clock_counts_working_days(fieldwork, today, stage, label):
    request = fieldwork.ask().request
    request.due_on = DUE
    assert stage_of(DUE, today=today) == stage
    assert clock_tag(request, today=today).label == label
