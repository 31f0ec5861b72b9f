"""Headers that Django does not set, the public paths that know no session, and the login wall of /app/."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)"


def is_public_path(path: str) -> bool:
    """The public list and its entries: cacheable, without session, cookie or script."""
    return path == "/" or path.startswith("/list/")


class HeadersMiddleware:
    """Resource policy and permissions on every answer; nothing of a signed-in answer is kept by a cache."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith(("/app/", "/accounts/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PublicPathMiddleware:
    """Marks public paths and gives their answers the policy without scripts."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_public_path = is_public_path(request.path)
        response = self.get_response(request)
        if request.is_public_path:
            response._csp_replace = settings.PUBLIC_CONTENT_SECURITY_POLICY
        return response


class FetchMetadataMiddleware:
    """Refuses what another site makes the browser send, except opening a page by a link."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            opened = (
                request.method in ("GET", "HEAD")
                and request.headers.get("Sec-Fetch-Mode") == "navigate"
            )
            if not opened:
                return HttpResponseForbidden(
                    _(
                        "ほかのサイトから送られた操作は受け付けません。この画面を開き直して、もう一度操作してください。"
                    ),
                    content_type="text/plain; charset=utf-8",
                )
        return self.get_response(request)


class LoginWallMiddleware(LoginRequiredMiddleware):
    """Every path below /app/ asks for a sign-in first, existing or not: a stranger learns no address.

    Public paths are let through without a look at the person, which would read the session.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/app/") and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return super().__call__(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs):
        if request.is_public_path:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
