"""Bringing a workbook back, whatever its rows are of: keep the file, read it, choose, end.

The app that owns the rows holds the lock of their object, asks for permission, and writes what was chosen.
"""

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import jobs
from core.exceptions import DomainError, EditConflictError
from documents import blobs
from documents.enums import ImportState
from documents.models import WorkbookUpload
from documents.sandbox import run_limited
from documents.services import store_upload
from documents.uploads import CheckedUpload
from documents.workbook.comparing import FILE, NOW, Preview
from documents.workbook.sentences import refusal
from documents.workbook.sheet import EXPORTED_FACT, VERSION_FACT, Layout

log = logging.getLogger(__name__)

# A full declaration takes about a fifth of a second and 80 MB.
SANDBOX: dict[str, Any] = {"memory_mb": 300, "cpu_seconds": 2, "wall_seconds": 30}
OPEN = (ImportState.PARSING, ImportState.READY)


def start(
    imports: models.Manager[Any],
    *,
    organisation_id: uuid.UUID,
    actor: User,
    upload: CheckedUpload,
    task: jobs.Handler,
) -> Any:
    """Keep an uploaded workbook among the `imports` of one object, and have `task` read it.

    The same file again, while it waits to be applied, is the same import (double click). DomainError for anything but
    an .xlsx file.
    """
    if upload.kind != "xlsx":
        raise DomainError(_("Excelブック（.xlsx）だけを取り込めます。"))
    waiting = imports.filter(
        file__sha256=upload.sha256, file__label=upload.label, state__in=OPEN
    ).first()
    if waiting and not waiting.is_stuck:
        return waiting
    imported = imports.create(
        file=store_upload(upload=upload, organisation_id=organisation_id, actor=actor),
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    imported.job = jobs.enqueue(
        task,
        subject=f"workbook:{imported.pk}",
        requested_by=actor,
        import_id=str(imported.pk),
    )
    imported.save(update_fields=["job"])
    return imported


def read(
    imports: models.QuerySet[Any],
    import_id: uuid.UUID,
    *,
    target: str,
    layout: Layout,
    other_template: Callable[[str], str],
    is_own: Callable[[Any, str], bool],
) -> None:
    """Keep what stands in the file, or why it cannot be read. Safe to run twice.

    `target` is the function of the sandbox. `is_own` says of the origin that the file names whether it is the object
    of the import, and refuses what may not come here (DomainError). Not atomic: reading holds no lock.
    """
    imported = (
        imports.select_related("file", "job")
        .filter(pk=import_id, state=ImportState.PARSING)
        .first()
    )
    if imported is None:
        log.info("workbook %s is gone or read already", import_id)
        return
    try:
        found = _found(imported, target)
        version = found["facts"].get(VERSION_FACT, layout.template)
        if version != layout.template:
            raise DomainError(other_template(version))
        own = is_own(imported, found["facts"].get(layout.origin, ""))
    except DomainError as error:
        _record(imports, import_id, state=ImportState.REFUSED, refusal=str(error))
    except Exception:
        if imported.job is None or imported.job.attempts >= jobs.MAX_ATTEMPTS:
            _record(imports, import_id, state=ImportState.REFUSED, refusal=unreadable_now())
        raise
    else:
        _record(
            imports,
            import_id,
            state=ImportState.READY,
            content={"columns": found["columns"], "rows": found["rows"]},
            rows=len(found["rows"]),
            exported_at=found["facts"].get(EXPORTED_FACT, "")[:40],
            is_own=own,
        )


def unreadable_now() -> str:
    """For what broke inside: no fault of the file."""
    return _(
        "内部の不具合で読み取れませんでした。もう一度アップロードしてください。続くときは、事務局に連絡してください。"
    )


def keep_choices(imported: WorkbookUpload, choices: Mapping[str, str]) -> None:
    """Keep what somebody chose for conflicting rows, by control number. Numbers that are no conflict do no harm."""
    if imported.state == ImportState.READY:
        add_choices(imported, choices)
        imported.save(update_fields=["choices"])


def add_choices(imported: WorkbookUpload, choices: Mapping[str, str]) -> None:
    """The choices of a page on top of those that were kept; the caller saves."""
    imported.choices |= {
        number: FILE if choice == FILE else NOW for number, choice in choices.items()
    }


def require_ready(imported: WorkbookUpload) -> None:
    """DomainError for a workbook that is not read, was refused, or is done with."""
    if imported.state != ImportState.READY:
        raise DomainError(_("このブックは取り込めません。もう一度アップロードしてください。"))


def require_shown(imported: WorkbookUpload, preview: Preview, digest: str) -> None:
    """EditConflictError when the preview shows something else by now than the one with this digest."""
    if preview.digest(imported.choices) != digest:
        raise EditConflictError(
            _(
                "確認している間に内容が変わりました。まだ何も取り込んでいません。新しい比較を確かめてください。"
            )
        )


def nothing_to_write() -> DomainError:
    """The workbook says what is stored already."""
    return DomainError(_("取り込む変更がありません。"))


def nothing_to_undo() -> DomainError:
    """It has not been applied."""
    return DomainError(_("まだ取り込んでいないため、取り消すものがありません。"))


def end(imported: WorkbookUpload, state: ImportState, actor: User, *fields: str) -> None:
    """Applied or discarded, by whom and when; `fields` are saved along."""
    imported.state, imported.ended_by, imported.ended_at = state, actor, timezone.now()
    imported.save(update_fields=["state", "content", "choices", "ended_by", "ended_at", *fields])


def discard(imported: WorkbookUpload, actor: User) -> None:
    """Do without a workbook that waits. Twice is harmless; one that was applied stays."""
    if imported.state in OPEN:
        end(imported, ImportState.DISCARDED, actor)


def _found(imported: WorkbookUpload, target: str) -> dict[str, Any]:
    """What the file holds. DomainError with the sentence for a file that is not taken."""
    with blobs.opened(imported.file.path, imported.file.sha256) as blob:
        found = json.loads(run_limited(target, blob.read(), **SANDBOX))
    if "refusal" in found:
        raise DomainError(refusal(found["refusal"]))
    return found


@transaction.atomic
def _record(imports: models.QuerySet[Any], import_id: uuid.UUID, **values: Any) -> None:
    """Unless another worker was first, or somebody has done without the file meanwhile."""
    waiting = imports.select_for_update(of=("self",), no_key=True).filter(
        pk=import_id, state=ImportState.PARSING
    )
    for imported in waiting:
        for name, value in values.items():
            setattr(imported, name, value)
        imported.save(update_fields=list(values))
