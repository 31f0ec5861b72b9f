"""Pages of the official workbook: upload, choice of sheet and columns, what it adds, its texts put in force."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from controls import policies
from controls.enums import TextImportState
from controls.forms.text_import import ColumnsForm, WorkbookForm
from controls.models import TextImport, TextImportSheet
from controls.selectors import text_import as selectors
from controls.services import text_import as services
from controls.text_rows import Columns, sheet_texts
from core.exceptions import DomainError, EditConflictError
from core.views import act_page

ROWS_PER_PAGE = 50
SHOWN_FOUND = 5
# The parts of a report in the order in which a person has to look at them.
PARTS: dict[str, Promise] = {
    "changed": gettext_lazy("いまの本文から変わる"),
    "unknown": gettext_lazy("この版にない番号"),
    "faults": gettext_lazy("読み取れないセル"),
    "without": gettext_lazy("ファイルに本文のない項目"),
    "added": gettext_lazy("新しく本文が付く"),
    "same": gettext_lazy("いまの本文と同じ"),
}
STEPS = (
    gettext_lazy("ファイルを選ぶ"),
    gettext_lazy("シートと列を選ぶ"),
    gettext_lazy("照合の結果を確かめる"),
    gettext_lazy("反映"),
)


@require_safe
def text_imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    if not policies.can_see_text_imports(request.user):
        raise PermissionDenied
    context = {
        "imports": list(selectors.imports_with_edition(request.user)[:ROWS_PER_PAGE]),
        "can_import": policies.can_import_texts(request.user),
    }
    return render(request, "controls/texts/imports.html", context)


@require_http_methods(["GET", "POST"])
def new_import(request: HttpRequest) -> HttpResponse:
    """Choose edition and file."""
    if not policies.can_import_texts(request.user):
        raise PermissionDenied
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()

    def act(data: dict[str, Any]) -> TextImport:
        return services.upload_workbook(
            edition_id=data["edition"].pk, upload=data["upload"], actor=request.user
        )

    title = _("公式の管理基準を読み込む")
    page = {
        "title": title,
        "lead": _(
            "公式の管理基準（Excel）の本文を、この環境の管理基準に付けます。本文は版の一部にはならず、この環境の外には出ません。"
        ),
        "steps": steps(0),
        "breadcrumb": [*crumbs(), {"label": title}],
        "submit_label": _("読み込む"),
        "cancel_url": reverse("controls:text-imports"),
    }
    return act_page(request, form, act, page, template="controls/texts/new.html")


@require_safe
def text_import(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where an import stands; once it is read, the choice of sheet and columns with a preview."""
    row = _visible(request, pk)
    can_import = policies.can_import_texts(request.user)
    step = {TextImportState.READY: 1, TextImportState.APPLIED: 4}.get(TextImportState(row.state), 0)
    context = {
        "row": row,
        "can_import": can_import,
        "steps": steps(step),
        "obstacles": selectors.obstacles(row) if row.state == TextImportState.APPLIED else {},
    }
    if row.state == TextImportState.READY:
        context |= _choice(request, row)
    return render(request, "controls/texts/import.html", context)


@require_safe
def status(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The progress alone, for the page that asks every two seconds; once it is read, the page anew."""
    row = _visible(request, pk)
    if not request.htmx:
        return redirect(row)
    if row.state != TextImportState.READING:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "controls/texts/_progress.html", {"row": row})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the chosen columns add to each control, part by part; POST puts the texts in force."""
    row = _visible(request, pk)
    if not policies.can_import_texts(request.user):
        raise PermissionDenied
    if row.state != TextImportState.READY:
        return redirect(row)
    data = request.POST if request.method == "POST" else request.GET
    sheet = _sheet(row, data.get("sheet", ""))
    if sheet is None:
        return redirect(row)
    form = ColumnsForm(data, sheet=sheet)
    if not form.is_valid():
        return redirect(f"{row.get_absolute_url()}?{_query(sheet, data)}")
    error, status = "", 200
    if request.method == "POST":
        try:
            services.apply_texts(
                import_id=pk,
                position=sheet.position,
                columns=form.columns,
                seen=request.POST.get("seen", ""),
                actor=request.user,
            )
        except DomainError as refusal:
            error, status = str(refusal), 409 if isinstance(refusal, EditConflictError) else 422
        else:
            messages.success(request, _("本文を反映しました。"))
            return redirect(row)
    context = _review_page(request, row, sheet, form.columns) | {"error": error}
    return render(request, "controls/texts/review.html", context, status=status)


def steps(now: int) -> list[dict[str, str]]:
    """The wizard with the step that is to do now, counted from 0."""
    states = [("done", _("済み")), ("now", _("いまここ")), ("todo", _("これから"))]
    return [
        {"label": str(label), "state": states[place][0], "state_label": states[place][1]}
        for number, label in enumerate(STEPS)
        for place in [0 if number < now else 1 if number == now else 2]
    ]


def crumbs(row: TextImport | None = None) -> list[dict[str, str]]:
    """The way back."""
    above = [
        {"label": _("管理基準"), "url": reverse("controls:editions")},
        {"label": _("本文の読込み"), "url": reverse("controls:text-imports")},
    ]
    return [*above, {"label": str(row), "url": row.get_absolute_url()}] if row else above


def _visible(request: HttpRequest, pk: uuid.UUID) -> TextImport:
    return get_object_or_404(selectors.imports_with_edition(request.user), pk=pk)


def _sheet(row: TextImport, text: str) -> TextImportSheet | None:
    """The sheet of that position; None when the address names none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 4
    return row.sheets.filter(position=int(text)).first() if is_number else None


def _choice(request: HttpRequest, row: TextImport) -> dict[str, Any]:
    """Sheets, form and preview. Without a choice the fullest sheet and the columns that look right."""
    sheets = list(row.sheets.defer("cells", "merges"))
    fullest = max(sheets, key=lambda sheet: sheet.row_count * sheet.column_count)
    sheet = _sheet(row, request.GET.get("sheet", "")) or row.sheets.get(pk=fullest.pk)
    guessed = selectors.guessed_columns(sheet)
    is_chosen = "number" in request.GET
    initial = {name: getattr(guessed, name) for name in ("header_row", "number", "text")}
    form = ColumnsForm(request.GET if is_chosen else None, sheet=sheet, initial=initial)
    columns = form.columns if form.is_valid() else guessed
    texts = sheet_texts(sheet.cells, sheet.merges, columns)
    return {
        "sheets": sheets,
        "sheet": sheet,
        "form": form,
        "preview": selectors.preview(sheet, columns),
        "found": texts.found[:SHOWN_FOUND],
        "found_count": len(texts.found),
        "fault_count": len(texts.faults),
    }


def _query(sheet: TextImportSheet, data: Any) -> str:
    names = ("header_row", "number", "text")
    return urlencode({"sheet": sheet.position} | {name: data.get(name, "") for name in names})


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    label: str
    count: int
    url: str
    is_current: bool


def _review_page(
    request: HttpRequest, row: TextImport, sheet: TextImportSheet, columns: Columns
) -> dict[str, Any]:
    report = selectors.text_report(row.edition, sheet, columns)
    chosen = {"header_row": columns.header_row, "number": columns.number, "text": columns.text}
    query = _query(sheet, chosen)
    filled = [name for name in PARTS if getattr(report, name)]
    wanted = request.GET.get("part", "")
    part = wanted if wanted in PARTS else (filled or ["added"])[0]
    parts = [
        _Part(name, str(label), len(getattr(report, name)), f"?{query}&part={name}", name == part)
        for name, label in PARTS.items()
    ]
    page = Paginator(getattr(report, part), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "row": row,
        "sheet": sheet,
        "report": report,
        "parts": parts,
        "part": part,
        "page": page,
        "fields": {"sheet": sheet.position, **chosen, "seen": report.fingerprint},
        "back_url": f"{row.get_absolute_url()}?{query}",
        "steps": steps(2),
        "breadcrumb": [*crumbs(row), {"label": _("照合の結果")}],
    }
