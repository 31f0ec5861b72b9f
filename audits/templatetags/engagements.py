"""How states of an engagement look."""

from django import template

from audits.enums import EngagementState

register = template.Library()

KINDS = {
    EngagementState.COMMISSIONED: "warn",
    EngagementState.FIELDWORK: "run",
    EngagementState.REPORTED: "ok",
    EngagementState.DECLINED: "wait",
    EngagementState.TERMINATED: "wait",
}


@register.filter
def engagement_kind(state: str) -> str:
    """The kind of tag (components/tag.html) for a state."""
    return KINDS[EngagementState(state)]
