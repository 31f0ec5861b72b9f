"""One content security policy for all pages; `core.middleware` replaces it on public pages and files.

Kept in one module because Django 6.0 has the same dictionary built in.
"""

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
        "upgrade-insecure-requests": True,
    },
}

# Pages without a session are cacheable, so they carry no nonce and run no script.
PUBLIC_CONTENT_SECURITY_POLICY = {
    "script-src": [NONE],
    "style-src": [SELF],
    "require-trusted-types-for": None,
    "trusted-types": None,
}
