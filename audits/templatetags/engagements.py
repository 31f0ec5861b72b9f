"""How states of an engagement and of evidence requests look."""

from django import template

from audits.enums import EngagementState, RequestState

register = template.Library()

KINDS = {
    EngagementState.COMMISSIONED: "warn",
    EngagementState.FIELDWORK: "run",
    EngagementState.REPORTED: "ok",
    EngagementState.DECLINED: "wait",
    EngagementState.TERMINATED: "wait",
}

REQUEST_KINDS = {
    RequestState.ASKED: "todo",
    RequestState.PROVIDED: "run",
    RequestState.RETURNED: "warn",
    RequestState.ACCEPTED: "ok",
    RequestState.WITHDRAWN: "wait",
}


@register.filter
def engagement_kind(state: str) -> str:
    """The kind of tag (components/tag.html) for a state."""
    return KINDS[EngagementState(state)]


@register.filter
def request_kind(state: str) -> str:
    """The kind of tag for a state of an evidence request."""
    return REQUEST_KINDS[RequestState(state)]
