"""What a signed report rests on stays as it was: service, page and database say so alike."""

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from audits.enums import EngagementState, FindingMove, FindingState
from audits.models import Engagement, Finding, ReviewedEvidence
from audits.selectors.findings import acts_of
from audits.services import report as acts
from audits.services.finding import drop_finding
from audits.services.team import end_member
from core.exceptions import DomainError
from tests.audits import reports
from tests.audits.factories import audit
from tests.audits.findings import reviewed

pytestmark = pytest.mark.django_db
REASON = "事実を確かめ直したため。"


@pytest.fixture
def case(small_edition):
    return reports.ready(small_edition)


def drop(case, finding: Finding) -> Finding:
    finding.refresh_from_db()
    return drop_finding(
        finding_id=finding.pk, actor=case.signer, version=finding.row_version, reason=REASON
    )


class TestDropping:
    def test_it_needs_an_unsigned_report(self, case):
        finding = Finding.objects.get()
        case.prepare().review().sign()
        finding = Finding.objects.select_related("engagement").get()
        assert FindingMove.DROP not in acts_of(finding, case.signer)
        with pytest.raises(DomainError, match="署名を取り消して"):
            drop(case, finding)
        acts.reopen_report(**case.by(case.audit.lead), reason="件数を直すため。")
        assert drop(case, finding).state == FindingState.DROPPED

    def test_what_the_report_tells_stays_after_it_is_issued(self, case):
        case.prepare().review().sign().make_paper().issue()
        finding = Finding.objects.select_related("engagement").get()
        assert FindingMove.DROP not in acts_of(finding, case.signer)
        with pytest.raises(DomainError, match="監査実施中"):
            drop(case, finding)

    def test_a_leftover_draft_may_go_after_a_report_made_elsewhere(self, case):
        issued, draft = Finding.objects.get(), reports.draft_finding(case, "9.2.3.2")
        case.engagement.refresh_from_db()
        case.audit.file_report()
        with pytest.raises(DomainError, match="監査実施中"):
            drop(case, issued)
        assert drop(case, draft).state == FindingState.DROPPED

    def test_the_database_refuses_it_too(self, case):
        case.prepare().review().sign()
        with pytest.raises(IntegrityError, match="finding_dropped_before_report"):
            Finding.objects.update(state=FindingState.DROPPED, closed_at=timezone.now())


class TestEngagement:
    @pytest.mark.parametrize(
        "change",
        [
            {"state": EngagementState.FIELDWORK, "report_issued_on": None, "report_file": None},
            {"report_reference": "別の番号"},
            {"row_version": 99},
        ],
    )
    def test_what_ended_stays(self, case, change):
        case.prepare().review().sign().make_paper().issue()
        with pytest.raises(DatabaseError, match="Cannot update"):
            Engagement.objects.update(**change)

    def test_a_state_follows_the_moves(self, small_edition):
        audit(small_edition).commission()
        with pytest.raises(DatabaseError, match="Invalid transition"):
            Engagement.objects.update(
                state=EngagementState.REPORTED,
                report_reference="番号",
                report_issued_on=timezone.localdate(),
            )


def test_evidence_is_not_added_under_a_signed_report(case):
    test = case.engagement.tests.first()
    file = reviewed(test, case.preparer)
    case.prepare().review().sign()
    with pytest.raises(IntegrityError, match="reviewedevidence_in_fieldwork"):
        ReviewedEvidence.objects.create(
            test=case.engagement.tests.last(),
            file=file,
            added_by=case.preparer,
            added_at=timezone.now(),
        )


def test_why_a_version_is_void_is_told_to_no_former_member(case):
    case.prepare()
    member = case.engagement.members.get(person=case.preparer)
    end_member(
        engagement_id=case.engagement.pk,
        member_id=member.pk,
        actor=case.signer,
        reason="異動のため。",
    )
    acts.return_report(**case.by(case.reviewer), reason="件数が違います。")
    mail.outbox.clear()
    reports.send_mails()
    told = {to for one in mail.outbox if "件数が違います。" in one.body for to in one.to}
    assert case.preparer.email not in told
    assert case.signer.email in told
