"""The workbook of a full declaration: out, compared after somebody typed into every row, and applied."""

from collections.abc import Iterator
from dataclasses import fields

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.measure import Cost, measure
from bench.world import World
from core.canonical import sha256_hex
from declarations.models import WorkbookImport
from declarations.selectors.workbook import sheet_rows
from declarations.selectors.workbook_import import preview_of
from declarations.services.workbook import start_import
from declarations.services.workbook_reading import read_import
from declarations.workbook.writing import SheetFacts, SheetRow, workbook_bytes
from documents.uploads import check_upload

TEXT = "特権IDは専用の管理基盤で一元管理し、申請・承認・貸出・返却を記録しています。貸出は最長4時間で失効します。"


class TypedRow(SheetRow):
    """A row into which somebody has typed since it was written."""

    @property
    def cells(self) -> dict[str, str]:
        """What is in the file, under the code of what was exported."""
        return super().cells | {
            "adoption": "採用する",
            "individual_control": f"{self.number} {TEXT}",
        }


def workbook_operations(world: World, editor: Client, declarations: int) -> Iterator[Cost]:
    """Export, preview and applying, each with 1,156 rows; for the last two every row has changed."""
    size = {"rows": 1156, "declarations": declarations}
    export = reverse("declarations:workbook", args=[world.draft.pk])
    yield measure("workbook_export", lambda: editor.get(export), **size)
    imported = _brought_back(world)
    page = imported.get_absolute_url()
    digest = preview_of(imported, world.draft).digest({})
    yield measure("workbook_preview", lambda: editor.get(page), **size)
    applying = {"act": "apply", "digest": digest}
    yield measure("workbook_apply", lambda: editor.post(page, applying), **size)


def _brought_back(world: World) -> WorkbookImport:
    rows = [
        TypedRow(**{field.name: getattr(row, field.name) for field in fields(row)})
        for row in sheet_rows(world.draft, world.draft.statements.all())
    ]
    facts = SheetFacts(str(world.draft.pk), "", "", "", "", timezone.now())
    content = workbook_bytes(rows, facts)
    imported = start_import(
        declaration_id=world.draft.pk,
        actor=world.editor,
        upload=check_upload(ContentFile(content, name=f"{sha256_hex(content)[:8]}.xlsx")),
    )
    read_import(import_id=imported.pk)
    imported.refresh_from_db()
    return imported
