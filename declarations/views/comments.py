"""Comments on one row: the threads, a new one, a reply, withdrawing, resolving, reopening."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError
from declarations import policies
from declarations.forms.comments import CommentForm, ResolveForm
from declarations.models import Declaration, StatementComment
from declarations.selectors.colleagues import colleagues
from declarations.selectors.comments import Thread, talk_of
from declarations.services import comments as acts
from declarations.views.answers import refusal_status
from declarations.views.editor import breadcrumb, page_context, visible_declaration
from declarations.views.statements import found_statement, section_url


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """The threads of a row; POST begins another one."""
    declaration = _talked_about(request, pk)
    found_statement(declaration, number)
    if request.method != "POST":
        return _page(request, declaration, number)
    form = CommentForm(request.POST, people=_others(request, declaration))
    return _post(request, declaration, number, form)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """Say something in a thread. GET leads to it: so comes back who had to sign in before the reply was taken."""
    declaration = _talked_about(request, pk)
    thread = _found(declaration, comment)
    if request.method != "POST":
        return redirect(thread)
    form = CommentForm(request.POST, people=_others(request, declaration), place=str(thread.pk))
    return _post(request, declaration, thread.statement.control.number, form, thread)


@require_POST
def withdraw(request: HttpRequest, pk: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """Take the own words back."""
    declaration = _talked_about(request, pk)
    found = get_object_or_404(
        StatementComment.objects.select_related("statement__control"),
        pk=comment,
        statement__declaration=declaration,
    )
    acts.withdraw_comment(declaration_id=pk, comment_id=found.pk, actor=request.user)
    messages.success(request, _("コメントを取り下げました。"))
    return redirect(found)


@require_POST
def resolve(request: HttpRequest, pk: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """Close a thread as it was shown."""
    form = ResolveForm(request.POST)

    def close(**where: Any) -> None:
        if not form.is_valid():
            raise DomainError(form.errors["seen"][0])
        acts.resolve_thread(seen=form.cleaned_data["seen"], **where)

    return _act(request, pk, comment, close, _("解決済みにしました。"))


@require_POST
def reopen(request: HttpRequest, pk: uuid.UUID, comment: uuid.UUID) -> HttpResponse:
    """Open a resolved thread again."""
    return _act(request, pk, comment, acts.reopen_thread, _("未解決に戻しました。"))


def _act(
    request: HttpRequest,
    pk: uuid.UUID,
    comment: uuid.UUID,
    act: Callable[..., Any],
    done: str,
) -> HttpResponse:
    declaration = _talked_about(request, pk)
    thread = _found(declaration, comment)
    try:
        act(declaration_id=pk, thread_id=thread.pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        number = thread.statement.control.number
        return _page(request, declaration, number, status=refusal_status(error))
    messages.success(request, done)
    return redirect(thread)


def _talked_about(request: HttpRequest, pk: uuid.UUID) -> Declaration:
    """The declaration for whoever may know what is said about it."""
    declaration = visible_declaration(request, pk)
    if not policies.can_comment(request.user, declaration):
        raise PermissionDenied
    return declaration


def _found(declaration: Declaration, thread: uuid.UUID) -> StatementComment:
    return get_object_or_404(
        StatementComment.objects.threads().select_related("statement__control"),
        pk=thread,
        statement__declaration=declaration,
    )


def _others(request: HttpRequest, declaration: Declaration) -> list:
    return list(colleagues(declaration).exclude(pk=request.user.pk))


def _post(
    request: HttpRequest,
    declaration: Declaration,
    number: str,
    form: CommentForm,
    thread: StatementComment | None = None,
) -> HttpResponse:
    if form.is_valid():
        try:
            said = acts.post_comment(
                declaration_id=declaration.pk,
                number=number,
                actor=request.user,
                creation_key=form.cleaned_data["creation_key"],
                body=form.cleaned_data["body"],
                mentions=form.mentioned,
                thread_id=thread.pk if thread else None,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("コメントを書き込みました。"))
            return redirect(said)
    return _page(request, declaration, number, refused=form, answered=thread, status=422)


def _page(
    request: HttpRequest,
    declaration: Declaration,
    number: str,
    *,
    refused: CommentForm | None = None,
    answered: StatementComment | None = None,
    status: int = 200,
) -> HttpResponse:
    """The threads, each with a form to reply; `refused` is the form of `answered`, or of a new thread, with errors."""
    statement = found_statement(declaration, number)
    talk = talk_of(statement, request.user)
    people = _others(request, declaration)

    def with_form(thread: Thread) -> dict[str, Any]:
        is_refused = answered is not None and answered.pk == thread.pk
        form = refused if is_refused else CommentForm(people=people, place=str(thread.pk))
        return {"thread": thread, "form": form, "is_refused": is_refused}

    section = statement.control.parent.parent
    context = page_context(request, declaration) | {
        "statement": statement,
        "open_threads": [with_form(thread) for thread in talk.open],
        "resolved_threads": [with_form(thread) for thread in talk.resolved],
        "form": refused,
        "new_form": CommentForm(people=people) if answered or not refused else refused,
        "opens_resolved": answered is not None and answered.resolved_at is not None,
        "breadcrumb": breadcrumb(
            declaration,
            (f"{section.number} {section.title}", section_url(declaration, statement)),
            (_("%(number)s へのコメント") % {"number": number}, ""),
        ),
    }
    return render(request, "declarations/comments/page.html", context, status=status)
