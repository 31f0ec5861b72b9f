"""How states of a registration look."""

from django import template

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


@register.filter
def is_list(value) -> bool:
    """Whether a published value is a list, to be shown item by item."""
    return isinstance(value, list)
