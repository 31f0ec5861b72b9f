"""What the database refuses of an internal audit, whatever code asks for it."""

import uuid

import pytest
from django.db import Error, transaction

from audits.models import (
    CorrectiveAction,
    InternalAudit,
    InternalAuditItem,
    InternalAuditor,
    InternalAuditProgramme,
    Nonconformity,
)
from tests.accounts.factories import OrganisationFactory
from tests.audits.factories import audit
from tests.audits.internal import CONTROL, TODAY, Internal, day, planned, reported, running

pytestmark = pytest.mark.django_db


def refused(name: str):
    """The violation of this constraint or trigger; the rest of the test goes on."""
    return pytest.raises(Error, match=name)


def put(model, **facts) -> None:
    """Past every service."""
    with transaction.atomic():
        model.objects.filter(**facts.pop("of", {})).update(**facts)


def test_nobody_is_assigned_own_work(small_edition):
    found = planned(small_edition).select(CONTROL)
    editor = found.staff(found.editor).run.auditors.get()
    with refused("internalaudititem_of_own_work"):
        put(InternalAuditItem, auditor=editor)


def test_an_auditor_belongs_to_the_audit(small_edition):
    found = running(small_edition, CONTROL)
    elsewhere = OrganisationFactory(
        name="別の事業者", address="見本県", representative_name="見本", profile="見本"
    )
    other = Internal(audit(small_edition, organisation=elsewhere)).plan().staff()
    with refused("internalaudititem_auditor_of_audit"):
        put(InternalAuditItem, of={"audit": found.run}, auditor=other.run.auditors.first())


def test_an_audit_starts_with_assigned_items(small_edition):
    planned(small_edition).staff().select(CONTROL)
    with refused("internalaudit_starts_with_assigned_items"):
        put(InternalAudit, state="running")


def test_a_result_names_method_and_day_and_comes_while_it_runs(small_edition):
    found = running(small_edition, CONTROL)
    with refused("internalaudititem_tested_by_whom_when_and_how"):
        put(InternalAuditItem, result="conforms")
    found.test()
    with refused("internalaudititem_tested_is_kept"), transaction.atomic():
        found.item().delete()


def test_a_nonconformity_stands_on_a_result_that_does_not_conform(small_edition):
    found = running(small_edition, CONTROL).test()
    with refused("nonconformity_of_running_audit"), transaction.atomic():
        Nonconformity.objects.create(
            item=found.item(), number=1, severity="minor", fact="事実", raised_by=found.auditor,
            raised_at=found.run.planned_at,
        )  # fmt: skip
    found.fail()
    with refused("internalaudititem_has_nonconformity"):
        put(InternalAuditItem, result="conforms")
    with refused("Cannot delete"), transaction.atomic():
        Nonconformity.objects.all()._raw_delete("default")


def approval(found, **facts):
    """The columns of an approved report."""
    document = uuid.uuid4()
    return {
        "state": "reported", "approved_by": found.approver, "approved_at": found.run.planned_at,
        "reference": "1", "conclusion": "よい", "reported_to": "委員会", "reported_on": TODAY,
        "document_id": document,
    } | facts  # fmt: skip


def test_an_unfinished_audit_is_not_reported(small_edition):
    found = running(small_edition, CONTROL)
    with refused("internalaudit_report_is_complete"):
        put(InternalAudit, **approval(found))
    found.test(CONTROL, result="nonconforms")
    with refused("internalaudit_report_is_complete"):
        put(InternalAudit, **approval(found))
    found.fail()
    with refused("internalaudit_report_is_complete"):
        put(InternalAudit, **approval(found))


def test_no_auditor_approves(small_edition):
    found = running(small_edition, CONTROL).test()
    with refused("internalaudit_approver_is_no_auditor"):
        put(InternalAudit, **approval(found, approved_by=found.auditor))


def test_a_reported_audit_stays_as_it_was_approved(small_edition):
    found = reported(small_edition)
    for model, facts in (
        (InternalAudit, {"place": "別の場所"}),
        (InternalAuditItem, {"note": "書換え"}),
        (InternalAuditor, {"share": "書換え"}),
        (Nonconformity, {"fact": "書換え"}),
    ):
        with refused("Cannot|reported_audit|running_audit"):
            put(model, **facts)
    found.file()
    with refused("Cannot update"):
        put(InternalAudit, state="running")


def test_a_programme_never_changes(small_edition):
    planned(small_edition)
    with refused("Cannot update"):
        put(InternalAuditProgramme, scope="書換え")


def test_the_answer_stays_and_its_verifier_is_another_auditor(small_edition):
    found = running(small_edition, CONTROL)
    action = found.finish(found.answer(found.fail(), owner=found.second))
    for facts in ({"cause": "書換え"}, {"due": day(99)}, {"owner": found.editor}):
        with refused("Cannot update|audits_correctiveaction"):
            put(CorrectiveAction, **facts)
    for person in (found.second, found.editor):
        with refused("correctiveaction_verified_by_another_auditor"):
            put(CorrectiveAction, verified_by=person, verified_on=TODAY, verification="effective")
    found.verify(action)
    with refused("Cannot update"):
        put(CorrectiveAction, verification_note="書換え")


def test_one_action_at_a_time(small_edition):
    found = running(small_edition, CONTROL)
    action = found.answer(found.fail())
    action.pk, action._state.adding = uuid.uuid4(), True
    with refused("correctiveaction_one_at_a_time"), transaction.atomic():
        action.save()
