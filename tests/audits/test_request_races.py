"""Two people on one evidence request at the same moment: one outcome, and no file of the other is kept."""

import uuid

import pytest

from audits.enums import RequestState
from audits.models import EvidenceRequest
from audits.services import requests as acts
from audits.services.requests import Answer
from core.exceptions import DomainError
from declarations.models import Evidence
from tests.audits.requests import Asking, a_file, asking
from tests.controls.factories import small_edition
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)


def providing(found: Asking, actor, name: str):
    facts = found.by(actor) | {
        "creation_key": uuid.uuid4(),
        "answer": Answer(name, [a_file(f"{name}.pdf", name.encode())]),
    }
    return lambda: acts.provide_evidence(**facts)


def test_two_who_provide_at_once_leave_one_answer():
    found = asking(small_edition()).ask()
    editor, approver = found.audit.editor, found.audit.approver
    outcomes = together(providing(found, editor, "甲"), providing(found, approver, "乙"))
    refused = [one for one in outcomes if isinstance(one, DomainError)]
    request = EvidenceRequest.objects.get()
    assert (len(refused), request.row_version) == (1, 2)
    assert request.provided.get().version.file.label == f"{request.answer}.pdf"
    assert Evidence.objects.count() == 1


def test_two_clicks_at_once_are_one_act():
    found = asking(small_edition()).ask()
    act = providing(found, found.audit.editor, "甲")
    first, second = together(act, act)
    assert first == second == EvidenceRequest.objects.get()
    assert found.request.provided.count() == 1


def test_accepting_and_returning_at_once_leave_one():
    found = asking(small_edition()).ask().provide()
    facts = found.by(found.auditor)
    together(
        lambda: acts.accept_evidence(**facts),
        lambda: acts.return_evidence(**facts, reason="承認日がわかりません。"),
    )
    request = EvidenceRequest.objects.get()
    assert request.state in (RequestState.ACCEPTED, RequestState.RETURNED)
    assert request.history.count() == 3


def test_two_who_ask_at_once_get_two_numbers():
    found = asking(small_edition())
    act = {"engagement_id": found.engagement.pk, "actor": found.auditor, "text": "記録"}
    together(
        *(
            lambda title=title: acts.ask_evidence(**act, title=title, creation_key=uuid.uuid4())
            for title in ("甲", "乙")
        )
    )
    numbers = EvidenceRequest.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]
