"""Evidence requests: each act records itself, refuses what it must, and the database refuses it too."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accounts.enums import Role
from audits.enums import RequestMove, RequestState
from audits.models import EvidenceRequest, ProvidedEvidence, RequestedControl
from audits.selectors.requests import open_requests
from audits.services import engagement as engagements
from audits.services import requests as acts
from audits.services.requests import Answer
from audits.workflow import REQUEST
from controls.enums import ParameterState
from controls.models import SchemeParameter
from core.calendar import add_working_days, is_working_day
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from declarations.models import Evidence, EvidenceVersion
from declarations.services.evidence_library import retire_evidence
from documents.models import StoredFile
from tests.accounts.factories import person
from tests.audits.requests import a_file, asking, kept
from tests.controls.factories import SchemeParameterFactory
from tests.declarations import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def fieldwork(small_edition):
    return asking(small_edition)


@pytest.mark.parametrize("move", list(REQUEST), ids=lambda move: move.name)
@pytest.mark.parametrize("state", [None, *RequestState])
def test_a_move_starts_from_its_sources_only(move, state):
    if state in move.sources:
        assert REQUEST.check(move.name, state) is move
    else:
        with pytest.raises(TransitionNotAllowedError):
            REQUEST.check(move.name, state)


def test_what_is_accepted_or_withdrawn_is_final():
    assert REQUEST.moves_from(RequestState.ACCEPTED) == []
    assert REQUEST.moves_from(RequestState.WITHDRAWN) == []


def test_asking_numbers_pins_the_controls_and_starts_the_clock(fieldwork):
    first = fieldwork.ask(codes=["9.2.3.2", "9.4.2"]).request
    second = fieldwork.ask(codes=[]).request
    assert (first.number, second.number) == (1, 2)
    numbers = first.controls.order_by("sort_key").values_list("number", flat=True)
    assert list(numbers) == ["9.2.3.2", "9.4.2.2.B", "9.4.2.3.P"]
    assert first.due_on == add_working_days(timezone.localdate(), 5)
    line = first.history.get()
    assert (line.actor, line.action, line.to_state) == (
        fieldwork.auditor,
        RequestMove.ASK,
        RequestState.ASKED,
    )


def test_without_a_number_of_days_nothing_is_due(fieldwork):
    shipped = SchemeParameter.objects.get(name="evidence_request_due_days")
    yesterday = timezone.localdate() - timedelta(days=1)
    SchemeParameter.objects.filter(pk=shipped.pk).update(in_force_until=yesterday)
    SchemeParameterFactory(
        name=shipped.name, value=None, in_force_from=timezone.localdate(), state=ParameterState.PUBLISHED,
        published_by=person(Role.COMMITTEE_MEMBER), published_at=timezone.now(),
    )  # fmt: skip
    assert fieldwork.ask().request.due_on is None


def test_another_day_may_be_set(fieldwork):
    day = add_working_days(timezone.localdate(), 12)
    assert fieldwork.ask(due_on=day).request.due_on == day


def test_a_day_that_cannot_be_one_is_refused(fieldwork):
    today = timezone.localdate()
    off = next(
        day for day in (today + timedelta(days=n) for n in range(9)) if not is_working_day(day)
    )
    for day, words in (
        (today - timedelta(days=1), "今日より後"),
        (off, "営業日"),
        (today + timedelta(days=800), "1年より先"),
    ):
        with pytest.raises(DomainError, match=words) as refused:
            fieldwork.ask(due_on=day)
        assert refused.value.field == "due_on"


@pytest.mark.parametrize("code", ["9.9.9.9", "A.1", "9.2.3.2.1"])
def test_numbers_that_the_declaration_does_not_have_are_named(fieldwork, code):
    with pytest.raises(DomainError, match=code) as refused:
        fieldwork.ask(codes=["9.2.3.2", code])
    assert refused.value.field == "numbers"
    assert not EvidenceRequest.objects.exists()


def test_a_double_click_asks_once(fieldwork):
    key = uuid.uuid4()
    first = fieldwork.ask(creation_key=key).request
    assert fieldwork.ask(creation_key=key).request == first
    assert EvidenceRequest.objects.count() == first.history.count() == 1


@pytest.mark.parametrize("facts", [{"title": "\u200b"}, {"text": "　"}])
def test_words_that_cannot_be_seen_are_none(fieldwork, facts):
    with pytest.raises(DomainError, match="入力してください"):
        fieldwork.ask(**facts)


def test_uploads_go_to_the_library_and_to_the_request_at_once(fieldwork):
    fieldwork.ask().provide(a_file("上期.pdf", b"1"), a_file("下期.pdf", b"2"))
    request = fieldwork.request
    given = [one.version for one in request.provided.order_by("version__file__label")]
    assert [version.file.label for version in given] == ["上期.pdf", "下期.pdf"]
    assert {version.evidence.organisation_id for version in given} == {
        fieldwork.audit.editor.organisation_id
    }
    assert "資料の依頼1" in given[0].note
    assert (request.state, request.answer) == (RequestState.PROVIDED, "記録を添えます。")
    assert request.history.last().reason == "記録を添えます。"


def test_a_version_of_the_library_is_given_without_a_copy(fieldwork):
    version = kept(fieldwork.audit)
    fieldwork.ask().provide(versions=(version.pk,), text="")
    assert fieldwork.request.provided.get().version == version
    assert StoredFile.objects.filter(sha256=version.file.sha256).count() == 1


def test_words_alone_are_an_answer_and_nothing_is_none(fieldwork):
    fieldwork.ask()
    with pytest.raises(DomainError, match="資料を選ぶか"):
        fieldwork.provide(text="　")
    assert fieldwork.provide(text="該当する記録はありません。").request.state == "provided"


def test_a_refused_file_leaves_nothing_behind(fieldwork):
    fieldwork.ask()
    foreign = builders.kept(builders.team(corporate_number="7999900000002"))
    with pytest.raises(PermissionDenied):
        fieldwork.provide(a_file(), versions=(foreign.pk,))
    assert not ProvidedEvidence.objects.exists()
    assert Evidence.objects.count() == 1
    assert EvidenceRequest.objects.get().state == RequestState.ASKED


def test_retired_evidence_is_not_given(fieldwork):
    version = kept(fieldwork.audit)
    retire_evidence(evidence_id=version.evidence_id, actor=fieldwork.audit.editor)
    fieldwork.ask()
    with pytest.raises(DomainError, match="使用を終了"):
        fieldwork.provide(versions=(version.pk,))


def test_a_double_click_provides_once(fieldwork):
    fieldwork.ask()
    facts = fieldwork.by(fieldwork.audit.editor) | {
        "creation_key": uuid.uuid4(),
        "answer": Answer("記録を添えます。", [a_file()]),
    }
    first = acts.provide_evidence(**facts)
    assert acts.provide_evidence(**facts).row_version == first.row_version
    assert EvidenceVersion.objects.count() == ProvidedEvidence.objects.count() == 1


def test_other_files_in_a_second_window_are_no_double_click(fieldwork):
    fieldwork.ask()
    facts = fieldwork.by(fieldwork.audit.editor) | {"creation_key": uuid.uuid4()}
    acts.provide_evidence(**facts, answer=Answer("添えます。", [a_file("甲.pdf", b"1")]))
    with pytest.raises(EditConflictError):
        acts.provide_evidence(**facts, answer=Answer("添えます。", [a_file("乙.pdf", b"2")]))


def test_returned_and_provided_again_the_clock_runs_anew(fieldwork):
    fieldwork.ask(due_on=timezone.localdate() if is_working_day(timezone.localdate()) else None)
    fieldwork.provide(a_file("初回.pdf", b"1")).send_back()
    assert fieldwork.request.due_on == add_working_days(timezone.localdate(), 5)
    fieldwork.provide(a_file("再提出.pdf", b"2"), text="承認日を加えました。").accept()
    assert fieldwork.request.state == RequestState.ACCEPTED
    assert [line.action for line in fieldwork.request.history.all()] == [
        "ask", "provide", "return", "provide", "accept",
    ]  # fmt: skip
    assert fieldwork.request.provided.count() == 2


def test_returning_does_not_bring_the_last_day_nearer(fieldwork):
    later = add_working_days(timezone.localdate(), 20)
    fieldwork.ask(due_on=later).provide().send_back()
    assert fieldwork.request.due_on == later


@pytest.mark.parametrize("act", ["send_back", "withdraw"])
def test_returning_and_withdrawing_need_a_reason(fieldwork, act):
    fieldwork.ask().provide()
    with pytest.raises(DomainError, match="理由"):
        getattr(fieldwork, act)(reason="\u200b")


@pytest.mark.parametrize("act", ["accept", "send_back", "withdraw"])
def test_a_double_click_of_the_auditor_is_one_act(fieldwork, act):
    fieldwork.ask().provide()
    version = fieldwork.request.row_version
    getattr(fieldwork, act)()
    getattr(fieldwork, act)(version=version)
    assert fieldwork.request.history.count() == 3


def test_a_stale_page_acts_on_nothing(fieldwork):
    fieldwork.ask().provide()
    stale = fieldwork.request.row_version
    fieldwork.send_back()
    with pytest.raises(EditConflictError):
        fieldwork.accept(version=stale)


def test_each_side_does_its_own_part_only(fieldwork):
    fieldwork.ask()
    with pytest.raises(PermissionDenied):
        fieldwork.provide(actor=fieldwork.auditor)
    fieldwork.provide()
    for act in ("accept", "send_back", "withdraw"):
        for other in (fieldwork.audit.editor, person(Role.AUDIT_LEAD), person(Role.SECRETARIAT)):
            with pytest.raises(PermissionDenied):
                getattr(fieldwork, act)(actor=other)
    with pytest.raises(PermissionDenied):
        fieldwork.ask(actor=fieldwork.audit.approver)


def test_outside_fieldwork_nothing_moves(fieldwork):
    fieldwork.ask()
    assert list(open_requests(fieldwork.engagement)) == [fieldwork.request]
    engagements.terminate_engagement(
        **fieldwork.audit.by(fieldwork.audit.approver), reason="範囲を見直すため。"
    )
    for act in (fieldwork.ask, fieldwork.provide, fieldwork.withdraw):
        with pytest.raises(DomainError, match="監査実施中ではない"):
            act()
    with pytest.raises(IntegrityError, match="evidencerequest_outside_fieldwork"):
        EvidenceRequest.objects.update(state=RequestState.WITHDRAWN)


class TestTheDatabase:
    def test_keeps_what_is_final(self, fieldwork):
        fieldwork.ask().withdraw()
        with pytest.raises(ProgrammingError, match="audits_evidencerequest"):
            EvidenceRequest.objects.update(answer="書換え")

    def test_keeps_the_words(self, fieldwork):
        fieldwork.ask()
        with pytest.raises(ProgrammingError, match="audits_evidencerequest"):
            EvidenceRequest.objects.update(text="書換え")

    def test_lets_no_state_be_skipped(self, fieldwork):
        fieldwork.ask()
        with pytest.raises(ProgrammingError, match="Invalid transition"):
            EvidenceRequest.objects.update(state=RequestState.ACCEPTED)

    def test_refuses_evidence_of_another_provider(self, fieldwork):
        fieldwork.ask()
        foreign = builders.kept(builders.team(corporate_number="7999900000002"))
        with pytest.raises(IntegrityError, match="another_organisation"):
            self._give(fieldwork, foreign)

    def test_refuses_evidence_out_of_turn(self, fieldwork):
        fieldwork.ask().provide()
        with pytest.raises(IntegrityError, match="out_of_turn"):
            self._give(fieldwork, kept(fieldwork.audit))

    def test_refuses_a_control_that_is_no_detail_of_the_declaration(self, fieldwork, small_edition):
        fieldwork.ask(codes=[])
        section = small_edition.controls.get(number="9.2")
        with pytest.raises(IntegrityError, match="of_the_declaration"), transaction.atomic():
            RequestedControl.objects.create(request=fieldwork.request, control=section)

    def _give(self, fieldwork, version):
        with transaction.atomic():
            ProvidedEvidence.objects.create(
                request=fieldwork.request,
                version=version,
                provided_by=fieldwork.audit.editor,
                provided_at=timezone.now(),
            )
