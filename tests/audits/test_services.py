"""Commission, answer, report: each act records itself, and refuses what it must."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import EngagementMove, EngagementState
from audits.models import Engagement, InternalAuditSubmission
from audits.services import engagement as acts
from audits.services.internal.filing import file_internal_audit
from audits.workflow import ENGAGEMENT
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from core.models import Job
from declarations.services.declaration import revise_declaration
from registrations.enums import ClearanceKind
from registrations.models import Clearance
from tests.accounts.factories import OrganisationFactory, person
from tests.audits.factories import audit, report, yesterday

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixed(small_edition):
    return audit(small_edition)


def internal(found, **facts):
    """File the internal-audit record with proper facts."""
    days = [timezone.localdate() - timedelta(days=n) for n in (5, 3, 1)]
    proper = dict(
        zip(("audited_from", "audited_until", "issued_on"), days, strict=True),
        reference="内監-1",
        auditors="内部監査室 2名。自らの業務は監査していません。",
        summary="全章を対象に実施しました。",
        upload=report(),
    )
    return file_internal_audit(
        declaration_id=found.declaration.pk, **({"actor": found.approver} | proper | facts)
    )


def test_a_commission_pins_the_hash_and_records_itself(fixed):
    engagement = fixed.commission().engagement
    assert engagement.snapshot_sha256 == fixed.declaration.snapshot_sha256
    line = engagement.history.get()
    assert (line.actor, line.action, line.to_state) == (
        fixed.approver,
        EngagementMove.COMMISSION,
        EngagementState.COMMISSIONED,
    )
    assert Job.objects.filter(kind="audits.send_engagement_mail").count() == 1


def test_commissioning_the_same_firm_twice_has_one_effect(fixed):
    first = fixed.commission().engagement
    assert fixed.commission().engagement == first
    assert Engagement.objects.count() == 1


def test_a_second_firm_is_refused_while_one_is_at_work(fixed):
    fixed.commission()
    with pytest.raises(DomainError, match="すでにほかの監査機関"):
        fixed.commission(OrganisationFactory(audit_body=True))


def test_only_a_listed_firm_is_commissioned(fixed):
    unlisted = OrganisationFactory(audit_body=True, listed_on=None)
    with pytest.raises(DomainError, match="監査機関リスト"):
        fixed.commission(unlisted)


def test_only_a_fixed_declaration_is_audited(fixed):
    fixed.declaration = revise_declaration(declaration_id=fixed.declaration.pk, actor=fixed.editor)
    with pytest.raises(DomainError, match="確定した最新の言明"):
        fixed.commission()


def test_an_editor_may_not_commission(fixed):
    fixed.approver = fixed.editor
    with pytest.raises(PermissionDenied):
        fixed.commission()


def test_the_database_refuses_a_second_live_engagement(fixed):
    first = fixed.commission().engagement
    with pytest.raises(IntegrityError, match="engagement_one_live_per_declaration"):
        Engagement.objects.create(
            declaration=fixed.declaration,
            firm=OrganisationFactory(audit_body=True),
            snapshot_sha256=first.snapshot_sha256,
            commissioned_by=fixed.approver,
            commissioned_at=timezone.now(),
        )


def test_the_database_keeps_the_pinned_hash(fixed):
    fixed.commission()
    with pytest.raises(ProgrammingError, match="audits_engagement"), transaction.atomic():
        Engagement.objects.update(snapshot_sha256="0" * 64)


def test_the_firm_accepts_and_reports_and_the_audit_is_cleared(fixed):
    fixed.commission().accept().file_report()
    assert fixed.engagement.state == EngagementState.REPORTED
    clearance = Clearance.objects.get(declaration=fixed.declaration)
    assert (clearance.kind, clearance.issuer, clearance.reference) == (
        ClearanceKind.EXTERNAL_AUDIT,
        fixed.firm.name,
        "監報-1",
    )
    assert clearance.file == fixed.engagement.report_file


def test_a_member_of_the_firm_may_not_answer_for_it(fixed):
    fixed.commission()
    fixed.lead = person(Role.AUDIT_MEMBER, organisation=fixed.firm)
    with pytest.raises(PermissionDenied):
        fixed.accept()


def test_another_firm_may_not_answer(fixed):
    fixed.commission()
    fixed.lead = person(Role.AUDIT_LEAD)
    with pytest.raises(PermissionDenied):
        fixed.accept()


def test_declining_needs_a_reason_and_frees_the_declaration(fixed):
    fixed.commission()
    with pytest.raises(DomainError, match="理由"):
        acts.decline_engagement(**fixed.by(fixed.lead), reason="　")
    acts.decline_engagement(**fixed.by(fixed.lead), reason="繁忙のため。")
    assert fixed.commission(OrganisationFactory(audit_body=True)).engagement.state == (
        EngagementState.COMMISSIONED
    )


def test_the_provider_ends_a_commission_with_its_reason(fixed):
    fixed.commission().accept()
    ended = acts.terminate_engagement(**fixed.by(fixed.approver), reason="範囲を見直すため。")
    assert ended.state == EngagementState.TERMINATED
    assert ended.history.last().reason == "範囲を見直すため。"


def test_a_stale_page_acts_on_nothing(fixed):
    stale = fixed.commission().by(fixed.lead)
    fixed.accept()
    with pytest.raises((EditConflictError, TransitionNotAllowedError)):
        acts.accept_engagement(**stale)


@pytest.mark.parametrize("state", [s for s in EngagementState if s != EngagementState.FIELDWORK])
def test_a_report_is_refused_from_any_other_state(state):
    with pytest.raises(TransitionNotAllowedError):
        ENGAGEMENT.check(EngagementMove.REPORT, state)


@pytest.mark.parametrize(("days", "words"), [(-1, "先の日"), (3000, "期間より前")])
def test_a_report_of_an_impossible_date_is_refused(fixed, days, words):
    fixed.commission().accept()
    issued = timezone.localdate() - timedelta(days=days)
    with pytest.raises(DomainError, match=words):
        acts.file_audit_report(
            **fixed.by(fixed.lead), reference="監報-1", issued_on=issued, upload=report()
        )
    assert not Clearance.objects.exists()


def test_a_report_needs_a_number_that_can_be_seen(fixed):
    fixed.commission().accept()
    with pytest.raises(DomainError, match="報告書の番号"):
        acts.file_audit_report(
            **fixed.by(fixed.lead), reference="\u200b", issued_on=yesterday(), upload=report()
        )


def test_the_internal_audit_is_filed_once_and_cleared(fixed):
    submission = internal(fixed)
    assert submission.history.get().actor == fixed.approver
    assert Clearance.objects.get().kind == ClearanceKind.INTERNAL_AUDIT
    with pytest.raises(DomainError, match="すでに提出"):
        internal(fixed, reference="内監-2")


def test_the_dates_of_an_internal_audit_stand_in_order(fixed):
    with pytest.raises(DomainError, match="この順"):
        internal(fixed, audited_until=yesterday() - timedelta(days=30))


def test_an_editor_may_not_file_the_internal_audit(fixed):
    with pytest.raises(PermissionDenied):
        internal(fixed, actor=fixed.editor)


def test_a_filed_internal_audit_cannot_be_changed(fixed):
    internal(fixed)
    with (
        pytest.raises(ProgrammingError, match="audits_internalauditsubmission"),
        transaction.atomic(),
    ):
        InternalAuditSubmission.objects.update(summary="書換え")


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one(fixed):
    fixed.commission()
    barrier, outcomes = threading.Barrier(2), []

    def answer(act, **facts):
        barrier.wait()
        try:
            outcomes.append(act(**fixed.by(fixed.lead), **facts).state)
        except DomainError:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=answer, args=(acts.accept_engagement,)),
        threading.Thread(
            target=answer, args=(acts.decline_engagement,), kwargs={"reason": "繁忙のため。"}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = Engagement.objects.get().state
    assert sorted(outcomes, key=str) == sorted([None, state], key=str)
    answers = {EngagementMove.ACCEPT, EngagementMove.DECLINE}
    assert Engagement.objects.get().history.filter(action__in=answers).count() == 1
