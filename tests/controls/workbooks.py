"""Workbooks with the shape of official criteria and invented sentences."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from accounts.enums import Role
from accounts.models import User
from controls.models import CatalogueEdition, TextImport
from controls.selectors.text_import import text_report
from controls.services.text_import import apply_texts, read_workbook, upload_workbook
from controls.text_rows import Columns
from core.models import Job
from documents.uploads import check_upload
from tests.accounts.factories import person
from tests.documents.files import uploaded

COLUMNS = Columns(header_row=2, number=1, text=2)


def workbook(
    rows: Sequence[Sequence[Any]], *, merges: Sequence[str] = (), name: str = "管理策基準"
) -> bytes:
    """A sheet with these rows and one with a remark; texts as texts, numbers as numbers. Merges are like "B4:B6"."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("表紙").write_string(0, 0, "見本の管理基準")
    sheet = book.add_worksheet(name)
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(index, column, value)
            elif value is not None:
                sheet.write(index, column, value)
    for area in merges:
        sheet.merge_range(area, "")
        first = area.split(":")[0]
        row, column = int(first[1:]) - 1, ord(first[0]) - 65
        sheet.write_string(row, column, rows[row][column])
    book.close()
    return stream.getvalue()


def far_corner() -> bytes:
    """Two cells that span every row and column of a sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "一")
    sheet.write_string(1_048_575, 16_383, "二")
    book.close()
    return stream.getvalue()


def sentence(number: str) -> str:
    """An invented text for a control."""
    return f"見本の文：{number}を定め、見直す。"


def official_rows(edition: CatalogueEdition, **changes: str) -> list[list[Any]]:
    """Title, heading and a row for every objective and detail; `changes` replace texts by number."""
    numbers = edition.controls.filter(level__in=["objective", "detail"]).order_by("sort_key")
    rows: list[list[Any]] = [["見本の管理基準", "", ""], ["区分", "番号", "管理基準"]]
    for number in numbers.values_list("number", flat=True):
        rows.append(["見本", f"A.{number}", changes.get(number, sentence(number))])
    return rows


def uploaded_import(
    edition: CatalogueEdition,
    content: bytes,
    *,
    actor: User | None = None,
    label: str = "管理基準.xlsx",
) -> TextImport:
    """An import whose file waits for the worker."""
    upload = check_upload(uploaded(label, content))
    return upload_workbook(
        edition_id=edition.pk, upload=upload, actor=actor or person(Role.SECRETARIAT)
    )


def ready_import(edition: CatalogueEdition, rows=None, **kwargs) -> TextImport:
    """An import that was read, in the way of the worker."""
    made = uploaded_import(edition, workbook(rows or official_rows(edition)), **kwargs)
    read_workbook(import_id=made.pk)
    made.refresh_from_db()
    return made


def applied_import(
    edition: CatalogueEdition, rows=None, *, actor: User | None = None
) -> TextImport:
    """An import whose texts are in force."""
    actor = actor or person(Role.SECRETARIAT)
    made = ready_import(edition, rows, actor=actor)
    return apply(made, actor=actor)


def apply(made: TextImport, *, actor: User | None = None, **kwargs) -> TextImport:
    """Put the second sheet in force."""
    sheet = made.sheets.get(position=1)
    asked = {
        "import_id": made.pk,
        "position": 1,
        "columns": COLUMNS,
        "seen": text_report(made.edition, sheet, COLUMNS).fingerprint,
        "actor": actor or person(Role.SECRETARIAT),
    }
    return apply_texts(**asked | kwargs)


def job_of(made: TextImport) -> Job:
    """The job that reads the file."""
    return Job.objects.get(pk=made.job_id)
