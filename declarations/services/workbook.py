"""Bringing a workbook back: upload, choose, apply, undo, discard. Reading it: `workbook_reading`."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import jobs
from core.exceptions import DomainError, EditConflictError
from declarations import tasks
from declarations.enums import BatchKind, ImportState
from declarations.models import Declaration, StatementBatch, WorkbookImport
from declarations.selectors.base_services import offered_bases
from declarations.selectors.workbook_import import preview_of
from declarations.services.batches import Undone, undo_batch
from declarations.services.declaration import locked_draft
from declarations.services.statements import StatementEdit, save_statements
from declarations.workbook.comparing import FILE, NOW, Preview
from documents.services import store_upload
from documents.uploads import CheckedUpload

OPEN = (ImportState.PARSING, ImportState.READY)


@transaction.atomic
def start_import(
    *, declaration_id: uuid.UUID, actor: User, upload: CheckedUpload
) -> WorkbookImport:
    """Keep an uploaded workbook and have it read. Nothing of the declaration changes.

    The same file again, while it waits to be applied, is the same import (double click). DomainError for anything but
    an .xlsx file, and for a declaration that is no draft.
    """
    declaration = locked_draft(declaration_id, actor)
    if upload.kind != "xlsx":
        raise DomainError(_("Excelブック（.xlsx）だけを取り込めます。"))
    waiting = WorkbookImport.objects.filter(
        declaration=declaration,
        file__sha256=upload.sha256,
        file__label=upload.label,
        state__in=OPEN,
    ).first()
    if waiting and not waiting.is_stuck:
        return waiting
    imported = WorkbookImport.objects.create(
        declaration=declaration,
        file=store_upload(
            upload=upload, organisation_id=declaration.service.organisation_id, actor=actor
        ),
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    imported.job = jobs.enqueue(
        tasks.read_workbook,
        subject=f"workbook:{imported.pk}",
        requested_by=actor,
        import_id=str(imported.pk),
    )
    imported.save(update_fields=["job"])
    return imported


@transaction.atomic
def choose(*, import_id: uuid.UUID, actor: User, choices: Mapping[str, str]) -> WorkbookImport:
    """Keep what somebody chose for conflicting rows, by control number. Numbers that are no conflict do no harm."""
    imported, _declaration = _locked(import_id, actor)
    if imported.state == ImportState.READY:
        imported.choices |= _known(choices)
        imported.save(update_fields=["choices"])
    return imported


@transaction.atomic
def apply_import(
    *, import_id: uuid.UUID, actor: User, digest: str, choices: Mapping[str, str]
) -> WorkbookImport:
    """Write what the preview with this digest showed, as one act that can be undone.

    `choices` are those of the page, on top of those kept before. Applying twice gives the first (double click).
    EditConflictError when the preview would show something else by now; DomainError when nothing is to be written, or
    the workbook is not ready.
    """
    imported, declaration = _locked(import_id, actor)
    if imported.state == ImportState.APPLIED:
        return imported
    if imported.state != ImportState.READY:
        raise DomainError(_("このブックは取り込めません。もう一度アップロードしてください。"))
    preview = preview_of(imported, declaration)
    if preview.digest(imported.choices) != digest:
        raise EditConflictError(
            _(
                "確認している間に内容が変わりました。まだ何も取り込んでいません。新しい比較を確かめてください。"
            )
        )
    imported.choices |= _known(choices)
    saved = save_statements(
        declaration_id=declaration.pk,
        actor=actor,
        edits=_edits(preview, imported.choices, declaration),
        kind=BatchKind.IMPORT,
        summary=_("ブック「%(name)s」の取込み") % {"name": imported.file.label[:200]},
    )
    if not saved.changed:
        raise DomainError(_("取り込む変更がありません。"))
    imported.batch = StatementBatch.objects.get(pk=saved.batch)
    imported.content |= {"rejected": [asdict(problem) for problem in preview.rejected]}
    _end(imported, ImportState.APPLIED, actor)
    return imported


@transaction.atomic
def undo_import(*, import_id: uuid.UUID, actor: User) -> Undone:
    """Give the rows back what they said before the import; those changed since are left and named."""
    imported, _declaration = _locked(import_id, actor)
    if imported.batch_id is None:
        raise DomainError(_("まだ取り込んでいないため、取り消すものがありません。"))
    return undo_batch(batch_id=imported.batch_id, actor=actor)


@transaction.atomic
def discard_import(*, import_id: uuid.UUID, actor: User) -> WorkbookImport:
    """Do without a workbook that waits. Twice is harmless; one that was applied stays."""
    imported, _declaration = _locked(import_id, actor)
    if imported.state in OPEN:
        _end(imported, ImportState.DISCARDED, actor)
    return imported


def _locked(import_id: uuid.UUID, actor: User) -> tuple[WorkbookImport, Declaration]:
    """The import and its draft, both locked: the declaration first, as every act on statements does."""
    of = WorkbookImport.objects.values_list("declaration_id", flat=True).get(pk=import_id)
    declaration = locked_draft(of, actor)
    imported = (
        WorkbookImport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("file")
        .get(pk=import_id)
    )
    return imported, declaration


def _known(choices: Mapping[str, str]) -> dict[str, str]:
    return {number: FILE if choice == FILE else NOW for number, choice in choices.items()}


def _edits(
    preview: Preview, choices: Mapping[str, str], declaration: Declaration
) -> list[StatementEdit]:
    rows = preview.chosen(choices)
    keys = {label: key for key, label in offered_bases(declaration)} | {"": ""}
    return [StatementEdit(row.number, row.version, _by_key(row.mine, keys)) for row in rows]


def _by_key(changes: dict[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """The base service by its key, which the sheet shows by its label."""
    label = changes.get("base_service")
    return changes if label is None else changes | {"base_service": keys[label]}


def _end(imported: WorkbookImport, state: ImportState, actor: User) -> None:
    imported.state, imported.ended_by, imported.ended_at = state, actor, timezone.now()
    imported.save(update_fields=["state", "batch", "content", "choices", "ended_by", "ended_at"])
