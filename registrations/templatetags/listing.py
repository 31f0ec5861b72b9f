"""How states of a registration look."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from registrations.enums import RegistrationState

register = template.Library()

KINDS = {
    RegistrationState.REGISTERED: "solid",
    RegistrationState.SUSPENDED: "solid-ng",
    RegistrationState.CANCELLED: "black",
}


@register.filter
def state_kind(registration) -> str:
    """The kind of tag (components/tag.html) for the state of a registration at the instant asked for."""
    if registration.is_lapsed:
        return "wait"
    return KINDS.get(registration.state, "wait")


@register.simple_tag
def state_tag(registration, label: str) -> SafeString:
    """The state in a row of the list: a handful of tags, each rendered once for a process."""
    return _tag(state_kind(registration), label)


@cache
def _tag(kind: str, label: str) -> SafeString:
    return render_to_string("components/tag.html", {"kind": kind, "label": label})


@register.filter
def is_list(value) -> bool:
    """Whether a published value is a list, to be shown item by item."""
    return isinstance(value, list)
