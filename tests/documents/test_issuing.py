"""Asking for a form, making it, failing and trying again. The rendering itself is in test_pdf.py."""

import re
import uuid

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from accounts.enums import Role
from core import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job
from documents import pdf, tasks
from documents.enums import DocumentState
from documents.models import Document, StoredFile
from documents.services import render_document, request_document, retry_document
from documents.typesetting import Rendered
from tests.accounts.factories import person
from tests.documents import files
from tests.documents.factories import NOTE_FORM, SUBJECT, note_data, note_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(monkeypatch):
    """The typesetter replaced at its edge: what these tests are about happens around it."""
    calls = []

    def render(**arguments):
        calls.append(arguments)
        arguments["on_page"](1)
        return Rendered(files.pdf(), 3)

    monkeypatch.setattr(pdf, "render", render)
    return calls


@pytest.fixture
def broken_engine(monkeypatch):
    """Call it with the error that every render is to raise."""

    def break_with(error):
        def render(**_arguments):
            raise error

        monkeypatch.setattr(pdf, "render", render)

    return break_with


@time_machine.travel("2026-04-20T23:30:00+00:00", tick=False)
def test_a_request_makes_a_numbered_document_and_its_job():
    actor = person(Role.CSP_EDITOR)

    document = note_document(actor=actor)

    assert re.fullmatch(r"T-20260421-[0-9A-HJKMNP-TV-Z]{6}", document.number)
    assert document.state == DocumentState.PENDING
    assert (document.requested_by, document.organisation_id) == (actor, actor.organisation_id)
    job = Job.objects.get()
    assert (job, job.queue, job.kind) == (document.job, "pdf", "documents.render")
    assert job.arguments == {"document_id": str(document.pk)}


def test_the_same_data_give_the_same_document_whatever_their_order():
    actor = person(Role.CSP_EDITOR)
    first = note_document("同じ", actor=actor)

    second = request_document(
        form=NOTE_FORM,
        subject=SUBJECT,
        organisation_id=actor.organisation_id,
        data=dict(reversed(note_data("同じ").items())),
        actor=actor,
    )

    assert second == first
    assert Job.objects.count() == 1


def test_other_data_give_another_document():
    assert note_document("甲") != note_document("乙")


def test_the_job_makes_the_file_and_issues_the_document(engine):
    document = note_document()

    jobs.run(document.job_id)

    document.refresh_from_db()
    assert (document.state, document.pages) == (DocumentState.ISSUED, 3)
    assert document.file.label == f"試験票_{document.number}.pdf"
    assert (document.job.state, document.job.progress_percent) == (JobState.DONE, 100)
    call = engine[0]
    assert (call["identifier"], call["issued_at"]) == (document.number, document.created_at)
    assert call["data"] == note_data()
    assert document.number in call["html"]


def test_progress_is_told_while_it_runs(engine, monkeypatch):
    told = []
    monkeypatch.setattr(jobs, "progress", lambda kind, subject, *said: told.append(said))
    document = note_document()

    render_document(document_id=document.pk)

    percents = [percent for percent, _text in told]
    assert percents == sorted(percents)
    assert (len(told) - 2, told[1][1]) == (1, "1ページ目を組んでいます")


def test_running_twice_leaves_one_file(engine):
    document = note_document()

    render_document(document_id=document.pk)
    render_document(document_id=document.pk)

    assert StoredFile.objects.count() == 1
    assert len(engine) == 1


def test_a_second_worker_that_finishes_later_changes_nothing(monkeypatch):
    document = note_document()

    def render_while_another_issues(**_arguments):
        monkeypatch.setattr(pdf, "render", lambda **_more: Rendered(files.pdf(), 3))
        render_document(document_id=document.pk)
        return Rendered(files.pdf(b"later"), 4)

    monkeypatch.setattr(pdf, "render", render_while_another_issues)
    render_document(document_id=document.pk)

    document.refresh_from_db()
    assert document.pages == 3
    assert StoredFile.objects.count() == 1


def test_a_document_that_is_gone_is_logged_and_not_raised():
    render_document(document_id=uuid.uuid4())


def test_a_refusal_fails_at_once_with_its_sentence(broken_engine):
    broken_engine(DomainError("書体にない文字があります。"))
    document = note_document()

    jobs.run(document.job_id)

    document.refresh_from_db()
    assert (document.state, document.is_failed) == (DocumentState.FAILED, True)
    assert (document.job.state, document.job.error) == (JobState.DEAD, "書体にない文字があります。")


def test_a_fault_is_tried_again_before_it_fails(broken_engine):
    broken_engine(RuntimeError("boom"))
    document = note_document()

    states = []
    for _attempt in range(jobs.MAX_ATTEMPTS):
        jobs.run(document.job_id)
        document.refresh_from_db()
        states.append(document.state)

    assert states == [DocumentState.PENDING, DocumentState.PENDING, DocumentState.FAILED]


def test_a_job_that_died_without_telling_counts_as_failed():
    document = note_document()
    Job.objects.update(state=JobState.DEAD, finished_at="2026-04-01T00:00:00+09:00")

    document.refresh_from_db()

    assert document.state == DocumentState.PENDING
    assert document.is_failed


def test_a_failed_document_is_made_when_tried_again(broken_engine, monkeypatch):
    broken_engine(DomainError("だめです。"))
    document = note_document()
    jobs.run(document.job_id)

    retry_document(document_id=document.pk, actor=document.requested_by)
    monkeypatch.setattr(pdf, "render", lambda **_arguments: Rendered(files.pdf(), 1))
    jobs.run(document.job_id)

    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert Job.objects.count() == 1


def test_asking_again_for_a_failed_document_tries_again(broken_engine):
    broken_engine(DomainError("だめです。"))
    document = note_document()
    jobs.run(document.job_id)

    again = note_document(actor=document.requested_by)

    assert again == document
    assert (again.state, again.job.state) == (DocumentState.PENDING, JobState.PENDING)


def test_trying_again_while_it_waits_changes_nothing():
    document = note_document()

    retry_document(document_id=document.pk, actor=document.requested_by)

    assert Document.objects.get().job == document.job


def test_an_issued_document_cannot_be_changed(engine):
    document = note_document()
    render_document(document_id=document.pk)

    with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
        Document.objects.update(pages=9)


def test_the_handler_waits_in_the_queue_of_papers():
    assert tasks.render.queue == "pdf"
