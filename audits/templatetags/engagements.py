"""How states of engagements, evidence requests, findings and reports look."""

from django import template

from audits.enums import EngagementState, FindingState, ReportState, RequestState

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


FINDING_KINDS = {
    FindingState.DRAFT: "wait",
    FindingState.ISSUED: "warn",
    FindingState.ANSWERED: "run",
    FindingState.DONE: "todo",
    FindingState.CLOSED: "ok",
    FindingState.DROPPED: "wait",
}


@register.filter
def finding_kind(state: str) -> str:
    """The kind of tag for the state of a finding."""
    return FINDING_KINDS[FindingState(state)]


REPORT_KINDS = {
    ReportState.PREPARED: "run",
    ReportState.REVIEWED: "run",
    ReportState.SIGNED: "warn",
    ReportState.ISSUED: "ok",
    ReportState.VOID: "ng",
}


@register.filter
def report_kind(state: str) -> str:
    """The kind of tag for a state of a report."""
    return REPORT_KINDS[ReportState(state)]
