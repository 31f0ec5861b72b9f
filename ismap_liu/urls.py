"""Every route of the one server. A new name here needs a row in tests/authz/table.yaml."""

from django.conf import settings
from django.urls import include, path

from core.health import healthz
from core.styleguide import styleguide

urlpatterns = [
    path("", include("registrations.urls_public")),
    path("healthz/", healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/", include("accounts.urls_public")),
    path("app/", include("desks.urls")),
    path("app/", include("accounts.urls")),
    path("app/", include("controls.urls")),
    path("app/", include("declarations.urls")),
    path("app/", include("registrations.urls")),
    path("app/", include("audits.urls")),
]

if settings.IS_DEMO:
    urlpatterns += [
        path("app/demo/", include("demo.urls")),
        path("styleguide/", styleguide, name="styleguide"),
    ]
