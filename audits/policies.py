"""Who may do what with engagements and internal-audit records (docs/workflows.md, table of permissions)."""

import uuid

from accounts.enums import Role
from accounts.models import User
from audits.models import AuditCycle, Engagement
from declarations.models import Declaration
from declarations.policies import WRITERS

AUDITORS = frozenset({Role.AUDIT_LEAD, Role.AUDIT_MEMBER})


def can_commission(user: User, declaration: Declaration) -> bool:
    """An approver of the provider commissions the audit and may end the commission before the report."""
    return (
        Role.CSP_APPROVER in user.roles
        and user.organisation_id == declaration.service.organisation_id
    )


def can_respond(user: User, engagement: Engagement) -> bool:
    """An audit lead of the firm accepts or declines and files the report."""
    return Role.AUDIT_LEAD in user.roles and user.organisation_id == engagement.firm_id


def can_read_snapshot(user: User, engagement: Engagement) -> bool:
    """The people of the firm read the pinned snapshot, and nothing else of the provider."""
    return bool(user.roles & AUDITORS) and user.organisation_id == engagement.firm_id


def can_audit(user: User, engagement: Engagement) -> bool:
    """Who reads what is audited works on it: tests, asks for evidence, raises findings."""
    return can_read_snapshot(user, engagement)


def can_answer(user: User, engagement: Engagement) -> bool:
    """The people of the provider who write declarations answer what the auditors ask and find."""
    return bool(user.roles & WRITERS) and (
        user.organisation_id == engagement.declaration.service.organisation_id
    )


def can_read_report(user: User, engagement: Engagement) -> bool:
    """The report is restricted: the provider, the firm and the committee side (regulation 1, access facts)."""
    return bool(
        user.roles
        & (WRITERS | {Role.AUDIT_LEAD, Role.AUDIT_MEMBER, Role.SECRETARIAT, Role.COMMITTEE_MEMBER})
    )


def can_file_internal_audit(user: User, declaration: Declaration) -> bool:
    """An approver of the provider files the internal-audit record."""
    return can_commission(user, declaration)


def can_plan(user: User, declaration: Declaration) -> bool:
    """The firm that took the audit of this period plans the cycle; while there is none, an approver of the provider."""
    firm = _auditing_firm(declaration)
    if firm is None:
        return can_commission(user, declaration)
    return bool(user.roles & AUDITORS) and user.organisation_id == firm


def can_include(user: User, declaration: Declaration) -> bool:
    """Only who audits this period adds controls by judgement or because of last year's findings."""
    firm = _auditing_firm(declaration)
    return firm is not None and bool(user.roles & AUDITORS) and user.organisation_id == firm


def can_settle_plan(user: User, declaration: Declaration) -> bool:
    """The audit lead of that firm fixes the plan and reopens it."""
    return Role.AUDIT_LEAD in user.roles and can_include(user, declaration)


def can_issue_coverage(user: User, cycle: AuditCycle) -> bool:
    """Whoever reads a cycle for a party may have its coverage printed."""
    return bool(user.roles & (WRITERS | AUDITORS | {Role.SECRETARIAT, Role.COMMITTEE_MEMBER}))


def _auditing_firm(declaration: Declaration) -> uuid.UUID | None:
    return Engagement.objects.auditing(declaration).values_list("firm", flat=True).first()
