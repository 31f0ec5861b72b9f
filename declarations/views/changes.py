"""Changes of a control inside the audited period: the list of one row, recording, correcting, taking off."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError, EditConflictError
from core.views import posted
from declarations import policies
from declarations.forms.changes import ControlChangeForm
from declarations.models import ControlChange, Declaration
from declarations.services import changes as acts
from declarations.views.editor import breadcrumb, page_context, visible_declaration
from declarations.views.statements import found_statement, section_url


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The changes of one row; POST records another one."""
    declaration = visible_declaration(request, pk)
    found_statement(declaration, number)
    form = ControlChangeForm(posted(request), initial={"version": 0, "creation_key": uuid.uuid4()})
    if request.method != "POST":
        return _page(request, declaration, number, form)
    _require_editor(request, declaration)
    if form.is_valid():
        try:
            acts.record_change(
                declaration_id=pk,
                number=number,
                actor=request.user,
                creation_key=form.cleaned_data["creation_key"],
                facts=form.facts,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("統制変更を記録しました。"))
            return redirect("declarations:changes", pk, number)
    return _page(request, declaration, number, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: uuid.UUID, change: uuid.UUID) -> HttpResponse:
    """Correct one recorded change."""
    declaration = visible_declaration(request, pk)
    _require_editor(request, declaration)
    stored = _found(declaration, change)
    number = stored.statement.control.number
    form = ControlChangeForm(posted(request), initial=ControlChangeForm.stored(stored))
    if request.method != "POST":
        return _page(request, declaration, number, form, edited=stored)
    theirs, status = None, 422
    if form.is_valid():
        try:
            acts.edit_change(
                declaration_id=pk,
                change_id=stored.pk,
                actor=request.user,
                version=form.cleaned_data["version"],
                facts=form.facts,
            )
        except EditConflictError as conflict:
            theirs, status = conflict.current, 409
            mine = form.cleaned_data | {"version": theirs.row_version}
            form = ControlChangeForm(initial=mine)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("統制変更を直しました。"))
            return redirect("declarations:changes", pk, number)
    return _page(request, declaration, number, form, edited=stored, theirs=theirs, status=status)


@require_POST
def remove(request: HttpRequest, pk: uuid.UUID, change: uuid.UUID) -> HttpResponse:
    """Take a change off."""
    return _act(request, pk, change, acts.remove_change, _("統制変更を取り除きました。"))


@require_POST
def restore(request: HttpRequest, pk: uuid.UUID, change: uuid.UUID) -> HttpResponse:
    """Put a change back."""
    return _act(request, pk, change, acts.restore_change, _("統制変更を元に戻しました。"))


def _act(request: HttpRequest, pk: uuid.UUID, change: uuid.UUID, act, done: str) -> HttpResponse:
    declaration = visible_declaration(request, pk)
    _require_editor(request, declaration)
    stored = _found(declaration, change)
    try:
        act(declaration_id=pk, change_id=stored.pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("declarations:changes", pk, stored.statement.control.number)


def _require_editor(request: HttpRequest, declaration: Declaration) -> None:
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied


def _found(declaration: Declaration, change: uuid.UUID) -> ControlChange:
    return get_object_or_404(
        ControlChange.objects.select_related("statement__control"),
        pk=change,
        statement__declaration=declaration,
    )


def _page(
    request: HttpRequest,
    declaration: Declaration,
    number: str,
    form: ControlChangeForm,
    *,
    edited: ControlChange | None = None,
    theirs: ControlChange | None = None,
    status: int = 200,
) -> HttpResponse:
    statement = found_statement(declaration, number)
    rows = list(statement.changes.select_related("recorded_by"))
    section = statement.control.parent.parent
    context = page_context(request, declaration)
    context |= {
        "statement": statement,
        "form": form,
        "edited": edited,
        "theirs": theirs,
        "current": [row for row in rows if row.removed_at is None],
        "removed": [row for row in rows if row.removed_at] if context["can_read_work"] else [],
        "breadcrumb": breadcrumb(
            declaration,
            (f"{section.number} {section.title}", section_url(declaration, statement)),
            (_("%(number)s の統制変更") % {"number": number}, ""),
        ),
    }
    return render(request, "declarations/changes/page.html", context, status=status)
