"""The pages on which workbooks come back, whatever their rows are of: the list of uploads, and what each would change.

The app that owns the rows finds the object, asks for permission, and hands over a `Desk` and its acts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import DomainError, EditConflictError, TransitionNotAllowedError
from documents.answers import FILE_POLICY
from documents.enums import ImportState
from documents.forms import WorkbookForm, choices_in
from documents.limits import KIND_BY_EXTENSION
from documents.models import WorkbookUpload
from documents.uploads import CheckedUpload
from documents.workbook.comparing import FILE, NOW, Preview
from documents.workbook.showing import LISTS, Shown, counts_of, left_at_applying, shown_list
from documents.workbook_imports import unreadable_now

NAMED_ROWS = 20
IMPORTS_SHOWN = 50
# What some system or other refuses in a file name.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Sentences that name what the rows are of."""

    lead: str
    parts: str
    same: str
    unchanged: str
    stopped: str
    closed: str
    left: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the workbooks of one object come back. `is_open` when one may be applied now."""

    url: str
    imports_url: str
    download_url: str
    is_open: bool
    words: Words
    above: list[Mapping[str, str]]


class Undone(Protocol):
    """The numbers of rows that were left because they have changed since."""

    @property
    def left(self) -> tuple[str, ...]: ...


class Acts(Protocol):
    """The services of the app that owns the rows."""

    def choose(
        self, *, import_id: UUID, actor: User, choices: Mapping[str, str]
    ) -> WorkbookUpload: ...
    def apply_import(
        self, *, import_id: UUID, actor: User, digest: str, choices: Mapping[str, str]
    ) -> WorkbookUpload: ...
    def undo_import(self, *, import_id: UUID, actor: User) -> Undone: ...
    def discard_import(self, *, import_id: UUID, actor: User) -> WorkbookUpload: ...


def imports_answer(
    request: HttpRequest,
    desk: Desk,
    imports: QuerySet[Any],
    start: Callable[[CheckedUpload], WorkbookUpload],
    *,
    filter_form: forms.Form,
    closed: str,
) -> HttpResponse:
    """Download, upload, and every workbook brought back so far."""
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if form.is_valid():
        try:
            imported = start(form.cleaned_data["upload"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(imported)
    context = {
        "desk": desk,
        "form": form,
        "filter_form": filter_form,
        "imports": imports.defer("content")[:IMPORTS_SHOWN],
        "closed": closed,
        "breadcrumb": [*desk.above, {"label": _("Excelでの入力")}],
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/workbook/imports.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """One uploaded workbook: what it would change, and the acts on it."""

    request: HttpRequest
    desk: Desk
    imported: Any
    shown: Shown
    preview: Callable[[], Preview]
    acts: Acts
    discard_url: str
    undo_url: str

    def answer(self) -> HttpResponse:
        """The page; POST keeps the choices on it, and applies when that is asked."""
        request, imported = self.request, self.imported
        if request.method != "POST":
            return self._progress() or self._page()
        if request.POST.get("act") == "apply":
            return self._apply()
        try:
            self.acts.choose(import_id=imported.pk, actor=request.user, choices=self._choices())
        except DomainError as error:
            return self._page(refused=error)
        messages.success(request, _("選択を保存しました。まだ取り込んでいません。"))
        return redirect(f"{imported.get_absolute_url()}?{request.GET.urlencode()}")

    def discard(self) -> HttpResponse:
        """Do without a workbook that waits."""
        try:
            self.acts.discard_import(import_id=self.imported.pk, actor=self.request.user)
        except DomainError as error:
            return self._page(refused=error)
        messages.success(self.request, self.desk.words.stopped)
        return redirect(self.imported)

    def undo(self) -> HttpResponse:
        """Give the rows back what they said before; name those that were left."""
        try:
            undone = self.acts.undo_import(import_id=self.imported.pk, actor=self.request.user)
        except DomainError as error:
            return self._page(refused=error)
        messages.success(self.request, _("取込みを取り消し、取り込む前の内容に戻しました。"))
        if undone.left:
            named = "、".join(undone.left[:NAMED_ROWS])
            text = _("取込みの後に変更された%(count)s件は、そのまま残しました：%(numbers)s")
            more = "…" if len(undone.left) > NAMED_ROWS else ""
            words = text % {"count": len(undone.left), "numbers": named + more}
            messages.warning(self.request, words)
        return redirect(self.imported)

    def _choices(self) -> dict[str, str]:
        """Those on the page; for the acts on all rows one for every conflicting row."""
        act = self.request.POST.get("act", "")
        everywhere = {"all-file": FILE, "all-now": NOW}.get(act)
        if everywhere is None or self.imported.state != ImportState.READY:
            return choices_in(self.request.POST)
        return {row.number: everywhere for row in self.preview().conflicting}

    def _apply(self) -> HttpResponse:
        """Apply what the page showed; after a refusal the page again, with the choices that were made on it."""
        choices = choices_in(self.request.POST)
        try:
            applied = self.acts.apply_import(
                import_id=self.imported.pk,
                actor=self.request.user,
                digest=self.request.POST.get("digest", ""),
                choices=choices,
            )
        except DomainError as error:
            self.imported.choices |= choices
            return self._page(refused=error)
        count = {"count": f"{applied.rows_written:,}"}
        messages.success(self.request, _("%(count)s件の管理策を取り込みました。") % count)
        return redirect(applied)

    def _progress(self) -> HttpResponse | None:
        """For the script that asks while the file is read: how far it is, and in the end to load the page again."""
        if not self.request.htmx:
            return None
        if self.imported.state != ImportState.PARSING or self.imported.is_stuck:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"imported": self.imported}
        return render(self.request, "documents/workbook/_progress.html", context)

    def _page(self, *, refused: DomainError | None = None) -> HttpResponse:
        imported, query = self.imported, self.request.GET
        context: dict[str, Any] = {
            "desk": self.desk,
            "imported": imported,
            "discard_url": self.discard_url,
            "undo_url": self.undo_url,
            "problem": unreadable_now() if imported.is_stuck else imported.refusal,
            "errors": [{"text": str(refused)}] if refused else [],
            "breadcrumb": [
                *self.desk.above,
                {"label": _("Excelでの入力"), "url": self.desk.imports_url},
                {"label": imported.file.label},
            ],
        }
        if imported.state == ImportState.READY:
            context |= self._comparison()
        elif imported.state == ImportState.APPLIED:
            context |= {"left": left_at_applying(imported, query.get("page", "1")), "query": query}
        status = _refusal_status(refused) if refused else 200
        return render(self.request, "documents/workbook/import.html", context, status=status)

    def _comparison(self) -> dict[str, Any]:
        imported, preview, query = self.imported, self.preview(), self.request.GET
        counts = counts_of(preview)
        shown = shown_list(
            imported, preview, self.shown, query.get("list", ""), query.get("page", "1")
        )
        return {
            "preview": preview,
            "counts": counts,
            "shown": shown,
            "query": query,
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


def workbook_answer(content: bytes, name: str) -> HttpResponse:
    """A workbook to download under a name that every system takes."""
    response = HttpResponse(content, content_type=KIND_BY_EXTENSION["xlsx"].media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_NOT_IN_NAMES.sub("_", name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _refusal_status(error: DomainError) -> int:
    return 409 if isinstance(error, EditConflictError | TransitionNotAllowedError) else 422
