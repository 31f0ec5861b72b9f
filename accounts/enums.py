from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """The three parties of the scheme."""

    CSP = "csp", _("クラウドサービス事業者")
    AUDIT_BODY = "audit_body", _("監査機関")
    COMMITTEE = "committee", _("運営委員会・事務局")


class Role(TextChoices):
    """What a person may do in one organisation. Several roles are possible, in one organisation at a time."""

    CSP_EDITOR = "csp_editor", _("言明担当者")
    CSP_APPROVER = "csp_approver", _("承認者")
    AUDIT_LEAD = "audit_lead", _("監査責任者")
    AUDIT_MEMBER = "audit_member", _("監査担当者")
    SECRETARIAT = "secretariat", _("事務局")
    COMMITTEE_MEMBER = "committee_member", _("運営委員")
    SYSTEM_ADMIN = "system_admin", _("システム管理者")


ROLES_OF_KIND = {
    OrganisationKind.CSP: (Role.CSP_EDITOR, Role.CSP_APPROVER),
    OrganisationKind.AUDIT_BODY: (Role.AUDIT_LEAD, Role.AUDIT_MEMBER),
    OrganisationKind.COMMITTEE: (Role.SECRETARIAT, Role.COMMITTEE_MEMBER, Role.SYSTEM_ADMIN),
}

# The role whose holders look after the people of their organisation.
MANAGING_ROLE = {
    OrganisationKind.CSP: Role.CSP_APPROVER,
    OrganisationKind.AUDIT_BODY: Role.AUDIT_LEAD,
    OrganisationKind.COMMITTEE: Role.SECRETARIAT,
}

# Roles that a colleague may hold for an absent person, until a day named from the start. Committee
# members have no deputies: each casts the own vote.
DEPUTISED_ROLES = (Role.CSP_APPROVER, Role.AUDIT_LEAD)


class AuditBodyListing(TextChoices):
    """Where a firm stands on the list of audit bodies (監査機関リスト) on a day. Derived, never stored."""

    UNLISTED = "unlisted", _("未掲載")
    SCHEDULED = "scheduled", _("掲載予定")
    LISTED = "listed", _("掲載中")
    DELISTED = "delisted", _("削除済み")


class InvitationState(TextChoices):
    """Where an invitation stands at an instant. Derived, never stored."""

    OPEN = "open", _("回答待ち")
    EXPIRED = "expired", _("期限切れ")
    ACCEPTED = "accepted", _("登録済み")
    WITHDRAWN = "withdrawn", _("取消し済み")


class OrganisationAction(TextChoices):
    """What the act history of an organisation records."""

    CREATED = "created", _("組織を登録")
    UPDATED = "updated", _("組織の情報を変更")
    INVITED = "invited", _("利用者を招待")
    INVITATION_RESENT = "invitation_resent", _("招待を再送")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("招待を取消し")
    JOINED = "joined", _("招待を受けて参加")
    ROLE_GRANTED = "role_granted", _("役割を付与")
    ROLE_ENDED = "role_ended", _("役割を終了")
    LISTED = "listed", _("監査機関リストに掲載")
    DELISTED = "delisted", _("監査機関リストから削除")
