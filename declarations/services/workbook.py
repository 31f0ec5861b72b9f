"""Bringing a workbook of statements back: upload, choose, apply, undo, discard. Reading it: `workbook_reading`."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from declarations import tasks
from declarations.enums import BatchKind
from declarations.models import Declaration, StatementBatch, WorkbookImport
from declarations.selectors.base_services import offered_bases
from declarations.selectors.workbook_import import preview_of
from declarations.services.batches import Undone, undo_batch
from declarations.services.declaration import locked_draft
from declarations.services.statements import StatementEdit, save_statements
from documents import workbook_imports
from documents.enums import ImportState
from documents.uploads import CheckedUpload
from documents.workbook.comparing import Preview


@transaction.atomic
def start_import(
    *, declaration_id: uuid.UUID, actor: User, upload: CheckedUpload
) -> WorkbookImport:
    """Keep an uploaded workbook and have it read. Nothing of the declaration changes.

    The same file again, while it waits to be applied, is the same import (double click). DomainError for anything but
    an .xlsx file, and for a declaration that is no draft.
    """
    declaration = locked_draft(declaration_id, actor)
    return workbook_imports.start(
        declaration.workbook_imports,
        organisation_id=declaration.service.organisation_id,
        actor=actor,
        upload=upload,
        task=tasks.read_workbook,
    )


@transaction.atomic
def choose(*, import_id: uuid.UUID, actor: User, choices: Mapping[str, str]) -> WorkbookImport:
    """Keep what somebody chose for conflicting rows, by control number. Numbers that are no conflict do no harm."""
    imported, _declaration = _locked(import_id, actor)
    workbook_imports.keep_choices(imported, choices)
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
    workbook_imports.require_ready(imported)
    preview = preview_of(imported, declaration)
    workbook_imports.require_shown(imported, preview, digest)
    workbook_imports.add_choices(imported, choices)
    saved = save_statements(
        declaration_id=declaration.pk,
        actor=actor,
        edits=_edits(preview, imported.choices, declaration),
        kind=BatchKind.IMPORT,
        summary=_("ブック「%(name)s」の取込み") % {"name": imported.file.label[:200]},
    )
    if not saved.changed:
        raise workbook_imports.nothing_to_write()
    imported.batch = StatementBatch.objects.get(pk=saved.batch)
    imported.content |= {"rejected": [asdict(problem) for problem in preview.rejected]}
    workbook_imports.end(imported, ImportState.APPLIED, actor, "batch")
    return imported


@transaction.atomic
def undo_import(*, import_id: uuid.UUID, actor: User) -> Undone:
    """Give the rows back what they said before the import; those changed since are left and named."""
    imported, _declaration = _locked(import_id, actor)
    if imported.batch_id is None:
        raise workbook_imports.nothing_to_undo()
    return undo_batch(batch_id=imported.batch_id, actor=actor)


@transaction.atomic
def discard_import(*, import_id: uuid.UUID, actor: User) -> WorkbookImport:
    """Do without a workbook that waits. Twice is harmless; one that was applied stays."""
    imported, _declaration = _locked(import_id, actor)
    workbook_imports.discard(imported, actor)
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
