"""Mails before evidence lapses: to whom, when, and once."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Membership
from core import jobs
from core.models import Job
from declarations.coverage import Cover, ends_before, stage_of
from declarations.services.evidence_library import retire_evidence
from declarations.services.evidence_reminders import remind_of_lapsing_evidence
from tests.declarations import builders

TODAY = date(2026, 6, 1)


@pytest.fixture
def members(db):
    return builders.team()


def remind(day):
    """The morning of that day, and its mails."""
    remind_of_lapsing_evidence(today=day)
    sent = len(mail.outbox)
    for job in Job.objects.filter(kind="declarations.send_lapse_notice"):
        jobs.run(job.pk)
    return [message.to for message in mail.outbox[sent:]]


def test_each_stage_is_told_once_however_often_one_asks(members):
    builders.kept(members, covers_until=TODAY + timedelta(days=40))
    told = [
        day
        for day in (0, 9, 10, 11, 11, 32, 33, 33, 39, 40, 41, 50)
        if remind(TODAY + timedelta(days=day)) == [[members.editor.email]]
    ]

    assert told == [10, 33, 40]
    assert len(mail.outbox) == 3


def test_the_owner_is_told_and_not_the_uploader(members):
    builders.kept(members, covers_until=TODAY, owner_id=members.approver.pk)

    assert remind(TODAY) == [[members.approver.email]]


def test_when_both_have_left_the_approvers_are_told(members):
    builders.kept(members, covers_until=TODAY)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=members.editor).update(
        starts_on=yesterday - timedelta(days=9), ends_on=yesterday
    )

    assert remind(TODAY) == [[members.approver.email]]


def test_what_is_renewed_or_retired_or_open_ended_is_left_alone(members):
    renewed = builders.kept(members, covers_until=TODAY)
    builders.renewed(renewed, members, covers_until=TODAY + timedelta(days=365))
    retired = builders.kept(members, covers_until=TODAY)
    retire_evidence(evidence_id=retired.evidence_id, actor=members.editor)
    builders.kept(members)

    assert remind(TODAY) == []


def test_what_was_renewed_between_asking_and_sending_is_not_told(members):
    version = builders.kept(members, covers_until=TODAY)
    remind_of_lapsing_evidence(today=TODAY)
    builders.renewed(version, members)

    jobs.run(Job.objects.get(kind="declarations.send_lapse_notice").pk)

    assert mail.outbox == []


def test_the_mail_leads_to_the_page(members):
    version = builders.kept(members, title="月次点検", covers_until=TODAY)
    remind(TODAY)

    body = mail.outbox[0].body
    assert "月次点検" in body
    assert version.evidence.get_absolute_url() in body


def test_the_command_does_what_the_night_does(members):
    builders.kept(members, covers_until=timezone.localdate())

    call_command("remind_of_lapsing_evidence")

    assert Job.objects.filter(kind="declarations.send_lapse_notice").count() == 1


@pytest.mark.parametrize(
    ("left", "stage"), [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-5, 0)]
)
def test_a_stage_is_the_nearest_that_is_reached(left, stage):
    assert stage_of(TODAY + timedelta(days=left), today=TODAY, stages=(30, 7, 0)) == stage


@pytest.mark.parametrize(
    ("covers", "found"),
    [
        ([], None),
        ([Cover(None, None)], None),
        ([Cover(None, TODAY)], TODAY),
        ([Cover(None, TODAY), Cover(None, None)], TODAY),
        ([Cover(None, TODAY), Cover(TODAY, None)], None),
        ([Cover(None, TODAY), Cover(None, TODAY + timedelta(days=9))], None),
    ],
)
def test_files_of_a_row_together_say_when_they_end(covers, found):
    assert ends_before(covers, TODAY + timedelta(days=5)) == found
