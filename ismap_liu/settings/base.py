"""What every installation shares. Secrets and hosts are in `production`, the demo switch is the module `demo`."""

from django.utils.translation import gettext_lazy as _

from ismap_liu.env import BASE_DIR
from ismap_liu.settings.parts.accounts import *  # noqa: F403 -- settings parts are meant to be merged
from ismap_liu.settings.parts.celery import *  # noqa: F403
from ismap_liu.settings.parts.csp import *  # noqa: F403
from ismap_liu.settings.parts.logging import *  # noqa: F403
from ismap_liu.settings.parts.security import *  # noqa: F403
from ismap_liu.settings.parts.storage import *  # noqa: F403

DEBUG = False
IS_DEMO = False
INSTALLED_APPS = [
    "core",
    "accounts",
    "documents",
    "controls",
    "declarations",
    "registrations",
    "audits",
    "incidents",
    "desks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "pgtrigger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PublicPathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.FetchMetadataMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.LoginWallMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "ismap_liu.urls"
WSGI_APPLICATION = "ismap_liu.wsgi.application"
FORM_RENDERER = "core.rendering.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "desks.context.shell",
            ],
        },
    },
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# What the product calls itself to Celery's health answer and to the start script.
APP_NAME = "ismap-liu"
# A worker that has not been heard for this long is reported as degraded by /healthz/.
HEARTBEAT_STALE_SECONDS = 180
