"""Pages of organisations and people, below /app/."""

from django.urls import path

from accounts.views import audit_bodies, members, organisations

app_name = "accounts"

urlpatterns = [
    path("organisation/", organisations.own_organisation, name="own_organisation"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/new/", organisations.create_organisation, name="create_organisation"),
    path("organisations/<uuid:pk>/", organisations.organisation_detail, name="organisation"),
    path(
        "organisations/<uuid:pk>/edit/", organisations.edit_organisation, name="edit_organisation"
    ),
    path("organisations/<uuid:pk>/members/", members.members, name="members"),
    path("organisations/<uuid:pk>/members/invite/", members.invite_person, name="invite_person"),
    path("organisations/<uuid:pk>/members/grant/", members.grant_role, name="grant_role"),
    path("memberships/<uuid:pk>/end/", members.end_membership, name="end_membership"),
    path(
        "memberships/<uuid:pk>/hand-over/",
        members.hand_over,
        name="hand_over",
    ),
    path("memberships/<uuid:pk>/deputy/", members.appoint_deputy, name="appoint_deputy"),
    path("invitations/<uuid:pk>/resend/", members.resend_invitation, name="resend_invitation"),
    path(
        "invitations/<uuid:pk>/withdraw/", members.withdraw_invitation, name="withdraw_invitation"
    ),
    path("audit-bodies/", audit_bodies.audit_body_list, name="audit_bodies"),
    path("audit-bodies/<uuid:pk>/list/", audit_bodies.list_audit_body, name="list_audit_body"),
    path(
        "audit-bodies/<uuid:pk>/delist/", audit_bodies.delist_audit_body, name="delist_audit_body"
    ),
]
