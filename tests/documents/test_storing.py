"""Keeping bytes: once under their hash, one row per upload, whole or not at all."""

import errno
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from accounts.enums import Role
from core.canonical import sha256_hex
from core.exceptions import DomainError
from documents import blobs
from documents.enums import FileState
from documents.limits import LIMITS
from documents.models import StoredFile
from documents.services import store_issued, store_upload
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.documents import files
from tests.documents.factories import upload

pytestmark = pytest.mark.django_db


def test_an_upload_is_kept_under_its_hash_and_not_yet_scanned():
    actor = person(Role.CSP_EDITOR)

    stored = upload("../../etc/証跡.pdf", actor=actor)

    digest = sha256_hex(files.pdf())
    assert stored.path == f"files/{digest[:2]}/{digest}"
    with default_storage.open(stored.path) as blob:
        assert blob.read() == files.pdf()
    assert (stored.label, stored.state) == ("../../etc/証跡.pdf", FileState.QUARANTINE)
    assert (stored.stored_by, stored.organisation_id) == (actor, actor.organisation_id)


def test_the_same_bytes_are_kept_once_with_two_rows(media):
    first, second = upload("a.pdf"), upload("b.pdf")

    assert first.pk != second.pk
    assert first.path == second.path
    assert [path.name for path in media.rglob("*") if path.is_file()] == [first.sha256]


def test_an_issued_file_counts_as_clean_and_not_as_upload():
    organisation = person(Role.CSP_EDITOR).organisation_id

    stored = store_issued(content=b"%PDF", label="言明書.pdf", organisation_id=organisation)

    assert (stored.state, stored.stored_by, stored.media_type) == (
        FileState.CLEAN, None, "application/pdf",
    )  # fmt: skip


def test_space_ends_with_the_byte_after_the_last():
    actor = person(Role.CSP_EDITOR)
    checked = check_upload(files.uploaded("a.pdf", files.pdf()))
    full = StoredFile.objects.create(
        organisation_id=actor.organisation_id, sha256="0" * 64,
        size=LIMITS.organisation_bytes - checked.size, media_type="text/plain", label="a",
        stored_at="2026-04-01T00:00:00+09:00",
    )  # fmt: skip
    asked = {"organisation_id": actor.organisation_id, "actor": actor}

    stored = store_upload(upload=checked, **asked)
    with pytest.raises(DomainError, match=r"5\.0 GB"):
        store_upload(upload=checked, **asked)

    assert set(StoredFile.objects.owned_by(actor.organisation_id)) == {full, stored}


def test_the_number_of_files_ends_at_its_limit():
    actor = person(Role.CSP_EDITOR)
    StoredFile.objects.bulk_create(
        StoredFile(
            organisation_id=actor.organisation_id, sha256="0" * 64, size=1, media_type="text/plain",
            label="a", stored_at="2026-04-01T00:00:00+09:00",
        )
        for _index in range(LIMITS.organisation_files - 1)
    )  # fmt: skip

    upload(actor=actor)
    with pytest.raises(DomainError, match="2,000件"):
        upload(actor=actor)
    upload(actor=person(Role.CSP_EDITOR))


def test_the_same_bytes_of_another_organisation_are_stored_as_if_they_were_new(media):
    first, second = (upload(actor=person(Role.CSP_EDITOR)) for _index in range(2))

    facts = ("sha256", "size", "media_type", "label", "state")
    assert first.organisation_id != second.organisation_id
    assert [getattr(first, name) for name in facts] == [getattr(second, name) for name in facts]


def test_space_of_one_organisation_says_nothing_about_another():
    upload(actor=person(Role.CSP_EDITOR))
    other = person(Role.CSP_EDITOR)

    assert StoredFile.objects.owned_by(other.organisation_id).uploaded().total_size() == 0


def test_a_rotten_copy_is_replaced_by_the_next_upload(media):
    stored = upload()
    Path(default_storage.path(stored.path)).write_bytes(b"rotten")

    upload()

    with blobs.opened(stored.path, stored.sha256) as blob:
        assert blob.read() == files.pdf()


@pytest.mark.parametrize("damage", [b"", b"%PDF-altered", None])
def test_bytes_that_are_gone_or_altered_are_not_handed_out(media, damage):
    stored = upload()
    path = Path(default_storage.path(stored.path))
    path.unlink() if damage is None else path.write_bytes(damage)

    with pytest.raises(blobs.BlobLostError):
        blobs.opened(stored.path, stored.sha256)


def test_a_full_disk_leaves_no_row_and_no_part_of_a_file(media, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(DomainError, match="保管場所がいっぱい"):
        upload()

    assert not StoredFile.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_another_failure_of_the_disk_is_not_dressed_up(media, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(OSError, match="Input/output"):
        upload()
