"""The shape that every page for one act has: show the form, try the act, say why it was refused."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from core.choice_fields import ConfirmField
from core.exceptions import DomainError, EditConflictError
from core.forms import refill


def posted(request: HttpRequest) -> QueryDict | None:
    """Data for a form: an empty POST is bound and shows its errors, a GET is not."""
    return request.POST if request.method == "POST" else None


def row_version(current: Any) -> int | None:
    """The version that a row has now; None when the conflict names no single row."""
    return getattr(current, "row_version", None)


def refused(
    form: Form,
    error: DomainError,
    *,
    version_of: Callable[[Any], int | None] = row_version,
) -> int:
    """Let the sent form say why the act was refused. The status: 422, or 409 when somebody else saved first.

    After a conflict the form carries the present version, so who has looked at what the others did may send it again.
    Ticks by which a person confirmed what the page showed are taken out: they spoke of something else.
    """
    form.add_error(error.field, str(error))
    if not isinstance(error, EditConflictError):
        return 422
    ticks = [name for name, field in form.fields.items() if isinstance(field, ConfirmField)]
    present = version_of(error.current)
    version = {} if present is None else {"version": present}
    refill(form, dict.fromkeys(map(form.add_prefix, ticks), "") | version)
    return 409


def act_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    page: dict[str, Any],
    *,
    template: str = "forms/form_page.html",
    version_of: Callable[[Any], int | None] = row_version,
) -> HttpResponse:
    """Show `form`; when it is sent and valid call `act(cleaned_data)`, which returns where to go next.

    A refusal (DomainError) stands on the page as a sentence and keeps what was typed (see `refused`). `page` is the
    context of `template`.
    """
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except DomainError as error:
            status = refused(form, error, version_of=version_of)
    return render(request, template, page | {"form": form}, status=status)
