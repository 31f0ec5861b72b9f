"""Files leave as attachments under a policy of their own, whatever they contain."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.enums import Role
from documents.enums import FileState
from tests.accounts.factories import person
from tests.documents import files
from tests.documents.factories import upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.documents.urls")]


@pytest.fixture
def answer(client):
    client.force_login(person(Role.CSP_EDITOR))
    return lambda stored: client.get(reverse("stored", args=[stored.pk]))


def test_a_file_is_an_attachment_that_nothing_runs_in(answer):
    response = answer(upload("報告書.pdf", files.pdf(b"<script>")))

    assert response.getvalue() == files.pdf(b"<script>")
    assert {name: response[name] for name in (
        "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy",
        "Cache-Control",
    )} == {
        "Content-Type": "application/pdf",
        "Content-Disposition":
            "attachment; filename*=utf-8''%E5%A0%B1%E5%91%8A%E6%9B%B8.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ['a"b;c.pdf', "漢" * 251 + ".pdf", "../../etc/passwd.pdf", "か\u3099.pdf"]
)
def test_no_name_breaks_the_header(answer, name):
    header = answer(upload(name))["Content-Disposition"]

    assert header.startswith("attachment; filename")
    assert header.isascii()
    assert "\n" not in header


def test_lost_bytes_are_a_page_that_says_so(answer, media):
    stored = upload()
    Path(default_storage.path(stored.path)).unlink()

    response = answer(stored)

    assert response.status_code == 410
    assert "見つからないか" in response.text


def test_altered_bytes_are_not_served(answer, media):
    stored = upload()
    Path(default_storage.path(stored.path)).write_bytes(b"%PDF-other")

    response = answer(stored)

    assert response.status_code == 410
    assert b"other" not in response.content


def test_a_file_that_the_scan_refused_is_not_served(answer):
    stored = upload()
    stored.state = FileState.REFUSED
    stored.save(update_fields=["state"])

    response = answer(stored)

    assert response.status_code == 410
    assert "受入れ不可" in response.text
