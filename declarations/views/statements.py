"""One statement: its panel, saving it, its history."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from controls.selectors.texts import text_in_force
from core.exceptions import DomainError, EditConflictError
from core.wording import difference
from declarations import policies
from declarations.enums import Adoption
from declarations.forms.statement import EvidenceForm, StatementForm
from declarations.models import Declaration, Statement
from declarations.selectors.base_services import offered_bases
from declarations.selectors.carry_over import carried_over
from declarations.selectors.rows import editor_rows
from declarations.selectors.statement import (
    files_of,
    history_page,
    neighbours,
    statement_with_texts,
)
from declarations.selectors.team import row_review
from declarations.services.statements import EDITABLE, StatementEdit, save_statements
from declarations.views.editor import breadcrumb, page_context, visible_declaration

# What a script gets instead of a page when a save is refused.
REFUSALS = {
    409: "declarations/editor/_conflict_answer.html",
    422: "declarations/editor/_errors.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The panel of one row (htmx) or its page; POST saves the fields that were sent."""
    if request.method != "POST":
        return statement_answer(request, visible_declaration(request, pk), number)
    if not {"base_service", "conflict"} & request.POST.keys():
        form = StatementForm(request.POST, number=number)
        if form.is_valid():
            return _save(request, pk, number, form)
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    if request.POST.get("conflict") == "take_theirs":
        return redirect("declarations:statement", pk, number)
    bases = offered_bases(declaration, number=number) if "base_service" in request.POST else ()
    form = StatementForm(request.POST, number=number, bases=bases)
    if request.POST.get("conflict") == "edit" or not form.is_valid():
        status = 200 if form.is_valid() else 422
        return statement_answer(request, declaration, number, form=form, status=status)
    return _save(request, pk, number, form)


@require_safe
def statement_history(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The act history of one statement, newest first; for the provider's own people."""
    declaration = visible_declaration(request, pk)
    if not policies.can_read_work(request.user, declaration):
        raise PermissionDenied
    found = found_statement(declaration, number)
    page, lines = history_page(found, request.GET.get("page", "1"))
    context = page_context(request, declaration) | {
        "number": number,
        "page": page,
        "lines": lines,
        "query": request.GET,
        "breadcrumb": _statement_breadcrumb(declaration, found, _("変更履歴")),
    }
    template = (
        "declarations/editor/_history.html" if request.htmx else "declarations/editor/history.html"
    )
    return render(request, template, context)


def found_statement(declaration: Declaration, number: str) -> Statement:
    """The statement with its texts, or 404."""
    found = statement_with_texts(declaration, number)
    if found is None:
        raise Http404
    return found


def statement_answer(
    request: HttpRequest,
    declaration: Declaration,
    number: str,
    *,
    form: StatementForm | None = None,
    evidence_form: EvidenceForm | None = None,
    conflict: EditConflictError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The row with its open panel, as a fragment or as a page; after a refusal with what was typed."""
    found = found_statement(declaration, number)
    both = _conflict(conflict, form) if conflict and form else None
    context = page_context(request, declaration) | {
        "row": editor_rows(declaration, pk=found.pk)[0],
        "statement": found,
        "form": form,
        "conflict": both,
    }
    if request.htmx and status in REFUSALS:
        return render(request, REFUSALS[status], context, status=status)
    bases = offered_bases(declaration, number=number) if context["can_edit"] else []
    context |= {
        "form": form or StatementForm.showing(found, bases),
        "files": files_of(found, today=timezone.localdate()),
        "official_text": text_in_force(found.control),
        "evidence_form": evidence_form or EvidenceForm(number=number),
        "carried": carried_over(found) if context["can_read_work"] else None,
        "review": row_review(found, request.user) if context["can_read_work"] else None,
    }
    if request.htmx:
        return render(request, "declarations/editor/_opened.html", context, status=status)
    if form:
        version = both["version"] if both else None
        context["form"] = form.completed(found, bases, version=version)
    context["is_comparing"] = request.POST.get("conflict") == "edit"
    context["previous"], context["next"] = neighbours(declaration, found.control)
    context["breadcrumb"] = _statement_breadcrumb(declaration, found)
    return render(request, "declarations/editor/statement.html", context, status=status)


def _save(request: HttpRequest, pk: uuid.UUID, number: str, form: StatementForm) -> HttpResponse:
    """Save. The act itself loads, locks and permits, so the declaration is read once, and again for a refusal only."""
    edit = StatementEdit(number, form.cleaned_data["version"], form.changes)
    try:
        saved = save_statements(declaration_id=pk, actor=request.user, edits=[edit])
    except Declaration.DoesNotExist as error:
        raise Http404 from error
    except PermissionDenied:
        visible_declaration(request, pk)
        raise
    except EditConflictError as conflict:
        declaration = visible_declaration(request, pk)
        return statement_answer(
            request, declaration, number, form=form, conflict=conflict, status=409
        )
    except DomainError as error:
        declaration = visible_declaration(request, pk)
        sent = list(form.changes)
        named = error.field if error.field in sent else None
        form.add_error(sent[0] if len(sent) == 1 else named, str(error))
        return statement_answer(request, declaration, number, form=form, status=422)
    if request.htmx:
        context = page_context(request, saved.declaration) | {
            "row": editor_rows(saved.declaration, pk=saved.statements[number].pk)[0],
            "statement": saved.statements[number],
        }
        return render(request, "declarations/editor/_saved.html", context)
    messages.success(request, _("%(number)s を保存しました。") % {"number": number})
    return redirect("declarations:statement", pk, number)


def section_url(declaration: Declaration, found: Statement) -> str:
    """The page of the section at this row."""
    number, section = found.control.number, found.control.parent.parent.number
    address = reverse("declarations:section", args=[declaration.pk, section])
    return f"{address}?at={number}#c-{number}"


def _conflict(conflict: EditConflictError, form: StatementForm) -> dict[str, Any]:
    theirs = next(iter(conflict.current.values()))
    mine = form.changes
    labels = dict(getattr(form.fields.get("base_service"), "choices", ()))
    if theirs.base_service:
        labels[str(theirs.base_service_id)] = str(theirs.base_service)
    fields = [
        {
            "name": name,
            "label": form.fields[name].label,
            "wording": difference(
                _shown(name, theirs.said(name), labels), _shown(name, mine[name], labels)
            ),
        }
        for name in mine
        if mine[name] != theirs.said(name)
    ]
    return {
        "now": [
            {"name": name, "value": theirs.said(name), "label": labels.get(theirs.said(name), "")}
            for name in EDITABLE
        ],
        "fields": fields,
        "version": theirs.row_version,
        "their_name": theirs.updated_by.name if theirs.updated_by else "",
        "their_time": theirs.updated_at,
    }


def _shown(name: str, value: str, labels: dict[str, str]) -> str:
    if name == "adoption":
        return str(Adoption(value).label)
    return str(labels.get(value, value)) if name == "base_service" else value


def _statement_breadcrumb(declaration: Declaration, found: Statement, *more: str) -> list[dict]:
    section = found.control.parent.parent
    number = found.control.number
    statement_url = reverse("declarations:statement", args=[declaration.pk, number]) if more else ""
    return breadcrumb(
        declaration,
        (f"{section.number} {section.title}", section_url(declaration, found)),
        (number, statement_url),
        *((label, "") for label in more),
    )
