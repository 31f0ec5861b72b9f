"""Who may do what with engagements and internal-audit records (docs/workflows.md, table of permissions)."""

from accounts.enums import Role
from accounts.models import User
from audits.models import Engagement
from declarations.models import Declaration
from declarations.policies import WRITERS


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
    return (
        bool(user.roles & {Role.AUDIT_LEAD, Role.AUDIT_MEMBER})
        and user.organisation_id == engagement.firm_id
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
