"""What the forms on a finding share: the page with the finding beside the form."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.models import Finding
from audits.selectors.findings import due_of


def status_of(form: Form) -> int:
    """A form that comes back was not right."""
    return 422 if form.is_bound else 200


def form_answer(
    request: HttpRequest, found: Finding, form: Form, *, status: int, **context: Any
) -> HttpResponse:
    """The form beside the finding as it is now."""
    current = Finding.objects.select_related(
        "test__control__parent", "engagement__firm", "engagement__declaration__service"
    ).get(pk=found.pk)
    context = {"conflict": None, "lead": "", "is_danger": False} | context
    facts = {
        "finding": current,
        "answer": current.answers.select_related("owner").last(),
        "due": due_of(current),
        "form": form,
    }
    return render(request, "audits/findings/form.html", facts | context, status=status)
