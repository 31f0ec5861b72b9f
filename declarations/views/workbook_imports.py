"""Bringing a workbook back: the list of uploads, and what each would change."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError
from declarations import policies
from declarations.enums import DeclarationState, ImportState
from declarations.filters import StatementFilter
from declarations.forms.workbook import WorkbookForm, choices_in
from declarations.models import Declaration, WorkbookImport
from declarations.selectors.workbook_import import (
    LISTS,
    counts_of,
    imports_of,
    left_at_applying,
    preview_of,
    shown_list,
)
from declarations.services import workbook as acts
from declarations.services.declaration import not_a_draft
from declarations.services.workbook_reading import unreadable_now
from declarations.views.answers import refusal_status
from declarations.views.editor import breadcrumb, visible_declaration
from declarations.workbook.comparing import FILE, NOW, Preview

NAMED_ROWS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_imports(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Download, upload, and every workbook brought back so far."""
    declaration = _workable(request, pk)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if form.is_valid():
        try:
            imported = acts.start_import(
                declaration_id=pk, actor=request.user, upload=form.cleaned_data["upload"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(imported)
    narrowed = StatementFilter(None, declaration=declaration, user=request.user)
    context = {
        "declaration": declaration,
        "form": form,
        "filter_form": narrowed.form,
        "imports": imports_of(declaration)[:50],
        "is_draft": declaration.state == DeclarationState.DRAFT,
        "closed": "" if declaration.state == DeclarationState.DRAFT else not_a_draft(declaration),
        "breadcrumb": breadcrumb(declaration, (_("Excelでの入力"), "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "declarations/workbook/imports.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_import(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """What the workbook would change; POST keeps the choices on the page, and applies when that is asked."""
    declaration = _workable(request, pk)
    imported = _found(declaration, workbook)
    if request.method != "POST":
        return _progress(request, imported) or _page(request, declaration, imported)
    if request.POST.get("act") == "apply":
        return _apply(request, declaration, imported)
    choices = _choices(request, declaration, imported)
    try:
        acts.choose(import_id=workbook, actor=request.user, choices=choices)
    except DomainError as error:
        return _page(request, declaration, imported, refused=error)
    messages.success(request, _("選択を保存しました。まだ取り込んでいません。"))
    return redirect(f"{imported.get_absolute_url()}?{request.GET.urlencode()}")


@require_POST
def discard(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """Do without a workbook that waits."""
    return _act(
        request,
        pk,
        workbook,
        lambda: acts.discard_import(import_id=workbook, actor=request.user),
        lambda _done: messages.success(
            request, _("取込みをやめました。言明の内容は変わっていません。")
        ),
    )


@require_POST
def undo(request: HttpRequest, pk: uuid.UUID, workbook: uuid.UUID) -> HttpResponse:
    """Give the rows back what they said before; name those that were left."""

    def tell(undone: Any) -> None:
        messages.success(request, _("取込みを取り消し、取り込む前の内容に戻しました。"))
        if undone.left:
            named = "、".join(undone.left[:NAMED_ROWS])
            text = _("取込みの後に変更された%(count)s件は、そのまま残しました：%(numbers)s")
            more = "…" if len(undone.left) > NAMED_ROWS else ""
            messages.warning(request, text % {"count": len(undone.left), "numbers": named + more})

    return _act(
        request,
        pk,
        workbook,
        lambda: acts.undo_import(import_id=workbook, actor=request.user),
        tell,
    )


def _workable(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    return declaration


def _found(declaration: Declaration, pk: uuid.UUID) -> WorkbookImport:
    imports = WorkbookImport.objects.filter(declaration=declaration).select_related(
        "file", "job", "uploaded_by", "ended_by", "batch__undone_by__actor"
    )
    return get_object_or_404(imports, pk=pk)


def _choices(
    request: HttpRequest, declaration: Declaration, imported: WorkbookImport
) -> dict[str, str]:
    """Those on the page; for the acts on all rows one for every conflicting row."""
    everywhere = {"all-file": FILE, "all-now": NOW}.get(request.POST.get("act", ""))
    if everywhere is None or imported.state != ImportState.READY:
        return choices_in(request.POST)
    preview = preview_of(imported, declaration)
    return {row.number: everywhere for row in preview.conflicting}


def _apply(
    request: HttpRequest, declaration: Declaration, imported: WorkbookImport
) -> HttpResponse:
    """Apply what the page showed; after a refusal the page again, with the choices that were made on it."""
    choices = choices_in(request.POST)
    try:
        applied = acts.apply_import(
            import_id=imported.pk,
            actor=request.user,
            digest=request.POST.get("digest", ""),
            choices=choices,
        )
    except DomainError as error:
        imported.choices |= choices
        return _page(request, declaration, imported, refused=error)
    messages.success(
        request,
        _("%(count)s件の管理策を取り込みました。") % {"count": f"{applied.batch.rows:,}"},
    )
    return redirect(applied)


def _act(
    request: HttpRequest,
    pk: uuid.UUID,
    workbook: uuid.UUID,
    act: Callable[[], Any],
    tell: Callable[[Any], None],
) -> HttpResponse:
    declaration = _workable(request, pk)
    imported = _found(declaration, workbook)
    try:
        tell(act())
    except DomainError as error:
        return _page(request, declaration, imported, refused=error)
    return redirect(imported)


def _progress(request: HttpRequest, imported: WorkbookImport) -> HttpResponse | None:
    """For the script that asks while the file is read: how far it is, and in the end to load the page again."""
    if not request.htmx:
        return None
    if imported.state != ImportState.PARSING or imported.is_stuck:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "declarations/workbook/_progress.html", {"imported": imported})


def _page(
    request: HttpRequest,
    declaration: Declaration,
    imported: WorkbookImport,
    *,
    refused: DomainError | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "declaration": declaration,
        "imported": imported,
        "problem": unreadable_now() if imported.is_stuck else imported.refusal,
        "is_draft": declaration.state == DeclarationState.DRAFT,
        "errors": [{"text": str(refused)}] if refused else [],
        "breadcrumb": breadcrumb(
            declaration,
            (_("Excelでの入力"), reverse("declarations:workbook-imports", args=[declaration.pk])),
            (imported.file.label, ""),
        ),
    }
    if imported.state == ImportState.READY:
        context |= _comparison(request, imported, preview_of(imported, declaration))
    elif imported.state == ImportState.APPLIED:
        left = left_at_applying(imported, request.GET.get("page", "1"))
        context |= {"left": left, "query": request.GET}
    status = refusal_status(refused) if refused else 200
    return render(request, "declarations/workbook/import.html", context, status=status)


def _comparison(request: HttpRequest, imported: WorkbookImport, preview: Preview) -> dict[str, Any]:
    counts = counts_of(preview)
    shown = shown_list(imported, preview, request.GET.get("list", ""), request.GET.get("page", "1"))
    return {
        "preview": preview,
        "counts": counts,
        "shown": shown,
        "query": request.GET,
        "digest": preview.digest(imported.choices),
        "writes": len(preview.chosen(imported.choices)),
        "tabs": [
            {
                "label": label,
                "url": f"?list={name}",
                "count": counts[name],
                "is_current": name == shown.name,
            }
            for name, label in LISTS.items()
            if counts[name]
        ],
    }
