"""The buttons of the demo people for the sign-in page."""

from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.template import Context
from django.urls import reverse

from accounts.demo import demo_parties

register = template.Library()


@register.inclusion_tag("accounts/_demo_people.html", takes_context=True)
def demo_people(context: Context) -> dict[str, Any]:
    """One button per demo person, by party; nothing outside the demo."""
    if not settings.IS_DEMO:
        return {"parties": []}
    return {
        "parties": demo_parties(),
        "action_url": reverse("invitations:demo_sign_in"),
        "next": context["request"].GET.get(REDIRECT_FIELD_NAME, ""),
        "csrf_token": context.get("csrf_token"),
    }
