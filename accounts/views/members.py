"""Pages of the people of an organisation: invitations, roles, hand-over, deputies."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policies
from accounts.forms.people import DeputyForm, EndForm, GrantForm, HandOverForm, InvitationForm
from accounts.models import Invitation, Membership, Organisation
from accounts.selectors import members as selectors
from accounts.services import invitations, memberships
from accounts.views.frame import breadcrumb, organisation_tabs, visible_organisation
from core.exceptions import DomainError
from core.views import act_page, posted


@require_safe
def members(request, pk: UUID) -> HttpResponse:
    """Who belongs to the organisation in which roles; the acts for those who look after them."""
    organisation = visible_organisation(request, pk)
    if not policies.can_see_people(request.user, organisation):
        raise PermissionDenied
    context = {
        "organisation": organisation,
        "tabs": organisation_tabs(request, organisation, "members"),
        "breadcrumb": breadcrumb(request, organisation, _("利用者")),
        "members": selectors.members_page(
            request.user, organisation, now=timezone.now(), today=timezone.localdate()
        ),
    }
    return render(request, "accounts/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request, pk: UUID) -> HttpResponse:
    """Invite a person by mail."""
    organisation = _managed_organisation(request, pk)
    form = InvitationForm(
        posted(request), roles=selectors.offered_roles(request.user, organisation)
    )

    def send(data: dict[str, Any]) -> str:
        invitation = invitations.invite_person(organisation_id=pk, actor=request.user, **data)
        messages.success(
            request,
            _("%(email)s に招待のメールを送ります。") % {"email": invitation.email},
        )
        return _members_url(organisation)

    page = _page(request, organisation, _("利用者を招待する"), _("招待する")) | {
        "lead": _(
            "届いたメールのリンクから本人が登録します。リンクは72時間有効で、1回だけ使えます。"
        ),
    }
    return act_page(request, form, send, page)


@require_POST
def resend_invitation(request, pk: UUID) -> HttpResponse:
    """Send the invitation again with a new link."""
    invitation = _invitation(request, pk)
    try:
        invitations.resend_invitation(invitation_id=pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(email)s に招待のメールをもう一度送ります。") % {"email": invitation.email}
        )
    return redirect(_members_url(invitation.organisation))


@require_POST
def withdraw_invitation(request, pk: UUID) -> HttpResponse:
    """Take the invitation back."""
    invitation = _invitation(request, pk)
    try:
        invitations.withdraw_invitation(invitation_id=pk, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(email)s への招待を取り消しました。") % {"email": invitation.email}
        )
    return redirect(_members_url(invitation.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
def grant_role(request, pk: UUID) -> HttpResponse:
    """Give a colleague one more role."""
    organisation = _managed_organisation(request, pk)
    today = timezone.localdate()
    form = GrantForm(
        posted(request),
        initial={"starts_on": today},
        people=selectors.colleagues(organisation, today=today, without=[request.user]),
        roles=selectors.offered_roles(request.user, organisation),
    )

    def grant(data: dict[str, Any]) -> str:
        memberships.grant_role(
            user_id=data.pop("person"), organisation_id=pk, actor=request.user, **data
        )
        messages.success(request, _("役割を付与しました。本人にメールで知らせます。"))
        return _members_url(organisation)

    page = _page(request, organisation, _("役割を付与する"), _("付与する")) | {
        "lead": _("すでに所属している方に、役割を加えます。ご自身の役割は変更できません。"),
    }
    return act_page(request, form, grant, page)


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request, pk: UUID) -> HttpResponse:
    """Set the last day of a role."""
    membership = _membership(request, pk)
    if not policies.can_end_membership(request.user, membership):
        raise PermissionDenied
    form = EndForm(posted(request), initial={"ends_on": timezone.localdate()})

    def end(data: dict[str, Any]) -> str:
        memberships.end_membership(membership_id=pk, actor=request.user, **data)
        messages.success(request, _("終了日を設定しました。本人にメールで知らせます。"))
        return _members_url(membership.organisation)

    page = _page(request, membership.organisation, _("役割を終了する"), _("終了日を設定する"))
    return act_page(request, form, end, page | {"meta": _meta(membership), "is_danger": True})


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, pk: UUID) -> HttpResponse:
    """Hand a role over to a colleague."""
    membership = _membership(request, pk)
    if not policies.can_end_membership(request.user, membership):
        raise PermissionDenied
    today = timezone.localdate()
    form = HandOverForm(
        posted(request),
        initial={"on": today},
        people=selectors.colleagues(
            membership.organisation, today=today, without=[membership.user, request.user]
        ),
    )

    def record(data: dict[str, Any]) -> str:
        memberships.hand_over(
            membership_id=pk, actor=request.user, to_user_id=data.pop("person"), **data
        )
        messages.success(request, _("引継ぎを記録しました。お二人にメールで知らせます。"))
        return _members_url(membership.organisation)

    page = _page(request, membership.organisation, _("役割を引き継ぐ"), _("引き継ぐ"))
    return act_page(request, form, record, page | {"meta": _meta(membership)})


@require_http_methods(["GET", "HEAD", "POST"])
def appoint_deputy(request, pk: UUID) -> HttpResponse:
    """Let a colleague stand in for an absent approver or audit lead."""
    membership = _membership(request, pk)
    organisation = membership.organisation
    if not policies.can_offer_role(request.user, organisation, membership.role):
        raise PermissionDenied
    today = timezone.localdate()
    form = DeputyForm(
        posted(request),
        initial={"starts_on": today},
        people=selectors.colleagues(
            organisation, today=today, without=[membership.user, request.user]
        ),
    )

    def appoint(data: dict[str, Any]) -> str:
        memberships.grant_role(
            user_id=data.pop("person"),
            organisation_id=organisation.pk,
            actor=request.user,
            role=membership.role,
            deputy_for_id=membership.user_id,
            **data,
        )
        messages.success(request, _("代理を立てました。本人にメールで知らせます。"))
        return _members_url(organisation)

    page = _page(request, organisation, _("代理を立てる"), _("代理を立てる")) | {
        "meta": _meta(membership),
        "note": _("代理の方も、ご自身が編集した内容は承認できません。"),
    }
    return act_page(request, form, appoint, page)


def _managed_organisation(request, pk: UUID) -> Organisation:
    organisation = visible_organisation(request, pk)
    if not policies.can_manage_people(request.user, organisation):
        raise PermissionDenied
    return organisation


def _membership(request, pk: UUID) -> Membership:
    visible = Membership.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("user", "organisation"), pk=pk)


def _invitation(request, pk: UUID) -> Invitation:
    visible = Invitation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("organisation"), pk=pk)


def _members_url(organisation: Organisation) -> str:
    return reverse("accounts:members", args=[organisation.pk])


def _page(request, organisation: Organisation, title: str, submit_label: str) -> dict[str, Any]:
    """What the one-form pages of this file share."""
    return {
        "title": title,
        "submit_label": submit_label,
        "breadcrumb": [
            *breadcrumb(request, organisation, _("利用者"))[:-1],
            {"label": _("利用者"), "url": _members_url(organisation)},
            {"label": title},
        ],
        "cancel_url": _members_url(organisation),
    }


def _meta(membership: Membership) -> list[dict[str, str]]:
    return [
        {"label": _("氏名"), "value": membership.user.name},
        {"label": _("役割"), "value": membership.get_role_display()},
    ]
