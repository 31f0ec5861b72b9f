"""Acts on official texts: take a workbook in, read it in a limited child process, put its texts in force."""

import json
import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from controls import policies, tasks
from controls.enums import ControlsAction, EditionState, TextImportState
from controls.models import (
    CatalogueEdition,
    ControlText,
    EditionHistory,
    TextImport,
    TextImportSheet,
)
from controls.selectors.text_import import TextReport, text_report
from controls.text_rows import Columns, digest_of
from controls.workflow import TEXT_IMPORT
from core import history, jobs
from core.exceptions import DomainError, EditConflictError
from core.models import Job
from core.policies import require
from documents import blobs
from documents.sandbox import SandboxError, run_limited
from documents.services import store_upload
from documents.uploads import CheckedUpload

log = logging.getLogger(__name__)

READER = "controls.workbook_reader:read"
MEMORY_MB, CPU_SECONDS, WALL_SECONDS = 300, 10, 60
REFUSALS: dict[str, Promise] = {
    "password": gettext_lazy(
        "パスワードで保護されています。保護を外して保存し直してから、もう一度読み込んでください。"
    ),
    "unreadable": gettext_lazy(
        "Excelブックとして読み取れません。表計算ソフトで開いて保存し直してから、もう一度読み込んでください。"
    ),
    "sheets": gettext_lazy("シートが多すぎます。管理基準のシートだけを残してください。"),
    "size": gettext_lazy(
        "行か文字が多すぎます。管理基準のシートだけを残し、使っていない行を削除してください。"
    ),
    "empty": gettext_lazy("文字の入ったシートがありません。ファイルを確かめてください。"),
}


@transaction.atomic
def upload_workbook(*, edition_id: uuid.UUID, upload: CheckedUpload, actor: User) -> TextImport:
    """Keep an official workbook and have it read. The same file for the same edition again is the import it had.

    Raises DomainError for a draft edition, because a draft may be loaded anew, and for files that are no workbook.
    """
    edition = _locked_edition(edition_id)
    require(policies.can_import_texts, actor)
    if edition.state != EditionState.PUBLISHED:
        raise DomainError(_("本文は、公開した版にだけ読み込めます。"))
    if upload.kind != "xlsx":
        raise DomainError(_("公式の管理基準は、Excelブック（.xlsx）で読み込みます。"))
    open_states = [TextImportState.READING, TextImportState.READY]
    same = edition.text_imports.filter(file__sha256=upload.sha256, state__in=open_states).first()
    if same is not None:
        _enqueue(same, actor)
        return same
    organisation_id = actor.organisation_id
    stored = store_upload(upload=upload, organisation_id=organisation_id, actor=actor)
    made = TextImport.objects.create(
        edition=edition, file=stored, created_by=actor, created_at=timezone.now()
    )
    made.job = _enqueue(made, actor)
    made.save(update_fields=["job"])
    return made


def read_workbook(*, import_id: uuid.UUID) -> None:
    """Read the cells of a workbook into rows. Safe to run twice; what cannot be read is refused with its reason.

    Not atomic: progress is seen while it runs.
    """
    row = TextImport.objects.select_related("file").filter(pk=import_id).first()
    if row is None or row.state != TextImportState.READING:
        log.info("text import %s is gone or read already", import_id)
        return
    jobs.progress(tasks.read_workbook.kind, _subject(row), 20, _("ファイルを開いています"))
    with blobs.opened(row.file.path, row.file.sha256) as blob:
        payload = blob.read()
    try:
        found = json.loads(
            run_limited(
                READER,
                payload,
                memory_mb=MEMORY_MB,
                cpu_seconds=CPU_SECONDS,
                wall_seconds=WALL_SECONDS,
            )
        )
    except SandboxError as error:
        _keep_cells(row.pk, [], str(error))
        return
    jobs.progress(tasks.read_workbook.kind, _subject(row), 80, _("シートを保管しています"))
    sheets = [sheet for sheet in found.get("sheets", []) if sheet["cells"]]
    refusal = found.get("refusal", "" if sheets else "empty")
    _keep_cells(row.pk, sheets, str(REFUSALS[refusal]) if refusal else "")


@transaction.atomic
def apply_texts(
    *, import_id: uuid.UUID, position: int, columns: Columns, seen: str, actor: User
) -> TextImport:
    """Put the texts of a sheet in force for the controls that have their numbers; older texts are superseded and kept.

    `seen` is the fingerprint of the report that the person looked at: raises EditConflictError when texts were changed
    since, DomainError when no number of the sheet is one of the edition.
    """
    row = (
        TextImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=import_id)
    )
    edition = _locked_edition(row.edition_id)
    require(policies.can_import_texts, actor)
    move = TEXT_IMPORT.check(ControlsAction.TEXTS_IMPORTED, row.state)
    sheet = row.sheets.filter(position=position).first()
    report = text_report(edition, sheet, columns) if sheet else None
    if sheet is None or report is None or not report.matched:
        raise DomainError(
            _("この版の番号に当たる本文が1件もありません。シートと列の指定を確かめてください。")
        )
    if seen != report.fingerprint:
        raise EditConflictError(
            _("確認した後に本文が変わりました。件数を見直してから、もう一度反映してください。")
        )
    now = timezone.now()
    _write_texts(report, row, actor, now)
    before, row.state = row.state, move.target
    row.choice = {
        "sheet": sheet.name,
        "header_row": columns.header_row,
        "number": columns.number,
        "text": columns.text,
    }
    row.counts = report.counts
    row.applied_by, row.applied_at = actor, now
    row.save(update_fields=["state", "choice", "counts", "applied_by", "applied_at"])
    row.sheets.all().delete()
    line = history.line(
        actor=actor,
        at=now,
        action=move.name,
        from_state=before,
        to_state=move.target,
        reason=_("%(file)sから、追加%(added)d件、変更%(changed)d件、同じ本文%(same)d件")
        % {"file": row.file.label, **report.counts},
        changes={"texts": [None, report.counts | {"sha256": row.file.sha256}]},
    )
    EditionHistory.objects.create(edition=edition, **line)
    return row


def _locked_edition(edition_id: uuid.UUID) -> CatalogueEdition:
    """One import of an edition after the other."""
    return CatalogueEdition.objects.select_for_update(no_key=True).get(pk=edition_id)


def _enqueue(row: TextImport, actor: User) -> Job:
    """The one job that reads this file; one that had died starts afresh."""
    return jobs.enqueue(
        tasks.read_workbook, subject=_subject(row), requested_by=actor, import_id=str(row.pk)
    )


def _subject(row: TextImport) -> str:
    return f"text-import:{row.pk}"


@transaction.atomic
def _keep_cells(import_id: uuid.UUID, sheets: list[dict[str, Any]], problem: str) -> None:
    row = TextImport.objects.select_for_update().get(pk=import_id)
    if row.state != TextImportState.READING:
        return
    row.problem = problem
    row.state = TextImportState.REFUSED if problem else TextImportState.READY
    row.save(update_fields=["problem", "state"])
    TextImportSheet.objects.bulk_create(
        TextImportSheet(text_import=row, **sheet) for sheet in sheets
    )


def _write_texts(report: TextReport, row: TextImport, actor: User, now: datetime) -> None:
    """Two statements whatever the number of texts."""
    changed = [line.control_id for line in report.changed]
    ControlText.objects.filter(control__in=changed, superseded_at__isnull=True).update(
        superseded_at=now
    )
    ControlText.objects.bulk_create(
        ControlText(
            control_id=line.control_id,
            text=line.text,
            digest=digest_of(line.text),
            source_sha256=row.file.sha256,
            imported_by=actor,
            imported_at=now,
        )
        for line in (*report.added, *report.changed)
    )
