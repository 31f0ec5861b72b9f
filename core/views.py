"""The shape that every page for one act has: show the form, try the act, say why it was refused."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from core.exceptions import DomainError, EditConflictError


def posted(request: HttpRequest) -> QueryDict | None:
    """Data for a form: an empty POST is bound and shows its errors, a GET is not."""
    return request.POST if request.method == "POST" else None


def act_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    page: dict[str, Any],
    *,
    template: str = "forms/form_page.html",
) -> HttpResponse:
    """Show `form`; when it is sent and valid call `act(cleaned_data)`, which returns where to go next.

    A refusal (DomainError) stands on the page as a sentence and keeps what was typed: 422, or 409 when
    somebody else saved first. `page` is the context of `template`.
    """
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except DomainError as error:
            form.add_error(error.field, str(error))
            status = 409 if isinstance(error, EditConflictError) else 422
    return render(request, template, page | {"form": form}, status=status)
