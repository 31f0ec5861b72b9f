"""Uploads over HTTP that break off, come in masses, or carry names that would do harm elsewhere."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from declarations.models import Evidence, EvidenceVersion
from documents.models import StoredFile
from tests.declarations import builders
from tests.documents.files import pdf, zipped

KEEP = "declarations:evidence-keep"


@pytest.fixture
def editor(client, db):
    client.force_login(builders.team().editor)
    return client


def sheet(name="a.pdf", content=None):
    upload = SimpleUploadedFile("x.pdf", pdf() if content is None else content)
    upload.name = name
    return {"upload": upload, "creation_key": str(uuid.uuid4())}


class Torn(io.BytesIO):
    """A body whose sender goes away before its end, as the server tells it."""

    def read(self, *size):
        if block := super().read(*size):
            return block
        raise OSError("connection reset")


@pytest.mark.parametrize("stream", [io.BytesIO, Torn])
def test_an_upload_that_breaks_off_leaves_nothing(editor, stream):
    editor.handler.enforce_csrf_checks = stream is Torn
    body = encode_multipart(BOUNDARY, sheet(content=pdf(b"a" * 200_000)))
    cut = body[: body.rindex(b"creation_key")]

    answer = editor.generic(
        "POST",
        reverse(KEEP),
        body,
        content_type=MULTIPART_CONTENT,
        **{"wsgi.input": stream(cut)},
    )

    assert 400 <= answer.status_code < 500
    assert not StoredFile.objects.exists()
    assert not Evidence.objects.exists()


def test_two_hundred_files_in_one_request_are_refused(editor):
    files = {f"upload{n}": SimpleUploadedFile(f"{n}.pdf", pdf()) for n in range(201)}

    answer = editor.post(reverse(KEEP), files)

    assert 400 <= answer.status_code < 500
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "name", ["a;b,c.pdf", "漢" * 251 + ".pdf", "か\u3099.pdf", "CON.pdf", "100%.pdf"]
)
def test_a_name_goes_out_as_it_came_in_and_breaks_no_header(editor, name):
    editor.post(reverse(KEEP), sheet(name))

    version = EvidenceVersion.objects.select_related("file").get()
    answer = editor.get(
        reverse("declarations:evidence-version", args=[version.evidence_id, version.pk])
    )
    assert version.file.label == name
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\n" not in disposition
    assert "\r" not in disposition


def test_a_polyglot_is_served_as_what_its_name_says_and_never_shown(editor):
    content = pdf() + zipped({"a.js": b"alert(1)"}) + b"<script>alert(1)</script>"
    editor.post(reverse(KEEP), sheet("a.pdf", content))

    version = EvidenceVersion.objects.get()
    answer = editor.get(
        reverse("declarations:evidence-version", args=[version.evidence_id, version.pk])
    )
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("a.csv", b"<svg onload=alert(1)>"),
    ],
)
def test_what_is_something_else_is_refused_and_not_kept(editor, name, content):
    answer = editor.post(reverse(KEEP), sheet(name, content))

    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_a_name_that_turns_its_end_around_arrives_plain(editor):
    editor.post(reverse(KEEP), sheet("a\u202efdp.pdf"))

    assert StoredFile.objects.get().label == "afdp.pdf"
