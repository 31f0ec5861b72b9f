"""What every answer promises by its headers, and what of it is new each time."""

import re
from collections.abc import Iterator

from django.http.response import HttpResponseBase

from core.middleware import is_public_path

TOKEN_FIELD = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
NONCE = re.compile(rb'(nonce=")[^"]*')
FILE_POLICY = "default-src 'none'; sandbox"


def normalised(body: bytes, response: HttpResponseBase) -> bytes:
    """The body without nonce and form token."""
    return TOKEN_FIELD.sub(rb"\1", NONCE.sub(rb"\1", body))


def wrong_headers(path: str, response: HttpResponseBase) -> Iterator[str]:
    """What is wrong with the policy, the cookies and the caching of an answer to this path."""
    policy = response.headers.get("Content-Security-Policy", "")
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    if "unsafe-" in policy or "*" in policy or directives.get("default-src") != "'none'":
        yield f"policy {policy!r}"
    if is_public_path(path):
        yield from _wrong_in_public(directives, response)
    elif path.startswith(("/app/", "/accounts/")):
        yield from _wrong_inside(policy, directives, response)


def _wrong_in_public(directives: dict[str, str], response: HttpResponseBase) -> Iterator[str]:
    if directives.get("script-src") != "'none'":
        yield f"a public page with script-src {directives.get('script-src')}"
    if response.cookies:
        yield f"a public page sets {', '.join(response.cookies)}"
    if "cookie" in response.headers.get("Vary", "").lower():
        yield "a public page varies by cookie"


def _wrong_inside(
    policy: str, directives: dict[str, str], response: HttpResponseBase
) -> Iterator[str]:
    if "no-store" not in response.headers.get("Cache-Control", ""):
        yield f"may be stored: {response.headers.get('Cache-Control')}"
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    if is_file:
        if policy != FILE_POLICY:
            yield f"a file with the policy {policy!r}"
    elif not re.fullmatch(r"('nonce-[^']{16,}' )?'strict-dynamic'", directives["script-src"]):
        yield f"script-src {directives['script-src']}"
