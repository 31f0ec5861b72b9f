"""Who may do what with engagements, teams and internal-audit records (docs/workflows.md, table of permissions)."""

from accounts.enums import OrganisationKind, Role
from accounts.models import User
from audits.models import (
    AuditCycle,
    AuditReport,
    CorrectiveAction,
    Engagement,
    EngagementMember,
    Finding,
    InternalAudit,
    Nonconformity,
)
from declarations.models import CloudService, Declaration
from declarations.policies import WRITERS

AUDITORS = frozenset({Role.AUDIT_LEAD, Role.AUDIT_MEMBER})
COMMITTEE_SIDE = frozenset({Role.SECRETARIAT, Role.COMMITTEE_MEMBER})


def can_commission(user: User, declaration: Declaration) -> bool:
    """An approver of the provider commissions the audit and may end the commission before the report."""
    return (
        Role.CSP_APPROVER in user.roles
        and user.organisation_id == declaration.service.organisation_id
    )


def can_respond(user: User, engagement: Engagement) -> bool:
    """An audit lead of the firm accepts or declines."""
    return Role.AUDIT_LEAD in user.roles and user.organisation_id == engagement.firm_id


def can_lead_team(user: User, engagement: Engagement) -> bool:
    """An audit lead of the firm puts its people into the team and takes them out."""
    return can_respond(user, engagement)


def can_confirm_independence(user: User, engagement: Engagement) -> bool:
    """Each member of the team confirms his or her own independence; nobody does it for another."""
    return _is_of_firm(user, engagement) and (
        engagement.members.live().filter(person=user).exists()
    )


def can_read_snapshot(user: User, engagement: Engagement) -> bool:
    """Members of the team, leads too, read the pinned snapshot once they confirmed their independence."""
    return _is_of_firm(user, engagement) and engagement.is_audited_by(user.pk)


def can_report(user: User, engagement: Engagement) -> bool:
    """A confirmed audit lead files the report."""
    return can_respond(user, engagement) and can_read_snapshot(user, engagement)


def can_audit(user: User, engagement: Engagement) -> bool:
    """Who reads what is audited works on it: tests, asks for evidence, raises findings."""
    return can_read_snapshot(user, engagement)


def can_answer(user: User, engagement: Engagement) -> bool:
    """The people of the provider who write declarations answer what the auditors ask and find."""
    return bool(user.roles & WRITERS) and (
        user.organisation_id == engagement.declaration.service.organisation_id
    )


def can_read_requests(user: User, engagement: Engagement) -> bool:
    """Both sides of an evidence request: who audits, and who answers for the provider."""
    return can_read_snapshot(user, engagement) or can_answer(user, engagement)


def can_issue_finding(user: User, engagement: Engagement) -> bool:
    """An audit lead of the team tells the provider of a finding, and takes one back."""
    return Role.AUDIT_LEAD in user.roles and can_audit(user, engagement)


def can_read_findings(user: User, engagement: Engagement) -> bool:
    """Of the firm, who works on this audit; everybody else reads what is visible to him or her."""
    return user.kind != OrganisationKind.AUDIT_BODY or can_audit(user, engagement)


def can_read_finding(user: User, finding: Finding) -> bool:
    """Of a firm, who works on the audit that raised it; once it is issued, on a later one of the service too."""
    if user.kind != OrganisationKind.AUDIT_BODY or can_audit(user, finding.engagement):
        return True
    if finding.issued_at is None:
        return False
    working = Engagement.objects.accepted().taking_up(finding.engagement).with_audited_by(user)
    return bool(user.roles & AUDITORS) and working.filter(is_audited_by_user=True).exists()


def can_see_own_findings(user: User) -> bool:
    """The people of a provider have a list across all audits."""
    return bool(user.roles & WRITERS)


def can_read_report(user: User, engagement: Engagement) -> bool:
    """Report and message: the provider, leads and confirmed members, the committee side (regulation 1)."""
    if user.roles & (WRITERS | COMMITTEE_SIDE):
        return True
    return can_respond(user, engagement) or can_read_snapshot(user, engagement)


def can_read_team(user: User, engagement: Engagement) -> bool:
    """The people of the firm and the committee side see who audits and whether that person may."""
    return bool(user.roles & COMMITTEE_SIDE) or _is_of_firm(user, engagement)


def can_read_statements(user: User, member: EngagementMember) -> bool:
    """What a member said is for that person, the leads of the firm and the committee side."""
    return (
        user.pk == member.person_id
        or bool(user.roles & COMMITTEE_SIDE)
        or can_respond(user, member.engagement)
    )


def can_sign_confirmation(user: User, engagement: Engagement) -> bool:
    """An approver of the provider signs the 経営者確認書 for its management."""
    return can_commission(user, engagement.declaration)


def can_read_confirmation(user: User, engagement: Engagement) -> bool:
    """The provider that signed it and the firm to which it is addressed."""
    return can_answer(user, engagement) or can_read_snapshot(user, engagement)


def can_read_report_work(user: User, engagement: Engagement) -> bool:
    """What the report will say is for the firm alone, until the report is issued as a file."""
    return can_read_snapshot(user, engagement)


def can_prepare_report(user: User, engagement: Engagement) -> bool:
    """Who audits prepares."""
    return can_audit(user, engagement)


def can_review_report(user: User, report: AuditReport) -> bool:
    """Who audits and did not prepare it reviews it."""
    return can_audit(user, report.engagement) and user.pk != report.prepared_by_id


def can_sign_report(user: User, report: AuditReport) -> bool:
    """An audit lead who neither prepared nor reviewed it signs it."""
    return can_issue_report(user, report) and user.pk not in (
        report.prepared_by_id,
        report.reviewed_by_id,
    )


def can_issue_report(user: User, report: AuditReport) -> bool:
    """An audit lead of the engagement issues what is signed."""
    return can_respond(user, report.engagement) and can_audit(user, report.engagement)


def can_reopen_report(user: User, report: AuditReport) -> bool:
    """An audit lead of the engagement takes a version back."""
    return can_issue_report(user, report)


def can_file_internal_audit(user: User, declaration: Declaration) -> bool:
    """An approver of the provider files the internal-audit record."""
    return can_commission(user, declaration)


def can_plan(user: User, declaration: Declaration) -> bool:
    """The confirmed team that audits this period plans the cycle; while there is none, an approver of the provider."""
    audits = _audits(user, declaration)
    return can_commission(user, declaration) if audits is None else audits


def can_include(user: User, declaration: Declaration) -> bool:
    """Only who audits this period adds controls by judgement."""
    return bool(_audits(user, declaration))


def can_settle_plan(user: User, declaration: Declaration) -> bool:
    """A confirmed audit lead of that team fixes the plan and reopens it."""
    return Role.AUDIT_LEAD in user.roles and can_include(user, declaration)


def can_issue_coverage(user: User, cycle: AuditCycle) -> bool:
    """Whoever reads a cycle for a party may have its coverage printed."""
    return bool(user.roles & (WRITERS | AUDITORS | COMMITTEE_SIDE))


def _is_of_firm(user: User, engagement: Engagement) -> bool:
    return bool(user.roles & AUDITORS) and user.organisation_id == engagement.firm_id


def _audits(user: User, declaration: Declaration) -> bool | None:
    """Whether this person is confirmed in the team that audits the period; None while nobody does. One query."""
    engagements = Engagement.objects.auditing(declaration).with_audited_by(user)
    found = engagements.values_list("is_audited_by_user", flat=True).first()
    return None if found is None else found and bool(user.roles & AUDITORS)


def can_decide_programme(user: User, service: CloudService) -> bool:
    """An approver of the provider decides on the programme of its internal audits."""
    return Role.CSP_APPROVER in user.roles and user.organisation_id == service.organisation_id


def can_plan_internal_audit(user: User, declaration: Declaration) -> bool:
    """An approver of the provider plans, staffs and starts the internal audit."""
    return can_decide_programme(user, declaration.service)


def can_test(user: User, audit: InternalAudit) -> bool:
    """The internal auditors record results and nonconformities, each those of the own items."""
    return _works_for(user, audit.declaration) and audit.auditors.filter(person=user.pk).exists()


def can_answer_nonconformity(user: User, nonconformity: Nonconformity) -> bool:
    """The provider's people, but not the auditor who audits the item: fact and answer come from different persons."""
    item = nonconformity.item
    return _works_for(user, item.audit.declaration) and item.auditor.person_id != user.pk


def can_finish_action(user: User, action: CorrectiveAction) -> bool:
    """Its owner."""
    declaration = action.nonconformity.item.audit.declaration
    return _works_for(user, declaration) and action.owner_id == user.pk


def can_verify_action(user: User, action: CorrectiveAction) -> bool:
    """An auditor of that audit who is not the owner of the action."""
    return can_test(user, action.nonconformity.item.audit) and action.owner_id != user.pk


def can_approve_internal_audit(user: User, audit: InternalAudit) -> bool:
    """An approver of the provider who is none of the auditors; the same takes the approval back."""
    if not can_plan_internal_audit(user, audit.declaration):
        return False
    return not audit.auditors.filter(person=user.pk).exists()


def _works_for(user: User, declaration: Declaration) -> bool:
    return (
        bool(user.roles & WRITERS) and user.organisation_id == declaration.service.organisation_id
    )


def may_work(user: User) -> bool:
    """Somebody of a provider who works on its declarations, whichever they are."""
    return bool(user.roles & WRITERS)
