"""Bytes and rows that lost each other: what the daily clean-up removes, leaves and reports."""

import os
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from documents import blobs
from documents.housekeeping import _clear, clear_orphaned_files
from documents.models import StoredFile
from documents.tasks import clear_orphaned_files as daily_task
from tests.documents.factories import upload

pytestmark = pytest.mark.django_db

ORPHAN = f"files/ab/ab{'0' * 62}"
YOUNG, OLD = timedelta(hours=23), timedelta(hours=25)


def aged(path: str, age: timedelta) -> Path:
    """The file at `path`, as if it had been written so long ago."""
    place = Path(default_storage.path(path))
    then = (timezone.now() - age).timestamp()
    os.utime(place, (then, then))
    return place


def test_old_bytes_without_a_row_are_removed_and_young_ones_left(media):
    other = ORPHAN.replace("ab", "cd")
    for path, age in ((ORPHAN, OLD), (other, YOUNG)):
        blobs.keep(path, [b"x"])
        aged(path, age)

    swept = clear_orphaned_files(now=timezone.now())

    assert (swept.cleared, swept.lost) == ([ORPHAN], [])
    assert not default_storage.exists(ORPHAN)
    assert default_storage.exists(other)


def test_a_part_that_was_never_finished_is_removed(media):
    blobs.keep(ORPHAN, [b"x"])
    part = f"{ORPHAN.rpartition('/')[0]}/.part-abc"
    Path(default_storage.path(part)).write_bytes(b"half")
    aged(part, OLD)

    assert clear_orphaned_files(now=timezone.now()).cleared == [part]


def test_bytes_with_a_row_are_kept_however_old(media):
    stored = upload()
    aged(stored.path, timedelta(days=4000))

    swept = clear_orphaned_files(now=timezone.now())

    assert (swept.cleared, swept.lost) == ([], [])
    assert default_storage.exists(stored.path)


def test_a_row_without_bytes_is_reported_and_kept(media, caplog):
    stored = upload()
    Path(default_storage.path(stored.path)).unlink()

    assert clear_orphaned_files(now=timezone.now()).lost == [stored.path]
    assert stored.path in caplog.text
    assert StoredFile.objects.get() == stored


def test_nothing_was_ever_stored(media):
    swept = clear_orphaned_files(now=timezone.now())
    assert (swept.cleared, swept.lost) == ([], [])


def test_the_task_does_the_same(media):
    blobs.keep(ORPHAN, [b"x"])
    aged(ORPHAN, OLD)
    daily_task()
    assert not default_storage.exists(ORPHAN)


def test_the_command_does_the_same_and_says_what_it_found(media):
    stored, out = upload(), StringIO()
    Path(default_storage.path(stored.path)).unlink()
    blobs.keep(ORPHAN, [b"x"])
    aged(ORPHAN, OLD)

    call_command("clear_orphaned_files", stdout=out, stderr=out)

    assert f"消しました：{ORPHAN}" in out.getvalue()
    assert f"失われています：{stored.path}" in out.getvalue()
    assert "消したファイル1件、失われたファイル1件" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_bytes_whose_row_is_not_yet_committed_are_not_taken_away(media):
    """An orphan that is uploaded again while the clean-up, which has listed it, is about to remove it."""
    with transaction.atomic():
        stored = upload()  # holds the lock of these bytes until the commit
        aged(stored.path, OLD)
        sweeper = threading.Thread(target=_sweep_as_if_orphaned, args=(stored.path,))
        sweeper.start()
        sweeper.join(timeout=0.5)
        waited = sweeper.is_alive()
    sweeper.join(timeout=10)
    assert waited
    assert default_storage.exists(stored.path)


def _sweep_as_if_orphaned(path: str) -> None:

    try:
        _clear(path, timezone.now())
    finally:
        connection.close()
