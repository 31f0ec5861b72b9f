"""Who hears of a finding: the other side of each act, once, without a word of what was found."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.enums import Role
from audits.selectors.findings import due_of, engagement_findings, finding_page, own_findings
from audits.services.remedy_reminders import remind_of_overdue_remedies
from controls.enums import ParameterState
from controls.models import SchemeParameter
from core import jobs
from core.models import Job
from tests.accounts.factories import person
from tests.audits.findings import FACTS, Found, found, raised, today
from tests.controls.factories import SchemeParameterFactory

pytestmark = pytest.mark.django_db


def sent() -> list:
    """The mails of the jobs that wait."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind__startswith="audits.", state="pending").order_by("pk"):
        jobs.run(job.pk)
    return mail.outbox


def to(mails) -> set[str]:
    return {address for one in mails for address in one.to}


def test_each_act_is_told_to_the_other_side_without_the_text(small_edition):
    one = found(small_edition)
    sent()
    provider = {one.audit.editor.email, one.audit.approver.email}
    firm = {one.auditor.email}
    for act, people in (
        (one.issue, provider),
        (one.answer, firm),
        (one.complete, firm),
        (lambda: one.retest(is_remedied=False), provider),
        (lambda: one.answer(plan="別の計画"), firm),
        (one.drop, provider),
    ):
        act()
        mails = sent()
        assert to(mails) == people
        for one_mail in mails:
            for text in (FACTS.fact, FACTS.effect, "承認日を書く欄", "別の計画", "確かめ直した"):
                assert text not in one_mail.body + one_mail.subject
            assert one.finding.code in one_mail.subject


def test_nobody_hears_of_a_draft(small_edition):
    one = found(small_edition)
    sent()
    one.edit(FACTS).drop()
    assert sent() == []


def test_a_remedy_that_is_overdue_is_reminded_of_once_for_each_day(small_edition):
    one = found(small_edition).to("issued")
    owner = person(
        Role.CSP_EDITOR, organisation=one.finding.engagement.declaration.service.organisation
    )
    one.answer(owner_id=owner.pk, due_on=today() + timedelta(days=3))
    sent()
    assert remind_of_overdue_remedies(today=today() + timedelta(days=3)) == 0
    late = today() + timedelta(days=4)
    for expected in ({owner.email, one.audit.approver.email}, set()):
        assert remind_of_overdue_remedies(today=late) == 1
        assert to(sent()) == expected
    one.answer(due_on=today() + timedelta(days=20))
    sent()
    assert remind_of_overdue_remedies(today=late) == 0
    assert remind_of_overdue_remedies(today=today() + timedelta(days=21)) == 1
    assert to(sent()) == {one.audit.approver.email}


def test_what_is_done_meanwhile_is_not_reminded_of(small_edition):
    one = found(small_edition).to("answered")
    sent()
    remind_of_overdue_remedies(today=today() + timedelta(days=31))
    one.complete()
    mails = [one_mail for one_mail in sent() if "期限" in one_mail.subject]
    assert mails == []


def test_overdue_is_shown_on_both_sides(small_edition):
    one = found(small_edition).to("answered")
    other = Found(one.audit, raised(one.finding.engagement)).issue()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        for user in (one.auditor, one.audit.editor):
            assert finding_page(one.finding, user).is_overdue
            assert engagement_findings(one.finding.engagement, user).overdue == 1
        assert list(own_findings(one.audit.editor)) == [one.finding, other.finding]


def test_without_a_value_there_is_no_day(small_edition):
    one = found(small_edition).to("answered")
    assert due_of(one.finding).day is None
    assert not finding_page(one.finding, one.audit.editor).plans_later


def test_with_a_value_the_day_is_offered_and_a_later_plan_is_told(small_edition):
    name, yesterday = "finding_remediation_due_days", today() - timedelta(days=1)
    SchemeParameter.objects.filter(name=name).update(in_force_until=yesterday)
    SchemeParameterFactory(
        name=name,
        value=14,
        in_force_from=today(),
        state=ParameterState.PUBLISHED,
        published_by=person(Role.COMMITTEE_MEMBER),
        published_at=timezone.now(),
    )
    one = found(small_edition).to("issued")
    assert due_of(one.finding).day == today() + timedelta(days=14)
    one.answer(due_on=today() + timedelta(days=14))
    assert not finding_page(one.finding, one.audit.editor).plans_later
    one.answer(due_on=today() + timedelta(days=15))
    assert finding_page(one.finding, one.audit.editor).plans_later
