"""/styleguide/: every component in every state. Routed in the demo and in development only."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import styleguide_samples


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """One page with all components, for looking at and for the accessibility test."""
    return render(request, "styleguide/index.html", styleguide_samples.context())
