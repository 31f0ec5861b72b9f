"""The demo: the one switch for demo people, buttons and 見本 marks. Plain HTTP on this machine."""

import copy

from ismap_liu.env import env
from ismap_liu.settings.base import *  # noqa: F403 -- a settings module is its base plus differences
from ismap_liu.settings.base import CONTENT_SECURITY_POLICY, INSTALLED_APPS, STORAGES
from ismap_liu.settings.parts.database import database

IS_DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
SECRET_KEY = "demo-only-not-a-secret-" + "x" * 40
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": database(statement_timeout="60s")}
CELERY_BROKER_URL = env("BROKER_URL", default="memory://")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("CACHE_URL", default="redis://127.0.0.1:6379/1"),
    }
}
SITE_URL = env("SITE_URL", default="http://localhost:8000")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", default=str(MEDIA_ROOT) + "/mail")  # noqa: F405
DEFAULT_FROM_EMAIL = "mihon@example.jp"

# Exactly what plain HTTP cannot carry is off.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sid", "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
CONTENT_SECURITY_POLICY = copy.deepcopy(CONTENT_SECURITY_POLICY)
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = False

# Static files come straight from the checkout, so that the demo needs no collectstatic.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = ""
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
