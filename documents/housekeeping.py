"""Files and rows that lost each other. A file is kept before its row is committed, so a worker or a server that is
killed between the two leaves bytes that no row names."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from core.db import lock_name
from documents import blobs
from documents.models import StoredFile

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=24)  # longer than any upload or job may take


@dataclass(frozen=True, slots=True)
class Swept:
    """Paths that were cleared because no row names them, and paths that rows name and the storage does not have."""

    cleared: list[str]
    lost: list[str]


def clear_orphaned_files(*, now: datetime) -> Swept:
    """Remove bytes without a row that are older than 24 h, and report rows without bytes, which it leaves alone.

    Not atomic: each file is judged in its own transaction, under the lock that whoever keeps the same bytes holds.
    """
    swept = Swept([], [])
    for prefix in map("{:02x}".format, range(256)):
        known = {stored.path for stored in StoredFile.objects.filter(sha256__startswith=prefix)}
        found = set(blobs.paths(f"{blobs.ROOT}/{prefix}"))
        swept.lost.extend(sorted(known - found))
        swept.cleared.extend(path for path in sorted(found - known) if _clear(path, now))
    for path in swept.lost:
        log.error("stored file %s is gone; its rows are kept", path)
    for path in swept.cleared:
        log.warning("stored file %s had no row for 24 h and was removed", path)
    return swept


@transaction.atomic
def _clear(path: str, now: datetime) -> bool:
    """Remove the file, unless it is young or somebody has given it a row since it was listed."""
    lock_name(path)
    named = StoredFile.objects.filter(sha256=path.rsplit("/", 1)[1]).exists()
    if named or not default_storage.exists(path):
        return False
    if default_storage.get_modified_time(path) > now - KEPT_FOR:
        return False
    default_storage.delete(path)
    return True
