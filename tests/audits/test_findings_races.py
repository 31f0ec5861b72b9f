"""Acts on one finding at the same moment have one outcome."""

import uuid

import pytest

from audits.enums import EngagementState, FindingState
from audits.services import engagement as engagements
from audits.services import finding as acts
from audits.services.finding_answer import answer_finding, complete_remedy
from audits.services.finding_retest import retest_finding
from core.exceptions import DomainError
from tests.audits.factories import report, yesterday
from tests.audits.findings import found, raised, today
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)


def refused(outcomes: list) -> int:
    assert all(not isinstance(one, Exception) or isinstance(one, DomainError) for one in outcomes)
    return sum(isinstance(one, DomainError) for one in outcomes)


def test_two_findings_get_two_numbers(small_edition):
    engagement = found(small_edition).finding.engagement
    outcomes = together(*[lambda: raised(engagement)] * 3)
    assert sorted(one.number for one in outcomes) == [2, 3, 4]


def test_one_key_at_once_is_one_finding(small_edition):
    engagement, key = found(small_edition).finding.engagement, uuid.uuid4()
    outcomes = together(*[lambda: raised(engagement, creation_key=key)] * 2)
    assert outcomes[0] == outcomes[1]


def test_two_answers_at_once_are_one_and_a_conflict(small_edition):
    one = found(small_edition).issue()
    by = [one.by(actor) for actor in (one.audit.editor, one.audit.approver)]
    outcomes = together(
        *[
            lambda by=by, plan=plan: answer_finding(**by, facts=one.facts(plan=plan))
            for by, plan in zip(by, ("一方の計画", "他方の計画"), strict=True)
        ]
    )
    assert refused(outcomes) == 1
    assert one.finding.answers.count() == 1


def test_a_retest_and_an_answer_at_once_have_one_outcome(small_edition):
    one = found(small_edition).to("done")
    by, answer_by = one.by(one.auditor), one.by(one.audit.editor)
    engagement = one.finding.engagement_id
    outcomes = together(
        lambda: retest_finding(
            **by, engagement_id=engagement, is_remedied=True, procedure="閲覧しました。"
        ),
        lambda: answer_finding(**answer_by, facts=one.facts(plan="別の計画")),
    )
    assert refused(outcomes) == 1
    one.finding.refresh_from_db()
    closed = one.finding.state == FindingState.CLOSED
    assert one.finding.retests.count() == closed
    assert one.finding.answers.count() == 2 + (not closed)


def test_a_drop_and_a_completion_at_once_have_one_outcome(small_edition):
    one = found(small_edition).to("answered")
    drop_by, by = one.by(one.auditor), one.by(one.audit.editor)
    outcomes = together(
        lambda: acts.drop_finding(**drop_by, reason="重複のため。"),
        lambda: complete_remedy(**by, done_on=today(), result="改めました。"),
    )
    assert refused(outcomes) == 1


def test_nothing_is_issued_once_the_report_is_filed(small_edition):
    one = found(small_edition)
    by, engagement = one.by(one.auditor), one.audit.by(one.audit.lead)
    upload = report()
    outcomes = together(
        lambda: acts.issue_finding(**by),
        lambda: engagements.file_audit_report(
            **engagement, reference="監報-1", issued_on=yesterday(), upload=upload
        ),
    )
    assert refused(outcomes) <= 1
    one.finding.engagement.refresh_from_db()
    one.finding.refresh_from_db()
    assert one.finding.engagement.state == EngagementState.REPORTED
    assert refused(outcomes[:1]) == (one.finding.state == FindingState.DRAFT)
