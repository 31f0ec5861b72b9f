"""The page behind the link of an invitation. Nobody is signed in by it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.enums import InvitationState
from accounts.forms.people import JoinForm, NewPersonForm
from accounts.models import Invitation
from accounts.selectors.members import is_known_person
from accounts.services import invitations as services
from core.views import act_page, posted


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def accept(request, token: str) -> HttpResponse:
    """Register with name and password; a person who has an account already only agrees to join."""
    found = Invitation.objects.for_token(token).select_related("organisation")
    invitation = found.first()
    if invitation is None:
        return _closed(
            request,
            _(
                "このリンクは使えません。メールのリンクが途中で切れていないか、新しい招待のメールが届いていないか、確かめてください。"
            ),
            status=404,
        )
    state = invitation.state_at(timezone.now())
    if state != InvitationState.OPEN:
        return _closed(request, str(services.CLOSED_BECAUSE[state]), status=410)
    is_known = is_known_person(invitation.email)

    def join(data: dict[str, Any]) -> str:
        user = services.accept_invitation(
            token=token, name=data.get("name", ""), password=data.get("password")
        )
        if request.user.is_authenticated and request.user != user:
            logout(request)
        messages.success(request, _("登録が終わりました。サインインしてください。"))
        return settings.LOGIN_REDIRECT_URL

    data = posted(request)
    form = JoinForm(data) if is_known else NewPersonForm(data, email=invitation.email)
    page = {"invitation": invitation, "is_known": is_known}
    return act_page(request, form, join, page, template="accounts/invitation_accept.html")


def _closed(request, reason: str, *, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"reason": reason}, status=status)
