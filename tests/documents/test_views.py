"""The row of a document: what it says in each state, how it asks again, what it offers."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.enums import JobState
from core.models import Job
from documents.enums import DocumentState
from documents.models import Document
from documents.selectors import document_row, is_stale
from tests.accounts.factories import person
from tests.documents.factories import (
    SUBJECT,
    issued_document,
    note_data,
    note_document,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.documents.urls")]


@pytest.fixture
def signed_in(client):
    client.force_login(person(Role.CSP_EDITOR))
    return client


def row_of(client, document) -> str:
    response = client.get(reverse("status", args=[document.pk]), headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.text


def fail(document, error):
    Job.objects.update(state=JobState.DEAD, error=error, finished_at="2026-04-01T00:00:00+09:00")
    return document


def test_a_waiting_document_asks_again_every_two_seconds(signed_in):
    document = note_document()
    Job.objects.update(progress_percent=40, progress_text="12ページ目を組んでいます")

    text = row_of(signed_in, document)

    assert f'hx-get="{reverse("status", args=[document.pk])}" hx-trigger="every 2s"' in text
    assert "12ページ目を組んでいます" in text
    assert 'width="40"' in text
    assert reverse("page", args=[document.pk]) in text


def test_an_issued_document_offers_its_file_and_asks_no_more(signed_in):
    document = issued_document()

    text = row_of(signed_in, document)

    assert "hx-get" not in text
    assert reverse("download", args=[document.pk]) in text
    assert "1ページ" in text


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            "PDFを作る部品がありません。 apt-get install -y x",
            "PDFを作る部品がありません。 apt-get install -y x",
        ),
        ("RuntimeError: secret path", "内部の不具合"),
        ("", "内部の不具合"),
    ],
)
def test_a_failed_document_says_why_and_offers_another_try(signed_in, error, shown):
    text = row_of(signed_in, fail(note_document(), error))

    assert shown in text
    assert "secret" not in text
    assert 'name="csrfmiddlewaretoken"' in text
    assert "hx-get" not in text


def test_a_document_whose_reason_is_not_told_yet_is_asked_for_again(signed_in):
    """The document is marked a moment before its job ends with the reason."""
    document = note_document()
    Document.objects.filter(pk=document.pk).update(state=DocumentState.FAILED)
    Job.objects.update(state=JobState.RUNNING, lease_until=timezone.now(), lease_token=uuid.uuid4())

    text = row_of(signed_in, document)

    assert "内部の不具合" not in text
    assert "hx-get" in text


def test_without_htmx_the_status_leads_to_the_page(signed_in):
    document = note_document()

    response = signed_in.get(reverse("status", args=[document.pk]))

    assert response["Location"] == reverse("page", args=[document.pk])


def test_download_gives_the_file_under_its_name(signed_in):
    response = signed_in.get(reverse("download", args=[issued_document().pk]))

    assert response.getvalue().startswith(b"%PDF")
    assert "attachment" in response["Content-Disposition"]


def test_download_of_an_unfinished_document_leads_back_to_the_page(signed_in):
    document = note_document()

    response = signed_in.get(reverse("download", args=[document.pk]))

    assert response["Location"] == reverse("page", args=[document.pk])


def test_retry_starts_the_job_afresh(signed_in):
    document = fail(note_document(), "だめです。")

    response = signed_in.post(reverse("retry", args=[document.pk]))

    assert response["Location"] == reverse("page", args=[document.pk])
    assert Job.objects.get().state == JobState.PENDING


def test_a_document_is_stale_when_its_data_moved(django_assert_num_queries):
    old, current = issued_document("古い"), note_document("新しい")

    with django_assert_num_queries(1):
        rows = [
            document_row(d, current_data=lambda: note_data("新しい"))
            for d in Document.objects.about(SUBJECT)
        ]

    assert [(row.document, row.is_stale) for row in rows] == [(current, False), (old, True)]


def test_a_document_is_stale_when_its_template_moved():
    document = issued_document()

    document.template_version = "0"

    assert is_stale(document, note_data())


def test_a_row_without_current_data_does_not_ask():
    assert document_row(issued_document()).is_stale is False
