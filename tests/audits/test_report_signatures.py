"""Three people, a signature that is bound to its content, and what the database refuses whoever asks."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import ReportMove, ReportState
from audits.models import AuditReport, ControlTest
from audits.services import report as acts
from audits.services import team
from audits.services.engagement import require_open_records
from core.canonical import canonical_json, sha256_hex
from core.exceptions import DomainError, EditConflictError
from tests.accounts.factories import person
from tests.audits import reports
from tests.audits.factories import confirm
from tests.racing import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(small_edition):
    return reports.ready(small_edition)


class TestThreePeople:
    def test_the_preparer_does_not_review(self, case):
        case.prepare()
        case.reviewer = case.preparer
        with pytest.raises(PermissionDenied):
            case.review()

    @pytest.mark.parametrize("who", ["preparer", "reviewer"])
    def test_preparer_and_reviewer_do_not_sign(self, case, who):
        setattr(case, who, case.audit.lead)
        case.prepare().review()
        case.signer = case.audit.lead
        with pytest.raises(PermissionDenied):
            case.sign()

    def test_a_member_does_not_sign(self, case):
        case.prepare().review()
        case.signer = reports.auditor_of(case.engagement)
        with pytest.raises(PermissionDenied):
            case.sign()

    def test_another_firm_does_nothing(self, case):
        case.prepare()
        case.reviewer = person(Role.AUDIT_LEAD)
        with pytest.raises(PermissionDenied):
            case.review()

    def test_nobody_leaves_the_firm_without_a_signer(self, case):
        case.signer.memberships.all().update(role=Role.AUDIT_MEMBER)
        case.preparer = case.audit.lead
        with pytest.raises(DomainError, match="署名できる人がいなくなります"):
            case.prepare()

    def test_a_lead_who_has_not_confirmed_cannot_be_the_one_left_to_sign(self, case):
        unconfirmed = person(Role.AUDIT_LEAD, organisation=case.audit.firm)
        team.assign_member(
            engagement_id=case.engagement.pk, person_id=unconfirmed.pk, actor=case.audit.lead
        )
        person(Role.AUDIT_LEAD, organisation=case.audit.firm)  # of the firm, outside the team
        member = case.engagement.members.get(person=case.audit.lead)
        team.end_member(
            engagement_id=case.engagement.pk,
            member_id=member.pk,
            actor=case.signer,
            reason="担当を替えるため。",
        )
        case.preparer = case.signer
        with pytest.raises(DomainError, match="独立性を確認した監査責任者がいない"):
            case.prepare()
        confirm(case.engagement, unconfirmed)
        assert case.prepare().report.state == ReportState.PREPARED

    @pytest.mark.parametrize("column", ["prepared_by", "reviewed_by"])
    def test_the_database_wants_three_people(self, case, column):
        report = case.prepare().review().report
        with pytest.raises(IntegrityError, match="auditreport_three_people"):
            AuditReport.objects.update(
                state=ReportState.SIGNED,
                signed_by=getattr(report, column),
                signed_at=timezone.now(),
                signed_sha256=report.content_sha256,
                reference="1",
                dated_on=timezone.localdate(),
            )

    def test_the_database_wants_another_reviewer(self, case):
        case.prepare()
        with pytest.raises(IntegrityError, match="auditreport_three_people"):
            AuditReport.objects.update(
                state=ReportState.REVIEWED, reviewed_by=case.preparer, reviewed_at=timezone.now()
            )


class TestDatabase:
    def test_content_is_kept(self, case):
        case.prepare()
        tampered = canonical_json({"findings": []})
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditReport.objects.update(content=tampered, content_sha256=sha256_hex(tampered))

    def test_content_is_what_was_hashed(self, case):
        report = case.prepare().report
        report.pk, report.version, report._state.adding = None, 2, True
        report.content = canonical_json({"findings": []})
        with pytest.raises(IntegrityError, match="content_is_what_was_hashed"):
            report.save()

    def test_a_signature_names_the_hash_of_the_content(self, case):
        case.prepare().review()
        with pytest.raises(IntegrityError, match="auditreport_state_has_its_signatures"):
            AuditReport.objects.update(
                state=ReportState.SIGNED,
                signed_by=case.signer,
                signed_at=timezone.now(),
                signed_sha256="0" * 64,
                reference="1",
                dated_on=timezone.localdate(),
            )

    def test_a_signature_stays(self, case):
        case.prepare().review().sign()
        with pytest.raises(IntegrityError, match="auditreport_signature_is_kept"):
            AuditReport.objects.update(reference="別の番号")

    def test_a_void_version_is_final(self, case):
        case.prepare()
        acts.return_report(**case.by(case.reviewer), reason="件数が違います。")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditReport.objects.update(void_reason="")

    @pytest.mark.parametrize("state", ["reviewed", "signed", "issued", "void"])
    def test_a_report_begins_prepared(self, case, state):
        report = case.prepare().report
        report.pk, report.version, report._state.adding, report.state = None, 2, True, state
        with pytest.raises(IntegrityError, match="auditreport_begins_in_fieldwork"):
            report.save()

    def test_records_are_kept_under_a_signed_report(self, case):
        case.prepare().review().sign()
        with pytest.raises(IntegrityError, match="records_under_signed_report"):
            ControlTest.objects.update(notes="書き換え")

    def test_records_are_free_again_once_it_is_void(self, case):
        case.prepare().review().sign()
        with pytest.raises(DomainError, match="署名を取り消して"):
            require_open_records(case.engagement)
        acts.reopen_report(**case.by(case.audit.lead), reason="件数を直すため。")
        require_open_records(case.engagement)
        assert ControlTest.objects.update(notes="直しました")

    def test_a_report_is_kept(self, case):
        case.prepare()
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditReport.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_signers_at_once_give_one_signature(self, small_edition):
        case = reports.ready(small_edition).prepare().review()
        acts_of = [{**case.by(one), **reports.numbered()} for one in (case.signer, case.audit.lead)]
        outcomes = together(*(lambda a=a: acts.sign_report(**a) for a in acts_of))
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [EditConflictError]
        assert case.report.history.filter(action=ReportMove.SIGN).count() == 1

    def test_two_preparers_at_once_give_one_version(self, small_edition):
        case = reports.ready(small_edition)
        pk = case.engagement.pk
        outcomes = together(
            lambda: acts.prepare_report(engagement_id=pk, actor=case.preparer),
            lambda: acts.prepare_report(engagement_id=pk, actor=case.reviewer),
        )
        assert sum(isinstance(one, DomainError) for one in outcomes) == 1
        assert AuditReport.objects.count() == 1

    def test_a_record_and_a_signature_at_once_never_disagree(self, small_edition):
        case = reports.ready(small_edition).prepare().review()
        signing = {**case.by(case.signer), **reports.numbered()}
        outcomes = together(
            lambda: acts.sign_report(**signing),
            lambda: ControlTest.objects.filter(control__number="6.1.1.1").update(population="別"),
        )
        assert sum(isinstance(one, Exception) for one in outcomes) == 1
        kept = case.engagement.tests.get(control__number="6.1.1.1").population
        signed = AuditReport.objects.get().state == ReportState.SIGNED
        assert (kept == "別") != signed
