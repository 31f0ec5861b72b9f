"""Bringing a workbook of working papers back: upload, choose, apply, undo, discard. Reading it: `workbook_reading`."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits import tasks
from audits.models import Engagement, TestImport
from audits.selectors.workbook import scope_of, sheet_rows
from audits.selectors.workbook_import import preview_of
from audits.services.fieldwork import TestEdit, locked_fieldwork, record_tests
from audits.workbook.comparing import refused
from core.exceptions import DomainError
from documents import workbook_imports
from documents.enums import ImportState
from documents.uploads import CheckedUpload


@dataclass(frozen=True, slots=True)
class Undone:
    """The numbers of rows that were left because they have changed since."""

    left: tuple[str, ...]


@transaction.atomic
def start_import(*, engagement_id: uuid.UUID, actor: User, upload: CheckedUpload) -> TestImport:
    """Keep an uploaded workbook and have it read. No paper changes.

    The same file again, while it waits to be applied, is the same import (double click). DomainError for anything but
    an .xlsx file, and for an engagement whose papers cannot be written now.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    return workbook_imports.start(
        engagement.test_imports,
        organisation_id=engagement.firm_id,
        actor=actor,
        upload=upload,
        task=tasks.read_test_workbook,
    )


@transaction.atomic
def choose(*, import_id: uuid.UUID, actor: User, choices: Mapping[str, str]) -> TestImport:
    """Keep what somebody chose for conflicting rows, by control number. Numbers that are no conflict do no harm."""
    imported, _engagement = _locked(import_id, actor)
    workbook_imports.keep_choices(imported, choices)
    return imported


@transaction.atomic
def apply_import(
    *, import_id: uuid.UUID, actor: User, digest: str, choices: Mapping[str, str]
) -> TestImport:
    """Record what the preview with this digest showed, as one act that can be undone.

    `choices` are those of the page, on top of those kept before. Applying twice gives the first (double click).
    EditConflictError when the preview would show something else by now; DomainError when nothing is to be written, or
    the workbook is not ready.
    """
    imported, engagement = _locked(import_id, actor)
    if imported.state == ImportState.APPLIED:
        return imported
    workbook_imports.require_ready(imported)
    preview = preview_of(imported, engagement)
    workbook_imports.require_shown(imported, preview, digest)
    workbook_imports.add_choices(imported, choices)
    rows = preview.chosen(imported.choices)
    if not rows:
        raise workbook_imports.nothing_to_write()
    record_tests(
        engagement_id=engagement.pk,
        actor=actor,
        edits=[TestEdit(row.number, row.version, _stored(row.mine)) for row in rows],
        reason=_("ブック「%(name)s」の取込み") % {"name": imported.file.label},
    )
    imported.written = {
        row.number: {name: [row.now[name], new] for name, new in row.mine.items()} for row in rows
    }
    imported.content |= {"rejected": [asdict(problem) for problem in preview.rejected]}
    workbook_imports.end(imported, ImportState.APPLIED, actor, "written")
    return imported


@transaction.atomic
def undo_import(*, import_id: uuid.UUID, actor: User) -> Undone:
    """Give the papers back what they said before the import; those changed since are left and named.

    Undoing twice is harmless (double click). DomainError when no paper is left to restore.
    """
    imported, engagement = _locked(import_id, actor)
    if imported.state != ImportState.APPLIED:
        raise workbook_imports.nothing_to_undo()
    if imported.undone_at:
        return Undone(())
    edits, left = _reverse_edits(imported, engagement)
    if not edits:
        raise DomainError(
            _(
                "この取込みで変えた記録は、すべてその後に変更されています。元に戻せるものはありません。"
            )
        )
    record_tests(
        engagement_id=engagement.pk,
        actor=actor,
        edits=edits,
        reason=_("ブック「%(name)s」の取込みの取消し") % {"name": imported.file.label},
    )
    imported.undone_by, imported.undone_at = actor, timezone.now()
    imported.save(update_fields=["undone_by", "undone_at"])
    return Undone(tuple(left))


@transaction.atomic
def discard_import(*, import_id: uuid.UUID, actor: User) -> TestImport:
    """Do without a workbook that waits. Twice is harmless; one that was applied stays."""
    imported, _engagement = _locked(import_id, actor)
    workbook_imports.discard(imported, actor)
    return imported


def _locked(import_id: uuid.UUID, actor: User) -> tuple[TestImport, Engagement]:
    """The import and its engagement, both locked: the engagement first, as every act on papers does."""
    of = TestImport.objects.values_list("engagement_id", flat=True).get(pk=import_id)
    engagement = locked_fieldwork(of, actor)
    imported = (
        TestImport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("file")
        .get(pk=import_id)
    )
    return imported, engagement


def _reverse_edits(
    imported: TestImport, engagement: Engagement
) -> tuple[list[TestEdit], list[str]]:
    """What gives the papers back their old words, and the numbers of those that say, or take, something else by now."""
    edits, left = [], []
    papers = scope_of(engagement).filter(control__number__in=list(imported.written))
    for row in sheet_rows(papers, {}):
        pairs = imported.written[row.number]
        before = {name: old for name, (old, _new) in pairs.items()}
        is_as_written = all(row.values[name] == new for name, (_old, new) in pairs.items())
        if is_as_written and not refused(row, before):
            edits.append(TestEdit(row.number, row.version, _stored(before)))
        else:
            left.append(row.number)
    return edits, left


def _stored(changes: Mapping[str, str]) -> dict[str, Any]:
    """As a paper keeps it: the number of items as a number, or none."""
    size = changes.get("population_size")
    return {**changes, **({} if size is None else {"population_size": int(size) if size else None})}
