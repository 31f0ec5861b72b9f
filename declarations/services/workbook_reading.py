"""Reading an uploaded workbook in the background, in a child process that may not use more than it is given."""

import json
import logging
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs
from core.exceptions import DomainError
from declarations.enums import ImportState
from declarations.models import Declaration, WorkbookImport
from declarations.workbook.reading import TARGET
from declarations.workbook.sentences import other_service, other_template, refusal
from declarations.workbook.sheet import (
    DECLARATION_FACT,
    EXPORTED_FACT,
    TEMPLATE_VERSION,
    VERSION_FACT,
)
from documents import blobs
from documents.sandbox import run_limited

log = logging.getLogger(__name__)

# A full declaration takes about a fifth of a second and 80 MB.
SANDBOX: dict[str, Any] = {"memory_mb": 300, "cpu_seconds": 2, "wall_seconds": 30}


def read_import(*, import_id: uuid.UUID) -> None:
    """Keep what stands in the file, or why it cannot be read. Safe to run twice.

    Not atomic: reading holds no lock.
    """
    imported = (
        WorkbookImport.objects.select_related("file", "job", "declaration")
        .filter(pk=import_id, state=ImportState.PARSING)
        .first()
    )
    if imported is None:
        log.info("workbook %s is gone or read already", import_id)
        return
    try:
        found = _found(imported)
    except DomainError as error:
        _record(import_id, state=ImportState.REFUSED, refusal=str(error))
    except Exception:
        if imported.job is None or imported.job.attempts >= jobs.MAX_ATTEMPTS:
            _record(import_id, state=ImportState.REFUSED, refusal=unreadable_now())
        raise
    else:
        _record(import_id, state=ImportState.READY, **found)


def unreadable_now() -> str:
    """For what broke inside: no fault of the file."""
    return _(
        "内部の不具合で読み取れませんでした。もう一度アップロードしてください。続くときは、事務局に連絡してください。"
    )


def _found(imported: WorkbookImport) -> dict[str, Any]:
    """What the file holds, as columns of the import. DomainError with the sentence for a file that is not taken."""
    with blobs.opened(imported.file.path, imported.file.sha256) as blob:
        found = json.loads(run_limited(TARGET, blob.read(), **SANDBOX))
    if "refusal" in found:
        raise DomainError(refusal(found["refusal"]))
    facts = found["facts"]
    version = facts.get(VERSION_FACT, TEMPLATE_VERSION)
    if version != TEMPLATE_VERSION:
        raise DomainError(other_template(version))
    return {
        "content": {"columns": found["columns"], "rows": found["rows"]},
        "rows": len(found["rows"]),
        "exported_at": facts.get(EXPORTED_FACT, "")[:40],
        "is_own": _is_own(facts.get(DECLARATION_FACT, ""), imported.declaration),
    }


def _is_own(origin: str, declaration: Declaration) -> bool:
    """Whether the file was written from this very version. One from another service is refused.

    Another version or year of the same service is welcome: what was typed into a copy of it is not lost.
    """
    try:
        key = uuid.UUID(origin)
    except ValueError:
        return False
    if key == declaration.pk:
        return True
    same = Declaration.objects.filter(pk=key, service=declaration.service_id)
    if not same.exists():
        raise DomainError(other_service())
    return False


@transaction.atomic
def _record(import_id: uuid.UUID, **values: Any) -> None:
    """Unless another worker was first, or somebody has done without the file meanwhile."""
    waiting = WorkbookImport.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=import_id, state=ImportState.PARSING
    )
    for imported in waiting:
        for name, value in values.items():
            setattr(imported, name, value)
        imported.save(update_fields=list(values))
