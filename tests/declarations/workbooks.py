"""Workbooks for tests: exported ones with cells changed as a person would, and hand-made ones, part by part."""

import io
import zipfile
from xml.sax.saxutils import escape

from django.urls import reverse
from python_calamine import load_workbook
from xlsxwriter import Workbook

from core import jobs
from declarations.models import WorkbookImport
from declarations.services.statements import StatementEdit, save_statements
from declarations.workbook import sheet
from declarations.workbook.writing import SheetRow
from tests.documents.files import CONTENT_TYPES, MAIN_TYPES, content_types, uploaded

NAME = "入力済み.xlsx"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADINGS = [sheet.LAYOUT.headers[name] for name in ("number", *sheet.LAYOUT.typed)]
LINE = ["9.2.3.2", "採用する", "手順どおり。", "", "", ""]


def row(number: str = "9.2.3.2", version: int = 1, **values: str) -> SheetRow:
    """A statement as the sheet shows it."""
    said = dict.fromkeys(sheet.LAYOUT.typed, "") | {"adoption": "undecided"}
    return SheetRow(
        number=number,
        title="特権的アクセス権の管理",
        suffix="",
        is_required=False,
        is_released=False,
        offers_not_selected=True,
        values=said | values,
        owner="",
        version=version,
    )


def retyped(
    content: bytes,
    changes: dict[tuple[str, str], str],
    *,
    drop: tuple[str, ...] = (),
    title: str = sheet.SHEET,
) -> bytes:
    """The exported workbook after somebody typed into the sheet `title`: `changes` by control number and heading."""
    source = load_workbook(io.BytesIO(content))
    buffer = io.BytesIO()
    target = Workbook(buffer, {"in_memory": True})
    for name in source.sheet_names:
        page = target.add_worksheet(name)
        lines = source.get_sheet_by_name(name).to_python(skip_empty_area=False)
        head = lines[0] if lines else []
        place = 0
        for line in lines:
            if name == title and line[0] in drop:
                continue
            for column, cell in enumerate(line):
                text = changes.get((line[0], head[column]), cell) if name == title else cell
                page.write_string(place, column, text)
            place += 1
    target.close()
    return buffer.getvalue()


def cell(reference: str, text: str) -> str:
    """A cell with its text in place."""
    return (
        f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    )


def line(number: int, texts: list[str], extra: str = "") -> str:
    """A row of such cells."""
    cells = "".join(cell(f"{chr(65 + n)}{number}", text) for n, text in enumerate(texts))
    return f'<row r="{number}">{cells}{extra}</row>'


def page(*rows: str, after: str = "", head: list[str] | None = None) -> str:
    """A worksheet with its headings. `after` stands behind the cells: merged cells, for one."""
    first = line(1, HEADINGS if head is None else head)
    return f"<worksheet {MAIN}><sheetData>{first}{''.join(rows)}</sheetData>{after}</worksheet>"


def handmade(
    sheets: dict[str, str] | None = None,
    *,
    parts: dict[str, bytes] | None = None,
    strings: str = "",
    styles: str = "",
) -> bytes:
    """A workbook of these worksheets by name; `parts` are added or put in place of others."""
    sheets = {sheet.SHEET: page(line(2, LINE))} if sheets is None else sheets
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    links += f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    found = {
        CONTENT_TYPES: content_types(MAIN_TYPES["xlsx"]),
        "xl/workbook.xml": f"{head}<workbook {MAIN} {LINKS}><sheets>{names}</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f"{head}<Relationships {relations}>{links}</Relationships>".encode(),
        "xl/sharedStrings.xml": (strings or f"{head}<sst {MAIN}/>").encode(),
        "xl/styles.xml": (styles or f"{head}<styleSheet {MAIN}/>").encode(),
        **{
            f"xl/worksheets/sheet{n}.xml": text.encode()
            for n, text in enumerate(sheets.values(), 1)
        },
    }
    return zipped({**found, **(parts or {})})


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def taken(client, declaration, **query):
    """The workbook by the button."""
    return client.get(reverse("declarations:workbook", args=[declaration.pk]), query).content


def brought(client, declaration, content, name=NAME):
    """Upload through the page, and read as the worker does."""
    address = reverse("declarations:workbook-imports", args=[declaration.pk])
    response = client.post(address, {"upload": uploaded(name, content)})
    assert response.status_code == 302, response.text
    imported = WorkbookImport.objects.latest("uploaded_at")
    assert response.url == imported.get_absolute_url()
    jobs.run(imported.job_id)
    imported.refresh_from_db()
    return imported


def typed(client, declaration, changes, **options):
    """The exported workbook with what somebody typed, brought back."""
    return brought(client, declaration, retyped(taken(client, declaration), changes, **options))


def save(declaration, actor, number, version=1, **changes):
    """Somebody writes online."""
    edit = StatementEdit(number, version, changes)
    save_statements(declaration_id=declaration.pk, actor=actor, edits=[edit])


def statement(declaration, number):
    """The row as it is stored."""
    return declaration.statements.get(control__number=number)


def press_apply(client, imported, response=None, **choices):
    """Press the button on the page as it is shown."""
    shown = response or client.get(imported.get_absolute_url())
    data = {"act": "apply", "digest": shown.context["digest"]}
    data |= {f"choice-{number}": choice for number, choice in choices.items()}
    return client.post(imported.get_absolute_url(), data)


def act(client, imported, name):
    """Press another button."""
    where = [imported.declaration_id, imported.pk]
    return client.post(reverse(f"declarations:workbook-{name}", args=where), follow=True)
